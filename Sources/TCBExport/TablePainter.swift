// Writes the lines of a terminal table, once its layout is known.
import TCBRows

struct TablePainter {
  let layout: TableLayout
  private let color: Bool
  /// What the terminal has to the right of the grid; nil when it has no bound.
  private let spare: Int?

  /// Columns with nothing in them are left out, unless that leaves none or `keepsEmpty`.
  init(_ sample: [RowBatch], names: [String], keepsEmpty: Bool, _ options: TableOptions) throws(ExportError) {
    var entries: [TableLayout.Entry] = []
    var filled: [TableLayout.Entry] = []
    for name in names {
      let (entry, isEmpty) = try TablePainter.measure(name, in: sample)
      entries.append(entry)
      if !isEmpty { filled.append(entry) }
    }
    let layout = TableLayout(keepsEmpty || filled.isEmpty ? entries : filled, width: options.width)
    self.layout = layout
    color = options.color
    spare = options.width.map { max(0, $0 - TableLayout.total(layout.grid)) }
  }

  private static func measure(
    _ name: String, in sample: [RowBatch]
  ) throws(ExportError) -> (TableLayout.Entry, isEmpty: Bool) {
    let title = TableCell(name)
    var entry = TableLayout.Entry(name: name, title: title, width: title.width, isRight: true)
    var isEmpty = true
    for batch in sample {
      guard let column = batch.column(name) else { continue }
      for row in 0..<batch.count where !column.isNull(at: row) {
        isEmpty = false
        entry.width = max(entry.width, try TableCell(column, row).width)
        switch column.cell(at: row) {
        case .integer, .float: break
        default: entry.isRight = false
        }
      }
    }
    if isEmpty { entry.isRight = false }
    return (entry, isEmpty)
  }

  func appendHeader(to text: inout [UInt8]) {
    appendLine(layout.grid.map { (cell: $0.title.fitted(to: $0.width), style: "1") }, to: &text)
    let rules = layout.grid.map { String(repeating: "─", count: $0.width) }
    text.append(rules.joined(separator: String(repeating: " ", count: TableLayout.gap)))
    text.append(UInt8(ascii: "\n"))
  }

  func append(_ batch: RowBatch, to text: inout [UInt8]) throws(ExportError) {
    let columns = layout.grid.map { batch.column($0.name) ?? .nulls(batch.count) }
    let urls = layout.urlBelow ? batch.column("url") : nil
    for row in 0..<batch.count {
      var cells: [(cell: TableCell, style: String?)] = []
      for (index, entry) in layout.grid.enumerated() {
        var cell = try TableCell(columns[index], row)
        if let spare, entry.name != "url" {
          // A later row may be longer than the sample; the last column has what is left of the line.
          cell = cell.fitted(to: entry.width + (index == layout.grid.count - 1 ? spare : 0))
        }
        cells.append((cell: cell, style: entry.name == "status" ? TablePainter.style(cell.text) : nil))
      }
      appendLine(cells, to: &text)
      if let urls, !urls.isNull(at: row) { text.append("  \(try TableCell(urls, row).text)\n") }
    }
  }

  private func appendLine(_ cells: [(cell: TableCell, style: String?)], to text: inout [UInt8]) {
    // Spaces are written only before something, so none are left at the end.
    var spaces = 0
    for (entry, (cell, style)) in zip(layout.grid, cells) {
      let padding = max(0, entry.width - cell.width)
      if cell.width > 0 {
        let before = spaces + (entry.isRight ? padding : 0)
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: before))
        append(cell.text, style: style, to: &text)
        spaces = entry.isRight ? 0 : padding
      } else {
        spaces += entry.width
      }
      spaces += TableLayout.gap
    }
    text.append(UInt8(ascii: "\n"))
  }

  private func append(_ cell: String, style: String?, to text: inout [UInt8]) {
    guard color, let style else { return text.append(cell) }
    text.append("\u{1B}[\(style)m\(cell)\u{1B}[0m")
  }

  /// The colour of a link's status, as a parameter of the terminal's SGR sequence.
  private static func style(_ status: String) -> String? {
    switch status {
    case "ok": "32"
    case "denied": "33"
    case "failed": "31"
    default: nil
    }
  }
}
