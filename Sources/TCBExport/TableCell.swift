// What stands in one cell of a terminal table.
import TCBRows
import TCBText

struct TableCell {
  var text: String
  var width: Int

  init(_ text: String) {
    self.text = VisibleText.of(text)
    width = DisplayWidth.of(self.text)
  }

  init(_ column: Column, _ row: Int) throws(ExportError) {
    var bytes: [UInt8] = []
    try CellText.append(column, row, to: &bytes, style: .reading)
    self.init(String(decoding: bytes, as: UTF8.self))
  }

  /// Cut with an ellipsis where it takes more than `limit` columns.
  func fitted(to limit: Int) -> TableCell {
    guard width > limit else { return self }
    var cut = self
    let prefix = DisplayWidth.prefix(of: text, within: max(0, limit - 1))
    cut.text = prefix.text + "…"
    cut.width = prefix.width + 1
    return cut
  }
}
