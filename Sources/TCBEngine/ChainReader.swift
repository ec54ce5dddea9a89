// File sets joined by `+`: one source after the other, as one table.

import TCBRows

/// The rows of several readers, in order, all with the same columns: those of any of them, null where a source lacks one.
/// To know the columns, the first batch of every source is read before the first row is given.
final class ChainReader: RowReader {
  private var readers: [(reader: any RowReader, first: RowBatch?)] = []
  private var pending: [any RowReader]
  private var names: [String] = []

  init(_ readers: [any RowReader]) { pending = readers }

  func next() async throws(RowError) -> RowBatch? {
    if !pending.isEmpty { try await open() }
    while let (reader, first) = readers.last {
      if let first {
        readers[readers.count - 1].first = nil
        return completed(first)
      }
      if let batch = try await reader.next() { return completed(batch) }
      readers.removeLast()
    }
    return nil
  }

  private func open() async throws(RowError) {
    var known: Set<String> = []
    for reader in pending {
      guard let batch = try await reader.next() else { continue }
      readers.append((reader, batch))
      for name in batch.names where known.insert(name).inserted { names.append(name) }
    }
    readers.reverse()
    pending = []
  }

  private func completed(_ batch: RowBatch) -> RowBatch {
    guard batch.names != names else { return batch }
    var batch = batch
    for name in names where batch.index(of: name) == nil { batch.set(name, to: .nulls(batch.count)) }
    return batch.keeping(names + batch.names.filter { !names.contains($0) })
  }
}
