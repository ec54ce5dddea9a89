// Two policies' entries by pattern, each pattern told apart by what it is to a tree of paths.

struct SharedPatterns {
  enum Kind {
    /// Everything under a text that ends in `/`.
    case folder
    case wholePath
    /// Its number among the globs.
    case glob(Int)
  }

  /// Whether a glob has a say where no folder or whole path was changed.
  enum Say {
    case some
    /// It matches none of the paths in question.
    case matchesNone
    /// It may match, but others decide.
    case decidesNone
  }

  struct Member {
    var pattern: Pattern
    var kind: Kind
    /// The text that every path matched begins with; of a folder and a whole path all there is to it.
    var beginning: [UInt32]
    /// Places in the winning order of each policy, ascending.
    var old: [Int32] = []
    var new: [Int32] = []
    /// The first rule of either policy that has it.
    var written = Int.max
    /// Some entry of it is not in both policies in the same order.
    var isChanged = false
  }

  private(set) var members: [Member] = []
  /// By number, places among the members.
  private(set) var globs: [Int] = []
  /// By glob.
  private(set) var says: [Say] = []
  private var numbers: [Pattern: Int] = [:]

  /// The defaults, which every path falls to, are not among them.
  init(_ old: RankedEntries, _ new: RankedEntries, _ changes: RankedEntries.Changes) {
    for (index, entry) in old.entries.enumerated() where !entry.isFallback {
      let number = self.number(of: entry.pattern)
      members[number].old.append(Int32(truncatingIfNeeded: index))
      members[number].written = min(members[number].written, entry.rule ?? Int.max)
      if !changes.keptOfOld[index] { members[number].isChanged = true }
    }
    for (index, entry) in new.entries.enumerated() where !entry.isFallback {
      let number = self.number(of: entry.pattern)
      members[number].new.append(Int32(truncatingIfNeeded: index))
      members[number].written = min(members[number].written, entry.rule ?? Int.max)
      if !changes.keptOfNew[index] { members[number].isChanged = true }
    }
    says = Array(repeating: .some, count: globs.count)
    if changes.keptOfOld.last == true, changes.keptOfNew.last == true { findSays(old, new) }
  }

  /// Pairs of globs of which it is found out whether they meet.
  private static let mostPairs = 2_000

  /// The paths in question are those that globs match which were changed. Other globs have no say there that match none of them, or
  /// stand behind all that were changed, where these decide all that they match, in both policies.
  private mutating func findSays(_ old: RankedEntries, _ new: RankedEntries) {
    let changed = globs.map { members[$0] }.filter(\.isChanged)
    var last: (old: Int32, new: Int32) = (-1, -1)
    for member in changed {
      let one = member.old.first { old.entries[Int($0)].condition == nil }
      let other = member.new.first { new.entries[Int($0)].condition == nil }
      last = (max(last.old, one ?? .max), max(last.new, other ?? .max))
    }
    let languages = changed.map { PatternLanguage($0.pattern) }
    let looksAtPairs = languages.count * globs.count <= Self.mostPairs
    for number in globs.indices where !glob(number).isChanged {
      let member = glob(number)
      if member.old.allSatisfy({ $0 > last.old }), member.new.allSatisfy({ $0 > last.new }) {
        says[number] = .decidesNone
      } else if looksAtPairs, !Task.isCancelled {
        let own = PatternLanguage(member.pattern)
        if languages.allSatisfy({ Self.neverMeet(own, $0) }) { says[number] = .matchesNone }
      }
    }
  }

  private static func neverMeet(_ one: PatternLanguage, _ other: PatternLanguage) -> Bool {
    var work = 20_000
    switch PathSearch(matching: [one, other]).answer(work: &work) {
    case .none, .tooLong: return true
    case .path, .undecided: return false
    }
  }

  private mutating func number(of pattern: Pattern) -> Int {
    if let known = numbers[pattern] { return known }
    let number = members.count
    numbers[pattern] = number
    let steps = (try? PatternReader(pattern.text))?.program.steps ?? []
    var beginning: [UInt32] = []
    for case .scalar(let scalar) in steps.prefix(while: Self.isText) { beginning.append(scalar) }
    // The last step says that it is the end.
    let isPlain = beginning.count + 1 == steps.count
    let kind: Kind =
      !isPlain ? .glob(globs.count) : beginning.last == Scalars.slash ? .folder : .wholePath
    if !isPlain { globs.append(number) }
    members.append(Member(pattern: pattern, kind: kind, beginning: beginning))
    return number
  }

  private static func isText(_ step: PatternProgram.Step) -> Bool {
    if case .scalar = step { true } else { false }
  }

  func glob(_ number: some BinaryInteger) -> Member { members[globs[Int(number)]] }

  /// Members by their beginnings, as in a dictionary.
  var sorted: [Int] {
    members.indices.sorted {
      members[$0].beginning.lexicographicallyPrecedes(members[$1].beginning)
    }
  }
}
