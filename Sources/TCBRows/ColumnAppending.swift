// Making a column longer. A cell of another kind turns the column into cells.
//
// Each case takes the storage out and empties `self` before it appends: storage that is held twice would
// be copied whole for every cell.

extension Column {
  package mutating func append(_ cell: Cell) {
    if appendKeepingKind(cell) { return }
    // A column of nothing but nulls takes the kind of its first value.
    self = Column(cells: cells + [cell])
  }

  /// False, with nothing appended, when `cell` is of another kind.
  mutating func appendKeepingKind(_ cell: Cell) -> Bool {
    switch (self, cell) {
    case (.text, .text), (.text, .null), (.integer, .integer), (.integer, .null), (.float, .float),
      (.float, .null), (.bool, .bool), (.bool, .null), (.time, .time), (.time, .null),
      (.duration, .duration), (.duration, .null), (.mixed, _):
      appendSame(cell)
      return true
    default: return false
    }
  }

  private mutating func appendSame(_ cell: Cell) {
    switch self {
    case .text(var column):
      self = .mixed([])
      if case .text(let text) = cell { column.append(text) } else { column.appendNull() }
      self = .text(column)
    case .integer(var column):
      self = .mixed([])
      column.append(cell.wholeNumber)
      self = .integer(column)
    case .time(var column):
      self = .mixed([])
      column.append(cell.wholeNumber)
      self = .time(column)
    case .duration(var column):
      self = .mixed([])
      column.append(cell.wholeNumber)
      self = .duration(column)
    case .float(var column):
      self = .mixed([])
      if case .float(let value) = cell { column.append(value) } else { column.append(nil) }
      self = .float(column)
    case .bool(var column):
      self = .mixed([])
      if case .bool(let value) = cell { column.append(value) } else { column.append(nil) }
      self = .bool(column)
    case .mixed(var cells):
      self = .mixed([])
      cells.append(cell)
      self = .mixed(cells)
    }
  }

  package mutating func append(contentsOf other: Column) {
    switch (self, other) {
    case (.text(var column), .text(let more)):
      self = .mixed([])
      column.append(contentsOf: more)
      self = .text(column)
    case (.integer(var column), .integer(let more)):
      self = .mixed([])
      column.append(contentsOf: more)
      self = .integer(column)
    case (.time(var column), .time(let more)):
      self = .mixed([])
      column.append(contentsOf: more)
      self = .time(column)
    case (.duration(var column), .duration(let more)):
      self = .mixed([])
      column.append(contentsOf: more)
      self = .duration(column)
    case (.float(var column), .float(let more)):
      self = .mixed([])
      column.append(contentsOf: more)
      self = .float(column)
    case (.bool(var column), .bool(let more)):
      self = .mixed([])
      column.append(contentsOf: more)
      self = .bool(column)
    default: self = Column(cells: cells + other.cells)
    }
  }
}

extension Cell {
  /// The number that an integer, a time and a duration are stored as.
  fileprivate var wholeNumber: Int64? {
    switch self {
    case .integer(let value), .time(let value), .duration(let value): value
    default: nil
    }
  }
}
