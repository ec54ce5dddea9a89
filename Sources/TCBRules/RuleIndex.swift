// Finds the winning rule of a path without looking at the others. Every (rule, pattern) pair has a place in the
// winning order, the best first. What is literal is met on one walk along the path; globs are met by a literal text that
// few share, or all together in one automaton; and whatever is already found bounds what is still worth a look.

struct RuleIndex: ~Copyable, Sendable {
  private let ranks: FlatArray<Ranked>
  /// Which pattern of its rule each rank is of.
  private let patternNumbers: FlatArray<Int32>
  private let hasConditions: Bool
  /// Prefixes, whole paths, and the globs that are known by how they begin.
  private let forward: PathTrie
  /// The globs known by how they end. Numbers less than 0 are of probes of `near`.
  private let backward: PathTrie
  /// The globs known by what stands before how they end.
  private let near: NearIndex
  /// The globs known by what they hold, of four bytes or more and of three.
  private let fours: GramIndex
  private let threes: GramIndex
  private let globs: GlobTable
  /// The globs that nothing tells apart.
  /// Owned, but not counted: a reference to it that is would be counted up and down with each path.
  private let together: Unmanaged<LazyAutomaton>?
  /// The best place among the globs of each.
  private let best: (ahead: Int32, behind: Int32, fours: Int32, threes: Int32, together: Int32)

  /// INVARIANT: the rules have no more than 2^20 patterns together; a policy sees to it.
  init(_ rules: [Rule], limit: ClosedRange<Int64>?) {
    let order = Self.winningOrder(rules)
    ranks = FlatArray(order.map { Self.ranked(rules[$0.rule], at: $0.rule, limit) })
    patternNumbers = FlatArray(order.map { Int32(truncatingIfNeeded: $0.pattern) })
    hasConditions = rules.contains { $0.condition != nil }
    let (literal, items) = Self.forms(rules, order)
    let shelves = GlobShelves(items)
    var numbers: [Int32] = []
    globs = GlobTable(items.map { ($0.place, $0.glob) }, numbers: &numbers)
    func entry(_ item: Int, _ key: [UInt8]) -> PathTrie.Entry {
      PathTrie.Entry(key: key, list: .glob, value: numbers[item])
    }
    forward = PathTrie(literal + shelves.ahead.map { entry($0, items[$0].glob.prefix) }) { place in
      let spot = order[Place.rank(place)]
      return Self.ranked(rules[spot.rule], at: spot.rule, limit)
    }
    var probes: [(suffix: [UInt8], number: Int32)] = []
    near = NearIndex(
      shelves.near.map { ($0.key, numbers[$0.item], items[$0.item].place) }, probes: &probes)
    let looks = probes.map { PathTrie.Entry(key: $0.suffix.reversed(), list: .glob, value: $0.number) }
    backward = PathTrie(looks + shelves.behind.map { entry($0, items[$0].glob.suffix.reversed()) }) { _ in
      nil
    }
    func known(_ shelf: [(key: GramIndex.Key, item: Int)], by length: Int) -> GramIndex {
      GramIndex(shelf.map { ($0.key, numbers[$0.item], items[$0.item].place) }, length: length)
    }
    fours = known(shelves.fours, by: 4)
    threes = known(shelves.threes, by: 3)
    let automaton = ByteAutomaton(shelves.together)
    let lazy = shelves.together.states.count > 1 ? LazyAutomaton(automaton) : nil
    together = lazy.map { Unmanaged.passRetained($0) }
    func bestPlace(_ shelf: [Int]) -> Int32 { shelf.lazy.map { items[$0].place }.min() ?? Place.none }
    best = (
      bestPlace(shelves.ahead), bestPlace(shelves.behind + shelves.near.map(\.item)),
      bestPlace(shelves.fours.map(\.item)), bestPlace(shelves.threes.map(\.item)), lazy?.best ?? Place.none
    )
  }

  deinit { together?.release() }

