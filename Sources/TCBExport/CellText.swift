// Cells as plain text, for the formats whose fields are text.
import TCBHost
import TCBRows
import TCBText

/// Whom a text is for. A program reads a duration as a number of seconds, which is also what the interface takes for a
/// lifetime; a person reads `2h`.
enum CellStyle {
  case data, reading

  var separator: String { self == .data ? ";" : ", " }
}

package enum CellText {
  /// Appends the cell's text; nothing for null. Lists are joined, what is nested deeper and records are JSON.
  @inline(__always)
  static func append(
    _ column: Column, _ row: Int, to text: inout [UInt8], style: CellStyle
  ) throws(ExportError) {
    switch column {
    case .text(let column):
      column.read(row) { if let bytes = $0 { text.append(contentsOf: bytes) } }
    case .integer(let column):
      if let value = column.value(at: row) { text.append(decimal: value) }
    case .time(let column):
      if let value = column.value(at: row) { TimeText.append(value, to: &text) }
    default: try append(column.cell(at: row), to: &text, style: style)
    }
  }

  static func append(_ cell: Cell, to text: inout [UInt8], style: CellStyle) throws(ExportError) {
    switch cell {
    case .list(let cells):
      for (index, element) in cells.enumerated() {
        if index > 0 { text.append(style.separator) }
        if case .text(let element) = element, style == .data {
          append(quoting: element, to: &text)
        } else {
          try appendElement(element, to: &text, style: style)
        }
      }
    default: try appendElement(cell, to: &text, style: style)
    }
  }

  /// With a `\` before what would end the element, and before itself, so that a list can be read back.
  private static func append(quoting element: String, to text: inout [UInt8]) {
    for byte in element.utf8 {
      if byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
      text.append(byte)
    }
  }

  private static func appendElement(
    _ cell: Cell, to text: inout [UInt8], style: CellStyle
  ) throws(ExportError) {
    switch cell {
    case .null: break
    case .bool(let value): text.append(value ? "true" : "false")
    case .integer(let value): text.append(decimal: value)
    case .float(let value): text.append(value.description)
    case .text(let value): text.append(value)
    case .time(let value): TimeText.append(value, to: &text)
    case .duration(let value):
      if style == .data { text.append(seconds: value) } else { text.append(DurationText.format(value)) }
    case .list, .record: try JSONText.append(cell, to: &text)
    }
  }
}

extension [UInt8] {
  /// Milliseconds as a number of seconds, with the fraction only where there is one: `7200`, `0.5`.
  mutating func append(seconds milliseconds: Int64) {
    let rest = milliseconds.magnitude % 1_000
    if milliseconds < 0 { append("-") }
    append(decimal: Int64(milliseconds.magnitude / 1_000))
    guard rest > 0 else { return }
    var fraction = String(rest + 1_000).dropFirst()
    while fraction.last == "0" { fraction = fraction.dropLast() }
    append(".\(fraction)")
  }
}

extension CellText {
  /// As JSON, on one line.
  package static func json(_ cell: Cell) throws(ExportError) -> String {
    var text: [UInt8] = []
    try JSONText.append(cell, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
