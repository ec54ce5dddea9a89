// `cover`: which rules of a policy the files of a set reach.

import TCBExport
import TCBHost
import TCBRows
import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

struct CoverCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "cover",
    "Says which rules of a policy the files of a set reach, beside the rules, and what their conditions come to.",
    [
      .subject(
        "FILES", required: true, takesPipe: true,
        takes: .filesOfAnyKind,
        "the files: a file set, a path, or a list of paths or rows"),
      .labelled("using", "POLICY", required: true, takes: .policy("`using`"), "the rules"),
      .labelled(
        "in", "ENV", takes: .environment("`in`"), "the environment of bare paths, in place of the one in use"),
    ], gives: .value(.rows),
    examples: [
      CommandExample("cover products using site", "the rules with how many files each decides, and a number")
    ],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let policy = try arguments.object("using", as: PolicyValue.self, "a policy"),
      let value = arguments.value()
    else {
      return .null
    }
    let environment = try arguments.object("in", as: EnvironmentValue.self, "an environment")
    let counted = RuleCoverage()
    counted.add(policy)
    // What a test asks in this way, its own coverage counts as well.
    let outer = context.coverage
    context.coverage = counted
    defer { context.coverage = outer }
    try await FileJudge(value, using: policy, in: environment, context).run { _, _, _ in }
    outer?.merge(counted)
    let report = counted.report(in: context)
    try context.print(report.text(width: context.host.outputTerminal?.columns))
    return .object(TableValue(CollectedRows(report.lines.isEmpty ? [] : [report.rows]), typeName: "coverage"))
  }
}

extension CoverageReport {
  /// A row for each rule.
  fileprivate var rows: RowBatch {
    RowBatch([
      ("rule", .texts(lines.map { "\($0.source):\($0.line)" })), ("text", .texts(lines.map(\.text))),
      ("decided", .integers(lines.map { Int64($0.decided) })),
      ("when_true", .integers(lines.map { $0.outcomes.map { Int64($0.isTrue) } })),
      ("when_false", .integers(lines.map { $0.outcomes.map { Int64($0.isFalse) } })),
      ("covered", Column(cells: lines.map { .bool($0.isCovered) })),
    ])
  }
}
