// What a command of a program gives to what stands behind it.

import TCBRows
import TCBRuntime

/// The result of a ``HostCommand``.
public struct HostResult: Sendable {
  enum Kind: Sendable {
    case value(ScriptValue)
    case rows(@Sendable () -> HostRows)
  }

  let kind: Kind

  /// Nothing: the command was used for what it does.
  public static let nothing = HostResult(kind: .value(.null))

  /// A single value.
  public static func value(_ value: ScriptValue) -> HostResult { HostResult(kind: .value(value)) }

  /// Rows, read from `rows` one by one as they are asked for, so that whoever is slow behind the command slows it down.
  ///
  /// Their columns are those of all rows so far. A text in a row's `path` makes it the row of a file, which `links` takes. An
  /// error that `rows` throws ends the pipeline, as one that the command throws.
  public static func rows<Records: AsyncSequence & Sendable>(_ rows: Records) -> HostResult
  where Records.Element == ScriptRecord {
    HostResult(kind: .rows { HostRows(rows.makeAsyncIterator()) })
  }

  /// Rows that are all there.
  public static func rows(_ rows: [ScriptRecord]) -> HostResult {
    HostResult(kind: .rows { HostRows(rows) })
  }
}

/// Records of any origin, one by one. Used by one reader.
final class HostRows {
  private let pull: () async throws -> ScriptRecord?

  init<Iterator: AsyncIteratorProtocol>(_ iterator: Iterator) where Iterator.Element == ScriptRecord {
    var iterator = iterator
    pull = { try await iterator.next(isolation: #isolation) }
  }

  init(_ records: [ScriptRecord]) {
    var rest = records[...]
    pull = { rest.popFirst() }
  }

  func next() async throws -> ScriptRecord? { try await pull() }
}

/// Rows of a program as the engine reads them.
final class HostRowReader: RowReader {
  private var rows: HostRows?
  private let problem: (any Error) -> RuntimeProblem
  private var names: [String] = []
  private var places: [String: Int] = [:]

  /// Few, so that a program that makes its rows slowly is not waited for long.
  private static let batchCount = 256

  init(_ rows: HostRows, problem: @escaping (any Error) -> RuntimeProblem) {
    self.rows = rows
    self.problem = problem
  }

  func next() async throws(RowError) -> RowBatch? {
    guard let rows else { return nil }
    var columns = names.map { _ in [Cell]() }
    var count = 0
    do {
      while count < Self.batchCount {
        try Task.checkCancellation()
        guard let record = try await rows.next() else {
          self.rows = nil
          break
        }
        try add(record, to: &columns, row: count)
        count += 1
      }
    } catch let error as RowError {
      self.rows = nil
      throw error
    } catch {
      self.rows = nil
      throw RowError(.other(problem(error)), source: "rows")
    }
    guard count > 0 else { return nil }
    for place in columns.indices { pad(&columns[place], to: count) }
    return RowBatch(zip(names, columns).map { (name: $0, column: Column(cells: $1)) }, count: count)
  }

  private func add(_ record: ScriptRecord, to columns: inout [[Cell]], row: Int) throws {
    for (name, value) in record {
      let cell = try value.exchanged().cell
      if let place = places[name] {
        pad(&columns[place], to: row)
        columns[place].append(cell)
        continue
      }
      guard names.count < CellsReader.mostNames else {
        throw RowError(.tooManyColumns(limit: CellsReader.mostNames), source: "rows")
      }
      places[name] = names.count
      names.append(name)
      columns.append(Array(repeating: .null, count: row) + [cell])
    }
  }

  private func pad(_ column: inout [Cell], to count: Int) {
    while column.count < count { column.append(.null) }
  }
}
