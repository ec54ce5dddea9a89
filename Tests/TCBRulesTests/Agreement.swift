// Random policies and paths, decided by the engine and by the plain reference. The tests compare some; `scripts/agree`
// builds this file for release and compares millions.

import TCBRules
import TCBTestSupport

struct Agreement {
  private var generator: SeededGenerator
  private var round = 0
  /// Pairs of a policy and a path that were compared.
  private(set) var pairs = 0
  /// Of those, how many a rule decided.
  private(set) var decided = 0
  /// The first pair on which the two do not agree.
  private(set) var disagreement: String?

  init(seed: UInt64) { generator = SeededGenerator(seed: seed &+ 1_000) }

  /// One policy with some paths. Most are small, so that rules meet; some are large enough for every way in which the
  /// engine tells many rules apart.
  mutating func compareOne() throws {
    round += 1
    let count =
      switch round {
      case _ where round % 200 == 0: 300
      case _ where round % 10 == 0: 40
      default: Int.random(in: 1...8, using: &generator)
      }
    let draw = Draw(count, &generator)
    let policy = try Policy(name: "p", rules: draw.rules)
    for _ in 0..<40 where disagreement == nil { compare(draw, policy, path(for: draw)) }
  }

  private mutating func path(for draw: Draw) -> String {
    guard generator.chance(85) else { return generator.path() }
    let choice = Int.random(in: 0..<draw.alternatives.count, using: &generator)
    let path = generator.path(like: draw.alternatives[choice])
    return generator.chance(25) ? generator.nearMiss(of: path) : path
  }

  private mutating func compare(_ draw: Draw, _ policy: Policy, _ path: String) {
    let expected = ReferenceRule.outcome(draw.reference, path) { (it) throws(ConditionError) in
      try Self.judge(it, path)
    }
    pairs += 1
    if expected.rule != nil { decided += 1 }
    let (outcome, isExplained) = Self.outcome(policy, path)
    guard outcome == expected, isExplained else {
      let patterns = draw.rules.map { $0.patterns.map(\.text) }
      disagreement = "round \(round): \(patterns) on `\(path)`: \(outcome), not \(expected)"
      return
    }
  }

  /// A condition's answer depends on nothing but its number and the path's length.
  private static func judge(_ condition: Int, _ path: String) throws(ConditionError) -> Bool {
    switch (condition &* 7 &+ path.utf8.count) % 5 {
    case 0, 1: return true
    case 2, 3: return false
    default: throw ConditionError(message: "\(condition) failed")
    }
  }

  /// What the policy makes of the path, and whether its explanation says the same.
  private static func outcome(_ policy: Policy, _ path: String) -> (ReferenceOutcome, Bool) {
    var outcome = ReferenceOutcome()
    var path = path
    let text = path
    let verdict = path.withUTF8 { bytes in
      policy.verdict(for: bytes) { (condition) throws(ConditionError) in
        outcome.asked.append(condition.index)
        return try judge(condition.index, text)
      }
    }
    outcome.rule = verdict.rule
    outcome.failure = verdict.failure?.message
    var asked: [Int] = []
    let explanation = policy.explanation(for: text) { (condition) throws(ConditionError) in
      asked.append(condition.index)
      return try judge(condition.index, text)
    }
    return (outcome, explanation.decision == policy.decision(verdict) && asked == outcome.asked)
  }
}

private struct Draw {
  var rules: [Rule] = []
  var reference: [ReferenceRule] = []
  var alternatives: [[ReferencePattern.Token]] = []

  init(_ count: Int, _ generator: inout SeededGenerator) {
    // In some policies every rule has a condition, and mostly a false one: more are met than fit at once.
    let conditions = generator.chance(10) ? 100 : 30
    for index in 0..<count { addRule(index, conditions, &generator) }
  }

  private mutating func addRule(_ index: Int, _ conditions: Int, _ generator: inout SeededGenerator) {
    var patterns: [Pattern] = []
    var plain: [(text: String, alternatives: [[ReferencePattern.Token]])] = []
    let wanted = generator.chance(70) ? 1 : 3
    while patterns.count < wanted {
      let text = generator.chance(40) ? generator.path() : generator.pattern()
      guard let pattern = try? Pattern(text) else { continue }
      let expanded = ReferencePattern.expanded(text)
      if expanded.count > 50 { continue }
      patterns.append(pattern)
      plain.append((text, expanded))
      alternatives += expanded.prefix(3)
    }
    let isDeny = generator.chance(30)
    let priority = generator.chance(80) ? 0 : Int.random(in: -1...1, using: &generator)
    let condition = generator.chance(conditions) ? index : nil
    rules.append(
      Rule(
        patterns: patterns, effect: isDeny ? .deny(reason: nil) : .allow(maxAge: Int64(index) + 1),
        condition: condition.map { Condition(index: $0, text: "\($0)") }, priority: priority,
        origin: "p:\(index)"))
    reference.append(
      ReferenceRule(patterns: plain, isDeny: isDeny, priority: priority, condition: condition))
  }
}

extension SeededGenerator {
  /// A path in which one thing is otherwise: a character more, less or another, a `/` doubled.
  fileprivate mutating func nearMiss(of path: String) -> String {
    var scalars = Array(path.unicodeScalars)
    let place = Int.random(in: 0...scalars.count, using: &self)
    let other = pick(["a", "b", "文", "/", "*", "\u{0}", "\u{10FFFF}", "é", "ü", "."])
    switch Int.random(in: 0..<3, using: &self) {
    case 0: scalars.insert(contentsOf: other.unicodeScalars, at: place)
    case 1: if place < scalars.count { scalars.remove(at: place) }
    default: if place < scalars.count { scalars.replaceSubrange(place...place, with: other.unicodeScalars) }
    }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }
}
