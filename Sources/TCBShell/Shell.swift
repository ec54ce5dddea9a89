// The prompt as a state: a line goes in, an outcome comes out. Knows no terminal.

package struct Shell: Sendable {
  package enum Next: Sendable, Equatable {
    case prompt
    case leave(status: Int32)
  }

  package struct Outcome: Sendable, Equatable {
    package var next: Next
    /// What went into history because of this line.
    package var kept: String?
    /// One line for the person, said at most once in the life of a shell.
    package var warning: String?
  }

  package private(set) var history: History
  private let session: any PromptSession
  private var historyFile: HistoryFile?
  private var openedLines: String?

  package init(
    session: any PromptSession, history: History = History(), historyFile: HistoryFile? = nil
  ) {
    self.session = session
    self.history = history
    self.historyFile = historyFile
  }

  /// ASCII: libedit crashes on another prompt under some locales.
  package var prompt: String { openedLines == nil ? "tcb> " : "...> " }

  /// The lines of the entry before the one being typed, each with its newline.
  package var opened: String { openedLines ?? "" }

  /// Takes a line without its newline; pasted text may bring several lines at once.
  package mutating func accept(_ line: String) async -> Outcome {
    if openedLines == nil {
      if line.isBlank { return Outcome(next: .prompt) }
      if line.isFarewell { return Outcome(next: .leave(status: 0), kept: nil) }
    }
    let entry = opened + line
    switch await session.completeness(of: entry) {
    case .incomplete:
      openedLines = entry + "\n"
      return Outcome(next: .prompt)
    case .blank:
      openedLines = nil
      return Outcome(next: .prompt)
    case .complete:
      openedLines = nil
      return await run(entry)
    }
  }

  /// Ctrl-C while typing: the whole entry goes, not only its last line.
  package mutating func dropEntry() {
    openedLines = nil
  }

  /// Ctrl-D on an empty line. Inside an entry it drops the entry, as other shells do.
  package mutating func endOfInput() -> Outcome {
    guard openedLines == nil else {
      openedLines = nil
      return Outcome(next: .prompt)
    }
    return Outcome(next: .leave(status: 0))
  }

  private mutating func run(_ entry: String) async -> Outcome {
    let result = await session.run(entry)
    var outcome = Outcome(next: result.endsShell ? .leave(status: result.exitStatus) : .prompt)
    // Redacted only now: a secret that this entry introduced was unknown before it ran.
    outcome.kept = history.keep(await session.redacted(entry), typed: entry)
    if let kept = outcome.kept { outcome.warning = writeDown(kept) }
    return outcome
  }

  private mutating func writeDown(_ entry: String) -> String? {
    guard historyFile != nil else { return nil }
    do {
      try historyFile?.append(entry)
      return nil
    } catch {
      historyFile = nil
      return error.message
    }
  }
}

extension String {
  fileprivate var isBlank: Bool {
    utf8.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  fileprivate var isFarewell: Bool {
    let word = utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    return word.elementsEqual("exit".utf8) || word.elementsEqual("quit".utf8)
  }
}
