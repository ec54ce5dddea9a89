// Rows that leave a session one by one.

import TCBLinks
import TCBRows
import TCBRuntime

/// Rows of a pipeline, each worked out when it is asked for: nothing holds them all, and whoever is slow to take them slows the
/// pipeline down. They are read once; a second loop goes on where the first one stopped.
///
/// Rows travel in batches, so that up to a few thousand are worked out ahead of the one that was asked for. Leaving the loop ends
/// the pipeline as soon as nothing holds the rows any more; a file that an `export` of it was writing does not appear then.
public struct Rows: AsyncSequence, Sendable {
  typealias Pull = @Sendable () async throws(ScriptError) -> RowBatch?

  private let open: OpenRows
  private let pull: Pull

  init(_ open: OpenRows, pull: @escaping Pull) {
    self.open = open
    self.pull = pull
  }

  /// Reads the rows from where they were left.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: pull) }

  /// Reads rows one by one.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let pull: Pull
    private var batch: RowBatch?
    private var index = 0

    init(pull: @escaping Pull) { self.pull = pull }

    /// The next row, or nil behind the last. Throws what the pipeline met, and ``ScriptError/Kind/cancelled`` where its task was
    /// cancelled; from then on there are no more rows.
    public mutating func next() async throws(ScriptError) -> Row? { try await next(isolation: #isolation) }

    /// The next row, or nil behind the last, without leaving `actor`.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(ScriptError) -> Row? {
      while true {
        if let batch, index < batch.count {
          index += 1
          return Row(batch: batch, index: index - 1)
        }
        index = 0
        batch = try await pull()
        if batch == nil { return nil }
      }
    }
  }
}

/// One row: values by the names of their columns.
public struct Row: Sendable {
  let batch: RowBatch
  let index: Int

  /// The names of the columns, in order.
  public var columns: [String] { batch.names }

  /// The value in a column; ``ScriptValue/null`` where it is empty or there is none. Where there is a `path`, its parts `name`,
  /// `ext` and `dir` are there too, as they are for scripts.
  public subscript(column: String) -> ScriptValue {
    if let place = batch.index(of: column) { return ScriptValue(batch.cell(index, place)) }
    guard PathPart(rawValue: column) != nil, case .text(let path) = batch.cell(index, "path") else {
      return .null
    }
    return PathParts.part(column, of: path).map(ScriptValue.text) ?? .null
  }

  /// The columns as a record.
  public var record: ScriptRecord {
    ScriptRecord(batch.record(index).map { ($0.name, ScriptValue($0.value)) })
  }

  /// What `links` found out about the file of this row; nil where the row does not come from `links`.
  public var link: FileLink? { FileLink(self) }
}

/// The outcome of asking for one file's download link.
public struct FileLink: Sendable, Hashable {
  /// What became of a file. Every file that is asked for has exactly one of these.
  public enum Status: String, Sendable {
    /// There is a link.
    case ok
    /// The policy says no.
    case denied
    /// The interface said no, or the id is not well formed.
    case failed
  }

  /// The path below the bucket, or what was given in its place.
  public var path: String
  /// `cloud://env.bucket/path`, where the file has one.
  public var fileID: String?
  /// What became of the file.
  public var status: Status
  /// The link, where there is one.
  public var url: String?
  /// How long the link lives, in whole seconds.
  public var maxAge: Duration?
  /// Until when, in milliseconds since 1970, UTC; nil for a public file's link, which does not expire.
  public var expiresAt: Int?
  /// Why it failed: the interface's status or errcode, or a word such as `bad-file-id`.
  public var code: String?
  /// The same in words, or the policy's reason where it was denied.
  public var message: String?

  init?(_ row: Row) {
    guard let status = row["status"].text.flatMap(Status.init(rawValue:)), row.batch.index(of: "url") != nil,
      row.batch.index(of: "attempts") != nil
    else { return nil }
    path = row["path"].text ?? ""
    fileID = row["fileid"].text
    self.status = status
    url = row["url"].text
    maxAge = row["max_age"].duration
    expiresAt = row["expires_at"].time
    code = row["code"].text
    message = row["message"].text
  }
}

/// A reader that is open, with the exports that write what it reads.
// Unchecked: touched on the session's executor only, as the reader is.
final class OpenRows: @unchecked Sendable {
  private(set) var reader: (any RowReader)?
  private(set) var exports: [TeeReader]
  /// Until when it may be read.
  let deadline: ContinuousClock.Instant?

  init(_ reader: (any RowReader)?, exports: [TeeReader] = [], deadline: ContinuousClock.Instant? = nil) {
    self.reader = reader
    self.exports = exports
    self.deadline = deadline
  }

  /// The next batch; behind the last one the files that were being written are whole.
  func next() async throws(RowError) -> RowBatch? {
    do throws(RowError) {
      if let batch = try await reader?.next() { return batch }
      let exports = self.exports
      close()
      for export in exports { try await export.finishReading() }
      return nil
    } catch {
      close()
      throw error
    }
  }

  private func close() {
    reader = nil
    exports = []
  }
}
