// Finds what is certain to fail when it runs, without running anything: operators, calls, commands and clauses that are
// given values of kinds they do not take, and fields and columns that are not there.
//
// It knows too little rather than too much: what it is not sure of it does not report. What stands in a `try` is the script's
// own business. The values of names are never relied on, only their kinds, since `--set` gives other values.

import TCBRuntime
import TCBSyntax
import TCBText

struct TypeChecker {
  let statements: [Statement]
  let resolution: Resolution
  /// The resolution's, of which every name asks.
  let bindings: [NameBinding]
  let vocabulary: Vocabulary
  /// The vocabulary's, of which every use asks.
  let builtins: [String: FunctionSignature]
  private(set) var faults: [RuntimeFault] = []
  /// By slot; nil where nothing is known.
  var globals: [StaticType?]
  /// Of the code that is being looked at, by register.
  var locals: [StaticType] = []
  var scopeID = 0
  /// What `it` is.
  var row = StaticType.unknown
  /// What the function that is being looked at gives with `return`.
  var returned = StaticType.never
  /// How many `try` stand around.
  var tryDepth = 0
  /// The functions of the top level, by slot.
  var functions: [TopLevelFunction?]
  /// How many expressions and blocks stand around.
  var height = 0
  var watch = CancellationWatch()
  private(set) var readsPatterns = false

  struct TopLevelFunction {
    /// The place of its definition among the statements.
    var statement: Int
    var required: Int
    var total: Int
    var state = State.unseen

    enum State {
      case unseen, underWay
      case done(StaticType)
    }
  }

  /// What is certain to fail in a source, in the order of its text. Patterns are read where nobody else is going to.
  static func faults(
    in source: ParsedSource, _ resolution: Resolution, vocabulary: Vocabulary, readsPatterns: Bool
  ) -> [RuntimeFault] {
    var checker = TypeChecker(source, resolution, vocabulary)
    checker.readsPatterns = readsPatterns
    for statement in source.statements { _ = checker.type(of: statement, atTopLevel: true) }
    for slot in checker.functions.indices { _ = checker.result(ofFunction: slot) }
    return checker.faults.sorted { ($0.span?.lower ?? 0) < ($1.span?.lower ?? 0) }
  }

  private init(_ source: ParsedSource, _ resolution: Resolution, _ vocabulary: Vocabulary) {
    statements = source.statements
    self.resolution = resolution
    bindings = resolution.bindings
    self.vocabulary = vocabulary
    builtins = vocabulary.functions
    functions = Array(repeating: nil, count: resolution.scope.names.count)
    globals = Array(repeating: nil, count: resolution.scope.names.count)
    locals = Array(repeating: .unknown, count: resolution.scopes[0].localCount)
    for (index, statement) in source.statements.enumerated() {
      guard case .function(let definition) = statement.kind,
        case .global(let slot) = binding(definition.name),
        slot < functions.count
      else { continue }
      functions[slot] = TopLevelFunction(
        statement: index, required: definition.function.requiredCount,
        total: definition.function.parameters.count)
    }
  }

  /// What the function of the top level is called with that a name stands for.
  func arity(of use: NameUse) -> StaticType.Arity? {
    guard case .global(let slot) = binding(use), slot < functions.count, let function = functions[slot] else {
      return nil
    }
    return StaticType.Arity(name: use.text, required: function.required, total: function.total, slot: slot)
  }

  /// Gives what is known of a value that does not come about: nothing, so that no mistake is told twice.
  @discardableResult
  mutating func report(_ problem: RuntimeProblem, at span: SourceSpan) -> StaticType {
    if tryDepth == 0, faults.count < Parser.mostProblems { faults.append(RuntimeFault(problem, at: span)) }
    return .unknown
  }

  // MARK: Statements

  /// What a statement comes to, where it is the last of its block.
  @discardableResult
  mutating func type(of statement: Statement, atTopLevel: Bool = false) -> StaticType {
    switch statement.kind {
    case .binding(let name, let isVariable, let pipeline):
      bind(name, to: type(of: pipeline), isVariable: isVariable)
    case .assignment(let target, let pipeline):
      _ = type(of: pipeline)
      checkTarget(target)
    case .pipeline(let pipeline): return type(of: pipeline)
    case .ifElse(let value): return type(of: value)
    case .tryCatch(let value): return type(of: value)
    case .forLoop(let loop): check(loop)
    case .whileLoop(let condition, let body):
      checkCondition(condition)
      _ = type(of: body)
    case .breakLoop, .continueLoop: return .never
    case .returnValue(let pipeline):
      returned = returned.joined(with: pipeline.map { type(of: $0) } ?? StaticType(.null))
      return .never
    case .function, .importFile: break
    case .definition(let definition): check(definition)
    case .test(let test): check(test)
    }
    return StaticType(.null)
  }

  mutating func type(of block: Block) -> StaticType {
    height += 1
    defer { height -= 1 }
    var last = StaticType(.null)
    var leaves = false
    for statement in block.statements {
      last = type(of: statement)
      if last.kinds.isEmpty { leaves = true }
    }
    return leaves ? .never : last.named
  }

