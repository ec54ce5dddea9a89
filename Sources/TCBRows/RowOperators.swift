// Readers that pass on some of the rows of another reader.

/// The first rows. Once it has them it asks its source for nothing more, and lets go of it.
package final class TakeReader: RowReader {
  private var source: (any RowReader)?
  private var left: Int

  package init(_ count: Int, of source: any RowReader) {
    self.source = count > 0 ? source : nil
    left = count
  }

  package func next() async throws(RowError) -> RowBatch? {
    guard let batch = try await source?.next() else {
      source = nil
      return nil
    }
    let taken = batch.slice(0..<min(left, batch.count))
    left -= taken.count
    if left == 0 { source = nil }
    return taken
  }
}

/// All but the first rows.
package final class SkipReader: RowReader {
  private let source: any RowReader
  private var left: Int

  package init(_ count: Int, of source: any RowReader) {
    self.source = source
    left = max(0, count)
  }

  package func next() async throws(RowError) -> RowBatch? {
    while let batch = try await source.next() {
      let skipped = min(left, batch.count)
      left -= skipped
      if skipped < batch.count { return batch.slice(skipped..<batch.count) }
    }
    return nil
  }
}

/// The rows that a condition picks.
package final class FilterReader: RowReader {
  /// The numbers of the rows to keep, in the order to keep them in.
  package typealias Condition = (RowBatch) throws(RowError) -> [Int]

  private var source: (any RowReader)?
  private let condition: Condition

  package init(_ source: any RowReader, keeping condition: @escaping Condition) {
    self.source = source
    self.condition = condition
  }

  package func next() async throws(RowError) -> RowBatch? {
    while let batch = try await source?.next() {
      let kept: RowBatch
      do throws(RowError) {
        let rows = try condition(batch)
        kept =
          rows.count == batch.count && rows.elementsEqual(0..<batch.count) ? batch : batch.selecting(rows)
      } catch {
        source = nil
        throw error
      }
      if kept.count > 0 { return kept }
    }
    source = nil
    return nil
  }
}

/// Rows changed batch by batch; a batch that becomes empty is passed over.
package final class MapReader: RowReader {
  package typealias Change = (RowBatch) throws(RowError) -> RowBatch

  private var source: (any RowReader)?
  private let change: Change

  package init(_ source: any RowReader, _ change: @escaping Change) {
    self.source = source
    self.change = change
  }

  package func next() async throws(RowError) -> RowBatch? {
    while let batch = try await source?.next() {
      do throws(RowError) {
        let changed = try change(batch)
        if changed.count > 0 { return changed }
      } catch {
        source = nil
        throw error
      }
    }
    source = nil
    return nil
  }
}
