import TCBHost
import TCBTestSupport
import Testing

@testable import TCBRows

/// Batches as bytes.
@Suite struct RowBatchCodingTests {
  private static func cell(_ generator: inout SeededGenerator, depth: Int = 0) -> Cell {
    switch Int.random(in: 0..<(depth < 3 ? 9 : 7), using: &generator) {
    case 0: .null
    case 1: .bool(Bool.random(using: &generator))
    case 2: .integer(.random(in: .min ... .max, using: &generator))
    case 3: .float(.random(in: -1...1, using: &generator))
    case 4: .text(String(repeating: "中", count: Int.random(in: 0..<5, using: &generator)))
    case 5: .time(.random(in: .min ... .max, using: &generator))
    case 6: .duration(.random(in: .min ... .max, using: &generator))
    case 7: .list((0..<3).map { _ in cell(&generator, depth: depth + 1) })
    default: .record([RecordField("a", cell(&generator, depth: depth + 1)), RecordField("", .null)])
    }
  }

  private static func batch(seed: UInt64) -> RowBatch {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 0..<200, using: &generator)
    let kinds: [(inout SeededGenerator) -> Cell] = [
      { .text("t\($0.next() % 100)") }, { .integer(Int64(bitPattern: $0.next())) },
      { .float(Double($0.next() % 7)) },
      { .bool($0.next() % 2 == 0) }, { .time(Int64($0.next() % 1_000)) }, { .duration(Int64($0.next() % 9)) },
      { cell(&$0) },
    ]
    let columns = kinds.enumerated().map { number, make in
      let cells = (0..<count).map { _ in generator.next() % 5 == 0 ? Cell.null : make(&generator) }
      return (name: "column \(number)", column: Column(cells: cells))
    }
    return RowBatch(columns, count: count, lines: seed % 2 == 0 ? Array(0..<count) : [])
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a batch comes back as it was`(seed: UInt64) throws {
    let batch = RowBatchCodingTests.batch(seed: seed)
    var bytes: [UInt8] = []
    batch.encode(to: &bytes)
    let read = try #require(RowBatch(decoding: bytes))
    #expect(read.names == batch.names && read.count == batch.count && read.lines == batch.lines)
    for row in 0..<batch.count { #expect(read.record(row) == batch.record(row)) }
  }

  @Test func `bytes that are no batch are none, wherever they end or are damaged`() {
    var bytes: [UInt8] = []
    RowBatchCodingTests.batch(seed: 2).encode(to: &bytes)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(RowBatch(decoding: Array(bytes[..<length])) == nil)
    }
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<2_000 {
      var damaged = bytes
      damaged[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
        in: 0...255, using: &generator)
      // Whatever comes of it can be read without a trap.
      guard let batch = RowBatch(decoding: damaged) else { continue }
      for row in 0..<min(batch.count, 3) { _ = batch.record(row) }
    }
  }
}
