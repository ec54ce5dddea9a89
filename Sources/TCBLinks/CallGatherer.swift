// Which rows ask for a file and which are answered with one asked for before; and which files make up a call. `links`
// and `plan` share it, so that what is planned is what happens.

/// A file that is asked for with one lifetime, its answer once there is one, and the rows that wait for it.
final class Asked {
  let fileID: ExactText
  let maxAge: Int64
  /// The same file, asked for before with another lifetime.
  let other: Asked?
  /// How many there are in the chain of `other`.
  let others: Int
  private(set) var outcome: LinkOutcome?
  // Nearly every file waits in one row, which is therefore no element of an array.
  private var first: (rows: PendingRows, row: Int)?
  private var more: [(rows: PendingRows, row: Int)] = []

  init(_ fileID: ExactText, _ maxAge: Int64, other: Asked?) {
    self.fileID = fileID
    self.maxAge = maxAge
    // A chain is bounded, since freeing one takes as many calls within calls as it is long.
    let isLong = (other?.others ?? 0) >= 64
    self.other = isLong ? nil : other
    others = isLong ? 0 : (other.map { $0.others + 1 } ?? 0)
  }

  /// Answers the row now or as soon as there is an answer.
  func answer(_ rows: PendingRows, _ row: Int) {
    if let outcome { return rows.answer(row, with: outcome) }
    if first == nil { first = (rows, row) } else { more.append((rows, row)) }
  }

  func settle(_ outcome: LinkOutcome) {
    self.outcome = outcome
    first?.rows.answer(first?.row ?? 0, with: outcome)
    for place in more { place.rows.answer(place.row, with: outcome) }
    (first, more) = (nil, [])
  }
}

/// Files of one environment that are asked for together.
struct GatheredCall {
  /// The environment's place in the directory.
  let environment: Int
  let files: [Asked]
}

struct CallGatherer {
  private struct OpenCall {
    var files: [Asked] = []
    /// The number of the row that began it.
    let since: Int
  }

  private let directory: EnvironmentDirectory
  private var memory: FileMemory
  /// By the environment's place in the directory. More than one only where a file is asked for with several lifetimes.
  private var open: [[OpenCall]]
  private var row = 0

  /// Rows that a file waits at most for others to fill its call up.
  static let patience = 32_768
  /// Calls of one environment that are kept open at most.
  private static let mostOpen = 16

  init(_ directory: EnvironmentDirectory, remembering files: Int) {
    self.directory = directory
    memory = FileMemory(limit: files)
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

  /// The question that a row comes to, whether it is a new one, and the call that it completes.
  mutating func ask(
    _ fileID: String, _ maxAge: Int64, in environment: Int
  ) -> (asked: Asked, isNew: Bool, full: GatheredCall?) {
    let key = ExactText(fileID)
    let known = memory[key]
    var candidate = known
    while let asked = candidate {
      if asked.maxAge == maxAge { return (asked, false, nil) }
      candidate = asked.other
    }
    let asked = Asked(key, maxAge, other: known)
    memory.remember(asked)
    return (asked, true, add(asked, environment, isRepeated: known != nil))
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
  private mutating func add(_ asked: Asked, _ place: Int, isRepeated: Bool) -> GatheredCall? {
    var index = 0
    if isRepeated {
      while index < open[place].count, open[place][index].files.contains(where: { $0.fileID == asked.fileID })
      {
        index += 1
      }
    }
    if index == open[place].count { open[place].append(OpenCall(since: row)) }
    open[place][index].files.append(asked)
    if open[place][index].files.count >= directory.all[place].batch { return close(index, place) }
    return open[place].count > Self.mostOpen ? close(0, place) : nil
  }

  private mutating func close(_ index: Int, _ place: Int) -> GatheredCall {
    GatheredCall(environment: place, files: open[place].remove(at: index).files)
  }
}

/// The files asked for last, so that one that stands twice in a set is asked for once. What is farther apart than the
/// limit is asked again, which costs a call's share and changes no answer; without a bound a set of millions would not
/// fit in memory.
///
/// In two halves, the older of which is forgotten as a whole: forgetting files one by one cost a tenth of a run.
struct FileMemory {
  private var young: [ExactText: Asked] = [:]
  private var old: [ExactText: Asked] = [:]
  private let half: Int

  /// At most `limit` files are kept, and at least the last half as many.
  init(limit: Int) { half = max(1, limit / 2) }

  subscript(fileID: ExactText) -> Asked? { young[fileID] ?? old[fileID] }

  mutating func remember(_ asked: Asked) {
    young[asked.fileID] = asked
    guard young.count >= half else { return }
    old = young
    young = [:]
  }
}
