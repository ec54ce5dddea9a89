// Rows that are kept, to be read as often as wanted: in memory up to a bound, and beyond it in a temporary file.

package struct CollectedRows: Sendable {
  private enum Part: Sendable {
    case held(RowBatch)
    case spilled(SpilledBatch)

    func load() throws(RowError) -> RowBatch {
      switch self {
      case .held(let batch): batch
      case .spilled(let batch): try batch.load()
      }
    }
  }

  private var parts: [Part] = []
  package private(set) var count = 0
  /// Every name that occurs, in the order in which they first do.
  package private(set) var names: [String] = []
  private var known: Set<String> = []

  package init(_ batches: [RowBatch] = []) {
    for batch in batches { append(batch) }
  }

  /// Reads `reader` to its end. Where the rows do not fit the room, what was read so far goes out of memory, and so on.
  package init(reading reader: any RowReader, in room: RowRoom) async throws(RowError) {
    var file: SpillFile?
    var held = 0
    while let batch = try await reader.next() {
      append(batch)
      held += batch.byteCount
      guard held > room.bound else { continue }
      let open: SpillFile
      if let file { open = file } else { open = try SpillFile(in: room) }
      file = open
      for index in parts.indices {
        if case .held(let batch) = parts[index] { parts[index] = .spilled(try open.store(batch)) }
      }
      held = 0
    }
  }

  package mutating func append(_ batch: RowBatch) {
    guard batch.count > 0 else { return }
    parts.append(.held(batch))
    count += batch.count
    for name in batch.names where known.insert(name).inserted { names.append(name) }
  }

  /// The rows in memory, whatever they take.
  package func batches() throws(RowError) -> [RowBatch] {
    var all: [RowBatch] = []
    for part in parts { all.append(try part.load()) }
    return all
  }

  /// A reader from the first row on; each is independent of the others.
  package func reader() -> any RowReader { CollectedReader(parts) }

  private final class CollectedReader: RowReader {
    private var rest: ArraySlice<Part>

    init(_ parts: [Part]) { rest = parts[...] }

    func next() async throws(RowError) -> RowBatch? {
      do throws(RowError) {
        try stopWhenCancelled("rows")
        return try rest.popFirst()?.load()
      } catch {
        rest = []
        throw error
      }
    }
  }
}
