// A policy as a list: each pattern of each rule with what it says, in winning order, and the default at the end.

struct RankedEntry: Sendable {
  var pattern: Pattern
  /// The text of its condition, where that is not known to hold.
  var condition: String?
  var outcome: PolicyOutcome
  /// An index into the policy's rules; nil for the default.
  var rule: Int?

  var isFallback: Bool { rule == nil }

  /// All that counts about it.
  struct Statement: Hashable {
    var pattern: Pattern
    var condition: String?
    var outcome: PolicyOutcome
    var isFallback: Bool
  }

  var statement: Statement {
    Statement(pattern: pattern, condition: condition, outcome: outcome, isFallback: isFallback)
  }
}

struct RankedEntries: Sendable {
  private(set) var entries: [RankedEntry] = []
  private let side: PolicyComparison.Side

  init(_ side: PolicyComparison.Side) {
    self.side = side
    let policy = side.policy
    var places: [(rule: Int, pattern: Int, standing: Standing)] = []
    for (index, rule) in policy.rules.enumerated() {
      if let condition = rule.condition, side.constants[condition.index] == false { continue }
      for (number, pattern) in rule.patterns.enumerated() {
        places.append((index, number, Standing(rule, at: index, by: pattern)))
      }
    }
    places.sort { one, other in
      if other.standing.loss(to: one.standing) != nil { return true }
      if one.standing.loss(to: other.standing) != nil { return false }
      return one.pattern < other.pattern
    }
    var seen: Set<RankedEntry.Statement> = []
    for place in places {
      let rule = policy.rules[place.rule]
      let condition = rule.condition.flatMap { side.constants[$0.index] == true ? nil : $0.text }
      let entry = RankedEntry(
        pattern: rule.patterns[place.pattern], condition: condition,
        outcome: Self.outcome(rule.effect, rule.tags, side.unknownLifetimes[place.rule], policy.limit),
        rule: place.rule)
      // What was said before is never reached again.
      if seen.insert(entry.statement).inserted { entries.append(entry) }
    }
    guard let all = try? Pattern("**") else { return }
    entries.append(
      RankedEntry(
        pattern: all, condition: nil,
        outcome: Self.outcome(
          policy.fallback ?? .deny(reason: nil), [], side.unknownLifetimes[-1], policy.limit), rule: nil))
  }

  /// The rule that decides a path where no condition holds but those that always do; nil where the default does.
  func decider(of path: String) -> Int? {
    side.policy.decision(for: path) { (condition) throws(ConditionError) in
      side.constants[condition.index] ?? false
    }.rule
  }

  private static func outcome(
    _ effect: Effect, _ tags: [String], _ unknown: String?, _ limit: ClosedRange<Int64>?
  ) -> PolicyOutcome {
    switch effect {
    case .deny(let reason): return PolicyOutcome(maxAge: nil, reason: reason, tags: tags)
    case .allow(let said):
      if let unknown { return PolicyOutcome(maxAge: nil, unknownLifetime: unknown, tags: tags) }
      let maxAge = limit.map { min(max(said, $0.lowerBound), $0.upperBound) } ?? said
      return PolicyOutcome(maxAge: maxAge, tags: tags)
    }
  }

  /// What two policies have in common in the same order.
  struct Changes {
    /// By place in the old order: it is in both.
    var keptOfOld: [Bool]
    /// By place in the new order.
    var keptOfNew: [Bool]
  }

  static func changes(from one: RankedEntries, to other: RankedEntries) -> Changes {
    var places: [RankedEntry.Statement: Int] = [:]
    for (index, entry) in one.entries.enumerated() { places[entry.statement] = index }
    var changes = Changes(
      keptOfOld: Array(repeating: false, count: one.entries.count),
      keptOfNew: Array(repeating: false, count: other.entries.count))
    for (index, value) in longestAscending(other.entries.map { places[$0.statement] }) {
      changes.keptOfOld[value] = true
      changes.keptOfNew[index] = true
    }
    return changes
  }

  /// The longest subsequence in which the values ascend.
  private static func longestAscending(_ values: [Int?]) -> [(index: Int, value: Int)] {
    var tails: [Int] = []
    var previous = [Int](repeating: -1, count: values.count)
    for (index, value) in values.enumerated() {
      guard let value else { continue }
      var low = 0
      var high = tails.count
      while low < high {
        let middle = (low + high) / 2
        if let tail = values[tails[middle]], tail < value { low = middle + 1 } else { high = middle }
      }
      if low > 0 { previous[index] = tails[low - 1] }
      if low == tails.count { tails.append(index) } else { tails[low] = index }
    }
    var result: [(index: Int, value: Int)] = []
    var index = tails.last ?? -1
    while index >= 0, let value = values[index] {
      result.append((index, value))
      index = previous[index]
    }
    return result
  }
}
