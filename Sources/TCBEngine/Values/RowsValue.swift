// Rows as values: a stream that has not run, and a table that has.

import Synchronization
import TCBRows
import TCBRuntime
import TCBSyntax

/// A run of rows that happens when something reads it, once.
package final class StreamValue: ForeignValue {
  package let typeName: String
  /// INVARIANT: taken by whoever reads it first; the reader is then used by that one alone, on the session's own executor.
  private let reader: Mutex<ReaderBox?>

  /// Readers belong to the session that made them, as every value does, and never leave its executor.
  private struct ReaderBox: @unchecked Sendable { let reader: any RowReader }

  init(_ reader: any RowReader, typeName: String = "rows") {
    self.reader = Mutex(ReaderBox(reader: reader))
    self.typeName = typeName
  }

  package var displayText: String { "\(typeName), not read yet" }
  package var isStream: Bool { true }

  /// The rows, the first time; nil from then on.
  func take() -> (any RowReader)? {
    reader.withLock { box in
      defer { box = nil }
      return box?.reader
    }
  }
}

/// Rows in memory.
package final class TableValue: ForeignValue {
  let rows: CollectedRows
  package let typeName: String

  init(_ rows: CollectedRows, typeName: String) {
    self.rows = rows
    self.typeName = typeName
  }

  package var displayText: String { "\(typeName) of \(rows.count) \(rows.count == 1 ? "row" : "rows")" }
}

/// Goes over a reader row by row, for `for`.
final class ReaderCursor: RowCursor {
  private let reader: any RowReader
  private var batch: RowBatch?
  private var next = 0
  private(set) var isAtEnd = false

  init(_ reader: any RowReader) { self.reader = reader }

  func takeRow() -> Value? {
    guard let batch, next < batch.count else { return nil }
    next += 1
    return BatchRow.record(batch, next - 1)
  }

  func refill() async throws(RowError) {
    batch = try await reader.next()
    next = 0
    isAtEnd = batch == nil
  }
}
