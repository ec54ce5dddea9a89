// Files that a rule decides, for tests that do not exist yet. Every one is asked of the policy before it is offered.

import TCBLinks
import TCBRows
import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

struct RuleWitness {
  private let context: RunContext

  init(_ context: RunContext) { self.context = context }

  /// A file to be asked about: its path, and what else a condition reads of its row.
  private struct Candidate {
    var path: String
    var fields: [(name: String, value: Value)] = []

    var written: String {
      if fields.isEmpty { return quoted(path) }
      let rest = fields.map { ", \($0.name): \($0.value.literalText)" }.joined()
      return "{path: \(quoted(path))\(rest)}"
    }
  }

  /// Lines of a test that reach what `missing` lacks of a rule; fewer where no file is found.
  mutating func tests(of rule: Int, in policy: PolicyValue, missing: CoverageReport.Line) -> [String] {
    let wanted: [Bool?] =
      missing.outcomes.map { ($0.isTrue == 0 ? [true] : []) + ($0.isFalse == 0 ? [false] : []) } ?? [nil]
    let found = wanted.compactMap { test(policy, rule, wanting: $0) }
    if found.isEmpty, let reason = reasonForNone(rule, in: policy) { return ["# \(reason)"] }
    return found
  }

  /// Why no file can ever reach a rule, where that is so.
  private func reasonForNone(_ rule: Int, in policy: PolicyValue) -> String? {
    let rules = policy.policy.rules
    let what = "no file can reach \(rules[rule].written)"
    switch policy.policy.reach(ofRule: rule) {
    case .covered(let others):
      let first = others.prefix(3).map { rules[$0].written }.joined(separator: "; ")
      return "\(what): \(first) \(others.count == 1 ? "goes" : "go") first"
    case .matchesNoPath: return "\(what): no legal path matches it"
    case .decides, .conditionNeverHolds, .undecided: return nil
    }
  }

  /// A line that reaches the default.
  mutating func testsOfDefault(of policy: PolicyValue) -> [String] {
    for path in ["x", "a.bin", "other/x", "_/_", "0"] {
      let candidate = Candidate(path: path)
      guard let found = ask(policy, candidate, rule: nil), found.decision.rule == nil else { continue }
      return [line(candidate, found.decision)]
    }
    return []
  }

  private func line(_ candidate: Candidate, _ decision: Decision) -> String {
    let effect = decision.maxAge.map(Effect.allow(maxAge:)) ?? .deny(reason: decision.reason)
    return "\(candidate.written)  \(effect.written)"
  }

  /// A line whose file the rule decides, or for which its condition comes to `wanting`.
  private func test(_ policy: PolicyValue, _ rule: Int, wanting: Bool?) -> String? {
    let written = policy.policy.rules[rule]
    let literals = written.condition.map { ConditionLiterals($0.text, context) }
    let fields = written.condition.flatMap { policy.conditions[$0.index] }?.unit.rowFields ?? []
    let own = fields.filter { !FileRowReader.builtInNames.contains($0) }
    var tries = 0
    for path in paths(of: rule, in: policy, literals?.texts ?? []) {
      for assignment in assignments(to: own, literals) {
        tries += 1
        guard tries <= 2_000 else { return nil }
        let candidate = Candidate(path: path, fields: assignment)
        guard let found = ask(policy, candidate, rule: rule) else { continue }
        let fits = wanting.map { found.outcome == $0 } ?? (found.decision.rule == rule)
        if fits { return line(candidate, found.decision) }
      }
    }
    return nil
  }

  private func ask(
    _ policy: PolicyValue, _ candidate: Candidate, rule: Int?
  ) -> (decision: Decision, outcome: Bool?)? {
    let index = rule.flatMap { policy.policy.rules[$0].condition?.index }
    let fields = [("path", Value.string(candidate.path))] + candidate.fields.map { ($0.name, $0.value) }
    let file: JudgedFile
    do throws(RuntimeProblem) { file = try JudgedFile(.record(fields), in: context) } catch { return nil }
    let conditions = PolicyConditions(policy, in: context, isCovering: false)
    conditions.begin(file.row)
    let environment = file.environment.map(RunContext.judging)
    var outcome: Bool?
    let decision = policy.policy.decision(for: file.path) { (condition) throws(ConditionError) -> Bool in
      let isTrue = try conditions.isTrue(condition, row: 0, environment: environment)
      if condition.index == index { outcome = isTrue }
      return isTrue
    }
    return (decision, outcome)
  }

  // MARK: Candidates

