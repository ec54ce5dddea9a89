import TCBHost
import TCBRows
import TCBTestSupport
import TCBText
import Testing

@testable import TCBExport

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("中文", 4), ("ｆｕｌｌ", 8), ("カナ", 4), ("ｶﾅ", 2), ("한국", 4), ("e\u{301}", 1), ("é", 1),
    ("ñandú", 5),
    ("🙂", 2), ("👍🏽", 2), ("👨‍👩‍👧‍👦", 2), ("🇨🇳", 2), ("🇨🇳🇩🇪", 4), ("❤️", 2), ("❤", 1), ("1️⃣", 2), ("☺\u{FE0E}", 1),
    ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
    ("\u{1100}\u{1161}\u{11A8}", 2), ("…", 1), ("─", 1), ("Ж", 1), ("𠀀", 2), ("שלום", 4), ("ก็", 1), ("🫠", 2),
    ("〇", 2), ("　", 2),
  ])
  func `a text takes its columns`(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test func `the table of wide scalars ascends`() {
    let edges = (0x1100..<0x40000).filter { value in
      guard let here = Unicode.Scalar(UInt32(value)), let before = Unicode.Scalar(UInt32(value - 1)) else {
        return false
      }
      return WideScalars.contains(here) != WideScalars.contains(before)
    }
    #expect(edges.first == 0x1100)
    #expect(edges.last == 0x3FFFE)
    #expect(!WideScalars.contains("\u{10FFFF}"))
  }

  @Test(arguments: [
    ("中文字", 5, "中文", 4), ("abc", 2, "ab", 2), ("e\u{301}x", 1, "e\u{301}", 1), ("中", 1, "", 0),
  ])
  func `a text is cut between characters`(text: String, limit: Int, cut: String, width: Int) {
    let prefix = DisplayWidth.prefix(of: text, within: limit)
    #expect(prefix.text == cut)
    #expect(prefix.width == width)
  }

  @Test(arguments: [
    ("a\u{1B}[31mb", "a\\u{1B}[31mb"), ("a\n\t\r", "a\\n\\t\\r"), ("\u{7F}\u{9B}", "\\u{7F}\\u{9B}"),
    ("a\u{202E}gnp", "a\\u{202E}gnp"), ("\u{200B}", "\\u{200B}"), ("\u{0}", "\\u{0}"), ("中 👨‍👩‍👧‍👦", "中 👨‍👩‍👧‍👦"),
    ("\\n", "\\n"),
  ])
  func `control characters are shown and not sent`(text: String, shown: String) {
    #expect(VisibleText.of(text) == shown)
  }
}

@Suite struct TableTests {
  private func table(_ batch: RowBatch, width: Int? = nil, columns: [String]? = nil) throws -> String {
    try exported(.table, [batch], columns: columns, options: TableOptions(width: width))
  }

