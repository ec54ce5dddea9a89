// What the tests of sources and operators share.
import Synchronization
import TCBHost
import TCBRows
import TCBTestSupport
import TCBText

/// Collects reports.
final class Reports: Sendable {
  private let lines = Mutex<[UnreadableLine]>([])

  var options: SourceOptions { SourceOptions { line in self.lines.withLock { $0.append(line) } } }
  var messages: [String] { lines.withLock { $0.map { "\($0.place) \($0.message)" } } }
}

struct ReadRows {
  /// Each row as `name=text` joined by spaces; null columns are left out.
  var rows: [String] = []
  var lines: [Int] = []
  var names: [String] = []
  var batches = 0
}

func readAll(_ reader: any RowReader) async throws(RowError) -> ReadRows {
  var result = ReadRows()
  while let batch = try await reader.next() {
    result.batches += 1
    result.names = batch.names
    result.lines += batch.lines
    for row in 0..<batch.count {
      let fields = batch.record(row).filter { !$0.value.isNull }
      result.rows.append(fields.map { "\($0.name)=\(shown($0.value))" }.joined(separator: " "))
    }
  }
  return result
}

func shown(_ cell: Cell) -> String {
  switch cell {
  case .text(let text): text
  case .integer(let value): "\(value)"
  case .time(let value): TimeText.format(value)
  default: "\(cell)"
  }
}

extension FakeHost {
  /// A reader of `bytes` that gives `size` of them at a time.
  func reader(_ bytes: [UInt8], size: Int = .max) throws -> any FileReader {
    put(bytes, at: "source")
    setReadSize(size)
    return try openFile("source")
  }
}

/// Counts how often it is asked, and gives batches of the numbers from 0.
final class CountingReader: RowReader {
  private(set) var asked = 0
  private let batches: Int
  private let size: Int

  init(batches: Int, of size: Int) {
    self.batches = batches
    self.size = size
  }

  func next() async throws(RowError) -> RowBatch? {
    guard asked < batches else { return nil }
    let first = Int64(asked * size)
    asked += 1
    return RowBatch([("n", .integers((0..<Int64(size)).map { first + $0 }))])
  }
}
