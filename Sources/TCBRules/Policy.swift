// A policy: rules compiled for deciding.

/// Rules over paths, compiled once and asked often. Asking changes nothing and may be done from any thread.
public struct Policy: Sendable {
  /// Our own bound, those of an extended policy included.
  public static let mostPatterns = 1_000_000
  /// Our own bound on patterns with wildcards: so many of up to 64 bytes, and fewer of longer ones. Each alternative of a
  /// `{…}` may count as one. Such a policy takes seconds and about half a gigabyte.
  public static let mostGlobs = 262_144

  public var name: String { contents.name }
  /// In the order given; those of an extended policy come first.
  public var rules: [Rule] { contents.rules }
  /// What holds where no rule decides; without it such a file is denied.
  public var fallback: Effect? { contents.fallback }
  /// In seconds. A longer or shorter `max_age`, the default's too, is clamped to it.
  public var limit: ClosedRange<Int64>? { contents.limit }

  private let contents: Contents

  public init(
    name: String, rules: [Rule], fallback: Effect? = nil, limit: ClosedRange<Int64>? = nil
  ) throws(PolicyError) {
    try Self.check(rules, fallback: fallback, limit: limit)
    contents = Contents(name: name, rules: rules, fallback: fallback, limit: limit)
  }

  private init(_ contents: Contents) {
    self.contents = contents
  }

  /// A policy with the rules of this one, as earlier ones, and more. A default or a limit given replaces this
  /// one's; nil keeps it.
  public func extended(
    name: String, rules: [Rule], fallback: Effect? = nil, limit: ClosedRange<Int64>? = nil
  ) throws(PolicyError) -> Policy {
    try Self.check(rules, fallback: fallback, limit: limit, alongside: self.rules)
    return Policy(
      Contents(
        name: name, rules: self.rules + rules, fallback: fallback ?? self.fallback,
        limit: limit ?? self.limit))
  }

  /// A limit from two numbers of seconds that may stand in the wrong order, which a range traps on.
  public static func limit(
    from shortest: Int64, to longest: Int64
  ) throws(PolicyError) -> ClosedRange<Int64> {
    guard shortest > 0 else { throw .limitNotPositive }
    guard shortest <= longest else { throw .limitReversed }
    return shortest...longest
  }

  private static func check(
    _ rules: [Rule], fallback: Effect?, limit: ClosedRange<Int64>?, alongside inherited: [Rule] = []
  ) throws(PolicyError) {
    if let limit, limit.lowerBound <= 0 { throw .limitNotPositive }
    if case .allow(let maxAge) = fallback, maxAge <= 0 { throw .maxAgeNotPositive(rule: nil) }
    var patterns = inherited.reduce(0) { $0 + $1.patterns.count }
    for (index, rule) in rules.enumerated() {
      guard !rule.patterns.isEmpty else { throw .ruleWithoutPattern(rule: index) }
      if case .allow(let maxAge) = rule.effect, maxAge <= 0 { throw .maxAgeNotPositive(rule: index) }
      patterns += rule.patterns.count
    }
    guard patterns <= mostPatterns else { throw .tooManyPatterns }
    guard (inherited + rules).lazy.map(\.globWeight).reduce(0, +) <= mostGlobs * Rule.lightGlob else {
      throw .tooManyGlobs
    }
  }
}

extension Rule {
  /// A glob of fewer bytes counts as one of so many.
  fileprivate static let lightGlob = 64

  /// What its globs take to be compiled, in bytes of patterns.
  fileprivate var globWeight: Int {
    patterns.reduce(0) { $0 + $1.forms.globCount * max($1.text.utf8.count, Self.lightGlob) }
  }
}

// MARK: - Contents

/// What an effect comes to under the policy's limit.
struct Ruling: Sendable {
  var maxAge: Int64?
  var clampedFrom: Int64?

  init(_ effect: Effect?, within limit: ClosedRange<Int64>?) {
    guard case .allow(let said) = effect else { return }
    maxAge = said
    guard let limit, !limit.contains(said) else { return }
    maxAge = min(max(said, limit.lowerBound), limit.upperBound)
    clampedFrom = said
  }
}

