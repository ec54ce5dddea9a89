// Rows from a list of values: a string is a row with a `path`, a record is a row with its fields.

/// Every batch has all the names that occur in the list, in the order in which they first do; what a
/// record does not have is null. Other kinds of element are reported with their index, from 0.
package final class CellsReader: RowReader {
  /// Rows times names is what a batch holds, so the names are bounded.
  package static let mostNames = 1000

  private let cells: [Cell]
  private let source: String
  private let options: SourceOptions
  private var names: [String]?
  private var position = 0

  package init(_ cells: [Cell], source: String = "list", options: SourceOptions = SourceOptions()) {
    self.cells = cells
    self.source = source
    self.options = options
  }

  package func next() async throws(RowError) -> RowBatch? {
    do throws(RowError) {
      try stopWhenCancelled(source)
      return try batch()
    } catch {
      position = cells.count
      throw error
    }
  }

  private func batch() throws(RowError) -> RowBatch? {
    let names = try allNames()
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var columns = names.map { _ in [Cell]() }
    var count = 0
    while count < RowBatch.usualCount, position < cells.count {
      let index = position
      position += 1
      guard let fields = CellsReader.fields(of: cells[index]) else {
        let reason = UnreadableLine.Reason.notARow(index: index, kind: cells[index].kindName)
        try options.leaveOut(UnreadableLine(source: source, line: 0, reason: reason))
        continue
      }
      for field in fields {
        // The first of two fields of one name stays.
        guard let place = places[field.name], columns[place].count == count else { continue }
        columns[place].append(field.value)
      }
      count += 1
      for place in columns.indices where columns[place].count < count { columns[place].append(.null) }
    }
    guard count > 0 else { return nil }
    return RowBatch(zip(names, columns).map { (name: $0, column: Column(cells: $1)) }, count: count)
  }

  private static func fields(of cell: Cell) -> [RecordField]? {
    switch cell {
    case .text: [RecordField("path", cell)]
    case .record(let fields): fields
    default: nil
    }
  }

  private func allNames() throws(RowError) -> [String] {
    if let names { return names }
    var found: [String] = []
    var seen: Set<String> = []
    for cell in cells {
      for field in CellsReader.fields(of: cell) ?? [] where seen.insert(field.name).inserted {
        found.append(field.name)
      }
      guard found.count <= CellsReader.mostNames else {
        throw RowError(.tooManyColumns(limit: CellsReader.mostNames), source: source)
      }
    }
    names = found
    return found
  }
}
