// The prompt as a person uses it, through a terminal.

import Glibc
import Testing

extension Terminal {
  /// A prompt with its state in `folder`, ready for the first key.
  static func prompt(
    in folder: ScratchFolder, environment: [String: String] = [:], columns: Int = 80, rows: Int = 24
  ) throws -> Terminal {
    let terminal = try Terminal(
      environment: folder.state.merging(environment) { $1 }, columns: columns, rows: rows)
    try terminal.expect("tcb> ")
    return terminal
  }

  /// Types a line and waits for what it prints and for the next prompt.
  func enter(_ line: String, prints lines: String) throws {
    try send(line + "\r")
    try expect("\n" + lines + "\ntcb> ")
  }

  /// Starts what only a signal ends, and waits until it runs.
  func startRunning() throws {
    try send("print \"running\"; while true { }\r")
    try expect("\nrunning\n")
  }
}

@Suite(.serialized) struct PromptTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `a command runs and the prompt comes back`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.enter(#"print "hello""#, prints: "hello")
    #expect(terminal.screen.lines[1...3] == [#"tcb> print "hello""#, "hello", "tcb>"])
  }

  @Test func `the value of an expression is shown, and what a definition bound stays`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("let total = 6 * 7\r")
    try terminal.expect("tcb> ")
    try terminal.enter("total", prints: "42")
    try terminal.enter("(total / 2)", prints: "21")
  }

  @Test func `a mistake is told and the prompt lives`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("prin 1\r")
    try terminal.expect("error[E0301]")
    try terminal.expect("did you mean `print`?")
    try terminal.expect("tcb> ")
    try terminal.enter("print 1", prints: "1")
  }

  @Test func `Chinese and emoji are typed, shown and erased whole`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send(#"print "列出 文件🎉"#)
    try terminal.expectCursorRow(#"tcb> print "列出 文件🎉"#)
    try terminal.send("\u{7F}\u{7F}")
    try terminal.expectCursorRow(#"tcb> print "列出 文"#)
    #expect(terminal.screen.column == 19)
    try terminal.send("\u{1B}[D\u{1B}[D名\u{1B}[F\"\r")
    try terminal.expect("\n列出名 文\ntcb> ")
  }

  @Test(arguments: [
    ("if true {", #"print "inside" }"#, "inside"),
    ("policy p { default max_age 1h", "}; decide(\"a\", p).max_age", "1h"),
    ("print (", "1 + 2)", "3"),
    ("[\"a\", \"b\"] |", "count", "2"),
    ("print [1,", "2]", "[1, 2]"),
    ("print 1 +", "2", "3"),
  ])
  func `an entry that is not finished goes on at the other prompt`(
    _ first: String, _ second: String, _ result: String
  ) throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send(first + "\r")
    try terminal.expect("\n...> ")
    try terminal.enter(second, prints: result)
  }

  @Test func `Ctrl-C drops the line`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send(#"print "drop" + "ped""#)
    try terminal.expectCursorRow(#"tcb> print "drop" + "ped""#)
    try terminal.send("\u{1B}[D\u{1B}[D\u{3}")
    try terminal.expect("^C\ntcb> ")
    try terminal.enter(#"print "kept""#, prints: "kept")
    #expect(terminal.screen.lines[1] == #"tcb> print "drop" + "ped"^C"#)
    #expect(!terminal.text.contains("dropped"))
  }

  @Test func `Ctrl-C drops all lines of an open block`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("if true {\r")
    try terminal.expect("...> ")
    try terminal.send("print 1\u{3}")
    try terminal.expect("^C\ntcb> ")
    try terminal.enter("print 2", prints: "2")
  }

  @Test(arguments: ["\u{12}x", "\u{1B}", "\u{1B}[200~x"])
  func `Ctrl-C drops the line from within a key sequence`(_ keys: String) throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("a" + keys)
    // The letter comes before or after what the keys show.
    try terminal.expectScreen("the keys") { $0.cursorRow.hasSuffix(": a") || $0.cursorRow == "tcb> a" }
    try terminal.send("\u{3}")
    try terminal.expect("^C\ntcb> ")
    try terminal.enter(#"print "next""#, prints: "next")
  }

  @Test func `Ctrl-C stops a running command and the prompt lives`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.startRunning()
    try terminal.send("\u{3}")
    try terminal.expect("^C\n")
    try terminal.expect("tcb> ")
    try terminal.enter(#"print "alive""#, prints: "alive")
  }

  @Test func `Ctrl-C stops a command that waits for a pipe`() throws {
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("print \"running\"; files f from lines \"\(folder.path)/pipe\"; f | count\r")
    try terminal.expect("\nrunning\n")
    try terminal.waitUntilIdle()
    try terminal.send("\u{3}")
    try terminal.expect("^C\n")
    try terminal.expect("tcb> ")
    try terminal.enter(#"print "alive""#, prints: "alive")
  }

  @Test func `the second Ctrl-C tells of the third, which leaves a command that does not stop`() throws {
    // Opening a pipe that nobody reads from waits for a reader.
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("print \"running\"; [{path: \"a\"}] | export to \"\(folder.path)/pipe\" as csv\r")
    try terminal.expect("\nrunning\n")
    try terminal.waitUntilIdle()
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

  @Test func `Ctrl-D after an entry that failed leaves with 0`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("fail \"on purpose\"\r")
    try terminal.expect("error")
    try terminal.expect("tcb> ")
    try terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func `Ctrl-D inside a block drops the block`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("if true {\r")
    try terminal.expect("...> ")
    try terminal.send("\u{4}")
    try terminal.expect("tcb> ")
    try terminal.enter("print 1", prints: "1")
  }

  @Test func `Ctrl-D typed while a command runs leaves after it`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.startRunning()
    try terminal.send("\u{4}")
    terminal.signal(SIGINT)
    #expect(try terminal.waitForExit() == 0)
  }

  @Test(arguments: ["exit", " quit "])
  func `a word for leaving leaves`(_ word: String) throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send(word + "\r")
    #expect(try terminal.waitForExit() == 0)
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
    try terminal.startRunning()
    terminal.signal(SIGTERM)
    #expect(try terminal.waitForExit() == 128 + SIGTERM)
  }

  @Test func `Ctrl-Z where nothing can continue the program changes nothing`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("print \"be")
    try terminal.expectCursorRow("tcb> print \"be")
    try terminal.send("\u{1A}fore\"\r")
    try terminal.expect("\nbefore\n")
  }

  @Test func `a stopped program draws its line anew when continued`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("print \"be")
    try terminal.expectCursorRow("tcb> print \"be")
    terminal.signal(SIGSTOP)
    terminal.signal(SIGCONT)
    try terminal.send("fore\"\r")
    try terminal.expect("\nbefore\n")
  }
}