/// One object behind all copies of a policy, so that handing a policy around costs one reference.
private final class Contents: Sendable {
  let name: String
  let rules: [Rule]
  let fallback: Effect?
  let limit: ClosedRange<Int64>?
  let index: RuleIndex
  let fallbackRuling: Ruling
  let unmatchedReason: String

  init(name: String, rules: [Rule], fallback: Effect?, limit: ClosedRange<Int64>?) {
    self.name = name
    self.rules = rules
    self.fallback = fallback
    self.limit = limit
    index = RuleIndex(rules, limit: limit)
    fallbackRuling = Ruling(fallback, within: limit)
    unmatchedReason =
      fallback == nil ? "no rule of policy `\(name)` matches" : "the default of policy `\(name)` is to deny"
  }
}

// MARK: - Deciding

extension Policy {
  /// The outcome for a path given as UTF-8 bytes. `condition` is asked only for rules that match and could still
  /// win, best first, each at most once. Nothing is allocated, but for what the policy learns about paths of a kind it
  /// has not seen, for which it has set aside a bounded amount of memory.
  public func verdict(
    for path: UnsafeBufferPointer<UInt8>, where condition: (Condition) throws(ConditionError) -> Bool
  ) -> Verdict {
    let winner = contents.index.winner(for: path) {
      contents.rules[$0].patterns
    } where: { (rule: Int) throws(ConditionError) -> Bool in
      guard let wanted = contents.rules[rule].condition else { return true }
      return try condition(wanted)
    }
    guard let outcome = winner.outcome else {
      return Verdict(maxAge: contents.fallbackRuling.maxAge, clampedFrom: contents.fallbackRuling.clampedFrom)
    }
    let rule = Int(outcome.rule)
    if let failure = winner.failure { return Verdict(rule: rule, failure: failure) }
    if outcome.isClamped { return verdict(of: rule, failure: nil) }
    return Verdict(maxAge: outcome.maxAge > 0 ? outcome.maxAge : nil, rule: rule)
  }

  func verdict(of rule: Int?, failure: ConditionError?) -> Verdict {
    if let failure { return Verdict(rule: rule, failure: failure) }
    let ruling = rule.map { Ruling(rules[$0].effect, within: limit) } ?? contents.fallbackRuling
    return Verdict(maxAge: ruling.maxAge, clampedFrom: ruling.clampedFrom, rule: rule)
  }

  /// A verdict of this policy with its words: reason, origin, tags.
  public func decision(_ verdict: Verdict) -> Decision {
    var decision = Decision(
      allowed: verdict.allowed, maxAge: verdict.maxAge, rule: verdict.rule, tags: [],
      clampedFrom: verdict.clampedFrom)
    var effect = fallback
    if let index = verdict.rule, rules.indices.contains(index) {
      decision.origin = rules[index].origin
      if verdict.failure == nil { decision.tags = rules[index].tags }
      effect = rules[index].effect
    }
    guard !verdict.allowed else { return decision }
    if let failure = verdict.failure {
      decision.reason = failure.message
    } else if case .deny(let reason?) = effect {
      decision.reason = reason
    } else if verdict.rule == nil {
      decision.reason = contents.unmatchedReason
    }
    return decision
  }

  /// See ``verdict(for:where:)``.
  public func decision(
    for path: UnsafeBufferPointer<UInt8>, where condition: (Condition) throws(ConditionError) -> Bool
  ) -> Decision {
    decision(verdict(for: path, where: condition))
  }

  public func decision(
    for path: String, where condition: (Condition) throws(ConditionError) -> Bool
  ) -> Decision {
    var path = path
    return decision(path.withUTF8 { verdict(for: $0, where: condition) })
  }

  /// For policies without conditions. A condition that is met nevertheless cannot be judged and so denies the
  /// file: passing it over could lose a `deny`.
  public func decision(for path: String) -> Decision {
    decision(for: path, where: Self.unjudged)
  }

  static func unjudged(_ condition: Condition) throws(ConditionError) -> Bool {
    throw ConditionError(message: "`when \(condition.text)` cannot be judged from a path alone")
  }
}
