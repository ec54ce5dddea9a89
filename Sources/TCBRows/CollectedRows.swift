// Rows that are kept, to be read as often as wanted.

package struct CollectedRows: Sendable {
  package private(set) var batches: [RowBatch] = []
  package private(set) var count = 0

  package init(_ batches: [RowBatch] = []) {
    for batch in batches { append(batch) }
  }

  /// Reads `reader` to its end.
  package init(reading reader: any RowReader) async throws(RowError) {
    while let batch = try await reader.next() { append(batch) }
  }

  package mutating func append(_ batch: RowBatch) {
    guard batch.count > 0 else { return }
    batches.append(batch)
    count += batch.count
  }

  /// Every name that occurs, in the order in which they first do.
  package var names: [String] {
    var seen: Set<String> = []
    return batches.flatMap(\.names).filter { seen.insert($0).inserted }
  }

  /// A reader from the first row on; each is independent of the others.
  package func reader() -> any RowReader { CollectedReader(batches) }
}

private final class CollectedReader: RowReader {
  private var rest: ArraySlice<RowBatch>

  init(_ batches: [RowBatch]) { rest = batches[...] }

  func next() async throws(RowError) -> RowBatch? {
    do throws(RowError) { try stopWhenCancelled("rows") } catch {
      rest = []
      throw error
    }
    return rest.popFirst()
  }
}