  /// What is literal, and the globs in the winning order.
  private static func forms(
    _ rules: [Rule], _ order: [(rule: Int, pattern: Int)]
  ) -> ([PathTrie.Entry], [GlobShelves.Item]) {
    var entries: [PathTrie.Entry] = []
    var items: [GlobShelves.Item] = []
    for (rank, spot) in order.enumerated() {
      let place = Place.of(rank, isConditional: rules[spot.rule].condition != nil)
      let pattern = rules[spot.rule].patterns[spot.pattern]
      for form in pattern.forms.list {
        switch form {
        case .prefix(let key): entries.append(PathTrie.Entry(key: key, list: .prefix, value: place))
        case .whole(let key): entries.append(PathTrie.Entry(key: key, list: .whole, value: place))
        case .glob(let glob): items.append(GlobShelves.Item(place: place, glob: glob, pattern: pattern))
        }
      }
    }
    return (entries, items)
  }

  private static func ranked(_ rule: Rule, at index: Int, _ limit: ClosedRange<Int64>?) -> Ranked {
    let ruling = Ruling(rule.effect, within: limit)
    return Ranked(
      maxAge: ruling.maxAge ?? 0, rule: Int32(truncatingIfNeeded: index),
      hasSiblings: rule.patterns.count > 1,
      isClamped: ruling.clampedFrom != nil)
  }

  private static func winningOrder(_ rules: [Rule]) -> [(rule: Int, pattern: Int)] {
    var spots: [(rule: Int, pattern: Int, standing: Standing)] = []
    for (index, rule) in rules.enumerated() {
      for (number, pattern) in rule.patterns.enumerated() {
        spots.append((index, number, Standing(rule, at: index, by: pattern)))
      }
    }
    spots.sort { one, other in
      if other.standing.loss(to: one.standing) != nil { return true }
      if one.standing.loss(to: other.standing) != nil { return false }
      return one.pattern < other.pattern
    }
    return spots.map { ($0.rule, $0.pattern) }
  }

  private func ranked(_ place: Int32) -> Ranked { ranks.start[Place.rank(place)] }
}

// MARK: - Finding

extension RuleIndex {
  /// Notes every place that could win: the best that needs no condition, and those before it that do.
  @inline(__always)
  private func search(_ path: PathBytes, _ found: inout Findings) {
    var later = InlineArray<8, UInt32>(repeating: 0)
    var laterCount = 0
    forward.walk(path, .forward) { node, isWhole in
      found.settle(on: node)
      guard node.pointee.extra != 0 else { return }
      let extra = forward.extras.start[Int(node.pointee.extra)]
      note(extra.prefixes, of: forward, &found)
      if isWhole { note(extra.wholes, of: forward, &found) }
      guard !extra.globs.isEmpty, best.ahead < found.best else { return }
      // Globs wait for what the literal rules give, which may spare them.
      if laterCount < later.count {
        later[laterCount] = node.pointee.extra
        laterCount &+= 1
      } else {
        tryGlobs(extra.globs, of: forward, path, &found)
      }
    } visitLeaf: {
      found.settle(on: $0)
    }
    while laterCount > 0 {
      laterCount &-= 1
      tryGlobs(forward.extras.start[Int(later[laterCount])].globs, of: forward, path, &found)
    }
    if best.behind < found.best {
      backward.walk(path, .backward) { node, _ in
        guard node.pointee.extra != 0 else { return }
        for index in backward.extras.start[Int(node.pointee.extra)].globs {
          let number = backward.values.start[Int(index)]
          if number < 0 {
            near.look(number, path, best: found.best) { tryGlob($0, path, &found) }
          } else if !tryGlob(number, path, &found) {
            break
          }
        }
      } visitLeaf: { _ in
      }
    }
    let isFourWanted = best.fours < found.best
    let isThreeWanted = best.threes < found.best
    if isFourWanted, isThreeWanted {
      GramIndex.scan(fours, threes, path, best: { found.best }, visit: { _ = tryGlob($0, path, &found) })
    } else if isFourWanted {
      fours.scan(path, best: { found.best }, visit: { _ = tryGlob($0, path, &found) })
    } else if isThreeWanted {
      threes.scan(path, best: { found.best }, visit: { _ = tryGlob($0, path, &found) })
    }
    if best.together < found.best, let together {
      together._withUnsafeGuaranteedRef { $0.run(path) { found.note($0) } }
    }
  }

