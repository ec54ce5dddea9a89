// urls: the links alone, one a line; a row without one is left out.
import TCBRows

final class URLSink: RowSink {
  private let output: ByteOutput

  init(_ output: ByteOutput) { self.output = output }

  func write(_ batch: RowBatch) throws(ExportError) {
    try output.append { (text) throws(ExportError) in
      guard let column = batch.column("url") else { throw ExportError(.noURLColumn(available: batch.names)) }
      for row in 0..<batch.count where !column.isNull(at: row) {
        try CellText.append(column, row, to: &text, style: .data)
        text.append(UInt8(ascii: "\n"))
      }
    }
  }

  func finish() throws(ExportError) { try output.finish() }
}