  private func paths(of rule: Int, in policy: PolicyValue, _ texts: [String]) -> [String] {
    var paths: [String] = []
    func add(_ path: String, _ pattern: Pattern) {
      // Names that a person would choose come first; the shortest path that the rule decides is the last resort.
      if pattern.matches(path), !paths.contains(path), paths.count < 40 { paths.append(path) }
    }
    for pattern in policy.policy.rules[rule].patterns {
      for fill in ["x", "a", "1", "_"] + texts {
        add(PatternSample.path(of: pattern.text, filling: fill), pattern)
      }
      // What a condition asks of the path itself.
      for text in texts {
        let base = PatternSample.path(of: pattern.text, filling: "x")
        for path in ["\(base).\(text)", "\(base)/\(text)", "\(base)\(text)"] { add(path, pattern) }
      }
    }
    if case .decides(let path) = policy.policy.reach(ofRule: rule), !paths.contains(path) {
      paths.append(path)
    }
    return paths
  }

  /// Values for the fields that a condition reads: each alone takes all of them, two share a smaller choice.
  private func assignments(
    to fields: [String], _ literals: ConditionLiterals?
  ) -> [[(name: String, value: Value)]] {
    guard let literals, !fields.isEmpty else { return [[]] }
    var all: [[(name: String, value: Value)]] = [[]]
    for field in fields.prefix(3) {
      all = all.flatMap { known in literals.values.map { known + [(field, $0)] } }
      if all.count > 500 { all = Array(all.prefix(500)) }
    }
    return all
  }
}

/// The values that stand in a condition, and their neighbours.
private struct ConditionLiterals {
  private(set) var values: [Value] = []
  private(set) var texts: [String] = []

  init(_ text: String, _ context: RunContext) {
    let source = SourceText(name: "when", text)
    let parsed = Parser.parseRowExpression(source, id: SourceID(0), vocabulary: context.vocabulary)
    if let expression = parsed.expression { visit(expression.expression) }
    values += [.int(0), .int(1), .bool(true), .bool(false), .string("x"), .null]
  }

  private mutating func add(_ more: Value...) {
    if values.count < 24 { values += more }
  }

  /// Recursion is bounded by the height that the parser allows a tree.
  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .integer(let value):
      add(.int(value), .int(value &- 1), .int(value &+ 1))
    case .float(let value): add(.float(value - 1), .float(value + 1))
    case .duration(let value): add(.duration(value), .duration(value &- 1_000), .duration(value &+ 1_000))
    case .text(let text):
      texts.append(text)
      add(.string(text))
    case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right),
      .coalesce(let left, let right), .index(let left, let right, _):
      visit(left)
      visit(right)
    case .not(let operand), .negate(let operand), .field(let operand, _, _, _): visit(operand)
    case .list(let elements): for element in elements { visit(element) }
    case .call(let callee, let arguments):
      visit(callee)
      for argument in arguments { visit(argument) }
    case .dotCall(let receiver, _, let arguments):
      visit(receiver)
      for argument in arguments { visit(argument) }
    default: break
    }
  }
}

/// A path that a pattern takes, made by filling its wildcards.
private enum PatternSample {
  static func path(of pattern: String, filling fill: String) -> String {
    var path = String.UnicodeScalarView()
    var rest = Array(pattern.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\\": if let quoted = rest.popFirst() { path.append(quoted) }
      case "?": path.append(fill.unicodeScalars.first ?? "x")
      case "*":
        if rest.first == "*" { rest.removeFirst() }
        path.append(contentsOf: fill.unicodeScalars)
      case "[": path.append(member(ofClass: &rest, else: fill.unicodeScalars.first ?? "x"))
      case "{", "}": break
      case ",":
        // Behind a comma in braces comes another alternative; a comma elsewhere is one.
        guard isInBraces(rest) else {
          path.append(scalar)
          continue
        }
        skipAlternatives(&rest)
      default: path.append(scalar)
      }
    }
    if path.last == "/" { path.append(contentsOf: fill.unicodeScalars) }
    return String(path)
  }

  private static func member(ofClass rest: inout ArraySlice<Unicode.Scalar>, else fill: Unicode.Scalar)
    -> Unicode.Scalar
  {
    let isNegated = rest.first == "!"
    var first: Unicode.Scalar?
    while let scalar = rest.popFirst(), scalar != "]" {
      let member = scalar == "\\" ? rest.popFirst() ?? scalar : scalar
      if first == nil { first = member }
    }
    return isNegated ? fill : first ?? fill
  }

  /// Whether a `}` comes that no `{` before it opens.
  private static func isInBraces(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    var copy = rest
    return skipAlternatives(&copy)
  }

  /// Goes behind the `}` that closes what is open; false where there is none.
  @discardableResult
  private static func skipAlternatives(_ rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
    var depth = 1
    while let scalar = rest.popFirst() {
      if scalar == "\\" { _ = rest.popFirst() }
      if scalar == "{" { depth += 1 }
      if scalar == "}" { depth -= 1 }
      if depth == 0 { return true }
    }
    return false
  }
}
