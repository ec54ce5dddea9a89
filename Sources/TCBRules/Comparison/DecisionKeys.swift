// What both policies say of paths, as numbers: what is said alike of very many of them is kept and compared once.

struct DecisionKeys {
  /// What both say where they do not say the same. Number 0 is that they do.
  typealias Key = Int32

  struct Pair: Hashable {
    var old: [ConditionalOutcome]
    var new: [ConditionalOutcome]
    var depends: Bool
  }

  private struct Lists: Hashable {
    var old: Int32
    var new: Int32
  }

  /// What one policy says, each list once.
  private struct Side {
    let entries: [RankedEntry]
    /// By place, what is said there.
    private var statements: [Int32] = []
    private var lists: [DecisionList] = []
    private var numbers: [[Int32]: Int32] = [:]

    init(_ side: RankedEntries) {
      entries = side.entries
      var known: [ConditionalOutcome: Int32] = [:]
      for entry in entries {
        let statement = ConditionalOutcome(condition: entry.condition, outcome: entry.outcome)
        let number = known[statement] ?? Int32(truncatingIfNeeded: known.count)
        known[statement] = number
        statements.append(number)
      }
    }

    /// `places` are in ascending order.
    mutating func list(_ places: [Int32]) -> Int32 {
      let said = places.map { statements[Int($0)] }
      if let known = numbers[said] { return known }
      var list = DecisionList()
      for place in places {
        let entry = entries[Int(place)]
        list.append(ConditionalOutcome(condition: entry.condition, outcome: entry.outcome))
      }
      let number = Int32(truncatingIfNeeded: lists.count)
      lists.append(list)
      numbers[said] = number
      return number
    }

    func contents(_ number: Int32) -> DecisionList { lists[Int(number)] }

    /// In order, up to the first without a condition.
    func settled(_ places: [Int32]) -> [Int32] {
      var result: [Int32] = []
      for place in places.sorted() {
        result.append(place)
        if entries[Int(place)].condition == nil { break }
      }
      return result
    }
  }

  /// Places of each policy that decide, in order, up to the first that needs no condition.
  struct Chain {
    var old: [Int32]
    var new: [Int32]
    /// Some of these are not in both policies in the same order.
    var isChanged: Bool

    /// The last of each, which need no condition.
    var floor: GlobStates.Floor { GlobStates.Floor(old: old.last ?? .max, new: new.last ?? .max) }
  }

  private var old: Side
  private var new: Side
  private let changes: RankedEntries.Changes
  private var known: [Lists: Key] = [:]
  private var numbers: [Pair: Key] = [:]
  /// By key. What stands at 0 says nothing.
  private(set) var pairs: [Pair] = [Pair(old: [], new: [], depends: false)]

  init(_ old: RankedEntries, _ new: RankedEntries, _ changes: RankedEntries.Changes) {
    self.old = Side(old)
    self.new = Side(new)
    self.changes = changes
  }

  /// What is said where no rule matches.
  var ofDefaults: Chain {
    chain(
      [Int32(truncatingIfNeeded: old.entries.count - 1)], [Int32(truncatingIfNeeded: new.entries.count - 1)])
  }

  private func chain(_ one: [Int32], _ other: [Int32]) -> Chain {
    let one = old.settled(one)
    let other = new.settled(other)
    let isSame =
      one.allSatisfy { changes.keptOfOld[Int($0)] } && other.allSatisfy { changes.keptOfNew[Int($0)] }
    return Chain(old: one, new: other, isChanged: !isSame)
  }

  /// What is said where these match too.
  func chain(_ chain: Chain, and members: [SharedPatterns.Member]) -> Chain {
    self.chain(chain.old + members.flatMap(\.old), chain.new + members.flatMap(\.new))
  }

  /// How what is said there differs; 0 where it does not.
  mutating func key(_ chain: Chain, and globs: [SharedPatterns.Member]) -> Key {
    let lists = Lists(
      old: old.list(old.settled(chain.old + globs.flatMap(\.old))),
      new: new.list(new.settled(chain.new + globs.flatMap(\.new))))
    if let found = known[lists] { return found }
    let key = compared(lists)
    known[lists] = key
    return key
  }

  private mutating func compared(_ lists: Lists) -> Key {
    let one = old.contents(lists.old)
    let other = new.contents(lists.new)
    let pair: Pair
    switch one.difference(from: other) {
    case .none: return 0
    case .always: pair = Pair(old: one.decisions, new: other.decisions, depends: false)
    case .depends: pair = Pair(old: one.decisions, new: other.decisions, depends: true)
    }
    if let number = numbers[pair] { return number }
    let number = Key(truncatingIfNeeded: pairs.count)
    pairs.append(pair)
    numbers[pair] = number
    return number
  }
}
