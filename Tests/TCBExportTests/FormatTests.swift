import TCBExport
import TCBHost
import TCBRows
import TCBTestSupport
import TCBText
import Testing

@Suite struct FormatTests {
  @Test func `csv quotes only what needs it`() throws {
    let odd = RowBatch([
      ("a,b", .texts(["1,2", "say \"hi\"", "x\ny", " plain ", "\r"])),
      ("c", .texts([nil, "", "z", "中", "q"])),
    ])
    #expect(
      try exported(.csv, [odd])
        == "\"a,b\",c\n\"1,2\",\n\"say \"\"hi\"\"\",\n\"x\ny\",z\n\" plain \",中\n\"\r\",q\n")
    #expect(
      try exported(.csv, [linkRows]) == """
        path,status,url,size,expires_at,tags
        a.png,ok,https://x/a.png?t=1,10,1970-01-01T00:00:00Z,"t;u,v"
        图片/一.png,denied,,,,
        b|c.png,,https://x/b,-3,1970-01-01T00:00:01.500Z,

        """)
  }

  @Test func `a lone null in csv is still a row`() throws {
    #expect(try exported(.csv, [RowBatch([("a", .texts([nil, "x"]))])]) == "a\n\"\"\nx\n")
  }

  @Test func `tsv escapes tabs, line ends and backslashes`() throws {
    let batch = RowBatch([("a\t", .texts(["1\t2", "x\ny\r", "c:\\d"])), ("b", .texts(["\"", nil, "中"]))])
    #expect(try exported(.tsv, [batch]) == "a\\t\tb\n1\\t2\t\"\nx\\ny\\r\t\nc:\\\\d\t中\n")
  }

  @Test func `json is an array with an object a line`() throws {
    #expect(
      try exported(.json, [linkRows.slice(0..<2), linkRows.slice(2..<3)], columns: ["path", "size", "tags"])
        == """
        [
        {"path":"a.png","size":10,"tags":["t","u,v"]},
        {"path":"图片/一.png","size":null,"tags":[]},
        {"path":"b|c.png","size":-3,"tags":null}
        ]

        """)
    #expect(try exported(.json, []) == "[]\n")
    #expect(try exported(.ndjson, []) == "")
  }

  @Test func `every kind of value has its JSON`() throws {
    let cells: [Cell] = [
      .text("a\"\\\n\r\t\u{1}\u{1F}/é🙂\u{7F}"), .bool(true), .integer(.min), .float(0.1), .float(1e300),
      .float(.nan),
      .time(0), .duration(5_400_000), .record([RecordField("k\"", .list([.null, .integer(1)]))]),
    ]
    let values = [
      #""a\"\\\n\r\t\u0001\u001f/é🙂"# + "\u{7F}\"", "true", "-9223372036854775808", "0.1", "1e+300", "null",
      "\"1970-01-01T00:00:00Z\"", "5400", #"{"k\"":[null,1]}"#,
    ]
    for (cell, value) in zip(cells, values) {
      #expect(try exported(.ndjson, [RowBatch([("v", Column(cells: [cell]))])]) == "{\"v\":\(value)}\n")
    }
  }

  @Test func `nesting is bounded`() {
    var cell = Cell.integer(1)
    for _ in 0..<64 { cell = .list([cell]) }
    let deep = RowBatch([("v", Column(cells: [cell]))])
    #expect(throws: Never.self) { try exported(.json, [deep]) }
    let deeper = RowBatch([("v", Column(cells: [.list([cell])]))])
    #expect(throws: ExportError(.tooDeep(limit: 64))) { try exported(.json, [deeper]) }
  }

  @Test func `markdown keeps a cell in its cell`() throws {
    let batch = RowBatch([("a|b", .texts(["x|y\\", "1\r\n2\n3", nil])), ("n", .integers([1, 2, 3]))])
    #expect(
      try exported(.markdown, [batch]) == """
        | a\\|b | n |
        | --- | ---: |
        | x\\|y\\\\ | 1 |
        | 1<br>2<br>3 | 2 |
        |  | 3 |

        """)
  }

  @Test func `urls are the links alone`() throws {
    #expect(try exported(.urls, [linkRows]) == "https://x/a.png?t=1\nhttps://x/b\n")
    let without = linkRows.keeping(["path"])
    #expect(throws: ExportError(.noURLColumn(available: ["path"]))) { try exported(.urls, [without]) }
  }

  @Test(arguments: [
    ("a.csv", ExportFormat.csv), ("x/a.TSV", .tsv), ("a.b.json", .json), ("a.jsonl", .ndjson),
    ("a.ndjson", .ndjson),
    ("a.md", .markdown), ("a.urls", .urls), ("a", nil), (".csv", nil), ("a.csv/b", nil), ("a.", nil),
    ("", nil),
  ])
  func `a path's ending names its format`(path: String, format: ExportFormat?) {
    #expect(ExportFormat(pathEnding: path) == format)
  }

  @Test func `formats are named as they are written`() {
    #expect(ExportFormat.allCases.allSatisfy { ExportFormat(name: $0.rawValue) == $0 })
    #expect(ExportFormat(name: "md") == .markdown)
    #expect(ExportFormat(name: "xml") == nil)
  }

  @Test(
    arguments: [
      (0, "0s"), (1, "1ms"), (1500, "1s500ms"), (7_200_000, "2h"), (5_400_000, "1h30m"),
      (2_592_000_000, "30d"),
      (-90_000, "-1m30s"), (.min, "-106751991167d7h12m55s808ms"),
    ] as [(Int64, String)])
  func `durations join their units`(milliseconds: Int64, text: String) {
    #expect(DurationText.format(milliseconds) == text)
  }
}

