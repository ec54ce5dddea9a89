// Sorting rows, however many: what does not fit its room is sorted piece by piece, each piece is written to a temporary file,
// and the pieces are merged when the rows are read.

import Glibc
import TCBHost
import TCBRows
import TCBRuntime
import TCBText

/// Takes rows with what to compare of each, and gives them in order: nulls last, equal rows as they came.
final class RowSorter {
  private let isDescending: Bool
  private let room: RowRoom
  private var batches: [RowBatch] = []
  private var keys: [Value] = []
  private var held = 0
  private var names = NameOrder()
  private var file: SpillFile?
  private var runs: [Run] = []

  /// More runs than this are merged in groups first: each that is open holds a part of its rows.
  private var mostRuns: Int { min(64, max(2, room.bound >> 18)) }

  /// Rows in order, in a temporary file.
  struct Run {
    var parts: [(rows: SpilledBatch, keys: SpilledBatch)] = []
  }

  init(isDescending: Bool, room: RowRoom) {
    self.isDescending = isDescending
    self.room = room
  }

  func add(_ batch: RowBatch, keys added: [Value]) throws(RowError) {
    names.add(batch.names)
    batches.append(batch)
    keys += added
    held += batch.byteCount + added.reduce(0) { $0 + $1.heldBytes }
    if held > room.bound { try spill() }
  }

  /// To be asked once, when all rows were added.
  func sorted() throws(RowError) -> any RowReader {
    if runs.isEmpty {
      let picker = RowPicker(batches, names: names.all)
      return PickedReader(picker, try order())
    }
    if !keys.isEmpty { try spill() }
    while runs.count > mostRuns {
      let merged = try stored(RunMerger(Array(runs.prefix(mostRuns)), isDescending, names.all))
      // In the place of those it was made of: equal rows stay as they came.
      runs.replaceSubrange(..<mostRuns, with: [merged])
    }
    return MergedReader(try RunMerger(runs, isDescending, names.all))
  }

  private func order() throws(RowError) -> [Int] {
    do throws(RuntimeProblem) { return try Value.order(of: keys, isDescending: isDescending) } catch {
      throw RowError(.other(error), source: "sort")
    }
  }

  private func spill() throws(RowError) {
    let file = try openFile()
    let picker = RowPicker(batches, names: names.all)
    let order = try order()
    var run = Run()
    var rest = order[...]
    while !rest.isEmpty {
      let rows = Array(rest.prefix(rowsInPart))
      rest = rest.dropFirst(rows.count)
      let cells = rows.map { keys[$0].sortCell }
      run.parts.append((try file.store(picker.batch(rows)), try file.store(RowBatch.ofKeys(cells))))
    }
    runs.append(run)
    (batches, keys, held) = ([], [], 0)
  }

  /// So many that the open parts of all runs together stay within the room.
  private var rowsInPart: Int {
    let perRow = max(1, held / max(1, keys.count))
    return min(RowBatch.usualCount, max(16, room.bound / mostRuns / perRow))
  }

  private func openFile() throws(RowError) -> SpillFile {
    if let file { return file }
    let opened = try SpillFile(in: room)
    file = opened
    return opened
  }

  private func stored(_ merger: RunMerger) throws(RowError) -> Run {
    let file = try openFile()
    var run = Run()
    while let part = try merger.next(most: 256) {
      run.parts.append((try file.store(part.rows), try file.store(RowBatch.ofKeys(part.keys))))
    }
    return run
  }
}

/// Every name, in the order in which they first occur.
private struct NameOrder {
  private(set) var all: [String] = []
  private var known: Set<String> = []

  mutating func add(_ names: [String]) {
    for name in names where known.insert(name).inserted { all.append(name) }
  }
}

extension RowBatch {
  fileprivate static func ofKeys(_ cells: [Cell]) -> RowBatch {
    RowBatch([("key", Column(cells: cells))], count: cells.count)
  }
}

/// Makes batches of any rows of several.
struct RowPicker {
  private let batches: [RowBatch]
  private let names: [String]
  /// Where each batch begins, counted over all.
  private let starts: [Int]

  init(_ batches: [RowBatch], names: [String]) {
    self.batches = batches
    self.names = names
    var start = 0
    starts = batches.map { batch in
      defer { start += batch.count }
      return start
    }
  }

  /// The given rows, counted over all batches, in the given order.
  func batch(_ rows: [Int]) -> RowBatch {
    RowBatch.picked(rows.map(place), from: batches, names: names)
  }

  private func place(of row: Int) -> (batch: Int, row: Int) {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= row { low = middle } else { high = middle }
    }
    return (low, row - starts[low])
  }
}

extension RowBatch {
  fileprivate static func picked(
    _ places: [(batch: Int, row: Int)], from batches: [RowBatch], names: [String]
  ) -> RowBatch {
    let columns = names.map { name in
      let indexes = batches.map { $0.index(of: name) }
      let cells = places.map { place in
        indexes[place.batch].map { batches[place.batch].cell(place.row, $0) } ?? .null
      }
      return (name: name, column: Column(cells: cells))
    }
    return RowBatch(columns, count: places.count)
  }
}

private final class PickedReader: RowReader {
  private let picker: RowPicker
  private var rest: ArraySlice<Int>

