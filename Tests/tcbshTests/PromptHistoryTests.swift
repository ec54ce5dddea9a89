// History across runs, and what must not be in it.

import Glibc
import Testing

@Suite(.serialized) struct PromptHistoryTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `history is kept between runs, for the owner only`() throws {
    let first = try Terminal.prompt(in: folder)
    try first.send("列出 文件\r")
    try first.expect("ran <列出 文件> 5\ntcb> ")
    try first.send("\u{4}")
    #expect(try first.waitForExit() == 0)
    #expect(folder.permissions(of: "state") == 0o700)
    #expect(folder.permissions(of: "state/history") == 0o600)

    let second = try Terminal.prompt(in: folder)
    try second.send("\u{1B}[A")
    try second.expectCursorRow("tcb> 列出 文件")
    try second.send("\r")
    try second.expect("ran <列出 文件> 5\n")
  }

  @Test func `a killed shell has its history written`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("precious\r")
    try terminal.expect("ran <precious> 8\ntcb> ")
    terminal.signal(SIGKILL)
    #expect(try terminal.waitForExit() == 128 + SIGKILL)
    #expect(folder.contents(of: "state/history") == "precious\n")
  }

  @Test func `two shells write one history`() throws {
    let one = try Terminal.prompt(in: folder)
    let other = try Terminal.prompt(in: folder)
    for (terminal, word) in [(one, "a"), (other, "b"), (one, "c")] {
      try terminal.send(word + "\r")
      try terminal.expect("ran <\(word)> 1\ntcb> ")
    }
    #expect(folder.contents(of: "state/history") == "a\nb\nc\n")
  }

  @Test func `secrets reach neither the file nor the line called back`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("account secret=hunter2\r")
    try terminal.expect("ran <account secret=hunter2>")
    try terminal.expect("tcb> ")
    try terminal.send("\u{1B}[A")
    try terminal.expectCursorRow("tcb> account secret=***")
    #expect(folder.contents(of: "state/history") == "account secret=***\n")
  }

  @Test func `an entry of several lines is called back whole`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("{ a\r")
    try terminal.expect("...> ")
    try terminal.send("b }\r")
    try terminal.expect("ran <{ a|b }> 7\ntcb> ")
    #expect(folder.contents(of: "state/history") == "{ a\\nb }\n")
    try terminal.send("\u{1B}[A")
    try terminal.expectCursorRow("b }")
    try terminal.send("\u{1B}[Ax\r")
    try terminal.expect("ran <{ ax|b }> 8\ntcb> ")
  }

  @Test func `Ctrl-R finds an earlier entry`() throws {
    let terminal = try Terminal.prompt(in: folder)
    for word in ["文件 甲", "other"] {
      try terminal.send(word + "\r")
      try terminal.expect("ran <\(word)>")
      try terminal.expect("tcb> ")
    }
    try terminal.send("\u{12}件")
    try terminal.expectCursorRow("search `件`: 文件 甲")
    try terminal.send("乙\u{7F}\u{1B}[F!")
    try terminal.expectCursorRow("tcb> 文件 甲!")
    try terminal.send("\r")
    try terminal.expect("ran <文件 甲!> 5\n")
    #expect(!terminal.screen.description.contains("search"))
  }

  @Test func `Ctrl-R goes on to older entries, and Ctrl-G gives the line back`() throws {
    let terminal = try Terminal.prompt(in: folder)
    for word in ["one ab", "two ab", "other"] {
      try terminal.send(word + "\r")
      try terminal.expect("ran <\(word)>")
      try terminal.expect("tcb> ")
    }
    try terminal.send("typed\u{12}ab")
    try terminal.expectCursorRow("search `ab`: two ab")
    try terminal.send("\u{12}")
    try terminal.expectCursorRow("search `ab`: one ab")
    try terminal.send("\u{7}")
    try terminal.expectCursorRow("tcb> typed")
    try terminal.send("\u{12}two\r")
    try terminal.expect("ran <two ab> 6\n")
  }

  @Test func `a long line survives going up and down in history`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("a\r")
    try terminal.expect("ran <a> 1\ntcb> ")
    let long = String(repeating: "0123456789", count: 150)
    try terminal.send(long)
    try terminal.expectScreen("the end of the line") { $0.cursorRow.hasSuffix("9") && $0.column == 65 }
    try terminal.send("\u{1B}[A\u{1B}[B\r")
    try terminal.expect("ran <\(long)> 1500\n")
  }

  @Test func `a state folder that cannot be made costs a warning and no more`() throws {
    let terminal = try Terminal(environment: ["TCB_STATE": "/dev/null/state"])
    try terminal.expect("history is not kept: cannot make the folder `/dev/null/state`\n")
    try terminal.expect("tcb> ")
    try terminal.send("hello\r")
    try terminal.expect("ran <hello> 5\ntcb> ")
    try terminal.send("\u{1B}[A")
    try terminal.expectCursorRow("tcb> hello")
  }
}
