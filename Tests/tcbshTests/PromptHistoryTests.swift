// History across runs, and what must not be in it.

import Glibc
import Testing

@Suite(.serialized) struct PromptHistoryTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `history is kept between runs, for the owner only`() throws {
    let first = try Terminal.prompt(in: folder)
    try first.enter(#"print "列出 文件""#, prints: "列出 文件")
    try first.send("\u{4}")
    #expect(try first.waitForExit() == 0)
    #expect(folder.permissions(of: "state") == 0o700)
    #expect(folder.permissions(of: "state/history") == 0o600)

    let second = try Terminal.prompt(in: folder)
    try second.send("\u{1B}[A")
    try second.expectCursorRow(#"tcb> print "列出 文件""#)
    try second.enter("", prints: "列出 文件")
  }

  @Test func `a killed shell has its history written`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.enter(#"print "precious""#, prints: "precious")
    terminal.signal(SIGKILL)
    #expect(try terminal.waitForExit() == 128 + SIGKILL)
    #expect(folder.contents(of: "state/history") == "print \"precious\"\n")
  }

  @Test func `two shells write one history`() throws {
    let one = try Terminal.prompt(in: folder)
    let other = try Terminal.prompt(in: folder)
    for (terminal, number) in [(one, 1), (other, 2), (one, 3)] {
      try terminal.enter("print \(number)", prints: "\(number)")
    }
    #expect(folder.contents(of: "state/history") == "print 1\nprint 2\nprint 3\n")
  }

  /// Entries that hold a secret, also such as cannot be run.
  @Test(arguments: [
    (
      #"token t from app { appid "wx1" secret "hunter2hunter2" }"#,
      #"token t from app { appid "wx1" secret "‹secret›" }"#
    ),
    (
      #"token t from app { appid "wx1" secret "hunter2hunter2" ) }"#,
      #"token t from app { appid "wx1" secret "‹secret›" ) }"#
    ),
    (
      #"tokn t from app { appid "wx1" secret 'hunter2hunter2' }"#,
      #"tokn t from app { appid "wx1" secret '‹secret›' }"#
    ),
    (
      #"token t from component { ticket "hunter2hunter2" nonsense }"#,
      #"token t from component { ticket "‹secret›" nonsense }"#
    ),
  ])
  func `secrets reach neither the file nor the line called back`(_ entry: String, _ kept: String) throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send(entry + "\r")
    try terminal.expect("\n")
    try terminal.expect("tcb> ")
    try terminal.send("\u{1B}[A")
    try terminal.expectCursorRow("tcb> " + kept)
    #expect(folder.contents(of: "state/history") == kept + "\n")
    // Once, where it was typed.
    #expect(terminal.text.ranges(of: "hunter2hunter2").count == 1)
  }

  @Test func `an entry of several lines is called back whole`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("if true {\r")
    try terminal.expect("...> ")
    try terminal.enter("print 1 }", prints: "1")
    #expect(folder.contents(of: "state/history") == "if true {\\nprint 1 }\n")
    try terminal.send("\u{1B}[A")
    try terminal.expectCursorRow("print 1 }")
    try terminal.send("\u{1B}[A")
    try terminal.enter(" print 2;", prints: "2\n1")
  }

  @Test func `Ctrl-R finds an earlier entry`() throws {
    let terminal = try Terminal.prompt(in: folder)
    for word in ["文件 甲", "other"] { try terminal.enter("print \"\(word)\"", prints: word) }
    try terminal.send("\u{12}件")
    try terminal.expectCursorRow(#"search `件`: print "文件 甲""#)
    try terminal.send("乙\u{7F}\u{1B}[F + \"!\"")
    try terminal.expectCursorRow(#"tcb> print "文件 甲" + "!""#)
    try terminal.enter("", prints: "文件 甲!")
    #expect(!terminal.screen.description.contains("search"))
  }

  @Test func `Ctrl-R goes on to older entries, and Ctrl-G gives the line back`() throws {
    let terminal = try Terminal.prompt(in: folder)
    for word in ["one ab", "two ab", "other"] { try terminal.enter("print \"\(word)\"", prints: word) }
    try terminal.send("typed\u{12}ab")
    try terminal.expectCursorRow(#"search `ab`: print "two ab""#)
    try terminal.send("\u{12}")
    try terminal.expectCursorRow(#"search `ab`: print "one ab""#)
    try terminal.send("\u{7}")
    try terminal.expectCursorRow("tcb> typed")
    try terminal.enter("\u{12}two", prints: "two ab")
  }

  @Test func `a long line survives going up and down in history`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.enter("print 1", prints: "1")
    let long = String(repeating: "0123456789", count: 150)
    try terminal.send("print \"\(long)")
    try terminal.expectScreen("the end of the line") { $0.cursorRow.hasSuffix("9") && $0.column == 72 }
    try terminal.send("\u{1B}[A")
    try terminal.expectScreen("the older entry") { $0.lines.contains("tcb> print 1") && $0.column == 12 }
    try terminal.enter("\u{1B}[B\"", prints: long)
  }

  @Test func `a state folder that cannot be made costs a warning and no more`() throws {
    let terminal = try Terminal(environment: ["TCB_STATE": "/dev/null/state"])
    try terminal.expect("history is not kept: cannot make the folder `/dev/null/state`\n")
    try terminal.expect("tcb> ")
    try terminal.enter("print 1", prints: "1")
    try terminal.send("\u{1B}[A")
    try terminal.expectCursorRow("tcb> print 1")
  }
}
