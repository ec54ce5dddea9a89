import TCBHost
import TCBRows
import TCBTestSupport
import TCBText
import Testing

struct CSVCase: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var rows: [String] = []
  var reports: [String] = []
  var lines: [Int]?
  var dialect = CSVDialect.csv
  var testDescription: String { name }
}

@Suite struct CSVReaderTests {
  static let cases: [CSVCase] = [
    CSVCase(name: "plain", text: "a,b\n1,2\n3,4\n", rows: ["a=1 b=2", "a=3 b=4"], lines: [2, 3]),
    CSVCase(name: "no newline at the end", text: "a,b\n1,2", rows: ["a=1 b=2"]),
    CSVCase(name: "CRLF", text: "a,b\r\n1,2\r\n3,4\r\n", rows: ["a=1 b=2", "a=3 b=4"]),
    CSVCase(name: "CRLF cut short", text: "a,b\r\n1,2\r", rows: ["a=1 b=2"]),
    CSVCase(name: "byte-order mark", text: "\u{FEFF}a,b\n1,2\n", rows: ["a=1 b=2"]),
    CSVCase(name: "quoted header", text: "\"a\",\"b,c\"\n1,2\n", rows: ["a=1 b,c=2"]),
    CSVCase(name: "empty fields are null", text: "a,b,c\n,,\n,\"\",x\n", rows: ["", "c=x"]),
    CSVCase(
      name: "blank lines are no rows", text: "\n\r\na\n\n1\n\r\n2\n\n", rows: ["a=1", "a=2"], lines: [5, 7]),
    CSVCase(name: "a quoted empty line is a row", text: "a\n\"\"\n", rows: [""], lines: [2]),
    CSVCase(name: "separators in quotes", text: "a,b\n\"1,2\",3\n", rows: ["a=1,2 b=3"]),
    CSVCase(name: "doubled quotes", text: "a,b\n\"x \"\"y\"\" z\",\"\"\"\"\n", rows: ["a=x \"y\" z b=\""]),
    CSVCase(
      name: "newlines in quotes", text: "a,b\n\"1\n2\r\n3\",4\n5,6\n", rows: ["a=1\n2\r\n3 b=4", "a=5 b=6"],
      lines: [2, 5]),
    CSVCase(name: "quote inside a field", text: "a,b\n1\"2,x\"\n", rows: ["a=1\"2 b=x\""]),
    CSVCase(name: "quoted last field and CRLF", text: "a,b\r\n1,\"2\"\r\n", rows: ["a=1 b=2"]),
    CSVCase(
      name: "text after a quote", text: "a,b\n\"1\"x,2\n3,4\n", rows: ["a=3 b=4"],
      reports: ["s:2 there is text after a closing quote"]),
    CSVCase(
      name: "ragged", text: "a,b\n1\n1,2,3\n4,5\n", rows: ["a=4 b=5"],
      reports: ["s:2 it has 1 field, the header has 2", "s:3 it has 3 fields, the header has 2"], lines: [4]),
    CSVCase(
      name: "unterminated quote", text: "a,b\n1,2\n3,\"4\n5,6\n", rows: ["a=1 b=2", "a=5 b=6"],
      reports: ["s:3 a quote is opened here and never closed"], lines: [2, 4]),
    CSVCase(
      name: "unterminated quote on a later line of a record", text: "a,b\n\"1\n2\",\"3\n4,5",
      rows: ["a=4 b=5"],
      reports: ["s:3 a quote is opened here and never closed"], lines: [4]),
    CSVCase(
      name: "unterminated quote at the very end", text: "a\n\"",
      reports: ["s:2 a quote is opened here and never closed"]),
    CSVCase(name: "Chinese", text: "图片,b\n商品/一.png,二\n", rows: ["图片=商品/一.png b=二"]),
    CSVCase(name: "same names", text: "a,a,a_2,a\n1,2,3,4\n", rows: ["a=1 a_3=2 a_2=3 a_4=4"]),
    CSVCase(name: "no names", text: ",b,\n1,2,3\n", rows: ["column_1=1 b=2 column_3=3"]),
    CSVCase(
      name: "size and modified",
      text: "size,modified\n12,2026-01-01T08:00:00+08:00\n,\n+1,\"2026-01-01T00:00:00.5Z\"\n",
      rows: ["size=12 modified=2026-01-01T00:00:00Z", "", "size=1 modified=2026-01-01T00:00:00.500Z"]),
    CSVCase(
      name: "bad size and modified", text: "size,modified\n1.5,\n9223372036854775808,\n,2026-01-01\n7,\n",
      rows: ["size=7"],
      reports: [
        "s:2 `1.5` in column `size` is not an integer",
        "s:3 `9223372036854775808` in column `size` is not an integer",
        "s:4 `2026-01-01` in column `modified` is not a time (RFC 3339)",
      ], lines: [5]),
    CSVCase(
      name: "tsv", text: "a\tb\n1 2\t3,4\n\"x\t\"\n\t\n", rows: ["a=1 2 b=3,4", "a=\"x b=\"", ""],
      dialect: .tsv),
    CSVCase(
      name: "tsv escapes", text: "a\tb\n1\\t2\\n3\\r4\\\\5\tc:\\dir\\\n",
      rows: ["a=1\t2\n3\r4\\5 b=c:\\dir\\"], dialect: .tsv),
    CSVCase(name: "header only", text: "a,b\n"),
  ]