  @Test func `columns line up, wide characters count as two, numbers stand right`() throws {
    #expect(
      try table(linkRows) == """
        path         status  url                  size  expires_at                tags
        ───────────  ──────  ───────────────────  ────  ────────────────────────  ──────
        a.png        ok      https://x/a.png?t=1    10  1970-01-01T00:00:00Z      t, u,v
        图片/一.png  denied
        b|c.png              https://x/b            -3  1970-01-01T00:00:01.500Z
        3 rows

        """)
  }

  @Test func `columns with nothing in them are left out, but never all, and not when chosen`() throws {
    let batch = RowBatch([("a", .texts(["x"])), ("b", .nulls(1))])
    #expect(try table(batch) == "a\n─\nx\n1 row\n")
    #expect(try table(batch, columns: ["b"]) == "b\n─\n\n1 row\n")
    #expect(try table(batch.keeping(["b"])) == "b\n─\n\n1 row\n")
  }

  @Test func `no rows are said to be none`() throws {
    #expect(try exported(.table, []) == "no rows\n")
  }

  private let wide = RowBatch([
    ("path", .texts(["very/long/path/to/some/picture.png", "图片/很长的名字在这里.png"])),
    ("url", .texts(["https://example.com/a?sign=0123456789", nil])),
    ("rule", .texts(["site.tcb:12", "site.tcb:14"])),
  ])

  @Test func `the widest columns are cut to fit`() throws {
    #expect(
      try table(wide, width: 72) == """
        path                  url                                    rule
        ────────────────────  ─────────────────────────────────────  ───────────
        very/long/path/to/s…  https://example.com/a?sign=0123456789  site.tcb:12
        图片/很长的名字在这…                                         site.tcb:14
        2 rows

        """)
  }

  @Test func `a link that does not fit stands whole below its row`() throws {
    #expect(
      try table(wide, width: 40) == """
        path                         rule
        ───────────────────────────  ───────────
        very/long/path/to/some/pic…  site.tcb:12
          https://example.com/a?sign=0123456789
        图片/很长的名字在这里.png    site.tcb:14
        2 rows

        """)
  }

  @Test func `columns without room are named in the footer`() throws {
    #expect(
      try table(wide, width: 20, columns: ["path", "rule"]) == """
        path
        ────────────────────
        very/long/path/to/s…
        图片/很长的名字在这…
        2 rows, no room for rule

        """)
  }

  @Test func `a table of links alone shows them whole`() throws {
    let text = try table(wide, width: 20, columns: ["url"])
    #expect(text.hasPrefix("url\n"))
    #expect(text.contains("\nhttps://example.com/a?sign=0123456789\n"))
  }

  @Test func `no line is wider than the terminal, links apart`() throws {
    for width in 12...90 {
      for line in try table(wide, width: width).split(separator: "\n") where !line.hasPrefix("  http") {
        if line.hasPrefix("2 rows") { continue }
        #expect(DisplayWidth.of(line) <= width)
        #expect(line.last != " ")
      }
    }
  }

  @Test func `nothing in a cell or a header reaches the terminal as a command`() throws {
    let evil = RowBatch([
      ("h\u{1B}]0;x\u{7}", .texts(["\u{1B}[2J\n", "ok"])), ("url", .texts(["u\u{1B}[31m", nil])),
    ])
    for width in [nil, 12, 30] {
      let text = try exported(.table, [evil], options: TableOptions(width: width))
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }
  }

  @Test func `colour marks the header and each status`() throws {
    let batch = RowBatch([
      ("status", .texts(["ok", "denied", "failed", "other"])),
      ("path", .texts(["ok", "c", "d", "e"])),
    ])
    let text = try exported(.table, [batch], options: TableOptions(color: true))
    #expect(
      text.replacing("\u{1B}", with: "^") == """
        ^[1mstatus^[0m  ^[1mpath^[0m
        ──────  ────
        ^[32mok^[0m      ok
        ^[33mdenied^[0m  c
        ^[31mfailed^[0m  d
        other   e
        4 rows

        """)
  }

  @Test func `preferred columns are shown, when there are any`() throws {
    let rows = linkRows.slice(0..<1)
    let preferred = TableOptions(preferred: ["status", "no", "path"])
    #expect(
      try exported(.table, [rows], options: preferred)
        == "status  path\n──────  ─────\nok      a.png\n1 row\n")
    let others = TableOptions(preferred: ["no"])
    #expect(try exported(.table, [rows.keeping(["path"])], options: others) == "path\n─────\na.png\n1 row\n")
  }

  @Test func `rows after the first thousand stream in the columns that are set`() throws {
    let host = FakeHost()
    let sink = makeSink(.table, to: ByteOutput(standardOutputOf: host), options: TableOptions(width: 20))
    let first = RowBatch([("a", .texts(Array(repeating: "x", count: 999)))])
    try sink.write(first)
    try sink.write(RowBatch([("a", .texts(["y"]))]))
    try sink.write(RowBatch([("a", .texts(["longer than before"])), ("b", .texts(["new"]))]))
    try sink.finish()
    let lines = host.output.split(separator: "\n")
    #expect(lines.count == 2 + 1001 + 1)
    #expect(lines.suffix(3) == ["y", "longer than before", "1001 rows"])
  }
}
