// ndjson: one object a line.
import TCBRows

final class NDJSONSink: RowSink {
  private let output: ByteOutput
  private var objects: JSONObjects

  init(_ output: ByteOutput, _ choice: ColumnChoice) {
    self.output = output
    objects = JSONObjects(choice)
  }

  func write(_ batch: RowBatch) throws(ExportError) {
    try output.append { (text) throws(ExportError) in try objects.append(batch, to: &text, after: "\n") }
  }

  func finish() throws(ExportError) {
    try output.append { (_) throws(ExportError) in _ = try objects.choice.namesWithoutRows() }
    try output.finish()
  }
}
