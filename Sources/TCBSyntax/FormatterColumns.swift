// Columns of the layout: what stands in lines one below the other begins in one column.

import TCBText

struct FormatterColumns {
  let lines: [Formatter.Line]
  let written: [Formatter.Written]

  /// A line that would push its neighbours further than this stays out of the column.
  private static let widestClause = 48
  private static let widestCode = 80

  func aligned() -> [String] {
    var code = written.map(\.code)
    for run in runs(where: { lines[$0].isClause && written[$0].secondColumn != nil }) {
      let width = run.map(firstColumnWidth).filter { $0 <= Self.widestClause }.max() ?? 0
      for index in run {
        guard let column = written[index].secondColumn else { continue }
        let padding = max(0, width - firstColumnWidth(index))
        let utf8 = code[index].utf8
        let place = utf8.index(utf8.startIndex, offsetBy: column)
        code[index].insert(contentsOf: String(repeating: " ", count: padding), at: place)
      }
    }
    for run in runs(where: { written[$0].comment != nil && !written[$0].code.isEmpty }) {
      let widths = run.map { lines[$0].indent * 2 + DisplayWidth.of(code[$0]) }
      let width = widths.filter { $0 <= Self.widestCode }.max() ?? 0
      for (index, own) in zip(run, widths) {
        code[index] += String(repeating: " ", count: max(0, width - own) + 2) + (written[index].comment ?? "")
      }
    }
    for index in code.indices where written[index].code.isEmpty { code[index] = written[index].comment ?? "" }
    return code
  }

  private func firstColumnWidth(_ index: Int) -> Int {
    DisplayWidth.of(
      String(decoding: written[index].code.utf8.prefix(written[index].secondColumn ?? 0), as: UTF8.self))
  }

  /// Lines that follow each other without a blank one, at one depth, and all fit.
  private func runs(where fits: (Int) -> Bool) -> [[Int]] {
    var runs: [[Int]] = []
    for index in lines.indices where fits(index) {
      if let last = runs.last?.last, last == index - 1, !lines[index].isAfterBlank,
        lines[last].indent == lines[index].indent
      {
        runs[runs.count - 1].append(index)
      } else {
        runs.append([index])
      }
    }
    return runs
  }
}
