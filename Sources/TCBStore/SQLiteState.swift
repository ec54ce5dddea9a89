// A state in SQLite: a table of rows that it does not look into. Its write-ahead log keeps what was written through any end of the
// process; what must outlive the machine's is also flushed to the disk.

import GRDB
import TCBInterface
import TCBService

package final class SQLiteState: StateStore {
  /// Of what the rows mean. A program that does not know it must not write to them.
  private static let version: Int32 = 1

  private let folder: StateFolder
  private let database: DatabaseQueue

  /// Makes the folder where there is none.
  package init(folder path: String) throws(StateError) {
    folder = try StateFolder(path)
    var configuration = Configuration()
    configuration.label = "tcbsh-state"
    configuration.journalMode = .wal
    do {
      database = try DatabaseQueue(path: path + "/state.db", configuration: configuration)
      try database.write { database in
        // A state of before the version was noted has 0.
        let found = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= Self.version else {
          throw StateError("the state in `\(path)` was written by a newer version of this program")
        }
        try database.execute(sql: "PRAGMA user_version = \(Self.version)")
        try database.execute(
          sql: """
            CREATE TABLE IF NOT EXISTS row (
              kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key)
            ) WITHOUT ROWID
            """)
      }
    } catch {
      throw SQLiteState.error(error, path)
    }
  }

  package func tokenKey(_ count: Int) throws(StateError) -> [UInt8] { try folder.key(count) }

  package func rows() throws(StateError) -> [StateRow] {
    let found: [(kind: String, key: String, value: String)]
    do {
      found = try database.read { database in
        try Row.fetchAll(database, sql: "SELECT kind, key, value FROM row").map { row in
          (row["kind"], row["key"], row["value"])
        }
      }
    } catch {
      throw SQLiteState.error(error, folder.path)
    }
    var rows: [StateRow] = []
    for (kindName, key, text) in found {
      guard let kind = StateRow.Kind(rawValue: kindName) else {
        throw StateError("the state in `\(folder.path)` was written by a newer version of this program")
      }
      guard let value = try? JSONValue(decoding: Array(text.utf8)) else {
        throw StateError("the state in `\(folder.path)` is damaged: `\(key)` of `\(kindName)` cannot be read")
      }
      rows.append(StateRow(kind, key, value))
    }
    return rows
  }

  package func write(_ rows: [StateRow], durably: Bool) throws(StateError) {
    do {
      try database.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = \(durably ? "FULL" : "NORMAL")")
        try database.inTransaction {
          for row in rows { try Self.write(row, database) }
          return .commit
        }
      }
    } catch {
      throw SQLiteState.error(error, folder.path)
    }
  }

  private static func write(_ row: StateRow, _ database: Database) throws {
    guard let value = row.value else {
      let statement = try database.cachedStatement(sql: "DELETE FROM row WHERE kind = ? AND key = ?")
      return try statement.execute(arguments: [row.kind.rawValue, row.key])
    }
    let statement = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO row (kind, key, value) VALUES (?, ?, ?)")
    try statement.execute(
      arguments: [row.kind.rawValue, row.key, String(decoding: value.encoded, as: UTF8.self)])
  }

  private static func error(_ error: any Error, _ path: String) -> StateError {
    if let error = error as? StateError { return error }
    let reason = (error as? DatabaseError).map { $0.message ?? "\($0.resultCode)" } ?? "\(error)"
    return StateError("the state in `\(path)`: \(reason)")
  }
}
