// Lint: what a policy says without effect, or decides by accident. Everything here is exact but for the bound on work,
// and what was not decided within that is a finding too.

extension Policy {
  /// What is probably not meant about this policy's rules, in their order, and then about its default.
  ///
  /// The first `inherited` rules are those of a policy that it extends: nothing is said about them. `unknown` are rules
  /// whose `max_age` is not known yet and only stands for one: what depends on it is left out.
  public func lint(
    inherited: Int = 0, facts: ConditionFacts = ConditionFacts(), unknown: Set<Int> = []
  ) -> [LintFinding] {
    var lint = PolicyLint(self, inherited: inherited, facts: facts, unknown: unknown)
    return lint.findings()
  }
}

private struct PolicyLint {
  let policy: Policy
  let rules: [Rule]
  let inherited: Int
  let facts: ConditionFacts
  let unknown: Set<Int>
  var finder: ReachFinder
  /// What the rules of the base say, each by the last that says it.
  private var statements: [Statement: Int] = [:]

  /// All that two rules must have in common for one to repeat the other.
  private struct Statement: Hashable {
    var patterns: Set<Pattern>
    var effect: Effect
    var tags: [String]
    var priority: Int
    /// The kind of its condition, or its index where it has none; nil where there is no condition.
    var condition: [Int]?

    init(_ rule: Rule, _ facts: ConditionFacts) {
      patterns = Set(rule.patterns)
      effect = rule.effect
      tags = rule.tags
      priority = rule.priority
      condition = rule.condition.map { facts.kinds[$0.index].map { [$0] } ?? [$0.index, $0.index] }
    }
  }

  init(_ policy: Policy, inherited: Int, facts: ConditionFacts, unknown: Set<Int>) {
    self.policy = policy
    rules = policy.rules
    self.inherited = max(0, inherited)
    self.facts = facts
    self.unknown = unknown
    finder = ReachFinder(policy, facts: facts, work: 30 * PathSearch.defaultBound)
    for index in rules.indices.prefix(self.inherited) where !unknown.contains(index) {
      statements[Statement(rules[index], facts)] = index
    }
  }

  mutating func findings() -> [LintFinding] {
    var findings: [LintFinding] = []
    var silent: Set<Int> = []
    for index in rules.indices.dropFirst(inherited) {
      // Nobody wants to know any more.
      if Task.isCancelled { return [] }
      let found = reachFindings(index)
      if found.contains(where: { $0.pattern == nil }) { silent.insert(index) }
      findings += found + plainFindings(index)
    }
    var conflicts = OrderConflicts(
      policy, facts: facts, leavingOut: silent.union(unknown), inherited: inherited)
    findings += conflicts.findings(&finder)
    return findings.sorted { ($0.rule ?? rules.count) < ($1.rule ?? rules.count) } + fallbackFindings()
  }

  // MARK: What can never decide

  private mutating func reachFindings(_ index: Int) -> [LintFinding] {
    switch finder.reach(ofRule: index) {
    case .decides:
      if let other = repeated(index) { return [LintFinding(.repeatsBase, rule: index, others: [other])] }
      guard rules[index].patterns.count > 1 else { return [] }
      var findings: [LintFinding] = []
      for pattern in rules[index].patterns.indices {
        if let finding = patternFinding(RulePattern(rule: index, pattern: pattern)) {
          findings.append(finding)
        }
      }
      return findings
    case .covered(let others): return [covered(index, by: others)]
    case .matchesNoPath: return [LintFinding(.matchesNoPath, rule: index)]
    case .conditionNeverHolds: return []
    case .undecided: return [LintFinding(.undecided, rule: index)]
    }
  }

  private mutating func covered(_ index: Int, by others: [Int]) -> LintFinding {
    let rule = rules[index]
    let isRepeated = others.count == 1 && says(rules[others[0]], theSameAs: rule)
    let isByBase = others.contains { $0 < inherited }
    let kind: LintFinding.Kind =
      isRepeated ? (isByBase ? .repeatsBase : .duplicate) : isByBase ? .overriddenByBase : .neverDecides
    var path: String?
    for pattern in rule.patterns.indices where path == nil {
      path = samplePath(RulePattern(rule: index, pattern: pattern))
    }
    return LintFinding(kind, rule: index, others: others, path: path)
  }

  /// A rule of the base that says the same, where nothing stands between the two that this one would win over.
  private func repeated(_ index: Int) -> Int? {
    guard let first = statements[Statement(rules[index], facts)] else { return nil }
    let standings = Set(rules[index].patterns.map(\.specificity))
    let isBetween = rules[(first + 1)..<index].contains { other in
      other.priority == rules[index].priority && other.effect.isDeny == rules[index].effect.isDeny
        && other.patterns.contains { standings.contains($0.specificity) }
    }
    return isBetween ? nil : first
  }

  /// Whether two rules have the same patterns and say the same, so that one of them could go.
  private func says(_ one: Rule, theSameAs other: Rule) -> Bool {
    Set(one.patterns) == Set(other.patterns) && one.effect == other.effect && one.tags == other.tags
      && one.priority == other.priority
  }

  private mutating func patternFinding(_ place: RulePattern) -> LintFinding? {
    switch finder.reach(of: place) {
    case .decides: return nil
    case .covered(let covers):
      return LintFinding(
        .neverDecides, rule: place.rule, pattern: place.pattern, others: Set(covers.map(\.rule)).sorted(),
        path: samplePath(place))
    case .matchesNoPath: return LintFinding(.matchesNoPath, rule: place.rule, pattern: place.pattern)
    case .undecided: return LintFinding(.undecided, rule: place.rule, pattern: place.pattern)
    }
  }

  /// The shortest path that the pattern matches.
  private mutating func samplePath(_ place: RulePattern) -> String? {
    guard case .path(let path) = finder.search(finder.language(of: place), avoiding: []) else { return nil }
    return path
  }

  // MARK: What a rule says by itself

  private func plainFindings(_ index: Int) -> [LintFinding] {
    switch rules[index].effect {
    case .deny(nil): return [LintFinding(.denyWithoutReason, rule: index)]
    case .allow(let said) where !unknown.contains(index):
      return becomes(said).map { [LintFinding(.outsideLimit(said: said, becomes: $0), rule: index)] } ?? []
    case .allow, .deny: return []
    }
  }

  private func becomes(_ said: Int64) -> Int64? {
    guard let limit = policy.limit, !limit.contains(said) else { return nil }
    return said < limit.lowerBound ? limit.lowerBound : limit.upperBound
  }

  // MARK: The default

  private mutating func fallbackFindings() -> [LintFinding] {
    guard let fallback = policy.fallback else { return [] }
    var findings: [LintFinding] = []
    if case .allow(let said) = fallback, let becomes = becomes(said) {
      findings.append(LintFinding(.outsideLimit(said: said, becomes: becomes), rule: nil))
    }
    if case .deny(nil) = fallback { findings.append(LintFinding(.denyWithoutReason, rule: nil)) }
    switch finder.reachOfFallback() {
    case .covered(let others):
      let covering = Set(others.map(\.rule)).sorted()
      findings.append(LintFinding(.fallbackNeverDecides, rule: nil, others: covering))
    case .undecided: findings.append(LintFinding(.undecided, rule: nil))
    case .decides, .matchesNoPath: break
    }
    return findings
  }
}
