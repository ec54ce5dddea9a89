// Completion, pasting, and terminals of other kinds and sizes.

import Glibc
import Testing

@Suite(.serialized) struct PromptScreenTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `Tab completes the only candidate`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("lin\t")
    try terminal.expectCursorRow("tcb> links")
    try terminal.send(" \"a\" us\t")
    try terminal.expectCursorRow("tcb> links \"a\" using")
  }

  @Test func `Tab completes names of the kind that fits`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("policy site { default deny }; let sites = 1\r")
    try terminal.expect("\ntcb> ")
    try terminal.send("explain \"a\" using s\t")
    try terminal.expectCursorRow("tcb> explain \"a\" using site")
    try terminal.send("\u{3}")
    try terminal.expect("^C\ntcb> ")
    try terminal.send("print sites\u{7F}\u{7F}\t")
    // Both names fit here, so it stops where they part.
    try terminal.expectCursorRow("tcb> print site")
  }

  @Test func `Tab goes as far as candidates agree, the next two list them`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("| ex\u{7F}\u{7F}\u{7F}\u{7F}exp\t\t")
    try terminal.expectScreen("the list") { screen in
      let lines = screen.lines
      guard let first = lines.firstIndex(of: "tcb> exp") else { return false }
      return ["expect   ", "explain  ", "export   ", "tcb> exp"].enumerated().allSatisfy {
        lines[first + 1 + $0].hasPrefix($1)
      }
    }
    try terminal.send("la\t \"a\"")
    try terminal.expectCursorRow("tcb> explain \"a\"")
  }

  @Test func `Tab completes inside an open block`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("if true {\r")
    try terminal.expect("...> ")
    try terminal.send("prin\t 7 }")
    try terminal.expectCursorRow("...> print 7 }")
    try terminal.enter("", prints: "7")
  }

  @Test func `Tab inside a text changes nothing`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("print \"lin\t\"")
    try terminal.expectCursorRow("tcb> print \"lin\"")
    try terminal.enter("", prints: "lin")
  }

  @Test func `pasted lines are one text that waits for Return`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("\u{1B}[200~print \"fir\" + \"st\"\rprint \"第\" + \"二\"\r\rprint \"last\r\u{1B}[201~")
    try terminal.expectCursorRow("print \"last")
    #expect(!terminal.text.contains("first"))
    try terminal.enter("!\"", prints: "first\n第二\nlast!")
  }

  @Test func `keys inside a paste do nothing`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("\u{1B}[200~a\u{4}b\u{1B}[Ac\u{1B}[201~")
    try terminal.expectCursorRow("tcb> ab[Ac")
  }

  @Test func `a paste taller than the screen arrives whole`() throws {
    let terminal = try Terminal.prompt(in: folder, rows: 5)
    let lines = (1...40).map { "print \($0)" }
    try terminal.send("\u{1B}[200~" + lines.joined(separator: "\r") + "\u{1B}[201~")
    try terminal.expectCursorRow("print 40")
    try terminal.enter("", prints: (1...40).map(String.init).joined(separator: "\n"))
  }

  @Test func `the terminal is asked for pastes only while a line is edited`() throws {
    let terminal = try Terminal.prompt(in: folder)
    #expect(terminal.pastesAreMarked)
    try terminal.startRunning()
    #expect(!terminal.pastesAreMarked)
    try terminal.send("\u{3}")
    try terminal.expect("tcb> ")
    try terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
    #expect(!terminal.pastesAreMarked)
  }

  @Test func `a line wraps at twenty columns and is edited there`() throws {
    let terminal = try Terminal.prompt(in: folder, columns: 20)
    try terminal.send("print \"一二三四五六七八九十")
    try terminal.expectScreen("the wrapped line") { screen in
      screen.row > 0 && screen.lines[screen.row - 1] == "tcb> print \"一二三四" && screen.cursorRow == "五六七八九十"
    }
    try terminal.send(String(repeating: "\u{7F}", count: 8))
    try terminal.expectCursorRow("tcb> print \"一二")
    try terminal.enter("\u{1B}[D零\u{1B}[F\"", prints: "一零二")
  }

  @Test func `the list of candidates fits twenty columns`() throws {
    let terminal = try Terminal.prompt(in: folder, columns: 20)
    try terminal.send("exp\t\t")
    try terminal.expectScreen("the list") { screen in
      guard let first = screen.lines.firstIndex(of: "tcb> exp") else { return false }
      return screen.lines[(first + 1)...].starts(with: [
        "expect   Fails a te", "explain  Says what", "export   Writes row", "tcb> exp",
      ])
    }
  }

  @Test func `a resized terminal shows the line once`() throws {
    let terminal = try Terminal.prompt(in: folder)
    try terminal.send("print \"some words")
    try terminal.expectCursorRow("tcb> print \"some words")
    terminal.resize(columns: 40, rows: 10)
    try terminal.send("!")
    try terminal.expectCursorRow("tcb> print \"some words!")
    let long = String(repeating: "x", count: 30)
    try terminal.enter(long + "\"", prints: "some words!" + long)
    #expect(terminal.screen.lines[1] == "tcb> print \"some words!" + String(repeating: "x", count: 17))
  }

  @Test(arguments: ["C", "POSIX", "xx_YY.nonsense", "C.UTF-8"])
  func `Chinese works whatever the locale says`(_ locale: String) throws {
    let terminal = try Terminal.prompt(in: folder, environment: ["LC_ALL": locale])
    try terminal.send("print \"列出é🎉\"")
    try terminal.expectCursorRow("tcb> print \"列出é🎉\"")
    try terminal.enter("", prints: "列出é🎉")
  }

  @Test(arguments: ["dumb", "", "nonsense-terminal"])
  func `a terminal nobody knows has a plain prompt`(_ type: String) throws {
    let terminal = try Terminal.prompt(in: folder, environment: ["TERM": type])
    try terminal.enter("print \"hello 文\"", prints: "hello 文")
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
    let word: [UInt8] = [0x61, 0xFF, 0xE6, 0x96, 0x62, 0x80, 0xE6, 0x96, 0x87]
    try terminal.send(bytes: Array("print \"".utf8) + word + Array("\"\r".utf8))
    try terminal.expect("\nab文\n")
  }

  @Test func `without a terminal there is no prompt`() throws {
    let outcome = try folder.tcbsh([], stdin: "print 1\n")
    #expect(outcome.status == 0)
    #expect(outcome.outputText == "1\n")
  }
}
