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
    JudgeArguments.parameters(files: "the files: a file set, a path, or a list of paths or rows"),
    gives: .value(.rows),
    examples: [
      CommandExample("cover products using site", "the rules with how many files each decides, and a number")
    ],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let judged = try JudgeArguments(arguments) else { return .null }
    let counted = RuleCoverage()
    counted.add(judged.policy)
    // What a test asks in this way, its own coverage counts as well.
    let outer = context.coverage
    context.coverage = counted
    defer { context.coverage = outer }
    try await FileJudge(judged.files, using: judged.policy, in: judged.environment, context).run { _, _, _ in
    }
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
