import Testing

@testable import TCBShell

/// Echoes into a journal instead of printing.
private final actor Journal {
  var ran: [String] = []
  func add(_ text: String) { ran.append(text) }
}

private struct ScriptedSession: PromptSession {
  let journal = Journal()

  func completeness(of text: String) async -> InputCompleteness {
    if text.hasPrefix("#") { return .blank }
    return text.contains("{") && !text.contains("}") ? .incomplete : .complete
  }

  func run(_ text: String) async -> PromptOutcome {
    await journal.add(text)
    return PromptOutcome(exitStatus: 4, endsShell: text == "bye")
  }

  func completions(in text: String, at cursor: Int) async -> (start: Int, candidates: [Completion]) {
    (0, [])
  }

  /// Knows a secret only once the entry with it has run.
  func redacted(_ text: String) async -> String {
    await journal.ran.contains { $0.contains("hunter2") }
      ? text.split(separator: "hunter2", omittingEmptySubsequences: false).joined(separator: "***") : text
  }
}

@Suite struct ShellTests {
  private let session = ScriptedSession()

  private func fed(_ lines: [String]) async -> (shell: Shell, outcomes: [Shell.Outcome], ran: [String]) {
    var shell = Shell(session: session)
    var outcomes: [Shell.Outcome] = []
    for line in lines { outcomes.append(await shell.accept(line)) }
    return (shell, outcomes, await session.journal.ran)
  }

  @Test func `a complete line runs and is remembered`() async {
    let (shell, outcomes, ran) = await fed(["one"])
    #expect(outcomes == [Shell.Outcome(next: .prompt, kept: "one")])
    #expect(ran == ["one"])
    #expect(shell.history.entries == ["one"])
  }

  @Test(arguments: ["", "  ", "\t", "# remark"])
  func `a line with nothing to run is neither run nor remembered`(_ line: String) async {
    let (shell, outcomes, ran) = await fed([line])
    #expect(outcomes == [Shell.Outcome(next: .prompt)])
    #expect(ran == [] && shell.history.entries == [])
  }

  @Test func `an open entry collects lines, blank ones too, and is one entry`() async {
    var shell = Shell(session: session)
    _ = await shell.accept("{ a")
    #expect(shell.prompt == "...> ")
    #expect(shell.opened == "{ a\n")
    _ = await shell.accept("")
    let outcome = await shell.accept("}")
    #expect(outcome.kept == "{ a\n\n}")
    #expect(shell.prompt == "tcb> " && shell.opened == "")
    #expect(await session.journal.ran == ["{ a\n\n}"])
  }

  @Test func `several lines at once are one entry`() async {
    #expect(await fed(["a\nb"]).ran == ["a\nb"])
  }

  @Test(arguments: ["exit", "quit", "  quit\t"])
  func `words for leaving leave with 0`(_ line: String) async {
    let (shell, outcomes, ran) = await fed(["one", line])
    #expect(outcomes.last == Shell.Outcome(next: .leave(status: 0)))
    #expect(ran == ["one"] && shell.history.entries == ["one"])
  }

  @Test func `a word for leaving inside an entry is part of it`() async {
    #expect(await fed(["{", "exit", "}"]).ran == ["{\nexit\n}"])
  }

  @Test func `an entry may end the shell with its status`() async {
    #expect(await fed(["bye"]).outcomes.last?.next == .leave(status: 4))
  }

  @Test func `Ctrl-C drops the open lines`() async {
    var shell = Shell(session: session)
    _ = await shell.accept("{ a")
    shell.dropEntry()
    _ = await shell.accept("b")
    #expect(await session.journal.ran == ["b"])
  }

  @Test func `the end of input drops an open entry first and leaves then`() async {
    var shell = Shell(session: session)
    _ = await shell.accept("{ a")
    #expect(shell.endOfInput() == Shell.Outcome(next: .prompt))
    #expect(shell.opened == "")
    #expect(shell.endOfInput() == Shell.Outcome(next: .leave(status: 0)))
  }

  @Test func `a secret is redacted from the very entry that introduces it`() async {
    #expect(await fed(["secret hunter2"]).shell.history.entries == ["secret ***"])
  }
}

@Suite struct HistoryTests {
  @Test(arguments: [
    (["a", "b", "a"], ["a", "b", "a"]),
    (["a", "a"], ["a"]),
    (["a", " b", "a"], ["a"]),
    (["a  ", "a\n"], ["a"]),
    (["", "\t "], []),
    ([String(repeating: "x", count: History.maximumEntryBytes + 1)], []),
  ])
  func `entries are kept by the rules`(_ typed: [String], _ kept: [String]) {
    var history = History()
    for entry in typed { _ = history.keep(entry, typed: entry) }
    #expect(history.entries == kept)
  }

  @Test func `the oldest entries go first`() {
    var history = History(entries: ["1", "2", "3"], limit: 2)
    #expect(history.entries == ["2", "3"])
    #expect(history.keep("4", typed: "4") == "4")
    #expect(history.entries == ["3", "4"])
  }

  @Test func `a leading space counts as it was typed`() {
    var history = History()
    #expect(history.keep("***", typed: " hunter2") == nil)
    #expect(history.keep(" x", typed: "secret") == " x")
  }
}
