// The prompt as a person uses it, through a terminal.

import Glibc
import Testing

extension Terminal {
  /// A prompt with its state in `folder`, ready for the first key.
  static func prompt(
    in folder: ScratchFolder, environment: [String: String] = [:], columns: Int = 80, rows: Int = 24
  ) throws -> Terminal {
    let more = ["TCB_STATE": folder.path + "/state", "HOME": folder.path].merging(environment) { $1 }
    let terminal = try Terminal(environment: more, columns: columns, rows: rows)
    try terminal.expect("tcb> ")
    return terminal
  }
}

@Suite(.serialized) struct PromptTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `a command runs and the prompt comes back`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("hello\r")
    try terminal.expect("ran <hello> 5\ntcb> ")
    #expect(terminal.screen.lines.prefix(3) == ["tcb> hello", "ran <hello> 5", "tcb>"])
  }

  @Test func `Chinese and emoji are typed, shown and erased whole`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("列出 文件🎉")
    try terminal.expectCursorRow("tcb> 列出 文件🎉")
    try terminal.send("\u{7F}\u{7F}")
    try terminal.expectCursorRow("tcb> 列出 文")
    #expect(terminal.screen.column == 12)
    try terminal.send("\u{1B}[D\u{1B}[D名\r")
    try terminal.expect("ran <列出名 文> 5\n")
  }

  @Test func `an open block continues at the other prompt`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("{ a\r")
    try terminal.expect("...> ")
    try terminal.send("b }\r")
    try terminal.expect("ran <{ a|b }> 7\ntcb> ")
  }

  @Test func `Ctrl-C drops the line`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("dropped")
    try terminal.expectCursorRow("tcb> dropped")
    try terminal.send("\u{1B}[D\u{1B}[D\u{3}")
    try terminal.expect("^C\ntcb> ")
    try terminal.send("kept\r")
    try terminal.expect("ran <kept> 4\n")
    #expect(terminal.screen.lines.first == "tcb> dropped^C")
    #expect(!terminal.text.contains("ran <dropped"))
  }

  @Test func `Ctrl-C drops all lines of an open block`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("{ a\r")
    try terminal.expect("...> ")
    try terminal.send("b\u{3}")
    try terminal.expect("^C\ntcb> ")
    try terminal.send("c\r")
    try terminal.expect("ran <c> 1\n")
  }

  @Test(arguments: ["\u{12}x", "\u{1B}", "\u{1B}[200~x"])
  func `Ctrl-C drops the line from within a key sequence`(_ keys: String) throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("a" + keys)
    // The letter comes before or after what the keys show.
    try terminal.expectScreen("the keys") { $0.cursorRow.hasSuffix(": a") || $0.cursorRow == "tcb> a" }
    try terminal.send("\u{3}")
    try terminal.expect("^C\ntcb> ")
    try terminal.send("next\r")
    try terminal.expect("ran <next> 4\n")
  }

  @Test func `Ctrl-C stops a running command and the prompt lives`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("sleep\r")
    try terminal.expect("sleeping\n")
    try terminal.send("\u{3}")
    try terminal.expect("stopped early\ntcb> ")
    try terminal.send("hello\r")
    try terminal.expect("ran <hello> 5\ntcb> ")
  }

  @Test func `the second Ctrl-C tells of the third, which leaves a command that does not stop`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("hang\r")
    try terminal.expect("hanging\n")
    try terminal.send("\u{3}")
    try terminal.expect("^C\n")
    try terminal.send("\u{3}")
    try terminal.expect("press Ctrl-C once more")
    try terminal.send("\u{3}")
    #expect(try terminal.waitForExit() == 130)
    #expect(terminal.isInUsualMode)
  }

  @Test func `Ctrl-D on an empty line leaves`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
    #expect(terminal.isInUsualMode)
  }

  @Test func `Ctrl-D inside a block drops the block`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("{ a\r")
    try terminal.expect("...> ")
    try terminal.send("\u{4}")
    try terminal.expect("tcb> ")
    try terminal.send("b\r")
    try terminal.expect("ran <b> 1\n")
  }

  @Test func `Ctrl-D typed while a command runs leaves after it`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("pause\r")
    try terminal.expect("pausing\n")
    try terminal.send("\u{4}")
    terminal.signal(SIGUSR1)
    #expect(try terminal.waitForExit() == 0)
  }

  @Test(arguments: ["exit", " quit "])
  func `a word for leaving leaves`(_ word: String) throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send(word + "\r")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func `an entry that ends the shell gives its status`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("leave\r")
    #expect(try terminal.waitForExit() == 7)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
  func `a signal at the prompt restores the terminal and leaves`(_ number: Int32) throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("half")
    try terminal.expectCursorRow("tcb> half")
    #expect(!terminal.isInUsualMode)
    terminal.signal(number)
    #expect(try terminal.waitForExit() == 128 + number)
    #expect(terminal.isInUsualMode)
  }

  @Test func `a signal stops the running command and leaves`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("sleep\r")
    try terminal.expect("sleeping\n")
    terminal.signal(SIGTERM)
    #expect(try terminal.waitForExit() == 128 + SIGTERM)
    #expect(terminal.text.contains("stopped early"))
  }

  @Test func `Ctrl-Z where nothing can continue the program changes nothing`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("be")
    try terminal.expectCursorRow("tcb> be")
    try terminal.send("\u{1A}fore\r")
    try terminal.expect("ran <before> 6\n")
  }

  @Test func `a stopped program draws its line anew when continued`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("be")
    try terminal.expectCursorRow("tcb> be")
    terminal.signal(SIGSTOP)
    terminal.signal(SIGCONT)
    try terminal.send("fore\r")
    try terminal.expect("ran <before> 6\n")
  }
}
