// Cells as JSON (RFC 8259). Text goes from UTF-8 to UTF-8; only what must be is escaped.
import TCBHost
import TCBRows
import TCBText

enum JSONText {
  /// Writing is recursive, so the depth is bounded.
  static let deepest = 64

  @inline(__always)
  static func append(_ column: Column, _ row: Int, to text: inout [UInt8]) throws(ExportError) {
    switch column {
    case .text(let column):
      column.read(row) { bytes in
        if let bytes { append(string: bytes, to: &text) } else { text.append("null") }
      }
    case .integer(let column):
      if let value = column.value(at: row) { text.append(decimal: value) } else { text.append("null") }
    case .time(let column):
      guard let value = column.value(at: row) else { return text.append("null") }
      text.append(UInt8(ascii: "\""))
      TimeText.append(value, to: &text)
      text.append(UInt8(ascii: "\""))
    default: try append(column.cell(at: row), to: &text)
    }
  }

  /// Times are RFC 3339 strings, durations numbers of seconds; a float that JSON cannot say is null.
  static func append(_ cell: Cell, to text: inout [UInt8], depth: Int = 0) throws(ExportError) {
    switch cell {
    case .null: text.append("null")
    case .bool(let value): text.append(value ? "true" : "false")
    case .integer(let value): text.append(decimal: value)
    case .float(let value): text.append(value.isFinite ? value.description : "null")
    case .text(let value): append(string: value, to: &text)
    case .time(let value): append(string: TimeText.format(value), to: &text)
    case .duration(let value): text.append(seconds: value)
    case .list(let cells): try append(list: cells, to: &text, depth: depth + 1)
    case .record(let fields): try append(record: fields, to: &text, depth: depth + 1)
    }
  }

  private static func append(list cells: [Cell], to text: inout [UInt8], depth: Int) throws(ExportError) {
    guard depth <= deepest else { throw ExportError(.tooDeep(limit: deepest)) }
    text.append(UInt8(ascii: "["))
    var watch = CancellationWatch()
    for (index, cell) in cells.enumerated() {
      if watch.isCancelled(after: 4) { throw ExportError(.host(HostError(.cancelled))) }
      if index > 0 { text.append(UInt8(ascii: ",")) }
      try append(cell, to: &text, depth: depth)
    }
    text.append(UInt8(ascii: "]"))
  }

  private static func append(
    record fields: [RecordField], to text: inout [UInt8], depth: Int
  ) throws(ExportError) {
    guard depth <= deepest else { throw ExportError(.tooDeep(limit: deepest)) }
    text.append(UInt8(ascii: "{"))
    for (index, field) in fields.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      append(string: field.name, to: &text)
      text.append(UInt8(ascii: ":"))
      try append(field.value, to: &text, depth: depth)
    }
    text.append(UInt8(ascii: "}"))
  }

  static func append(string: String, to text: inout [UInt8]) {
    var string = string
    string.withUTF8 { append(string: UnsafeRawBufferPointer($0), to: &text) }
  }

  static func append(string bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
    text.append("\"" as Unicode.Scalar)
    var start = 0
    var position = 0
    while position < bytes.count {
      if let clean = clean(bytes, from: position) {
        position = clean
        continue
      }
      let byte = bytes[position]
      defer { position += 1 }
      if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
      text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
      append(escaped: byte, to: &text)
      start = position + 1
    }
    text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start...]))
    text.append("\"" as Unicode.Scalar)
  }

  /// Past the eight bytes from here, where none of them is to be escaped: most texts have none at all.
  @inline(__always)
  private static func clean(_ bytes: UnsafeRawBufferPointer, from position: Int) -> Int? {
    guard position + 8 <= bytes.count else { return nil }
    let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
    return word.holdsJSONEscape ? nil : position + 8
  }

  private static func append(escaped byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\n"): text.append("\\n")
    case UInt8(ascii: "\r"): text.append("\\r")
    case UInt8(ascii: "\t"): text.append("\\t")
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      text.append("\\" as Unicode.Scalar)
      text.append(byte)
    default:
      text.append(byte < 0x10 ? "\\u000" : "\\u001")
      let digit = byte & 0x0F
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
