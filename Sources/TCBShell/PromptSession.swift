// What the prompt asks of the language: the only thing the shell knows of it.

package struct PromptOutcome: Sendable {
  package var exitStatus: Int32
  /// The entry asked to leave; the shell does, with `exitStatus`.
  package var endsShell: Bool

  package init(exitStatus: Int32, endsShell: Bool = false) {
    self.exitStatus = exitStatus
    self.endsShell = endsShell
  }
}

package enum InputCompleteness: Sendable {
  case complete, incomplete
  /// Nothing to run: spaces, or only comments.
  case blank
}

package struct Completion: Sendable, Hashable {
  /// The whole word, not what is missing of it.
  package var text: String
  package var summary: String?

  package init(text: String, summary: String? = nil) {
    self.text = text
    self.summary = summary
  }
}

package protocol PromptSession: Sendable {
  /// Whether `text` needs more lines (a block, bracket or continued line is open).
  func completeness(of text: String) async -> InputCompleteness

  /// Runs one complete entry; prints its own output and errors. Ends early when the task is
  /// cancelled.
  func run(_ text: String) async -> PromptOutcome

  /// Candidates for the word that ends at the UTF-8 offset `cursor`, and where that word starts.
  func completions(in text: String, at cursor: Int) async -> (start: Int, candidates: [Completion])

  /// The entry with every known secret replaced, for history. Asked after the entry ran, so that
  /// the secrets it introduced are known, and also when its task was cancelled.
  func redacted(_ text: String) async -> String
}
