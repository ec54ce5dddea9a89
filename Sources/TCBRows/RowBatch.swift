// A few thousand rows as columns: what travels from a source to an output.

package struct RowBatch: Sendable {
  /// How many rows a source puts into a batch.
  package static let usualCount = 4096

  package private(set) var names: [String]
  // INVARIANT: as many columns as names, each with `count` cells; no name twice.
  package private(set) var columns: [Column]
  package private(set) var count: Int
  /// The line of its source that each row begins on; empty when the source has no lines.
  package private(set) var lines: [Int]

  /// A column that is too short is filled up with nulls, one that is too long is cut; of two columns of
  /// one name the later one stays. `count` is that of the longest column unless given.
  package init(_ columns: [(name: String, column: Column)], count: Int? = nil, lines: [Int] = []) {
    self.names = []
    self.columns = []
    self.count = max(0, count ?? columns.map(\.column.count).max() ?? 0)
    self.lines = lines.count == self.count ? lines : []
    for (name, column) in columns { set(name, to: column) }
  }

  package func index(of name: String) -> Int? { names.firstIndex(of: name) }

  package func column(_ name: String) -> Column? { index(of: name).map { columns[$0] } }

  /// Null where there is no such row or column.
  package func cell(_ row: Int, _ column: Int) -> Cell {
    columns.indices.contains(column) ? columns[column].cell(at: row) : .null
  }

  /// Null where there is no such row or column.
  package func cell(_ row: Int, _ name: String) -> Cell {
    index(of: name).map { cell(row, $0) } ?? .null
  }

  package func record(_ row: Int) -> [RecordField] {
    names.indices.map { RecordField(names[$0], cell(row, $0)) }
  }

  /// Replaces the column of this name, in its place, or adds it at the end.
  package mutating func set(_ name: String, to column: Column) {
    let fitted = RowBatch.fitted(column, to: count)
    if let index = index(of: name) {
      columns[index] = fitted
    } else {
      names.append(name)
      columns.append(fitted)
    }
  }

  package func setting(_ name: String, to column: Column) -> RowBatch {
    var batch = self
    batch.set(name, to: column)
    return batch
  }

  /// The named columns in the named order; a name that is not there is left out.
  package func keeping(_ names: [String]) -> RowBatch {
    let kept = names.compactMap { name in column(name).map { (name: name, column: $0) } }
    return RowBatch(kept, count: count, lines: lines)
  }

  package func dropping(_ names: Set<String>) -> RowBatch {
    keeping(self.names.filter { !names.contains($0) })
  }

  /// Does nothing when there is no column `old`. A column that was called `new` is lost.
  package func renaming(_ old: String, to new: String) -> RowBatch {
    guard old != new, index(of: old) != nil else { return self }
    var batch = dropping([new])
    if let index = batch.index(of: old) { batch.names[index] = new }
    return batch
  }

  package func slice(_ rows: Range<Int>) -> RowBatch {
    let rows = rows.clamped(to: 0..<count)
    if rows == 0..<count { return self }
    var batch = self
    batch.count = rows.count
    batch.columns = columns.map { $0.slice(rows) }
    if !lines.isEmpty { batch.lines = Array(lines[rows]) }
    return batch
  }

  /// The given rows in the given order; one that does not exist is left out.
  package func selecting(_ rows: [Int]) -> RowBatch {
    let rows = rows.allSatisfy((0..<count).contains) ? rows : rows.filter((0..<count).contains)
    var batch = self
    batch.count = rows.count
    batch.columns = columns.map { $0.selecting(rows) }
    if !lines.isEmpty { batch.lines = rows.map { lines[$0] } }
    return batch
  }

  private static func fitted(_ column: Column, to count: Int) -> Column {
    if column.count == count { return column }
    if column.count > count { return column.slice(0..<count) }
    return Column(cells: column.cells + Array(repeating: .null, count: count - column.count))
  }
}
