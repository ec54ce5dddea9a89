// `explain`: why a policy decides as it does.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

struct ExplainCommand: Command {
  let signature = CommandSignature(
    "explain", "Says what a policy decides for a file, with every rule that matches and why the winner won.",
    [
      .subject(
        "FILE", required: true, takesPipe: true,
        "a path, an id, or a row such as {path: \"a.mp4\", size: 1MB}"),
      .labelled("using", "POLICY", required: true, takes: .policy("`using`"), "the rules"),
    ], gives: .value(.record),
    examples: [
      CommandExample(#"explain "private/x/thumb_1.jpg" using site"#, "the rules that match, the winner first")
    ],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let policy = try arguments.object("using", as: PolicyValue.self, "a policy"),
      let value = arguments.value()
    else {
      return .null
    }
    let file = try JudgedFile(value, in: context)
    let explanation = context.explanation(policy, file)
    try context.print(text(explanation))
    return .decision(explanation.decision, path: file.path)
  }

  private func text(_ explanation: Explanation) -> String {
    var lines = ["\(explanation.path)  \(outcome(explanation.decision))"]
    let rules = explanation.candidates.map { candidate in
      (candidate.rule.origin, candidate.rule.text ?? candidate.pattern.text, candidate.sentence)
    }
    let originWidth = rules.map { DisplayWidth.of($0.0) }.max() ?? 0
    let ruleWidth = rules.map { DisplayWidth.of($0.1) }.max() ?? 0
    for (origin, rule, sentence) in rules {
      lines.append("  \(padded(origin, originWidth))  \(padded(rule, ruleWidth))  \(sentence)")
    }
    lines += explanation.notes.map { "  \($0)" }
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
