// Columns whose memory is at hand, for the loops over every cell of an output: reaching it anew for each cell counts references,
// which cost a sixth of the time of writing.
import TCBRows
import TCBText

// INVARIANT: no case holds a reference, so that going over them row by row counts none.
enum OpenColumn {
  case text(UnsafeBufferPointer<UInt8>, ends: UnsafeBufferPointer<Int>)
  case integer(UnsafeBufferPointer<Int64>)
  case time(UnsafeBufferPointer<Int64>)
  /// Milliseconds.
  case duration(UnsafeBufferPointer<Int64>)
  /// All of it is null.
  case nothing
  /// Of a kind, or with nulls, for which there is no shorter way: the place of the column.
  case other(Int)

  /// Columns behind these are reached cell by cell: each that is open takes some of the stack.
  private static let mostOpen = 64

  /// Hands the columns out for as long as `body` runs.
  static func withAll(
    of columns: [Column], _ body: (UnsafeBufferPointer<OpenColumn>) throws(ExportError) -> Void
  ) throws(ExportError) {
    var open: [OpenColumn] = []
    open.reserveCapacity(columns.count)
    try reach(columns, &open, body)
  }

  /// Opens the columns behind those that are open.
  private static func reach(
    _ columns: [Column], _ open: inout [OpenColumn],
    _ body: (UnsafeBufferPointer<OpenColumn>) throws(ExportError) -> Void
  ) throws(ExportError) {
    guard open.count < min(columns.count, mostOpen) else {
      open += (open.count..<columns.count).map(OpenColumn.other)
      return try open.withUnsafeBufferPointer(body)
    }
    switch columns[open.count] {
    case .text(let texts) where texts.bytes.isEmpty && texts.ends.allSatisfy { $0 < 0 }:
      open.append(.nothing)
      try reach(columns, &open, body)
    case .text(let texts):
      try texts.bytes.withUnsafeBufferPointer { (bytes) throws(ExportError) in
        try texts.ends.withUnsafeBufferPointer { (ends) throws(ExportError) in
          open.append(.text(bytes, ends: ends))
          try reach(columns, &open, body)
        }
      }
    case .integer(let numbers) where numbers.nulls.isEmpty:
      try numbers.values.withUnsafeBufferPointer { (values) throws(ExportError) in
        open.append(.integer(values))
        try reach(columns, &open, body)
      }
    case .time(let times) where times.nulls.isEmpty:
      try times.values.withUnsafeBufferPointer { (values) throws(ExportError) in
        open.append(.time(values))
        try reach(columns, &open, body)
      }
    case .duration(let durations) where durations.nulls.isEmpty:
      try durations.values.withUnsafeBufferPointer { (values) throws(ExportError) in
        open.append(.duration(values))
        try reach(columns, &open, body)
      }
    default:
      open.append(.other(open.count))
      try reach(columns, &open, body)
    }
  }

  /// Appends the cell as JSON. `columns` are those that this is one of.
  @inline(__always)
  func append(_ row: Int, of columns: [Column], to text: inout [UInt8]) throws(ExportError) {
    switch self {
    case .text(let bytes, let ends):
      guard row < ends.count, ends[row] >= 0 else { return text.append("null") }
      // INVARIANT: ends never go down and lie in the bytes; that of a null is the complement.
      let before = row == 0 ? 0 : ends[row - 1]
      let start = before < 0 ? ~before : before
      JSONText.append(
        string: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<ends[row]])), to: &text)
    case .integer(let values):
      if row < values.count { text.append(decimal: values[row]) } else { text.append("null") }
    case .time(let values):
      guard row < values.count else { return text.append("null") }
      text.append(UInt8(ascii: "\""))
      TimeText.append(values[row], to: &text)
      text.append(UInt8(ascii: "\""))
    case .duration(let values):
      if row < values.count { text.append(seconds: values[row]) } else { text.append("null") }
    case .nothing: text.append("null")
    case .other(let place): try JSONText.append(columns[place], row, to: &text)
    }
  }
}
