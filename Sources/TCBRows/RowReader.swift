// The protocol through which rows are pulled, and what every source is told.
import TCBHost

/// Gives rows batch by batch. Used by one task at a time.
package protocol RowReader: AnyObject {
  /// Nil at the end, and from then on; a batch is never empty. After an error the reader is at its end.
  func next() async throws(RowError) -> RowBatch?
}

/// A line, file or element that could not be read as a row.
package struct UnreadableLine: Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    case notUTF8
    case wrongFieldCount(found: Int, expected: Int)
    case unterminatedQuote
    case textAfterQuote
    case notAnInteger(column: String, text: String)
    case notATime(column: String, text: String)
    case tooLong(limit: Int)
    /// A name in a folder that is not UTF-8, shown with what could be read of it.
    case nameNotUTF8(shown: String)
    case notAFile(path: String)
    case folder(path: String, HostError)
    case notARow(index: Int, kind: String)
  }

  package var source: String
  /// From 1; 0 where the source has no lines.
  package var line: Int
  package var reason: Reason

  package init(source: String, line: Int, reason: Reason) {
    self.source = source
    self.line = line
    self.reason = reason
  }
}

package struct RowError: Error, Sendable {
  package enum Reason: Sendable {
    case host(HostError)
    /// Under `strict`, or where there is no going on: the header itself.
    case unreadable(UnreadableLine)
    case missingColumn(String, nearest: String?, available: [String])
    case noHeader
    case tooManyColumns(limit: Int)
    /// More rows than are held in memory, and why they cannot be kept elsewhere.
    case noRoom(HostError)
    case cancelled
    /// An error of the one who asked for the rows (a condition's, say), handed through as it is.
    case other(any Error)
  }

  package var reason: Reason
  package var source: String

  package init(_ reason: Reason, source: String) {
    self.reason = reason
    self.source = source
  }
}

/// What to do about lines that cannot be read.
package struct SourceOptions: Sendable {
  /// Stop at the first unreadable line instead of leaving it out.
  package var strict: Bool
  /// Called for each line left out.
  package var report: @Sendable (UnreadableLine) -> Void

  package init(strict: Bool = false, report: @escaping @Sendable (UnreadableLine) -> Void = { _ in }) {
    self.strict = strict
    self.report = report
  }

  func leaveOut(_ line: UnreadableLine) throws(RowError) {
    if strict { throw RowError(.unreadable(line), source: line.source) }
    report(line)
  }
}

/// To be called once a batch.
func stopWhenCancelled(_ source: String) throws(RowError) {
  if Task.isCancelled { throw RowError(.cancelled, source: source) }
}
