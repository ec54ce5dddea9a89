// Why rows could not be written, and the words for it.
import TCBHost
import TCBRows
import TCBText

package struct ExportError: Error, Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    case host(HostError)
    case unknownColumn(String, nearest: String?, available: [String])
    /// The format writes links alone, and the rows have none.
    case noURLColumn(available: [String])
    /// Later rows have columns that the first ones, already written, do not have.
    case newColumns([String])
    case tooDeep(limit: Int)
  }

  package var reason: Reason

  package init(_ reason: Reason) { self.reason = reason }

  /// One sentence; the file's name is the caller's to add.
  package var message: Wording {
    switch reason {
    case .host(let error): error.wording
    case .unknownColumn(let name, _, let available):
      "there is no column `\(name)`; there is \(RowError.list(available))"
    case .noURLColumn(let available): "there is no column `url`; there is \(RowError.list(available))"
    case .newColumns(let names):
      "later rows have other columns: \(RowError.list(names)); name the columns, or write json or ndjson"
    case .tooDeep(let limit): "a value is nested deeper than \(limit) levels"
    }
  }

  /// What to try, where that can be said.
  package var note: Wording? {
    guard case .unknownColumn(_, let nearest, _) = reason else { return nil }
    return .suggestion(nearest)
  }
}
