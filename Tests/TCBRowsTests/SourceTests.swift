import TCBHost
import TCBRows
import TCBTestSupport
import TCBText
import Testing

@Suite struct LinesReaderTests {
  @Test(arguments: [1, 2, 5, Int.max])
  func `each line is a path`(size: Int) async throws {
    let reports = Reports()
    let bytes = Array("\u{FEFF}a.png\r\n\n 二 .png\n".utf8) + [0xFF, 0x0A] + Array("\r\nlast".utf8)
    let file = try FakeHost().reader(bytes, size: size)
    let read = try await readAll(LinesReader(file, source: "s", options: reports.options))
    #expect(read.rows == ["path=a.png", "path= 二 .png", "path=last"])
    #expect(read.lines == [1, 3, 6])
    #expect(reports.messages == ["s:4 it is not UTF-8"])
  }

  @Test(arguments: [1, 3, Int.max])
  func `a line past the bound is left out`(size: Int) async throws {
    let reports = Reports()
    let long = String(repeating: "x", count: 20)
    let file = try FakeHost().reader(Array("a\n\(long)\nb\n\(long)".utf8), size: size)
    let read = try await readAll(LinesReader(file, source: "s", options: reports.options, longestLine: 8))
    #expect(read.rows == ["path=a", "path=b"])
    #expect(read.lines == [1, 3])
    #expect(reports.messages == ["s:2 it is longer than 8 bytes", "s:4 it is longer than 8 bytes"])
  }

  @Test func `an empty list has no rows`() async throws {
    #expect(try await readAll(LinesReader(FakeHost().reader([]), source: "s")).rows.isEmpty)
  }
}

@Suite struct FolderReaderTests {
  @Test func `a tree is walked in the byte order of its paths`() async throws {
    let host = FakeHost(files: [
      "t/a/x": "1", "t/a.txt": "22", "t/a/b/y": "", "t/Z": "", "t/中.png": "", "t/a-b": "", "other": "",
    ])
    host.putFolder("t/empty")
    let read = try await readAll(FolderReader("t", under: "assets", host: host))
    let paths = read.rows.map { $0.split(separator: " ")[0].dropFirst("path=assets/".count) }
    #expect(paths == ["Z", "a-b", "a.txt", "a/b/y", "a/x", "中.png"])
    #expect(read.rows[2] == "path=assets/a.txt size=2 modified=2026-01-01T00:00:00Z")
    #expect(read.names == ["path", "size", "modified"])
  }

  @Test func `what cannot be read is reported and the walk goes on`() async throws {
    let host = FakeHost(files: ["t/a/x": "", "t/z": "", "t/secret/y": ""])
    host.makeUnreadable("t/secret")
    let status = FileStatus(kind: .file, size: 0, modified: 0)
    host.putEntry(FolderEntry(name: [0x62, 0xFF], status: status), in: "t/a")
    host.putEntry(
      FolderEntry(name: Array("pipe".utf8), status: FileStatus(kind: .other, size: 0, modified: 0)), in: "t")
    let folder = FileStatus(kind: .folder, size: 0, modified: 0)
    host.putEntry(FolderEntry(name: Array("loop".utf8), status: folder, isLink: true), in: "t")
    let reports = Reports()
    let read = try await readAll(FolderReader("t/", host: host, options: reports.options))
    #expect(read.rows.map { $0.split(separator: " ")[0] } == ["path=a/x", "path=z"])
    #expect(
      reports.messages == [
        "t/ the name of `a/b\u{FFFD}` is not UTF-8", "t/ `pipe` is not a file",
        "t/ `secret` cannot be read: permission was refused",
      ])
  }

  @Test func `a folder that is not there is an error`() async {
    let error = await #expect(throws: RowError.self) {
      try await readAll(FolderReader("no", host: FakeHost()))
    }
    #expect(error?.message == "`no` cannot be read: there is no such file")
  }

  @Test func `a large folder comes in batches`() async throws {
    let host = FakeHost()
    for number in 0..<5000 { host.put("", at: "t/\(number % 7)/\(number)") }
    let read = try await readAll(FolderReader("t", host: host))
    #expect(read.rows.count == 5000)
    #expect(read.batches == 2)
  }
}

@Suite struct CellsReaderTests {
  @Test func `strings are paths and records give their fields`() async throws {
    let reports = Reports()
    let cells: [Cell] = [
      .text("a"), .integer(1), .record([RecordField("size", .integer(2)), RecordField("path", .text("b"))]),
      .null, .record([RecordField("tag", .text("t")), RecordField("tag", .text("u"))]),
    ]
    let read = try await readAll(CellsReader(cells, options: reports.options))
    #expect(read.rows == ["path=a", "path=b size=2", "tag=t"])
    #expect(read.names == ["path", "size", "tag"])
    #expect(
      reports.messages == [
        "list element 1 is of type int, and a row is a string or a record",
        "list element 3 is of type null, and a row is a string or a record",
      ])
  }

  @Test func `all batches have the same names`() async throws {
    var cells = Array(repeating: Cell.text("a"), count: 5000)
    cells.append(.record([RecordField("late", .bool(true))]))
    let reader = CellsReader(cells)
    #expect(try await reader.next()?.names == ["path", "late"])
    #expect(try await reader.next()?.names == ["path", "late"])
    #expect(try await reader.next() == nil)
  }

  @Test func `too many different fields are an error`() async {
    let cells = (0...CellsReader.mostNames).map { Cell.record([RecordField("f\($0)", .null)]) }
    let error = await #expect(throws: RowError.self) { try await readAll(CellsReader(cells)) }
    #expect(error?.message == "`list` has more than 1000 different fields")
  }
}
