// The table that a person sees at a terminal.
import TCBRows
import TCBText

/// The first rows are held back to size the columns by them; the rest streams into these columns.
final class TableSink: RowSink {
  static let sampleCount = 1000

  private let output: ByteOutput
  private let options: TableOptions
  private let chosen: [String]?
  private var sample: [RowBatch] = []
  private var sampled = 0
  private var painter: TablePainter?
  private var count = 0

  init(_ output: ByteOutput, _ options: TableOptions, chosen: [String]?) {
    self.output = output
    self.options = options
    self.chosen = chosen
  }

  func write(_ batch: RowBatch) throws(ExportError) {
    try output.append { (text) throws(ExportError) in
      count += batch.count
      guard let painter else {
        sample.append(batch)
        sampled += batch.count
        if sampled >= TableSink.sampleCount { try begin(&text) }
        return
      }
      try painter.append(batch, to: &text)
    }
  }

  func finish() throws(ExportError) {
    try output.append { (text) throws(ExportError) in
      if painter == nil, count > 0 { try begin(&text) }
      text.append(count == 0 ? "no rows" : count == 1 ? "1 row" : "\(count) rows")
      if let hidden = painter?.layout.leftOut, !hidden.isEmpty {
        text.append(", no room for \(RowNames.list(hidden))")
      }
      text.append(UInt8(ascii: "\n"))
    }
    try output.finish()
  }

  private func begin(_ text: inout [UInt8]) throws(ExportError) {
    let painter = try TablePainter(sample, names: try names(), keepsEmpty: chosen != nil, options)
    self.painter = painter
    painter.appendHeader(to: &text)
    for batch in sample { try painter.append(batch, to: &text) }
    sample = []
  }

  private func names() throws(ExportError) -> [String] {
    let available = CollectedRows(sample).names
    if let chosen {
      for name in chosen where !available.contains(name) {
        let nearest = NearestName.of(name, among: available)
        throw ExportError(.unknownColumn(name, nearest: nearest, available: available))
      }
      return chosen
    }
    let preferred = options.preferred.filter(available.contains)
    return preferred.isEmpty ? available : preferred
  }
}

private enum RowNames {
  static func list(_ names: [String]) -> String { names.map(VisibleText.of).joined(separator: ", ") }
}
