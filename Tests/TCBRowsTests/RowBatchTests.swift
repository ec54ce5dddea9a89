import TCBHost
import TCBRows
import TCBText
import Testing

extension RowBatch: Equatable {
  package static func == (left: RowBatch, right: RowBatch) -> Bool {
    left.names == right.names && left.lines == right.lines && left.count == right.count
      && left.columns.map(\.cells) == right.columns.map(\.cells)
  }
}

@Suite struct ColumnTests {
  static let kinds: [[Cell]] = [
    [.text("a"), .null, .text(""), .text("中文")], [.integer(1), .null, .integer(.min), .integer(.max)],
    [.float(1.5), .null, .float(0), .float(-1)], [.bool(true), .null, .bool(false), .bool(true)],
    [.time(0), .null, .time(1), .time(2)], [.duration(0), .null, .duration(1), .duration(-1)],
    [.list([.integer(1)]), .null, .text("x"), .record([RecordField("a", .null)])],
    [.null, .null, .null, .integer(1)], [.null, .null, .null, .null],
  ]

  @Test(arguments: kinds)
  func `a column gives back its cells`(cells: [Cell]) {
    let column = Column(cells: cells)
    #expect(column.cells == cells)
    #expect(cells.indices.map(column.isNull(at:)) == cells.map(\.isNull))
    #expect(column.cell(at: -1) == .null)
    #expect(column.cell(at: 4) == .null)
    #expect(column.selecting([3, 0, 1]).cells == [cells[3], cells[0], cells[1]])
    #expect(column.slice(1..<3).cells == Array(cells[1..<3]))
    #expect(column.slice(2..<9).cells == Array(cells[2...]))
  }

  @Test(arguments: kinds, kinds)
  func `columns join whatever their kinds`(first: [Cell], second: [Cell]) {
    var joined = Column(cells: first)
    joined.append(contentsOf: Column(cells: second))
    #expect(joined.cells == first + second)
    var grown = Column(cells: first)
    for cell in second { grown.append(cell) }
    #expect(grown.cells == first + second)
  }

  @Test func `a column of one kind is stored as that kind`() {
    guard case .integer = Column(cells: [.null, .integer(1)]) else {
      Issue.record("stored as another kind")
      return
    }
    guard case .mixed = Column(cells: [.text("a"), .integer(1)]) else {
      Issue.record("stored as another kind")
      return
    }
  }

  @Test func `nulls are kept past the first word of bits`() {
    let cells = (0..<200).map { $0 % 3 == 0 ? Cell.null : .integer($0) }
    let column = Column(cells: cells)
    #expect(column.slice(60..<140).cells == Array(cells[60..<140]))
  }

  @Test func `bytes are handed out as they lie`() {
    let column = TextColumn(["ab", nil, "", "cd"])
    #expect(
      (0..<5).map { column.withBytes(at: $0) { $0.map { Array($0) } } } == [
        [0x61, 0x62], nil, [], [0x63, 0x64], nil,
      ])
    var read: [[UInt8]?] = []
    for row in 0..<5 { column.read(row) { bytes in read.append(bytes.map { Array($0) }) } }
    #expect(read == [[0x61, 0x62], nil, [], [0x63, 0x64], nil])
  }
}

@Suite struct RowBatchTests {
  let batch = RowBatch(
    [("a", .texts(["x", "y", "z"])), ("b", .integers([1, nil, 3]))], lines: [2, 3, 5])

  @Test func `rows are picked with their lines`() {
    let picked = batch.selecting([2, 0, 7])
    #expect(picked.count == 2)
    #expect(picked.lines == [5, 2])
    #expect(picked.record(0) == [RecordField("a", .text("z")), RecordField("b", .integer(3))])
    #expect(batch.slice(1..<9).lines == [3, 5])
    #expect(batch.slice(0..<3) == batch)
  }

  @Test func `columns are set, dropped, ordered and renamed`() {
    #expect(batch.setting("c", to: .texts(["1"])).cell(1, "c") == .null)
    #expect(batch.setting("a", to: .integers([7, 8, 9, 10])).cell(2, "a") == .integer(9))
    #expect(batch.setting("a", to: .integers([7, 8, 9])).names == ["a", "b"])
    #expect(batch.keeping(["b", "no", "a"]).names == ["b", "a"])
    #expect(batch.dropping(["a"]).names == ["b"])
    #expect(batch.renaming("a", to: "c").names == ["c", "b"])
    #expect(batch.renaming("a", to: "b").names == ["b"])
    #expect(batch.renaming("a", to: "b").cell(0, "b") == .text("x"))
    #expect(batch.renaming("no", to: "b") == batch)
  }

  @Test func `what is not there is null`() {
    #expect(batch.cell(9, 0) == .null)
    #expect(batch.cell(0, 9) == .null)
    #expect(batch.cell(0, "no") == .null)
    #expect(batch.index(of: "no") == nil)
  }

  @Test func `a batch without columns has rows all the same`() {
    #expect(batch.dropping(["a", "b"]).count == 3)
    #expect(batch.keeping([]).selecting([0]).count == 1)
  }
}

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("imgae", "image"), ("Image", "image"), ("siz", "size"), ("xyz", nil), ("", nil), ("modifed", "modified"),
  ])
  func `a slip finds its name`(given: String, nearest: String?) {
    #expect(NearestName.of(given, among: ["image", "size", "modified"]) == nearest)
  }
}
