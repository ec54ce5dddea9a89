// csv: RFC 4180 with LF line ends, which every reader takes; quotes only where a field needs them.
import TCBRows

/// Null is an empty field. The elements of a list are joined by `;`; one that holds a `;` or a `\` has a `\` before it.
final class CSVSink: RowSink {
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
        let start = text.count
        for (index, column) in columns.enumerated() {
          if index > 0 { text.append(UInt8(ascii: ",")) }
          let field = text.count
          try CellText.append(column, row, to: &text, style: .data)
          CSVSink.quote(&text, from: field)
        }
        // An empty line would be no row to a reader.
        if text.count == start { text.append("\"\"") }
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
    let start = text.count
    for (index, name) in names.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      let field = text.count
      text.append(name)
      CSVSink.quote(&text, from: field)
    }
    if text.count == start { text.append("\"\"") }
    text.append(UInt8(ascii: "\n"))
  }

  /// Puts the end of `text`, from `start` on, in quotes when it holds what means something in csv, or begins or ends with a space,
  /// which many readers take away.
  private static func quote(_ text: inout [UInt8], from start: Int) {
    let needsQuotes = text.withUnsafeBufferPointer { bytes in
      let isPadded = start < bytes.count && (bytes[start] == 0x20 || bytes[bytes.count - 1] == 0x20)
      return isPadded
        || bytes[start...].contains { byte in
          byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
            || byte == UInt8(ascii: "\r")
        }
    }
    guard needsQuotes else { return }
    let field = Array(text[start...])
    text.removeLast(field.count)
    text.append("\"" as Unicode.Scalar)
    for byte in field {
      if byte == UInt8(ascii: "\"") { text.append(byte) }
      text.append(byte)
    }
    text.append("\"" as Unicode.Scalar)
  }
}
