// Which rows ask for a file and which are answered with one asked for before; and which files make up a call. `links`
// and `plan` share it, so that what is planned is what happens.

import Glibc
import TCBInterface

/// Files of one environment that are asked for together, their outcome once there is one, and the rows that wait for it.
final class GatheredCall {
  /// The environment's place in the directory.
  let environment: Int
  // Looked at for each row; nothing else has hold of them meanwhile.
  @exclusivity(unchecked) private(set) var request: PackedRequest
  private(set) var outcome: CallOutcome?
  /// Rows that wait, counted by the number of their batch.
  @exclusivity(unchecked) private(set) var waiting: [(batch: Int, rows: Int)] = []
  /// The number of the row that began it.
  fileprivate let since: Int
  /// Of the files' ids, while the call is open.
  @exclusivity(unchecked) fileprivate var hashes: [UInt64] = []

  fileprivate init(environment: Int, id: String, capacity: Int, since: Int) {
    self.environment = environment
    self.since = since
    request = PackedRequest(environment: id, capacity: capacity)
    hashes.reserveCapacity(capacity)
  }

  fileprivate func add(_ id: UnsafeRawBufferPointer, _ maxAge: Int64, _ hash: UInt64) {
    request.append(id, maxAge: maxAge)
    hashes.append(hash)
  }

  func has(_ id: UnsafeRawBufferPointer, _ maxAge: Int64, at file: Int) -> Bool {
    guard request.maxAges[file] == maxAge else { return false }
    return request.withID(file) { known in
      guard known.count == id.count else { return false }
      guard let one = known.baseAddress, let other = id.baseAddress else { return true }
      return memcmp(one, other, id.count) == 0
    }
  }

  /// Has one more row of a batch wait, unless there is an outcome already.
  func wait(_ batch: Int) -> Bool {
    guard outcome == nil else { return false }
    if let last = waiting.indices.last, waiting[last].batch == batch {
      waiting[last].rows += 1
    } else {
      waiting.append((batch, 1))
    }
    return true
  }

  /// Gives the rows that waited, by batch.
  func settle(_ outcome: CallOutcome) -> [(batch: Int, rows: Int)] {
    self.outcome = outcome
    defer { waiting = [] }
    return waiting
  }
}

struct CallGatherer {
  private let directory: EnvironmentDirectory
  private var table: FileTable
  /// By the environment's place in the directory. More than one only where a file is asked for with several lifetimes.
  private var open: [[GatheredCall]]
  /// Files in a call, by the environment's place.
  private let batches: [Int]
  private var row = 0

  /// Rows that a file waits at most for others to fill its call up.
  static let patience = 8_192
  /// Calls of one environment that are kept open at most.
  private static let mostOpen = 16

  init(_ directory: EnvironmentDirectory, remembering files: Int) {
    self.directory = directory
    table = FileTable(limit: files)
    batches = directory.all.map(\.batch)
    open = Array(repeating: [], count: directory.all.count)
  }

  /// The calls that have waited long enough, before `count` more rows come.
  mutating func begin(rows count: Int) -> [GatheredCall] {
    var overdue: [GatheredCall] = []
    for place in open.indices {
      while let call = open[place].first, row - call.since >= Self.patience {
        overdue.append(close(0, place))
      }
    }
    row += count
    return overdue
  }

  struct Asked {
    var place: FileTable.Place
    var isNew: Bool
    /// The call that it completes.
    var full: GatheredCall?
  }

  /// The question that a row comes to.
  mutating func ask(_ id: UnsafeRawBufferPointer, _ maxAge: Int64, in environment: Int) -> Asked {
    let idHash = FileHash.of(id)
    let hash = FileHash.mixed(idHash ^ UInt64(bitPattern: maxAge))
    if let known = table.place(hash, id, maxAge) { return Asked(place: known, isNew: false) }
    let index = openCall(without: idHash, environment)
    let call = open[environment][index]
    call.add(id, maxAge, idHash)
    let place = FileTable.Place(call: call, file: call.hashes.count - 1)
    table.remember(place, hash, id, maxAge)
    var asked = Asked(place: place, isNew: true)
    if call.hashes.count >= batches[environment] {
      asked.full = close(index, environment)
    } else if open[environment].count > Self.mostOpen {
      asked.full = close(0, environment)
    }
    return asked
  }

  /// All calls that are still open.
  mutating func rest() -> [GatheredCall] {
    var calls: [GatheredCall] = []
    for place in open.indices {
      while !open[place].isEmpty { calls.append(close(0, place)) }
    }
    return calls
  }

  /// An answer tells its files by their ids alone, so that no file may stand twice in a call.
  private mutating func openCall(without hash: UInt64, _ place: Int) -> Int {
    if let index = open[place].firstIndex(where: { !$0.hashes.contains(hash) }) { return index }
    let environment = directory.all[place]
    open[place].append(
      GatheredCall(environment: place, id: environment.id, capacity: environment.batch, since: row))
    return open[place].count - 1
  }

  private mutating func close(_ index: Int, _ place: Int) -> GatheredCall {
    let call = open[place].remove(at: index)
    call.hashes = []
    return call
  }
}