  @Test(arguments: cases, [1, 2, 3, 7, Int.max])
  func `text is read the same however it arrives`(test: CSVCase, size: Int) async throws {
    let reports = Reports()
    let file = try FakeHost().reader(Array(test.text.utf8), size: size)
    let read = try await readAll(
      CSVReader(file, source: "s", dialect: test.dialect, options: reports.options))
    #expect(read.rows == test.rows)
    #expect(reports.messages == test.reports)
    if let lines = test.lines { #expect(read.lines == lines) }
  }

  @Test func `a line that is not UTF-8 is left out and counted`() async throws {
    let reports = Reports()
    let bytes = Array("a,b\n1,".utf8) + [0xFF] + Array("\nok,2\n\"".utf8) + [0xC3] + Array("\",1\n".utf8)
    let file = try FakeHost().reader(bytes)
    let read = try await readAll(CSVReader(file, source: "s", options: reports.options))
    #expect(read.rows == ["a=ok b=2"])
    #expect(reports.messages == ["s:2 it is not UTF-8", "s:4 it is not UTF-8"])
  }

  @Test(arguments: [1, 5, Int.max])
  func `a record past the bound is left out and the next line is read`(size: Int) async throws {
    let reports = Reports()
    let long = String(repeating: "x", count: 40)
    let text = "a,b\n\(long),1\n1,2\n\"open\n\(long)\n3,4\n\"\(long)\" \n5,6\n\(long)"
    let file = try FakeHost().reader(Array(text.utf8), size: size)
    let reader = CSVReader(file, source: "s", options: reports.options, longestRecord: 32)
    let read = try await readAll(reader)
    #expect(read.rows == ["a=1 b=2", "a=3 b=4", "a=5 b=6"])
    #expect(read.lines == [3, 6, 8])
    #expect(
      reports.messages == [
        "s:2 it is longer than 32 bytes", "s:4 a quote is opened here and never closed",
        "s:5 it is longer than 32 bytes", "s:7 a quote is opened here and never closed",
        "s:9 it is longer than 32 bytes",
      ])
  }

  @Test func `strict stops at the first unreadable line`() async throws {
    let file = try FakeHost().reader(Array("a,b\n1,2\n3\n4,5\n".utf8))
    let reader = CSVReader(file, source: "s", options: SourceOptions(strict: true))
    let error = await #expect(throws: RowError.self) { try await readAll(reader) }
    #expect(error?.message == "`s:3` cannot be read as a row: it has 1 field, the header has 2")
    #expect(try await reader.next() == nil)
  }

  @Test func `a missing column names the nearest and those there are`() async throws {
    let file = try FakeHost().reader(Array("id,image,size\n".utf8))
    let error = await #expect(throws: RowError.self) {
      try await readAll(CSVReader(file, source: "p.csv", required: "imgae"))
    }
    #expect(error?.message == "`p.csv` has no column `imgae`; it has `id`, `image`, `size`")
    #expect(error?.note == "did you mean `image`?")
  }

  @Test(arguments: [
    ("", "`s` is empty: it has no header line"), ("\n\n", "`s` is empty: it has no header line"),
  ])
  func `a file without a header is an error`(text: String, message: String) async throws {
    let file = try FakeHost().reader(Array(text.utf8))
    let error = await #expect(throws: RowError.self) { try await readAll(CSVReader(file, source: "s")) }
    #expect(error?.message.english == message)
  }

  @Test func `a header that cannot be read is an error even when lines may be left out`() async throws {
    let reports = Reports()
    let file = try FakeHost().reader(Array("a,\"b\n1,2\n".utf8))
    let error = await #expect(throws: RowError.self) {
      try await readAll(CSVReader(file, source: "s", options: reports.options))
    }
    #expect(error?.message == "`s:1` cannot be read as a row: a quote is opened here and never closed")
  }

  @Test func `a failing disk ends the rows with its error`() async throws {
    let host = FakeHost(files: ["a.csv": "a\n" + String(repeating: "x\n", count: 300_000)])
    host.failReading("a.csv", after: 300_000, with: HostError(.other(5), path: "a.csv"))
    let reader = CSVReader(try host.openFile("a.csv"), source: "a.csv")
    #expect(try await reader.next()?.count == RowBatch.usualCount)
    let error = await #expect(throws: RowError.self) { try await readAll(reader) }
    #expect(error?.message == "`a.csv` cannot be read: input/output error")
  }

  @Test func `many rows come in batches, across the blocks that are read`() async throws {
    var text = "path,note\n"
    for number in 0..<50_000 { text += "dir/\(number).png,\"n\(number),\"\"\n\"\"\"\n" }
    let file = try FakeHost().reader(Array(text.utf8), size: 10_007)
    let read = try await readAll(CSVReader(file, source: "s"))
    #expect(read.rows.count == 50_000)
    #expect(read.batches == 13)
    #expect(read.lines.enumerated().allSatisfy { $1 == 2 + 2 * $0 })
    #expect(read.rows.enumerated().allSatisfy { $1 == "path=dir/\($0).png note=n\($0),\"\n\"" })
  }

  @Test func `a cancelled task reads no more`() async throws {
    let file = try FakeHost().reader(Array("a\n1\n".utf8))
    nonisolated(unsafe) let reader = CSVReader(file, source: "s")
    let task = Task { () -> String in
      while !Task.isCancelled { await Task.yield() }
      do throws(RowError) { _ = try await reader.next() } catch { return error.message.english }
      return "not stopped"
    }
    task.cancel()
    #expect(await task.value == "reading `s` was stopped")
  }
}
