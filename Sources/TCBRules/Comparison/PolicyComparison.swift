// For which paths do two policies decide differently? Exact: what is not found to differ is shown to be the same.
//
// Rules that both have, in the same order, say the same of a path that no other rule matches. So only paths that one of
// the other rules matches are looked at: for each of their patterns, every way in which paths can be matched by it and by
// the rules that could decide there, and for each of these what both policies come to.

/// Paths that two policies decide differently.
public struct PolicyDifference: Sendable, Hashable {
  /// Such a path matches all of these patterns …
  public var matching: [Pattern]
  /// … and none of these.
  public var except: [Pattern]
  /// The shortest such path, or one that reads better.
  public var path: String
  /// What each policy decides there, best first; the last has no condition.
  public var old: [ConditionalOutcome]
  public var new: [ConditionalOutcome]
  /// The rules that decide without a condition, indices into each policy's rules; nil is the default.
  public var oldRule: Int?
  public var newRule: Int?
  /// Whether they differ is up to what conditions come out as.
  public var dependsOnConditions: Bool
}

public struct PolicyComparison: Sendable {
  /// One side: a policy, and what is known of it beside.
  public struct Side: Sendable {
    public var policy: Policy
    /// By ``Condition/index``: conditions that come out the same for every file.
    public var constants: [Int: Bool]
    /// Rules whose lifetime is not known, with its text; -1 is the default.
    public var unknownLifetimes: [Int: String]

    public init(_ policy: Policy, constants: [Int: Bool] = [:], unknownLifetimes: [Int: String] = [:]) {
      self.policy = policy
      self.constants = constants
      self.unknownLifetimes = unknownLifetimes
    }
  }

  public internal(set) var differences: [PolicyDifference] = []
  /// Patterns under which there may be differences that were not found: it would have taken too much work, or the task was
  /// cancelled.
  public internal(set) var undecided: [Pattern] = []

  /// Shown to decide the same for every path. Conditions are the same where their texts are.
  public var isSame: Bool { differences.isEmpty && undecided.isEmpty }

  let old: RankedEntries
  let new: RankedEntries
  private var languages: [Pattern: PatternLanguage] = [:]
  /// What all regions together may cost.
  private var work: Int

  public init(_ old: Side, _ new: Side) {
    self.init(old, new, work: 40 * PathSearch.defaultBound)
  }

  /// `work` is a number of steps, each a scalar tried or a word of a set looked at.
  package init(_ old: Side, _ new: Side, work: Int) {
    self.work = work
    self.old = RankedEntries(old)
    self.new = RankedEntries(new)
    let changes = RankedEntries.changes(from: self.old, to: self.new)
    // The default says something of every path. Among many rules those that no rule matches are looked at for themselves.
    let isApart =
      changes.isDefaultChanged && self.old.entries.count + self.new.entries.count > Self.manyEntries
    var handled: [Pattern] = []
    for pattern in widest(isApart ? changes.besidesDefault : changes.patterns) {
      compare(under: pattern, besides: handled)
      handled.append(pattern)
    }
    if isApart { compareDefaults() }
  }

  /// Beyond these the ways in which all rules of both sides meet are not gone through.
  private static let manyEntries = 1_000

  private mutating func language(of pattern: Pattern) -> PatternLanguage {
    if let known = languages[pattern] { return known }
    let language = PatternLanguage(pattern)
    languages[pattern] = language
    return language
  }

  mutating func answer(_ wanted: [Pattern], avoiding avoided: [Pattern]) -> PathSearch.Answer {
    if Task.isCancelled { work = 0 }
    guard work > 0 else { return .undecided }
    let search = PathSearch(
      matching: wanted.map { language(of: $0) }, avoiding: avoided.map { language(of: $0) })
    var allowed = min(work, PathSearch.defaultBound)
    let before = allowed
    let answer = search.answer(work: &allowed)
    work -= before - allowed + 100
    return answer
  }

  private mutating func isEmpty(_ wanted: [Pattern], avoiding avoided: [Pattern]) -> Bool {
    switch answer(wanted, avoiding: avoided) {
    case .none, .tooLong: true
    case .path, .undecided: false
    }
  }

  // MARK: Which patterns to look at

  /// Without patterns whose paths others match too.
  mutating func widest(_ changed: [Pattern]) -> [Pattern] {
    if let all = changed.first(where: { $0.text == "**" }) { return [all] }
    let globs = changed.filter { !$0.isPlain }
    let folders = PlainFolders(changed)
    return changed.filter { pattern in
      guard !folders.hold(pattern) else { return false }
      // Among very many it costs more to find out than to look at a pattern twice.
      guard globs.count <= 200, globs.count * changed.count <= 100_000 else { return true }
      return !globs.contains { other in
        guard other != pattern, isEmpty([pattern], avoiding: [other]) else { return false }
        // Of two that match the same paths the first stays.
        let isMutual = isEmpty([other], avoiding: [pattern])
        return !isMutual || changed.firstIndex(of: other) ?? 0 < changed.firstIndex(of: pattern) ?? 0
      }
    }
  }

  // MARK: One pattern