@Suite struct ColumnChoiceTests {
  @Test func `chosen columns come in the chosen order`() throws {
    #expect(
      try exported(.csv, [linkRows], columns: ["status", "path"])
        == "status,path\nok,a.png\ndenied,图片/一.png\n,b|c.png\n")
  }

  @Test(arguments: [ExportFormat.csv, .tsv, .json, .ndjson, .markdown, .table])
  func `an unknown column names the nearest`(format: ExportFormat) throws {
    let error = #expect(throws: ExportError.self) {
      try exported(format, [linkRows.keeping(["path", "status"])], columns: ["stauts"])
    }
    #expect(error?.message == "there is no column `stauts`; there is `path`, `status`")
    #expect(error?.note == "did you mean `status`?")
  }

  @Test func `a known schema is the header of no rows and finds an unknown column`() throws {
    #expect(try exported(.csv, [], schema: ["a", "b"]) == "a,b\n")
    #expect(try exported(.tsv, [], columns: ["b"], schema: ["a", "b"]) == "b\n")
    #expect(try exported(.csv, []) == "")
    for format in [ExportFormat.csv, .json, .ndjson] {
      #expect(throws: ExportError.self) { try exported(format, [], columns: ["c"], schema: ["a", "b"]) }
    }
  }

  @Test func `batches align by name, and new names are refused where there is a header`() throws {
    let first = RowBatch([("a", .texts(["1"])), ("b", .texts(["2"]))])
    let swapped = RowBatch([("b", .texts(["4"])), ("a", .texts(["3"]))])
    let fewer = RowBatch([("b", .texts(["5"]))])
    #expect(try exported(.csv, [first, swapped, fewer]) == "a,b\n1,2\n3,4\n,5\n")
    let more = RowBatch([("a", .texts(["6"])), ("c", .texts(["7"]))])
    #expect(throws: ExportError(.newColumns(["c"]))) { try exported(.csv, [first, more]) }
    #expect(try exported(.csv, [first, more], columns: ["a"]) == "a\n1\n6\n")
    #expect(try exported(.ndjson, [first, more]) == "{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"6\",\"c\":\"7\"}\n")
  }
}

@Suite struct ByteOutputTests {
  private let many = RowBatch([
    ("a", .texts((0..<4096).map { "line \($0) " + String(repeating: "x", count: 60) }))
  ])

  @Test func `a file appears when it is finished`() throws {
    let host = FakeHost()
    let sink = makeSink(.csv, to: ByteOutput(try host.createFile("a.csv")))
    for _ in 0..<3 { try sink.write(many) }
    #expect(host.paths.isEmpty)
    try sink.finish()
    #expect(host.contents("a.csv")?.split(separator: "\n").count == 1 + 3 * 4096)
  }

  @Test(arguments: [0, 10, 70_000, 300_000])
  func `a full disk leaves no file`(space: Int) throws {
    let host = FakeHost()
    host.setSpace(space)
    let sink = makeSink(.csv, to: ByteOutput(try host.createFile("a.csv")))
    #expect(throws: ExportError(.host(HostError(.noSpace, path: "a.csv")))) {
      for _ in 0..<3 { try sink.write(many) }
      try sink.finish()
    }
    #expect(host.paths.isEmpty)
    #expect(host.openWriters == 0)
    #expect(throws: ExportError(.host(HostError(.closed)))) { try sink.finish() }
  }

  @Test func `an error of the rows discards the file at once`() throws {
    let host = FakeHost()
    let sink = makeSink(.urls, to: ByteOutput(try host.createFile("a.urls")))
    #expect(throws: ExportError.self) { try sink.write(many) }
    #expect(host.openWriters == 0)
  }

  @Test func `a closed output is said to be closed`() throws {
    let host = FakeHost()
    host.closeOutput()
    let sink = makeSink(.csv, to: ByteOutput(standardOutputOf: host))
    #expect(throws: ExportError(.host(HostError(.closed)))) { try sink.write(many) }
  }

  @Test func `no secret reaches a file or the output`() throws {
    let host = FakeHost()
    let secrets = SecretRegistry()
    secrets.add("hunter22")
    let batch = RowBatch([("a", .texts(["x hunter22 y"])), ("b", .texts(["hunter22"]))])
    for output in [
      ByteOutput(try host.createFile("a"), secrets: secrets),
      ByteOutput(standardOutputOf: host, secrets: secrets),
    ] {
      let sink = makeSink(.tsv, to: output)
      try sink.write(batch)
      try sink.finish()
    }
    #expect(host.contents("a") == "a\tb\nx ‹secret› y\t‹secret›\n")
    #expect(host.output == host.contents("a"))
  }

  @Test(arguments: [ExportFormat.csv, .tsv])
  func `what is written is read back`(format: ExportFormat) async throws {
    let odd = [nil, "a,b", "\"", "x\ny", "1\t2", "\\t", "\r\n", "中", "\\"]
    let text = try exported(format, [RowBatch([("n", .integers((0..<9).map { $0 })), ("v", .texts(odd))])])
    let host = FakeHost(files: ["f": text])
    let reader = CSVReader(try host.openFile("f"), source: "f", dialect: format == .csv ? .csv : .tsv)
    let batch = try #require(try await reader.next())
    #expect((0..<batch.count).map { batch.cell($0, "v") } == odd.map { $0.map(Cell.text) ?? .null })
  }
}
