// Lifetimes that mean nothing: `links` under a policy that tells lifetimes apart, in an environment whose links do not
// expire.

import TCBRules
import TCBSyntax
import TCBText

struct PublicLifetimes {
  private let names: StaticNames
  private let source: CheckedSource
  private let policies: [Int: StaticPolicy]
  /// The environment that a `use` before this has said.
  private var inUse: Int?
  private var tests: [Block] = []
  private var findings: [Diagnostic] = []

  /// Looks at the text from top to bottom. Functions and tests are looked at by themselves: which environment is in use where a
  /// function is called, and what it is called with, is not followed.
  static func findings(in sources: [CheckedSource], _ own: [StaticPolicy]) -> [Diagnostic] {
    guard let source = sources.first else { return [] }
    var policies: [Int: StaticPolicy] = [:]
    for policy in own {
      if case .global(let slot) = source.binding(of: policy.definition.name) { policies[slot] = policy }
    }
    guard !policies.isEmpty else { return [] }
    var walk = PublicLifetimes(names: StaticNames(sources), source: source, policies: policies)
    for statement in source.parsed.statements { walk.visit(statement) }
    for test in walk.tests { walk.visitApart(test, inUse: walk.inUse) }
    return walk.findings
  }

  private init(names: StaticNames, source: CheckedSource, policies: [Int: StaticPolicy]) {
    self.names = names
    self.source = source
    self.policies = policies
  }

  /// The nesting of statements is bounded by the parser.
  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .binding(_, _, let pipeline), .assignment(_, let pipeline), .pipeline(let pipeline),
      .returnValue(let pipeline?):
      visit(pipeline)
    case .ifElse(let choice): visit(choice)
    case .tryCatch(let attempt): visit(attempt)
    case .forLoop(let loop):
      visit(loop.sequence)
      visit(loop.body)
    case .whileLoop(_, let body): visit(body)
    case .function(let definition): visitApart(definition.function.body, inUse: nil)
    case .test(let test):
      // A test runs behind the main text, which has said what is in use.
      if case .statements(let code) = test.body { tests.append(code.block) }
    default: break
    }
  }

  /// What is put to use in it is so only there.
  private mutating func visitApart(_ block: Block, inUse environment: Int?) {
    let saved = inUse
    inUse = environment
    visit(block)
    inUse = saved
  }

  private mutating func visit(_ block: Block) { for statement in block.statements { visit(statement) } }

  private mutating func visit(_ pipeline: Pipeline) {
    visit(pipeline.first)
    for stage in pipeline.rest { visit(stage) }
  }

  private mutating func visit(_ stage: Pipeline.Stage) {
    switch stage {
    case .command(let call):
      for case .expressions(let values) in call.arguments { for value in values { visit(value) } }
      switch call.signature.name {
      case "use": inUse = slot(of: "env", in: call)
      case "links", "plan": look(at: call)
      default: break
      }
    case .expression(let expression): visit(expression)
    }
  }

  /// The expressions in which commands stand: in parentheses, and in blocks.
  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .pipeline(let pipeline): visit(pipeline)
    case .ifElse(let choice): visit(choice)
    case .tryCatch(let attempt): visit(attempt)
    case .function(let function): visitApart(function.body, inUse: nil)
    case .field(let base, _, _, _), .index(let base, _, _), .not(let base), .negate(let base): visit(base)
    case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right),
      .coalesce(let left, let right):
      visit(left)
      visit(right)
    case .call(_, let arguments), .list(let arguments): for argument in arguments { visit(argument) }
    case .dotCall(let receiver, _, let arguments): for argument in [receiver] + arguments { visit(argument) }
    default: break
    }
  }

  private mutating func visit(_ choice: IfElse) {
    for branch in choice.branches { visit(branch.block) }
    if let otherwise = choice.otherwise { visit(otherwise) }
  }

  private mutating func visit(_ attempt: TryCatch) {
    visit(attempt.body)
    visit(attempt.handler)
  }

  private func slot(of label: String, in call: CommandCall) -> Int? {
    guard let index = call.signature.parameters.firstIndex(where: { $0.label == label }),
      call.arguments.indices.contains(index), case .expressions(let values) = call.arguments[index],
      values.count == 1
    else { return nil }
    return source.slot(of: values[0])
  }

  private mutating func look(at call: CommandCall) {
    guard let policy = slot(of: "using", in: call).flatMap({ policies[$0] }),
      let environment = slot(of: "in", in: call) ?? inUse,
      case .definition(let definition, _)? = names.meanings[environment],
      definition.clause("read")?.literals == ["public"]
    else { return }
    let lifetimes = Set(lifetimes(of: policy))
    guard lifetimes.count > 1 else { return }
    let name = policy.definition.name
    let message: Wording =
      "links of `\(definition.name.text)` do not expire, so that the lifetimes of `\(name.text)` mean nothing there"
    findings.append(
      Diagnostic(
        .note, code: "E0537", message, at: call.nameSpan,
        related: [.init("it is `read public`", at: definition.clause("read")?.wordSpan ?? definition.span)]))
  }

  private func lifetimes(of policy: StaticPolicy) -> [Int64] {
    let effects = (policy.policy?.rules.map(\.effect) ?? []) + [policy.fallback?.content].compactMap(\.self)
    let unknown = policy.unknown
    return effects.enumerated().compactMap { index, effect in
      guard case .allow(let maxAge) = effect, !unknown.contains(index) else { return nil }
      return maxAge
    }
  }
}
