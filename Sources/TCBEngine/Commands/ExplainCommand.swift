// `explain`: why a policy decides as it does.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

struct ExplainCommand: Command {
  let signature = CommandSignature(
    "explain", "Says what a policy decides for a file, with every rule that matches and why the winner won.",
    [
      .subject("FILE", required: true, takesPipe: true, "a path, an id, or a row such as {path: \"a.mp4\", size: 1MB}"),
      .labelled("using", "POLICY", required: true, "the rules"),
    ],
    examples: [CommandExample(#"explain "private/x/thumb_1.jpg" using site"#, "the rules that match, the winner first")],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let policy = try arguments.object("using", as: PolicyValue.self, "a policy"), let value = arguments.value() else {
      return .null
    }
    let file = try JudgedFile(value, in: context)
    let explanation = context.explanation(policy, file)
    try context.print(text(explanation))
    return .decision(explanation.decision, path: file.path)
  }

  private func text(_ explanation: Explanation) -> String {
    var lines = ["\(explanation.path)  \(outcome(explanation.decision))"]
    let origins = explanation.candidates.map(\.rule.origin)
    let width = origins.map { DisplayWidth.of($0) }.max() ?? 0
    for candidate in explanation.candidates {
      let origin = candidate.rule.origin
      let padding = String(repeating: " ", count: width - DisplayWidth.of(origin))
      let rule = candidate.rule.text ?? candidate.pattern.text
      lines.append("  \(origin)\(padding)  \(rule)")
      lines.append("  \(String(repeating: " ", count: width))    \(candidate.sentence)")
    }
    lines += explanation.notes.map { "  \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func outcome(_ decision: Decision) -> String {
    if let maxAge = decision.maxAge {
      let (milliseconds, overflow) = maxAge.multipliedReportingOverflow(by: 1_000)
      return "max_age \(overflow ? "\(maxAge)s" : DurationText.format(milliseconds))"
    }
    return "denied" + (decision.reason.map { ": \($0)" } ?? "")
  }
}
