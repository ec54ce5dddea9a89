import TCBHost
import TCBRows
import TCBTestSupport
import Testing

/// Records of a text in memory, against the reader of rows.
@Suite struct CSVRecordsTests {
  /// The fields of each record below the first, and of broken ones the line.
  private static func records(_ text: String) -> (rows: [[String]], lines: [Int], broken: [Int]) {
    var records = CSVRecords(Array(text.utf8))
    var (rows, lines, broken): ([[String]], [Int], [Int]) = ([], [], [])
    _ = records.next()
    let count = records.fields.count
    while records.next() {
      if records.problem != nil || records.fields.count != count {
        broken.append(records.line)
        continue
      }
      rows.append(records.fields.map(records.text))
      lines.append(records.line)
    }
    return (rows, lines, broken)
  }

  private static func read(_ text: String) async throws -> (rows: [[String]], lines: [Int], broken: [Int]) {
    let host = FakeHost(files: ["s": text])
    let unreadable = Unreadable()
    let reader = CSVReader(
      try host.openFile("s"), source: "s", options: SourceOptions { unreadable.note($0.line) })
    var (rows, lines): ([[String]], [Int]) = ([], [])
    while let batch = try await reader.next() {
      for row in 0..<batch.count {
        rows.append(
          batch.columns.map { column in
            if case .text(let text) = column.cell(at: row) { text } else { "" }
          })
      }
      lines += batch.lines
    }
    return (rows, lines, unreadable.lines)
  }

  private final class Unreadable: @unchecked Sendable {
    // Only used by the one task that reads.
    private(set) var lines: [Int] = []
    func note(_ line: Int) { lines.append(line) }
  }

  @Test(arguments: 0..<40)
  func `any text has the records that its reader finds`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let pieces = ["a", "中", ",", ",", "\"", "\"", "\"\"", "\n", "\r\n", "\r", " ", "x,y\n", "\"q\",\"r\"\n"]
    for _ in 0..<100 {
      var text = "a,b\n"
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        text += pieces.randomElement(using: &random) ?? ""
      }
      let own = Self.records(text)
      let other = try await Self.read(text)
      #expect(own.rows == other.rows, "seed \(seed): \(text.debugDescription)")
      #expect(own.lines == other.lines, "seed \(seed): \(text.debugDescription)")
      #expect(own.broken == other.broken, "seed \(seed): \(text.debugDescription)")
    }
  }

  @Test func `a field knows its bytes, quotes included`() {
    var records = CSVRecords(Array("\u{FEFF}a,\"b \"\"c\"\"\"\r\n".utf8))
    let isThere = records.next()
    #expect(isThere)
    #expect(records.fields.map(\.range) == [3..<4, 5..<14])
    #expect(records.fields.map(records.text) == ["a", "b \"c\""])
    let isAnother = records.next()
    #expect(!isAnother)
  }
}
