// Finds the winning rule of a path without looking at the others. Every (rule, pattern) pair has a rank in the
// winning order, 0 first; tries find the pairs that can match, and the best of those that need no condition
// bounds what is still worth trying.

struct RuleIndex: Sendable {
  /// What is known of a rank on the hot path.
  private struct Ranked: Sendable {
    var rule: Int32
    var isConditional: Bool
    /// The rule has other patterns, and so other ranks.
    var hasSiblings: Bool
  }

  private struct RankedGlob: Sendable {
    var rank: Int32
    var glob: Glob
  }

  private static let none = Int32.max

  private let ranks: [Ranked]
  /// In order of rank.
  private var globs: [RankedGlob] = []
  /// Prefixes, whole paths, and the globs that are best told apart by how they begin.
  private let forward: PathTrie
  /// The globs best told apart by how they end.
  private let backward: PathTrie
  /// The globs best told apart by what they hold.
  private let inside: KeywordIndex
  /// The best rank among the globs of each.
  private var bestGlobs = (ahead: RuleIndex.none, behind: RuleIndex.none, inside: RuleIndex.none)

  /// INVARIANT: the rules have no more than Int32.max forms together; a policy sees to it.
  init(_ rules: [Rule]) {
    let order = Self.winningOrder(rules)
    ranks = order.map { place in
      Ranked(
        rule: Int32(truncatingIfNeeded: place.rule), isConditional: rules[place.rule].condition != nil,
        hasSiblings: rules[place.rule].patterns.count > 1)
    }
    var entries: [PathTrie.Entry] = []
    for (rank, place) in order.enumerated() {
      let rank = Int32(truncatingIfNeeded: rank)
      for form in rules[place.rule].patterns[place.pattern].forms.list {
        switch form {
        case .prefix(let key): entries.append(PathTrie.Entry(key: key, list: .prefix, value: rank))
        case .whole(let key): entries.append(PathTrie.Entry(key: key, list: .whole, value: rank))
        case .glob(let glob): globs.append(RankedGlob(rank: rank, glob: glob))
        }
      }
    }
    var ending: [PathTrie.Entry] = []
    var holding: [(keyword: [UInt8], value: Int32)] = []
    for (index, shelf) in Self.shelves(globs.map(\.glob)).enumerated() {
      let entry = globs[index]
      let value = Int32(truncatingIfNeeded: index)
      switch shelf {
      case .ahead:
        entries.append(PathTrie.Entry(key: entry.glob.prefix, list: .glob, value: value))
        bestGlobs.ahead = min(bestGlobs.ahead, entry.rank)
      case .behind:
        ending.append(PathTrie.Entry(key: entry.glob.suffix.reversed(), list: .glob, value: value))
        bestGlobs.behind = min(bestGlobs.behind, entry.rank)
      case .inside:
        holding.append((entry.glob.keyword, value))
        bestGlobs.inside = min(bestGlobs.inside, entry.rank)
      }
    }
    let known = ranks
    forward = PathTrie(entries) { !known[Int($0)].isConditional }
    backward = PathTrie(ending) { _ in false }
    inside = KeywordIndex(holding)
  }

  private static func winningOrder(_ rules: [Rule]) -> [(rule: Int, pattern: Int)] {
    var places: [(rule: Int, pattern: Int, standing: Standing)] = []
    for (index, rule) in rules.enumerated() {
      for (number, pattern) in rule.patterns.enumerated() {
        places.append((index, number, Standing(rule, at: index, by: pattern)))
      }
    }
    places.sort { one, other in
      if other.standing.loss(to: one.standing) != nil { return true }
      if one.standing.loss(to: other.standing) != nil { return false }
      return one.pattern < other.pattern
    }
    return places.map { ($0.rule, $0.pattern) }
  }

  private enum Shelf {
    case ahead
    case behind
    case inside
  }

  /// As many globs may share a beginning or an ending before it is worth a look inside.
  private static let crowd = 8

