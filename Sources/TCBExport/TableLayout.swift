// How wide the columns of a terminal table are, and which of them there is room for.

struct TableLayout {
  struct Entry {
    var name: String
    var title: TableCell
    /// Of the widest cell seen, the title included.
    var width: Int
    var isRight: Bool
  }

  static let gap = 2
  /// A column is not cut below this.
  static let narrowest = 12

  private(set) var grid: [Entry]
  /// Links that do not fit stand on a line of their own below their row.
  private(set) var urlBelow = false
  /// Columns there was no room for at all.
  private(set) var leftOut: [String] = []

  init(_ entries: [Entry], width: Int?) {
    grid = entries
    guard let width, TableLayout.total(grid) > width else { return }
    if TableLayout.shrink(&grid, to: width) { return }
    // A link is of no use when it is cut: it goes below, and the others get their room back.
    var kept = entries.filter { $0.name != "url" }
    urlBelow = !kept.isEmpty && kept.count < entries.count
    if !urlBelow { kept = entries }
    grid = kept
    while !TableLayout.shrink(&grid, to: width), kept.count > 1 {
      leftOut.insert(kept.removeLast().name, at: 0)
      grid = kept
    }
  }

  static func total(_ entries: [Entry]) -> Int {
    entries.reduce(0) { $0 + $1.width } + gap * max(0, entries.count - 1)
  }

  /// Cuts the widest columns but `url`, evenly, until all fit; false when they do not even so.
  private static func shrink(_ entries: inout [Entry], to width: Int) -> Bool {
    var excess = total(entries) - width
    while excess > 0 {
      let cuttable = entries.indices.filter { entries[$0].name != "url" && entries[$0].width > narrowest }
      guard let widest = cuttable.map({ entries[$0].width }).max() else { return false }
      let next = cuttable.map { entries[$0].width }.filter { $0 < widest }.max() ?? narrowest
      for index in cuttable where entries[index].width == widest && excess > 0 {
        let cut = min(widest - next, excess)
        entries[index].width -= cut
        excess -= cut
      }
    }
    return true
  }
}
