// The protocol of an output format, and the choice of one.
import TCBRows

/// Writes rows. After an error, or when it is let go of before `finish()`, no file appears.
package protocol RowSink: AnyObject {
  func write(_ batch: RowBatch) throws(ExportError)
  /// Completes the text and makes the file appear.
  func finish() throws(ExportError)
}

/// How a terminal table looks; other formats do not care.
package struct TableOptions: Sendable {
  /// Columns of the terminal; nil for no bound, when the output is no terminal.
  package var width: Int?
  package var color: Bool
  /// What is shown when no columns were chosen: those of these that the rows have, in this order. When
  /// they have none of them, or this is empty, everything is shown.
  package var preferred: [String]

  package init(width: Int? = nil, color: Bool = false, preferred: [String] = []) {
    self.width = width
    self.color = color
    self.preferred = preferred
  }
}

/// `columns` chooses and orders the columns. `schema` is the names that the rows will have, where that is
/// known: it gives a csv file without rows its header, and finds an unknown column before any row comes.
package func makeSink(
  _ format: ExportFormat, to output: ByteOutput, options: TableOptions = TableOptions(),
  columns: [String]? = nil, schema: [String]? = nil
) -> any RowSink {
  let choice = ColumnChoice(chosen: columns, schema: schema)
  return switch format {
  case .csv: CSVSink(output, choice)
  case .tsv: TSVSink(output, choice)
  case .json: JSONSink(output, choice)
  case .ndjson: NDJSONSink(output, choice)
  case .markdown: MarkdownSink(output, choice)
  case .urls: URLSink(output)
  case .table: TableSink(output, options, chosen: columns)
  }
}
