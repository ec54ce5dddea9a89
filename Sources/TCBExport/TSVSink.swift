// tsv: a tab between fields; a tab, newline, carriage return or backslash in one is escaped.
import TCBRows

/// Null is an empty field. The elements of a list are joined by `;`.
final class TSVSink: RowSink {
  private let output: ByteOutput
  private var choice: ColumnChoice
  private var hasHeader = false

  init(_ output: ByteOutput, _ choice: ColumnChoice) {
    self.output = output
    self.choice = choice
  }

  func write(_ batch: RowBatch) throws(ExportError) {
    try output.append { (text) throws(ExportError) in
      let columns = try choice.columns(of: batch)
      if !hasHeader { appendHeader(choice.names ?? [], to: &text) }
      for row in 0..<batch.count {
        for (index, column) in columns.enumerated() {
          if index > 0 { text.append(UInt8(ascii: "\t")) }
          let field = text.count
          try CellText.append(column, row, to: &text, style: .data)
          TSVSink.escape(&text, from: field)
        }
        text.append(UInt8(ascii: "\n"))
      }
    }
  }

  func finish() throws(ExportError) {
    try output.append { (text) throws(ExportError) in
      if !hasHeader, let names = try choice.namesWithoutRows() { appendHeader(names, to: &text) }
    }
    try output.finish()
  }

  private func appendHeader(_ names: [String], to text: inout [UInt8]) {
    hasHeader = true
    for (index, name) in names.enumerated() {
      if index > 0 { text.append(UInt8(ascii: "\t")) }
      let field = text.count
      text.append(name)
      TSVSink.escape(&text, from: field)
    }
    text.append(UInt8(ascii: "\n"))
  }

  private static func escape(_ text: inout [UInt8], from start: Int) {
    let needsEscapes = text.withUnsafeBufferPointer { bytes in
      bytes[start...].contains { $0 == UInt8(ascii: "\\") || ($0 < 0x20 && letter(for: $0) != nil) }
    }
    guard needsEscapes else { return }
    let field = Array(text[start...])
    text.removeLast(field.count)
    for byte in field {
      if let letter = letter(for: byte) {
        text.append("\\" as Unicode.Scalar)
        text.append(letter)
      } else {
        text.append(byte)
      }
    }
  }

  private static func letter(for byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\t"): UInt8(ascii: "t")
    case UInt8(ascii: "\n"): UInt8(ascii: "n")
    case UInt8(ascii: "\r"): UInt8(ascii: "r")
    case UInt8(ascii: "\\"): UInt8(ascii: "\\")
    default: nil
    }
  }
}
