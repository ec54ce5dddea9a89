// One value of one row. Rows rarely exist as cells: they travel as columns, and a cell is made only
// where somebody looks at a single one.

package enum Cell: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case float(Double)
  case text(String)
  /// Milliseconds since 1970, UTC.
  case time(Int64)
  /// Milliseconds.
  case duration(Int64)
  case list([Cell])
  case record([RecordField])

  package var isNull: Bool { self == .null }

  /// What a person calls this kind of value.
  package var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .integer: "int"
    case .float: "float"
    case .text: "string"
    case .time: "time"
    case .duration: "duration"
    case .list: "list"
    case .record: "record"
    }
  }
}

package struct RecordField: Sendable, Hashable {
  package var name: String
  package var value: Cell

  package init(_ name: String, _ value: Cell) {
    self.name = name
    self.value = value
  }
}