  init(_ picker: RowPicker, _ order: [Int]) {
    self.picker = picker
    rest = order[...]
  }

  func next() async throws(RowError) -> RowBatch? {
    if Task.isCancelled { throw RowError(.cancelled, source: "sort") }
    guard !rest.isEmpty else { return nil }
    let rows = Array(rest.prefix(RowBatch.usualCount))
    rest = rest.dropFirst(rows.count)
    return picker.batch(rows)
  }
}

private final class MergedReader: RowReader {
  private let merger: RunMerger
  init(_ merger: RunMerger) { self.merger = merger }

  func next() async throws(RowError) -> RowBatch? {
    if Task.isCancelled { throw RowError(.cancelled, source: "sort") }
    return try merger.next(most: RowBatch.usualCount)?.rows
  }
}

/// Takes the least of what several runs begin with, over and over.
private final class RunMerger {
  /// A run that is being read: the part that is in memory, and what comes behind it.
  private struct Cursor {
    var rest: ArraySlice<(rows: SpilledBatch, keys: SpilledBatch)>
    var rows = RowBatch([])
    var keys: [Value] = []
    var next = 0
  }

  private var cursors: [Cursor] = []
  /// The runs that have rows, by their numbers, as a heap whose first has the least row.
  private var heap: [Int] = []
  private let isDescending: Bool
  private let names: [String]

  init(_ runs: [RowSorter.Run], _ isDescending: Bool, _ names: [String]) throws(RowError) {
    self.isDescending = isDescending
    self.names = names
    cursors = runs.map { Cursor(rest: $0.parts[...]) }
    for index in cursors.indices where try load(index) {
      heap.append(index)
      rise(heap.count - 1)
    }
  }

  /// The next rows, no more than `most`, with their keys; nil at the end.
  func next(most: Int) throws(RowError) -> (rows: RowBatch, keys: [Cell])? {
    // A part that is read to its end stays here until the rows taken of it were copied.
    var parts: [RowBatch] = []
    var partOfCursor: [Int: Int] = [:]
    var places: [(batch: Int, row: Int)] = []
    var keys: [Cell] = []
    while places.count < most, let index = heap.first {
      let part: Int
      if let known = partOfCursor[index] {
        part = known
      } else {
        part = parts.count
        parts.append(cursors[index].rows)
        partOfCursor[index] = part
      }
      places.append((part, cursors[index].next))
      keys.append(cursors[index].keys[cursors[index].next].sortCell)
      cursors[index].next += 1
      if cursors[index].next == cursors[index].keys.count {
        partOfCursor[index] = nil
        if try !load(index) {
          heap.swapAt(0, heap.count - 1)
          heap.removeLast()
        }
      }
      if !heap.isEmpty { sink(0) }
    }
    return places.isEmpty ? nil : (RowBatch.picked(places, from: parts, names: names), keys)
  }

  /// Reads a run's next part; false at its end.
  private func load(_ index: Int) throws(RowError) -> Bool {
    guard let part = cursors[index].rest.popFirst() else { return false }
    cursors[index].rows = try part.rows.load()
    let keys = try part.keys.load()
    cursors[index].keys = (0..<keys.count).map { Value(keys.cell($0, 0)) }
    cursors[index].next = 0
    guard cursors[index].keys.count == cursors[index].rows.count else {
      throw RowError(.noRoom(HostError(.other(EIO))), source: "rows")
    }
    return !cursors[index].keys.isEmpty
  }

  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    let (x, y) = (cursors[a].keys[cursors[a].next], cursors[b].keys[cursors[b].next])
    let order = Value.order(x, y, isDescending: isDescending)
    return order == 0 ? a < b : order < 0
  }

  private func rise(_ start: Int) {
    var place = start
    while place > 0, isBefore(heap[place], heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private func sink(_ start: Int) {
    var place = start
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
        if isBefore(heap[child], heap[least]) { least = child }
      }
      guard least != place else { return }
      heap.swapAt(place, least)
      place = least
    }
  }
}

extension Value {
  /// As `sort` orders two values: what is null comes last either way.
  fileprivate static func order(_ a: Value, _ b: Value, isDescending: Bool) -> Int {
    let order = Value.sortOrder(a, b)
    return isDescending && !a.isNull && !b.isNull ? -order : order
  }

  /// The places of keys in their order, equal ones as they came.
  static func order(of keys: [Value], isDescending: Bool) throws(RuntimeProblem) -> [Int] {
    var watch = CancellationWatch()
    do {
      return try keys.indices.sorted { a, b in
        if watch.isCancelled(after: keys[a].comparisonCost) { throw CancellationError() }
        let order = Value.order(keys[a], keys[b], isDescending: isDescending)
        return order == 0 ? a < b : order < 0
      }
    } catch {
      throw .cancelled
    }
  }

  private var comparisonCost: Int {
    if case .text(let text) = self { 1 + text.string.utf8.count / 64 } else { 1 }
  }

  private var isNull: Bool { if case .null = self { true } else { false } }

  /// What keeps its place among others outside of memory. What has no order of its own needs nothing more than that.
  fileprivate var sortCell: Cell {
    switch self {
    case .list, .record, .function, .foreign: .list([])
    default: cell
    }
  }

  fileprivate var heldBytes: Int {
    if case .text(let text) = self { 64 + text.string.utf8.count } else { 16 }
  }
}
