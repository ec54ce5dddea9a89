// Whether a rule can ever decide. The answer is exact: either a path that the rule decides, or the rules that leave
// it none.

/// What is known of a rule's chances.
public enum RuleReach: Sendable, Hashable {
  /// It decides this path, the shortest there is, whenever its own condition holds and those of others do not.
  case decides(path: String)
  /// Whatever it matches is decided by these rules first: indices into ``Policy/rules``. The others of them would not
  /// do without any one.
  case covered(by: [Int])
  /// Nothing that it matches is a legal path.
  case matchesNoPath
  /// Its condition is known never to hold.
  case conditionNeverHolds
  /// To find out would take more work than is allowed.
  case undecided
}

/// What is known of conditions before there is a file to judge.
public struct ConditionFacts: Sendable {
  /// By ``Condition/index``: those that come out the same for every file.
  public var constants: [Int: Bool]
  /// By ``Condition/index``: conditions with the same number here ask the same. One that is missing asks what no other
  /// does.
  public var kinds: [Int: Int]

  public init(constants: [Int: Bool] = [:], kinds: [Int: Int] = [:]) {
    self.constants = constants
    self.kinds = kinds
  }

  /// Whether the condition holds for certain where `given` does.
  func holds(_ condition: Condition, given: Condition?) -> Bool {
    if let constant = constants[condition.index] { return constant }
    guard let given else { return false }
    if condition.index == given.index { return true }
    guard let kind = kinds[condition.index] else { return false }
    return kind == kinds[given.index]
  }
}

extension Policy {
  /// Whether the rule can ever decide; `index` is one of ``rules``. What conditions come out as is not known: a rule
  /// with one covers no other, and is covered as if its own held.
  public func reach(ofRule index: Int, facts: ConditionFacts = ConditionFacts()) -> RuleReach {
    guard rules.indices.contains(index) else { return .undecided }
    var finder = ReachFinder(self, facts: facts)
    return finder.reach(ofRule: index)
  }
}

/// One way in which a rule of a policy can match.
struct RulePattern: Sendable, Hashable {
  /// An index into ``Policy/rules``.
  var rule: Int
  /// An index into the rule's patterns.
  var pattern: Int
}

/// Answers about one policy; what it has made of patterns is kept between questions.
struct ReachFinder {
  /// What is known of one pattern of a rule.
  enum PatternReach {
    case decides(path: String)
    /// A minimal set.
    case covered(by: [RulePattern])
    case matchesNoPath
    case undecided
  }

  let policy: Policy
  let rules: [Rule]
  let facts: ConditionFacts
  /// What all questions together may still cost; see ``PathSearch/defaultBound``.
  var work: Int
  private var languages: [RulePattern: PatternLanguage] = [:]

  init(_ policy: Policy, facts: ConditionFacts = ConditionFacts(), work: Int = 4 * PathSearch.defaultBound) {
    self.policy = policy
    rules = policy.rules
    self.facts = facts
    self.work = work
  }

  mutating func language(of place: RulePattern) -> PatternLanguage {
    if let known = languages[place] { return known }
    let language = PatternLanguage(rules[place.rule].patterns[place.pattern])
    languages[place] = language
    return language
  }

  mutating func reach(ofRule index: Int) -> RuleReach {
    if let condition = rules[index].condition, facts.constants[condition.index] == false {
      return .conditionNeverHolds
    }
    var covering: Set<Int> = []
    var isUndecided = false
    for pattern in rules[index].patterns.indices {
      switch reach(of: RulePattern(rule: index, pattern: pattern)) {
      case .decides(let path): return .decides(path: path)
      case .covered(let others): covering.formUnion(others.map(\.rule))
      case .matchesNoPath: break
      case .undecided: isUndecided = true
      }
    }
    if isUndecided { return .undecided }
    covering.remove(index)
    return covering.isEmpty ? .matchesNoPath : .covered(by: minimal(covering.sorted(), of: index))
  }

  /// Without the rules that the others make up for.
  private mutating func minimal(_ covering: [Int], of index: Int) -> [Int] {
    var needed = covering
    for rule in covering where needed.count > 1 {
      let others = needed.filter { $0 != rule }
      let isEnough = rules[index].patterns.indices.allSatisfy {
        isCovered(RulePattern(rule: index, pattern: $0), by: others)
      }
      if isEnough { needed = others }
    }
    return needed
  }

