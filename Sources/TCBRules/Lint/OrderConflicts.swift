// Rules that are equally specific, meet on a path and say different things about it: which of them decides is up to
// the order they stand in.

struct OrderConflicts {
  private struct Place {
    var place: RulePattern
    var standing: Standing
    /// The literal text that every path matched begins with: as long in all equally specific patterns.
    var beginning: [UInt32]
    /// Literal text that every path matched ends with.
    var ending: [UInt32]
  }

  /// Pairs that are looked at in one policy. Most are told apart by their text and do not count.
  private static let mostPairs = 20_000
  /// Pairs that are told apart by their text, in one policy.
  private static let mostCompared = 50_000_000

  private let policy: Policy
  private let rules: [Rule]
  private let facts: ConditionFacts
  private let leftOut: Set<Int>
  private let inherited: Int
  private var pairs = 0
  private var compared = 0

  init(_ policy: Policy, facts: ConditionFacts, leavingOut: Set<Int>, inherited: Int) {
    self.policy = policy
    rules = policy.rules
    self.facts = facts
    leftOut = leavingOut
    self.inherited = inherited
  }

  /// One finding for each rule that wins over others by its place alone.
  mutating func findings(_ finder: inout ReachFinder) -> [LintFinding] {
    var found: [Int: LintFinding] = [:]
    for group in groups() where group.count > 1 {
      for (index, later) in group.enumerated() {
        compared += index
        guard !Task.isCancelled, compared <= Self.mostCompared else {
          return found.values + [LintFinding(.undecided, rule: nil)]
        }
        for earlier in group[..<index] where mayMeet(earlier, later) {
          pairs += 1
          guard pairs <= Self.mostPairs else { return found.values + [LintFinding(.undecided, rule: nil)] }
          guard let path = meeting(earlier, later, &finder) else { continue }
          var finding =
            found[later.place.rule] ?? LintFinding(.decidedByOrder, rule: later.place.rule, path: path)
          if !finding.others.contains(earlier.place.rule) { finding.others.append(earlier.place.rule) }
          found[later.place.rule] = finding
        }
      }
    }
    return Array(found.values)
  }

  /// Patterns that only their order tells apart, in that order, by what they begin with: two that begin with different
  /// texts of one length never meet.
  private func groups() -> [[Place]] {
    struct Key: Hashable {
      var priority: Int
      var isDeny: Bool
      var specificity: Specificity
      var beginning: [UInt32]
    }
    var groups: [Key: [Place]] = [:]
    var order: [Key] = []
    for index in rules.indices.dropFirst(inherited) where !leftOut.contains(index) {
      for (number, pattern) in rules[index].patterns.enumerated() {
        let texts = pattern.literalEnds
        let standing = Standing(rules[index], at: index, by: pattern)
        let key = Key(
          priority: standing.priority, isDeny: standing.isDeny, specificity: standing.specificity,
          beginning: texts.beginning)
        if groups[key] == nil { order.append(key) }
        groups[key, default: []].append(
          Place(
            place: RulePattern(rule: index, pattern: number), standing: standing, beginning: texts.beginning,
            ending: texts.ending))
      }
    }
    return order.compactMap { groups[$0] }
  }

  private func mayMeet(_ one: Place, _ other: Place) -> Bool {
    guard one.place.rule != other.place.rule, differ(rules[one.place.rule], rules[other.place.rule]) else {
      return false
    }
    let length = min(one.ending.count, other.ending.count)
    return one.ending.suffix(length) == other.ending.suffix(length)
  }

  /// Whether it matters which of two rules decides. A rule with a condition is an exception to one without, and its
  /// order is meant; what two different conditions have in common is not known.
  private func differ(_ one: Rule, _ other: Rule) -> Bool {
    switch (one.condition, other.condition) {
    case (nil, nil): break
    case (let one?, let other?): guard facts.holds(one, given: other) else { return false }
    default: return false
    }
    return outcome(one) != outcome(other) || one.tags != other.tags
  }

  /// Nil where it denies.
  private func outcome(_ rule: Rule) -> Int64? {
    guard case .allow(let said) = rule.effect else { return nil }
    guard let limit = policy.limit else { return said }
    return min(max(said, limit.lowerBound), limit.upperBound)
  }

  /// A path that both match and the later one decides.
  private func meeting(_ one: Place, _ other: Place, _ finder: inout ReachFinder) -> String? {
    let wanted = [finder.language(of: one.place), finder.language(of: other.place)]
    var covers: [RulePattern] = []
    while case .path(let path) = finder.search(wanted, avoiding: covers) {
      guard let decider = finder.decider(of: path, against: other.place), !covers.contains(decider) else {
        return path
      }
      covers.append(decider)
    }
    return nil
  }
}

extension Pattern {
  /// The text before the first wildcard, and some of the text behind the last.
  fileprivate var literalEnds: (beginning: [UInt32], ending: [UInt32]) {
    guard let steps = (try? PatternReader(text))?.program.steps else { return ([], []) }
    var beginning: [UInt32] = []
    for step in steps {
      guard case .scalar(let scalar) = step else { break }
      beginning.append(scalar)
    }
    var ending: [UInt32] = []
    // A `/` at the end is followed by anything, and one behind a `**` may go with it.
    for step in steps.dropLast().reversed() {
      guard case .scalar(let scalar) = step, scalar != Scalars.slash else { break }
      ending.append(scalar)
    }
    return (beginning, ending.reversed())
  }
}
