// Which columns are written, and in what order, when batches need not have the same ones.
import TCBRows
import TCBText

struct ColumnChoice {
  private let chosen: [String]?
  private let schema: [String]?
  /// Settled by the first batch.
  private(set) var names: [String]?

  init(chosen: [String]?, schema: [String]?) {
    self.chosen = chosen
    self.schema = schema
  }

  /// The header of an output without rows; nil when nobody knows it.
  func namesWithoutRows() throws(ExportError) -> [String]? {
    if let chosen, let schema { try check(chosen, against: schema) }
    return names ?? chosen ?? schema
  }

  /// The columns to write, by the names of the first batch; one that this batch lacks is null. A format
  /// with a header cannot take up new names later.
  mutating func columns(of batch: RowBatch) throws(ExportError) -> [Column] {
    let names: [String]
    if let settled = self.names {
      names = settled
      try refuseNewNames(in: batch, beyond: settled)
    } else {
      if let chosen { try check(chosen, against: batch.names) }
      names = chosen ?? batch.names
      self.names = names
    }
    return names.map { batch.column($0) ?? .nulls(batch.count) }
  }

  /// The same for a format in which every row names its columns, so that batches may differ.
  mutating func namedColumns(of batch: RowBatch) throws(ExportError) -> ([String], [Column]) {
    guard chosen != nil else { return (batch.names, batch.columns) }
    let columns = try columns(of: batch)
    return (names ?? [], columns)
  }

  private func refuseNewNames(in batch: RowBatch, beyond names: [String]) throws(ExportError) {
    guard chosen == nil, batch.names != names else { return }
    let new = batch.names.filter { !names.contains($0) }
    if !new.isEmpty { throw ExportError(.newColumns(new)) }
  }

  private func check(_ chosen: [String], against names: [String]) throws(ExportError) {
    for name in chosen where !names.contains(name) {
      let nearest = NearestName.of(name, among: names)
      throw ExportError(.unknownColumn(name, nearest: nearest, available: names))
    }
  }
}