  /// Whether what goes before the pattern, in these rules and in its own, leaves it no path.
  private mutating func isCovered(_ place: RulePattern, by others: [Int]) -> Bool {
    let own = standing(of: place)
    var covers: [RulePattern] = []
    for rule in others + [place.rule] {
      for pattern in rules[rule].patterns.indices {
        let cover = RulePattern(rule: rule, pattern: pattern)
        if cover != place, own.loss(to: standing(of: cover)) != nil { covers.append(cover) }
      }
    }
    switch search(language(of: place), avoiding: covers) {
    case .none, .tooLong: return true
    case .path, .undecided: return false
    }
  }

  private func standing(of place: RulePattern) -> Standing {
    let rule = rules[place.rule]
    return Standing(rule, at: place.rule, by: rule.patterns[place.pattern])
  }

  /// Looks for the shortest path; a rule that decides it first is held against the pattern from then on. So only
  /// rules that matter are ever looked at, however many there are.
  mutating func reach(of place: RulePattern) -> PatternReach {
    if let path = rules[place.rule].patterns[place.pattern].plainPath,
      decider(of: path, against: place) == nil
    {
      return .decides(path: path)
    }
    return reach(of: language(of: place)) { finder, path in finder.decider(of: path, against: place) }
  }

  /// Which rules leave nothing to the default, if some do.
  mutating func reachOfFallback() -> PatternReach {
    guard let all = try? Pattern("**") else { return .undecided }
    return reach(of: PatternLanguage(all)) { finder, path in finder.decider(of: path, given: nil) }
  }

  private mutating func reach(
    of own: PatternLanguage, deciding decider: (ReachFinder, String) -> RulePattern?
  ) -> PatternReach {
    var covers: [RulePattern] = []
    while true {
      switch search(own, avoiding: covers) {
      case .path(let path):
        guard let decider = decider(self, path) else { return .decides(path: path) }
        // What was avoided does not come back, or the matcher and this have different views of a pattern.
        guard !covers.contains(decider) else { return .undecided }
        covers.append(decider)
      case .none, .tooLong: return covers.isEmpty ? .matchesNoPath : .covered(by: minimal(covers, of: own))
      case .undecided: return .undecided
      }
    }
  }

  mutating func search(_ own: PatternLanguage, avoiding covers: [RulePattern]) -> PathSearch.Answer {
    search([own], avoiding: covers)
  }

  /// What one or two patterns match and none of others do.
  mutating func search(_ wanted: [PatternLanguage], avoiding covers: [RulePattern]) -> PathSearch.Answer {
    if Task.isCancelled { work = 0 }
    let avoided = covers.map { language(of: $0) }
    work -= (wanted + avoided).reduce(0) { $0 + $1.takes.count }
    guard work > 0 else { return .undecided }
    var allowed = min(work, PathSearch.defaultBound)
    let before = allowed
    let answer = PathSearch(matching: wanted, avoiding: avoided).answer(work: &allowed)
    work -= before - allowed
    return answer
  }

  /// The pattern that decides the path before this one does, though this one's condition holds; nil where this one does.
  func decider(of path: String, against place: RulePattern) -> RulePattern? {
    let found = decider(of: path, given: rules[place.rule].condition)
    return found == place ? nil : found
  }

  /// The pattern that decides the path where this condition holds and no other does.
  private func decider(of path: String, given: Condition?) -> RulePattern? {
    let decision = policy.decision(for: path) { (condition) throws(ConditionError) in
      facts.holds(condition, given: given)
    }
    guard let winner = decision.rule else { return nil }
    return bestPattern(of: winner, on: path).map { RulePattern(rule: winner, pattern: $0) }
  }

  /// The most specific of a rule's patterns that match; the first of several.
  func bestPattern(of rule: Int, on path: String) -> Int? {
    var best: Int?
    for (index, pattern) in rules[rule].patterns.enumerated() where pattern.matches(path) {
      if let best, rules[rule].patterns[best].specificity >= pattern.specificity { continue }
      best = index
    }
    return best
  }

  /// Without those that the others make up for.
  private mutating func minimal(_ covers: [RulePattern], of own: PatternLanguage) -> [RulePattern] {
    var needed = covers
    for cover in covers where needed.count > 1 {
      let others = needed.filter { $0 != cover }
      switch search(own, avoiding: others) {
      case .none, .tooLong: needed = others
      case .path, .undecided: break
      }
    }
    return needed
  }
}

extension Pattern {
  /// The path that a search would begin with, where the pattern is nothing but text.
  fileprivate var plainPath: String? {
    guard specificity.literalPrefix == text.utf8.count else { return nil }
    let path = specificity.isWholePath ? text : text + "a"
    return LegalPath.holds(path) ? path : nil
  }
}