  /// Each glob goes under its literal prefix, its literal suffix or its longest literal between, whichever it
  /// shares with the fewest, so that ten thousand globs of one folder or one ending do not crowd one list.
  private static func shelves(_ globs: [Glob]) -> [Shelf] {
    var beginnings: [[UInt8]: Int] = [:]
    var endings: [[UInt8]: Int] = [:]
    var keywords: [[UInt8]: Int] = [:]
    for glob in globs {
      beginnings[glob.prefix, default: 0] += 1
      endings[glob.suffix, default: 0] += 1
      keywords[glob.keyword, default: 0] += 1
    }
    return globs.map { glob in
      let ahead = beginnings[glob.prefix, default: 0]
      let behind = endings[glob.suffix, default: 0]
      let within = keywords[glob.keyword, default: 0]
      if !glob.keyword.isEmpty, min(ahead, behind) > crowd, within < min(ahead, behind) { return .inside }
      if ahead == behind { return glob.suffix.count > glob.prefix.count ? .behind : .ahead }
      return behind < ahead ? .behind : .ahead
    }
  }
}

// MARK: - Deciding

extension RuleIndex {
  struct Winner {
    /// Nil when no rule decides.
    var rule: Int?
    /// The rule's condition failed.
    var failure: ConditionError?
  }

  /// The best rank without a condition, and the conditional ranks before it that match.
  private struct Found {
    var best = RuleIndex.none
    var conditional: [Int32] = []
  }

  func winner(
    for path: UnsafeBufferPointer<UInt8>, where condition: (_ rule: Int) throws(ConditionError) -> Bool
  ) -> Winner {
    var found = Found()
    forward.walk(path, .forward) { node, isWhole in
      note(forward.values(node.prefix), in: &found)
      if isWhole { note(forward.values(node.whole), in: &found) }
    }
    if bestGlobs.ahead < found.best {
      forward.walk(path, .forward) { node, _ in
        for glob in forward.values(node.glob) {
          guard tryGlob(glob, on: path, &found) else { break }
        }
      }
    }
    if bestGlobs.behind < found.best {
      backward.walk(path, .backward) { node, _ in
        for glob in backward.values(node.glob) {
          guard tryGlob(glob, on: path, &found) else { break }
        }
      }
    }
    if bestGlobs.inside < found.best {
      inside.scan(path) { tryGlob($0, on: path, &found) }
    }
    if !found.conditional.isEmpty, let winner = firstTrue(of: &found, where: condition) { return winner }
    return Winner(rule: found.best == Self.none ? nil : Int(ranks[Int(found.best)].rule))
  }

  @inline(__always)
  private func note(_ list: ArraySlice<Int32>, in found: inout Found) {
    for rank in list {
      guard rank < found.best else { return }
      note(rank, in: &found)
    }
  }

  @inline(__always)
  private func note(_ rank: Int32, in found: inout Found) {
    if ranks[Int(rank)].isConditional { found.conditional.append(rank) } else { found.best = rank }
  }

  /// False when neither this glob nor one after it could still win.
  @inline(__always)
  private func tryGlob(
    _ number: Int32, on path: UnsafeBufferPointer<UInt8>, _ found: inout Found
  ) -> Bool {
    let rank = globs[Int(number)].rank
    guard rank < found.best else { return false }
    if globs[Int(number)].glob.matches(path) { note(rank, in: &found) }
    return true
  }

  /// Tries the conditions that could still win, best first, each rule's once.
  private func firstTrue(
    of found: inout Found, where condition: (_ rule: Int) throws(ConditionError) -> Bool
  ) -> Winner? {
    found.conditional.sort()
    var tried: Set<Int32> = []
    var previous = Self.none
    for rank in found.conditional where rank != previous {
      guard rank < found.best else { return nil }
      previous = rank
      let entry = ranks[Int(rank)]
      if entry.hasSiblings, !tried.insert(entry.rule).inserted { continue }
      do {
        if try condition(Int(entry.rule)) { return Winner(rule: Int(entry.rule)) }
      } catch {
        return Winner(rule: Int(entry.rule), failure: error)
      }
    }
    return nil
  }
}
