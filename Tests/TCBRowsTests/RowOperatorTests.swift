import TCBHost
import TCBRows
import Testing

private struct NoSuchThing: Error {}

extension RowRoom {
  /// As much as there is.
  fileprivate static let ofMemory = RowRoom(bound: .max) { () throws(HostError) in
    throw HostError(.denied(.write))
  }
}

@Suite struct RowOperatorTests {
  private func numbers(_ reader: any RowReader) async throws -> [Int64] {
    try await CollectedRows(reading: reader, in: .ofMemory).batches().flatMap { batch in
      batch.columns[0].cells.map { cell -> Int64 in if case .integer(let n) = cell { n } else { -1 } }
    }
  }

  @Test(arguments: [(0, 0), (1, 1), (9, 1), (10, 1), (11, 2), (30, 3), (99, 4)])
  func `take asks for no more than it needs`(count: Int, asked: Int) async throws {
    let source = CountingReader(batches: 3, of: 10)
    #expect(try await numbers(TakeReader(count, of: source)) == Array(0..<Int64(min(count, 30))))
    #expect(source.asked == min(asked, 3))
  }

  @Test(arguments: [-1, 0, 1, 9, 10, 11, 25, 30, 99])
  func `skip leaves out the first rows`(count: Int) async throws {
    let source = CountingReader(batches: 3, of: 10)
    #expect(try await numbers(SkipReader(count, of: source)) == Array(Int64(min(max(0, count), 30))..<30))
  }

  @Test func `a filter keeps what its condition picks and passes over empty batches`() async throws {
    let source = CountingReader(batches: 4, of: 10)
    let reader = FilterReader(source) { (batch) throws(RowError) in
      (0..<batch.count).filter { row in
        guard case .integer(let n) = batch.cell(row, "n") else { return false }
        return n >= 25 && (n < 30 || n % 2 == 1)
      }
    }
    #expect(try await numbers(reader) == [25, 26, 27, 28, 29, 31, 33, 35, 37, 39])
  }

  @Test func `an error of a condition ends the rows`() async throws {
    let reader = FilterReader(CountingReader(batches: 4, of: 10)) { (_) throws(RowError) in
      throw RowError(.other(NoSuchThing()), source: "where")
    }
    let error = await #expect(throws: RowError.self) { try await reader.next() }
    guard case .other(let inner)? = error?.reason else {
      Issue.record("the error was replaced")
      return
    }
    #expect(inner is NoSuchThing)
    #expect(try await reader.next() == nil)
  }

  @Test func `rows are changed batch by batch`() async throws {
    let reader = MapReader(CountingReader(batches: 3, of: 2)) { (batch) throws(RowError) in
      batch.cell(0, "n") == .integer(2) ? batch.selecting([]) : batch
    }
    #expect(try await numbers(reader) == [0, 1, 4, 5])
  }

  @Test func `collected rows can be read again`() async throws {
    var rows = try await CollectedRows(reading: CountingReader(batches: 3, of: 10), in: .ofMemory)
    #expect(rows.count == 30)
    #expect(try await numbers(rows.reader()) == Array(0..<30))
    #expect(try await numbers(rows.reader()) == Array(0..<30))
    rows.append(RowBatch([("m", .integers([1])), ("n", .integers([2]))]))
    rows.append(RowBatch([("z", .integers([]))]))
    #expect(rows.names == ["n", "m"])
    #expect(rows.count == 31)
  }
}