  @inline(__always)
  private func note(_ list: Range<Int32>, of trie: borrowing PathTrie, _ found: inout Findings) {
    for index in list { found.note(trie.values.start[Int(index)]) }
  }

  @inline(__always)
  private func tryGlobs(
    _ list: Range<Int32>, of trie: borrowing PathTrie, _ path: PathBytes, _ found: inout Findings
  ) {
    for index in list {
      guard tryGlob(trie.values.start[Int(index)], path, &found) else { return }
    }
  }

  /// False when neither this glob nor one after it could still win.
  @inline(__always)
  private func tryGlob(_ number: Int32, _ path: PathBytes, _ found: inout Findings) -> Bool {
    let place = globs.place(number)
    guard place < found.best else { return false }
    if globs.matches(number, path) { found.note(place) }
    return true
  }
}

// MARK: - Deciding

extension RuleIndex {
  struct Winner {
    /// Nil when no rule decides.
    var outcome: Ranked?
    /// The rule's condition failed.
    var failure: ConditionError?
  }

  @inline(__always)
  private func winner(_ found: Findings) -> Winner {
    if let leaf = found.leaf { return Winner(outcome: Ranked(leaf.pointee)) }
    return Winner(outcome: found.best == Place.none ? nil : ranked(found.best))
  }

  /// `pattern` gives a rule's patterns where it has several.
  @inline(__always)
  func winner(
    for path: UnsafeBufferPointer<UInt8>, siblings: (_ rule: Int) -> [Pattern],
    where condition: (_ rule: Int) throws(ConditionError) -> Bool
  ) -> Winner {
    let path = PathBytes(path, spare: UnsafeRawPointer(ranks.start))
    guard hasConditions else {
      var found = Findings()
      search(path, &found)
      return winner(found)
    }
    return conditionalWinner(for: path, siblings: siblings, where: condition)
  }

  /// Conditions that are tried before the path is looked at again for more.
  private static let conditionsAtOnce = 32

  @inline(never)
  private func conditionalWinner(
    for path: PathBytes, siblings: (_ rule: Int) -> [Pattern],
    where condition: (_ rule: Int) throws(ConditionError) -> Bool
  ) -> Winner {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.conditionsAtOnce) { list in
      var found = Findings(list)
      while true {
        search(path, &found)
        for index in 0..<found.count where list[index] < found.best {
          let entry = ranked(list[index])
          let rule = Int(entry.rule)
          if entry.hasSiblings, isTried(index, found, list, path, siblings) { continue }
          do throws(ConditionError) {
            if try condition(rule) { return Winner(outcome: entry) }
          } catch {
            return Winner(outcome: entry, failure: error)
          }
        }
        guard found.isCut, list[found.count - 1] < found.best else { return winner(found) }
        found.goOn()
      }
    }
  }

  /// Whether the rule of a place was tried already, by a better place of it.
  private func isTried(
    _ index: Int, _ found: Findings, _ list: UnsafeMutableBufferPointer<Int32>, _ path: PathBytes,
    _ siblings: (_ rule: Int) -> [Pattern]
  ) -> Bool {
    let rule = ranked(list[index]).rule
    for before in 0..<index where ranked(list[before]).rule == rule { return true }
    guard found.isLater else { return false }
    // The list has been emptied since: whether a better pattern of the rule matches tells.
    let patterns = siblings(Int(rule))
    let number = Int(patternNumbers.start[Place.rank(list[index])])
    let own = patterns[number].specificity
    for (other, pattern) in patterns.enumerated() {
      let isBetter = pattern.specificity > own || pattern.specificity == own && other < number
      if isBetter, pattern.matches(path.buffer) { return true }
    }
    return false
  }
}
