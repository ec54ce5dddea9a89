// One column of a batch. A column of one kind is stored as such; one that mixes kinds, or holds lists
// and records, is stored as cells.

package enum Column: Sendable {
  case text(TextColumn)
  case integer(ValueColumn<Int64>)
  case float(ValueColumn<Double>)
  case bool(ValueColumn<Bool>)
  /// Milliseconds since 1970, UTC.
  case time(ValueColumn<Int64>)
  /// Milliseconds.
  case duration(ValueColumn<Int64>)
  case mixed([Cell])

  package static func texts(_ texts: some Sequence<String?>) -> Column { .text(TextColumn(texts)) }
  package static func integers(_ values: some Sequence<Int64?>) -> Column { .integer(ValueColumn(values)) }
  package static func times(_ values: some Sequence<Int64?>) -> Column { .time(ValueColumn(values)) }

  package static func nulls(_ count: Int) -> Column {
    var column = TextColumn()
    for _ in 0..<max(0, count) { column.appendNull() }
    return .text(column)
  }

  package static func repeating(_ cell: Cell, count: Int) -> Column {
    Column(cells: Array(repeating: cell, count: max(0, count)))
  }

  /// The narrowest kind of column that holds `cells` as they are.
  package init(cells: [Cell]) {
    guard let first = cells.first(where: { !$0.isNull }) else {
      self = .nulls(cells.count)
      return
    }
    self = .empty(for: first)
    if case .mixed = self {
      self = .mixed(cells)
      return
    }
    for cell in cells where !appendKeepingKind(cell) {
      self = .mixed(cells)
      return
    }
  }

  private static func empty(for cell: Cell) -> Column {
    switch cell {
    case .text: .text(TextColumn())
    case .integer: .integer(ValueColumn())
    case .float: .float(ValueColumn())
    case .bool: .bool(ValueColumn())
    case .time: .time(ValueColumn())
    case .duration: .duration(ValueColumn())
    case .null, .list, .record: .mixed([])
    }
  }

  package var count: Int {
    switch self {
    case .text(let column): column.count
    case .integer(let column), .time(let column), .duration(let column): column.count
    case .float(let column): column.count
    case .bool(let column): column.count
    case .mixed(let cells): cells.count
    }
  }

  package func isNull(at index: Int) -> Bool {
    switch self {
    case .text(let column): column.isNull(at: index)
    case .integer(let column), .time(let column), .duration(let column): column.isNull(at: index)
    case .float(let column): column.isNull(at: index)
    case .bool(let column): column.isNull(at: index)
    case .mixed(let cells): cells.indices.contains(index) && cells[index].isNull
    }
  }

  /// Null past the end.
  package func cell(at index: Int) -> Cell {
    switch self {
    case .text(let column): column.string(at: index).map(Cell.text) ?? .null
    case .integer(let column): column.value(at: index).map(Cell.integer) ?? .null
    case .float(let column): column.value(at: index).map(Cell.float) ?? .null
    case .bool(let column): column.value(at: index).map(Cell.bool) ?? .null
    case .time(let column): column.value(at: index).map(Cell.time) ?? .null
    case .duration(let column): column.value(at: index).map(Cell.duration) ?? .null
    case .mixed(let cells): cells.indices.contains(index) ? cells[index] : .null
    }
  }

  package var cells: [Cell] { (0..<count).map(cell(at:)) }

  package func slice(_ rows: Range<Int>) -> Column {
    switch self {
    case .text(let column): .text(column.slice(rows))
    case .integer(let column): .integer(column.slice(rows))
    case .float(let column): .float(column.slice(rows))
    case .bool(let column): .bool(column.slice(rows))
    case .time(let column): .time(column.slice(rows))
    case .duration(let column): .duration(column.slice(rows))
    case .mixed(let cells): .mixed(Array(cells[rows.clamped(to: 0..<cells.count)]))
    }
  }

  /// The given rows in the given order; a row that is not there is null.
  package func selecting(_ rows: [Int]) -> Column {
    switch self {
    case .text(let column): .text(column.selecting(rows))
    case .integer(let column): .integer(column.selecting(rows))
    case .float(let column): .float(column.selecting(rows))
    case .bool(let column): .bool(column.selecting(rows))
    case .time(let column): .time(column.selecting(rows))
    case .duration(let column): .duration(column.selecting(rows))
    case .mixed(let cells): .mixed(rows.map { cells.indices.contains($0) ? cells[$0] : .null })
    }
  }
}
