// `explain`: why a policy decides as it does.

import TCBExport
import TCBRows
import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

struct ExplainCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "explain",
    "Says what a policy decides and why: for one file every rule that matches, for many how many each rule decides.",
    JudgeArguments.parameters(
      files: "a path, an id, or a row such as {path: \"a.mp4\", size: 1MB}; or a file set, a list, or rows")
      + [
        .labelled("as", "FORMAT", kind: .word(["text", "json"]), "for a person, or for a program")
      ], gives: .value([.record, .rows]),
    examples: [
      CommandExample(
        #"explain "private/x/thumb_1.jpg" using site"#, "the rules that match, the winner first"),
      CommandExample("explain products using site", "how many files each rule decides, and one of them"),
      CommandExample(#"explain "tmp/x" using site as json"#, "the same for a program to read"),
    ],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let judged = try JudgeArguments(arguments) else { return .null }
    let isData = arguments.word("as") == "json"
    switch judged.files {
    case .text, .record: break
    default:
      let judge = try await FileJudge(
        judged.files, using: judged.policy, in: judged.environment, context)
      return try summary(try await RuleSummary(judge), isData, context)
    }
    let file = try JudgedFile(judged.files, environment: judged.environment, in: context)
    let explanation = context.explanation(judged.policy, file)
    let notes = explanation.notes + file.notes
    try context.print(isData ? try json(explanation, notes) : text(explanation, notes))
    return .decision(explanation.decision, path: file.path)
  }

  private func summary(
    _ summary: RuleSummary, _ isData: Bool, _ context: RunContext
  ) throws(RuntimeProblem) -> Value {
    let rows = CollectedRows(summary.files == 0 ? [] : [summary.rows])
    try context.show(rows, as: isData ? .json : .table)
    if !isData { try context.print(summary.sentence + "\n") }
    return .object(TableValue(rows, typeName: "explanation"))
  }

  private func json(_ explanation: Explanation, _ notes: [String]) throws(RuntimeProblem) -> String {
    guard case .record(var fields) = Value.decision(explanation.decision, path: explanation.path).cell else {
      return ""
    }
    let rules = explanation.candidates.map { candidate -> Cell in
      .record([
        RecordField("rule", .text(candidate.rule.origin)), RecordField("text", .text(candidate.rule.written)),
        RecordField("pattern", .text(candidate.pattern.text)),
        RecordField("outcome", .text(candidate.outcome.word)), RecordField("why", .text(candidate.sentence)),
      ])
    }
    fields.append(RecordField("policy", .text(explanation.policy)))
    fields.append(RecordField("rules", .list(rules)))
    fields.append(RecordField("notes", .list(notes.map(Cell.text))))
    do throws(ExportError) { return try CellText.json(.record(fields)) + "\n" } catch {
      throw .other(code: "E0421", message: error.message, help: nil)
    }
  }

  private func text(_ explanation: Explanation, _ notes: [String]) -> String {
    let path = explanation.path.isEmpty ? "\"\"" : explanation.path
    var lines = ["\(path)  \(outcome(explanation.decision))"]
    let rules = explanation.candidates.map { candidate in
      (candidate.rule.origin, candidate.rule.written, candidate.sentence)
    }
    let originWidth = rules.map { DisplayWidth.of($0.0) }.max() ?? 0
    let ruleWidth = rules.map { DisplayWidth.of($0.1) }.max() ?? 0
    for (origin, rule, sentence) in rules {
      lines.append("  \(padded(origin, originWidth))  \(padded(rule, ruleWidth))  \(sentence)")
    }
    lines += notes.map { "  \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
  }

  private func outcome(_ decision: Decision) -> String {
    if let maxAge = decision.maxAge {
      let (milliseconds, overflow) = maxAge.multipliedReportingOverflow(by: 1_000)
      return "max_age \(overflow ? "\(maxAge)s" : DurationText.format(milliseconds))"
    }
    return "denied" + (decision.reason.map { ": \($0)" } ?? "")
  }
}

extension Explanation.Outcome {
  /// For programs.
  fileprivate var word: String {
    switch self {
    case .decided: "decided"
    case .conditionFalse: "condition_false"
    case .conditionFailed: "condition_failed"
    case .lost: "lost"
    }
  }
}