  mutating func type(of value: IfElse) -> StaticType {
    var result = StaticType.never
    for branch in value.branches {
      checkCondition(branch.condition)
      result = result.joined(with: type(of: branch.block))
    }
    return result.joined(with: value.otherwise.map { type(of: $0) } ?? StaticType(.null))
  }

  mutating func type(of value: TryCatch) -> StaticType {
    tryDepth += 1
    let body = type(of: value.body)
    tryDepth -= 1
    bind(value.name, to: StaticType(.record), isVariable: true)
    return body.joined(with: type(of: value.handler))
  }

  mutating func bind(_ name: NameUse, to type: StaticType, isVariable: Bool) {
    switch binding(name) {
    case .local(let register):
      guard locals.indices.contains(register) else { return }
      let isAssigned = resolution.scopes[scopeID].assigned.contains(register)
      locals[register] = isAssigned ? .unknown : type.named
    case .global(let slot):
      if globals.indices.contains(slot) { globals[slot] = isVariable ? nil : type.named }
    default: break
    }
  }

  func binding(_ use: NameUse) -> NameBinding {
    use.id < bindings.count ? bindings[use.id] : .unresolved
  }

  mutating func checkCondition(_ condition: Expression) {
    let type = type(of: condition)
    if let found = type.isNever(.bool) { report(.notABool(found), at: condition.span) }
  }

  private mutating func checkTarget(_ target: Expression) {
    switch target.kind {
    case .field(let base, _, _, _): checkTarget(base)
    case .index(let base, let index, _):
      checkTarget(base)
      _ = type(of: index)
    default: break
    }
  }

  private mutating func check(_ loop: ForLoop) {
    var element = StaticType.unknown
    let span = loop.sequence.span
    if case .range(let lower, let upper) = loop.sequence.kind {
      let ends = [type(of: lower), type(of: upper)]
      if ends.contains(where: { $0.isNever(.int) != nil }) { report(.badRange, at: span) }
      element = StaticType(.int)
    } else {
      let sequence = type(of: loop.sequence)
      let isPairs = loop.names.count > 1
      if let found = sequence.isNever(.iterable) {
        report(.notIterable(found, pairs: false), at: span)
      } else if isPairs, sequence.kinds == .list {
        report(.notIterable("list", pairs: true), at: span)
      } else if sequence.kinds == .record {
        element = StaticType(.string)
      } else if sequence.kinds.isSubset(of: .tables) {
        element = rowType(of: sequence)
      }
    }
    for (index, name) in loop.names.enumerated() {
      bind(name, to: index == 0 ? element : .unknown, isVariable: true)
    }
    _ = type(of: loop.body)
  }

  // MARK: Code with registers of its own

  /// Looks at a function's code, or a row's, in its own registers.
  mutating func inScope<Result>(_ id: Int, _ body: (inout TypeChecker) -> Result) -> Result {
    guard resolution.scopes.indices.contains(id) else { return body(&self) }
    var inner = Array(repeating: StaticType.unknown, count: resolution.scopes[id].localCount)
    for capture in resolution.scopes[id].captures
    where locals.indices.contains(capture.outer) && inner.indices.contains(capture.inner) {
      inner[capture.inner] = locals[capture.outer]
    }
    let saved = (locals, scopeID, returned)
    (locals, scopeID, returned) = (inner, id, .never)
    defer { (locals, scopeID, returned) = saved }
    return body(&self)
  }

  /// What a function gives.
  mutating func result(of function: FunctionLiteral) -> StaticType {
    inScope(function.scope) { checker in
      for parameter in function.parameters {
        if let value = parameter.defaultValue { _ = checker.type(of: value) }
      }
      let last = checker.type(of: function.body)
      return last.joined(with: checker.returned).named
    }
  }

  /// What a function of the top level gives. Its code is looked at once, where it is called first or else at the end.
  mutating func result(ofFunction slot: Int) -> StaticType {
    guard slot < functions.count, let function = functions[slot],
      case .function(let definition) = statements[function.statement].kind
    else { return .unknown }
    switch function.state {
    case .done(let type): return type
    case .underWay: return .unknown
    case .unseen:
      // Functions that call one another in a long row are looked at in another order: this recursion is bounded.
      guard height < 200 else { return .unknown }
      functions[slot]?.state = .underWay
      let saved = (tryDepth, row, locals, scopeID)
      (tryDepth, row, locals) = (0, .unknown, [])
      let type = result(of: definition.function)
      (tryDepth, row, locals, scopeID) = saved
      functions[slot]?.state = .done(type)
      return type
    }
  }

  private mutating func check(_ test: TestBlock) {
    switch test.body {
    case .statements(let code):
      _ = inScope(code.scope) { $0.type(of: code.block) }
    case .policy(_, let code, let lines):
      inScope(code.scope) { checker in
        for line in lines {
          checker.check(line.file, against: .judgedFile)
          if case .lifetime(let value) = line.expected { checker.check(value, against: .lifetime) }
          if case .deny(let reason?) = line.expected { checker.check(reason, against: .reason) }
        }
      }
    }
  }
}
