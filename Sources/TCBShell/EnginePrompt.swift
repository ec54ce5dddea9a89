// The prompt's view of a session of the language.

import TCBEngine
import TCBSyntax

package struct EnginePrompt: PromptSession {
  private let session: Session

  package init(_ session: Session) { self.session = session }

  package func completeness(of text: String) async -> InputCompleteness {
    let isBlank = text.split(separator: "\n").allSatisfy { line in
      let rest = line.drop { $0 == " " || $0 == "\t" }
      return rest.isEmpty || rest.hasPrefix("#")
    }
    if isBlank { return .blank }
    return await session.isIncomplete(text) ? .incomplete : .complete
  }

  package func run(_ text: String) async -> PromptOutcome {
    let report = await session.run(SourceText(name: "prompt", text), mode: .interactive)
    if case .outputClosed = report.ending {
      return PromptOutcome(exitStatus: report.exitStatus, endsShell: true)
    }
    return PromptOutcome(exitStatus: report.exitStatus)
  }

  package func completions(in text: String, at cursor: Int) async -> (start: Int, candidates: [Completion]) {
    let found = await session.candidates(in: text, at: cursor)
    return (found.start, found.candidates.map { Completion(text: $0.text, summary: $0.summary) })
  }

  package func redacted(_ text: String) async -> String { await session.redacted(text) }
}
