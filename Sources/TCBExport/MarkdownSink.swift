// markdown: a table of GitHub's flavour. Numbers stand to the right.
import TCBRows

final class MarkdownSink: RowSink {
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
      if !hasHeader { appendHeader(choice.names ?? [], columns, to: &text) }
      var cell: [UInt8] = []
      for row in 0..<batch.count {
        for column in columns {
          cell.removeAll(keepingCapacity: true)
          try CellText.append(column, row, to: &cell, style: .reading)
          MarkdownSink.append(cell: cell, to: &text)
        }
        text.append("|\n")
      }
    }
  }

  func finish() throws(ExportError) {
    try output.append { (text) throws(ExportError) in
      if !hasHeader, let names = try choice.namesWithoutRows() { appendHeader(names, [], to: &text) }
    }
    try output.finish()
  }

  private func appendHeader(_ names: [String], _ columns: [Column], to text: inout [UInt8]) {
    hasHeader = true
    for name in names { MarkdownSink.append(cell: Array(name.utf8), to: &text) }
    text.append("|\n")
    for index in names.indices {
      switch columns.indices.contains(index) ? columns[index] : .mixed([]) {
      case .integer, .float: text.append("| ---: ")
      default: text.append("| --- ")
      }
    }
    text.append("|\n")
  }

  /// A bar would end the cell, and a backslash before one would undo its escape.
  private static func append(cell: [UInt8], to text: inout [UInt8]) {
    text.append("| ")
    var afterReturn = false
    for byte in cell {
      switch byte {
      case UInt8(ascii: "|"), UInt8(ascii: "\\"):
        text.append("\\" as Unicode.Scalar)
        text.append(byte)
      case UInt8(ascii: "\n"): if !afterReturn { text.append("<br>") }
      case UInt8(ascii: "\r"): text.append("<br>")
      default: text.append(byte)
      }
      afterReturn = byte == UInt8(ascii: "\r")
    }
    text.append(" " as Unicode.Scalar)
  }
}