  /// Patterns that can decide under one, and what each policy says by them.
  private struct Involved {
    var patterns: [Pattern]
    var numbers: [Pattern: Int] = [:]

    init(_ first: Pattern) {
      patterns = [first]
      numbers[first] = 0
    }

    mutating func number(of pattern: Pattern) -> Int {
      if let known = numbers[pattern] { return known }
      patterns.append(pattern)
      numbers[pattern] = patterns.count - 1
      return patterns.count - 1
    }
  }

  private mutating func compare(under pattern: Pattern, besides handled: [Pattern]) {
    if Task.isCancelled { work = 0 }
    guard work > 0 else {
      undecided.append(pattern)
      return
    }
    var involved = Involved(pattern)
    let one = entries(of: old, under: pattern, &involved)
    let other = entries(of: new, under: pattern, &involved)
    var known: Set<Int> = []
    for pattern in handled where mayMeet(pattern, involved.patterns[0]) {
      known.insert(involved.number(of: pattern))
    }
    var allowed = min(work, 10 * PathSearch.defaultBound)
    let before = allowed
    let all = involved.patterns.map { language(of: $0) }
    let regions = PathRegions.all(all, work: &allowed)
    work -= before - allowed
    guard let regions else {
      undecided.append(pattern)
      return
    }
    var same: [PatternNumbers] = []
    var groups: [Key: [(region: PatternNumbers, path: String)]] = [:]
    var order: [Key] = []
    for region in regions {
      work -= one.count + other.count
      let matching = PatternNumbers(region.matching, of: all.count)
      let first = Self.decisions(one, matching)
      let second = Self.decisions(other, matching)
      let difference = first.difference(from: second)
      if case .none = difference {
        same.append(matching)
        continue
      }
      var key = Key(old: first.decisions, new: second.decisions)
      if case .depends = difference { key.depends = true }
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append((matching, region.path))
    }
    for key in order {
      // What another pattern has been looked at for may be meant again, but has been told.
      let regions = (groups[key] ?? []).filter { group in !known.contains(where: group.region.contains) }
      let others = same + order.filter { $0 != key }.flatMap { groups[$0] ?? [] }.map(\.region)
      guard
        let terms = RegionTerms.of(
          regions.map(\.region), besides: others, patterns: involved.patterns.count, work: &work)
      else {
        // What is known of it is not said in part: it would read as if that were all.
        if !undecided.contains(pattern) { undecided.append(pattern) }
        continue
      }
      for term in terms {
        guard let witness = regions.first(where: { term.holds($0.region) }) else { continue }
        add(term, key, witness.path, involved.patterns)
      }
    }
  }

  private struct Key: Hashable {
    var old: [ConditionalOutcome]
    var new: [ConditionalOutcome]
    var depends = false
  }

  /// What can decide under the pattern, in order, each by the number of its pattern.
  private mutating func entries(
    of side: RankedEntries, under pattern: Pattern, _ involved: inout Involved
  ) -> [(pattern: Int, entry: RankedEntry)] {
    var found: [(pattern: Int, entry: RankedEntry)] = []
    work -= side.entries.count
    for entry in side.entries {
      guard mayMeet(entry.pattern, pattern) else { continue }
      found.append((involved.number(of: entry.pattern), entry))
      // What matches every path here leaves nothing to what comes later.
      if entry.condition == nil, entry.pattern == pattern || entry.isFallback { break }
    }
    return found
  }

  private mutating func mayMeet(_ one: Pattern, _ other: Pattern) -> Bool {
    if one == other || one.text == "**" || other.text == "**" { return true }
    let length = min(one.beginning.count, other.beginning.count)
    guard one.beginning.prefix(length) == other.beginning.prefix(length) else { return false }
    return !isEmpty([one, other], avoiding: [])
  }

  private static func decisions(
    _ entries: [(pattern: Int, entry: RankedEntry)], _ matching: PatternNumbers
  ) -> DecisionList {
    var list = DecisionList()
    for (pattern, entry) in entries where matching.contains(pattern) {
      list.append(ConditionalOutcome(condition: entry.condition, outcome: entry.outcome))
      if list.isComplete { break }
    }
    return list
  }

  private mutating func add(
    _ term: RegionTerm, _ key: Key, _ witness: String, _ patterns: [Pattern]
  ) {
    var matching = term.matching.numbers.map { patterns[$0] }
    let except = term.except.numbers.map { patterns[$0] }
    // Where another of the patterns lies within the first, that one need not be named.
    if matching.count > 1, matching.dropFirst().contains(where: { isEmpty([$0], avoiding: [matching[0]]) }) {
      matching.removeFirst()
    }
    let isKnown = differences.contains { known in
      known.old == key.old && known.new == key.new && known.except.isEmpty && known.matching.count == 1
        && matching.contains { isEmpty([$0], avoiding: known.matching) }
    }
    guard !isKnown else { return }
    var path = witness
    if matching.count <= 2, case .path(let readable) = answer(matching, avoiding: except) { path = readable }
    differences.append(
      PolicyDifference(
        matching: matching, except: except, path: path, old: key.old, new: key.new,
        oldRule: old.decider(of: path),
        newRule: new.decider(of: path), dependsOnConditions: key.depends))
  }
}
