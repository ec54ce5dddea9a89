// Completion, pasting, and terminals of other kinds and sizes.

import Glibc
import Testing

@Suite(.serialized) struct PromptScreenTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `Tab completes the only candidate`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("show li\t")
    try terminal.expectCursorRow("tcb> show links")
    try terminal.send(" 环\t\r")
    try terminal.expect("ran <show links 环境> 13\n")
  }

  @Test func `Tab goes as far as candidates agree, the next two list them`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("文\t")
    try terminal.expectCursorRow("tcb> 文件")
    try terminal.send("\t\t")
    try terminal.expectScreen("the list") {
      Array($0.lines.prefix(4)) == ["tcb> 文件", "文件列表  所有文件", "文件链接  下载链接", "tcb> 文件"]
    }
    try terminal.send("链\t\r")
    try terminal.expect("ran <文件链接> 4\n")
  }

  @Test func `Tab completes inside an open block`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("{ 文件列表\r")
    try terminal.expect("...> ")
    try terminal.send("expo\t }\r")
    try terminal.expect("ran <{ 文件列表|export }> 15\n")
  }

  @Test func `pasted lines are one text that waits for Return`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("\u{1B}[200~first\tx\rsecond 文\r\rlast\r\u{1B}[201~")
    try terminal.expectCursorRow("last")
    #expect(!terminal.text.contains("ran"))
    try terminal.send("!\r")
    try terminal.expect("ran <first\tx|second 文||last!>")
  }

  @Test func `keys inside a paste do nothing`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("\u{1B}[200~a\u{4}b\u{1B}[Ac\u{1B}[201~")
    try terminal.expectCursorRow("tcb> ab[Ac")
  }

  @Test func `a paste taller than the screen arrives whole`() throws {
    let terminal = try Terminal.prompt(in: folder, rows: 5)
    let lines = (1...40).map { "line \($0)" }
    try terminal.send("\u{1B}[200~" + lines.joined(separator: "\r") + "\u{1B}[201~")
    try terminal.expectCursorRow("line 40")
    try terminal.send("\r")
    try terminal.expect("ran <" + lines.joined(separator: "|") + ">")
    try terminal.expect("tcb> ")
  }

  @Test func `the terminal is asked for pastes only while a line is edited`() throws {
    let terminal = try Terminal.prompt(in: folder)
    #expect(terminal.pastesAreMarked)
    try terminal.send("sleep\r")
    try terminal.expect("sleeping\n")
    #expect(!terminal.pastesAreMarked)
    try terminal.send("\u{3}")
    try terminal.expect("tcb> ")
    try terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
    #expect(!terminal.pastesAreMarked)
  }

  @Test func `a line wraps at twenty columns and is edited there`() throws {
    let terminal = try Terminal.prompt(in: folder, columns: 20)
    try terminal.send("一二三四五六七八九十")
    try terminal.expectScreen("the wrapped line") {
      Array($0.lines.prefix(2)) == ["tcb> 一二三四五六七", "八九十"]
    }
    try terminal.send("\u{7F}\u{7F}\u{7F}\u{7F}")
    try terminal.expectScreen("the shortened line") {
      Array($0.lines.prefix(2)) == ["tcb> 一二三四五六", ""] && $0.row == 0
    }
    try terminal.send("\u{1}零\r")
    try terminal.expect("ran <零一二三四五六> 7\n")
  }

  @Test func `the list of candidates fits twenty columns`() throws {
    let terminal = try Terminal.prompt(in: folder, columns: 20)
    try terminal.send("exp\t\t")
    try terminal.expectScreen("the list") {
      Array($0.lines.prefix(4)) == ["tcb> exp", "export   writes row", "explain  why a file", "tcb> exp"]
    }
  }

  @Test func `a resized terminal shows the line once`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("some words")
    try terminal.expectCursorRow("tcb> some words")
    terminal.resize(columns: 40, rows: 10)
    try terminal.send("!")
    try terminal.expectCursorRow("tcb> some words!")
    try terminal.send(String(repeating: "x", count: 30) + "\r")
    try terminal.expect("ran <some words!")
    #expect(terminal.screen.lines.first == "tcb> some words!" + String(repeating: "x", count: 24))
  }

  @Test(arguments: ["C", "POSIX", "xx_YY.nonsense", "C.UTF-8"])
  func `Chinese works whatever the locale says`(_ locale: String) throws {
    let terminal = try Terminal.prompt(in: folder, environment: ["LC_ALL": locale])
    try terminal.send("列出é🎉")
    try terminal.expectCursorRow("tcb> 列出é🎉")
    try terminal.send("\r")
    try terminal.expect("ran <列出é🎉> 4\n")
  }

  @Test(arguments: ["dumb", "", "nonsense-terminal"])
  func `a terminal nobody knows has a plain prompt`(_ type: String) throws {
    let terminal = try Terminal.prompt(in: folder, environment: ["TERM": type])
    try terminal.send("hello 文\r")
    try terminal.expect("ran <hello 文> 7\ntcb> ")
    try terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func `colours appear unless the person wants none`() throws {
    #expect(try Terminal.prompt(in: folder).hasColours)
    #expect(try !Terminal.prompt(in: folder, environment: ["NO_COLOR": "1"]).hasColours)
    #expect(try !Terminal.prompt(in: folder, environment: ["TERM": "dumb"]).hasColours)
  }

  @Test func `bytes that are no UTF-8 are passed over`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send(bytes: [0x61, 0xFF, 0xE6, 0x96, 0x62, 0x80, 0xE6, 0x96, 0x87, 0x0D])
    try terminal.expect("ran <ab文> 3\n")
  }

  @Test func `without a terminal there is no prompt`() throws {
    let outcome = try Program.run([], stdin: Array("hello\n".utf8), directory: folder.path)
    #expect(outcome.status == 2)
    #expect(!outcome.outputText.contains("tcb>"))
  }
}
