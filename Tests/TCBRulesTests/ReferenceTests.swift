// The compiled engine against the plain reference, on many random inputs. A failure names the seed that
// brings it back.

import TCBRules
import TCBTestSupport
import Testing

struct ReferenceTests {
  @Test(arguments: [UInt64](1...8))
  func `patterns match as the reference does`(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var hits = 0
    var refused = 0
    for round in 0..<1_500 {
      let text = generator.pattern()
      let alternatives = ReferencePattern.expanded(text)
      if alternatives.count > 200 { continue }
      let pattern = try? Pattern(text)
      guard ReferencePattern.isAcceptable(alternatives) == (pattern != nil) else {
        Issue.record("seed \(seed), round \(round): `\(text)` is taken or refused wrongly")
        return
      }
      guard let pattern else {
        refused += 1
        continue
      }
      for _ in 0..<6 {
        let choice = Int.random(in: 0..<alternatives.count, using: &generator)
        let path = generator.chance(60) ? generator.path(like: alternatives[choice]) : generator.path()
        let expected = ReferencePattern.matches(alternatives, path)
        if expected { hits += 1 }
        guard pattern.matches(path) == expected else {
          Issue.record("seed \(seed), round \(round): `\(text)` on `\(path)` should be \(expected)")
          return
        }
      }
    }
    #expect(hits > 2_000 && refused > 20)
  }

  private struct Draw {
    var rules: [Rule] = []
    var reference: [ReferenceRule] = []
    var alternatives: [[ReferencePattern.Token]] = []

    init(_ count: Int, _ generator: inout SeededGenerator) {
      for index in 0..<count { addRule(index, &generator) }
    }

    private mutating func addRule(_ index: Int, _ generator: inout SeededGenerator) {
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
      let condition = generator.chance(30) ? index : nil
      rules.append(
        Rule(
          patterns: patterns, effect: isDeny ? .deny(reason: nil) : .allow(maxAge: Int64(index) + 1),
          condition: condition.map { Condition(index: $0, text: "\($0)") }, priority: priority,
          origin: "p:\(index)"))
      reference.append(
        ReferenceRule(patterns: plain, isDeny: isDeny, priority: priority, condition: condition))
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

  @Test(arguments: [UInt64](1...8))
  func `policies decide as the reference does`(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed &+ 1_000)
    var decided = 0
    for round in 0..<250 {
      let draw = Draw(round % 10 == 0 ? 40 : Int.random(in: 1...8, using: &generator), &generator)
      let policy = try Policy(name: "p", rules: draw.rules)
      for _ in 0..<20 {
        let choice = Int.random(in: 0..<draw.alternatives.count, using: &generator)
        let path = generator.chance(80) ? generator.path(like: draw.alternatives[choice]) : generator.path()
        let expected = ReferenceRule.outcome(draw.reference, path) { (it) throws(ConditionError) in
          try Self.judge(it, path)
        }
        if expected.rule != nil { decided += 1 }
        let (outcome, isExplained) = Self.outcome(policy, path)
        guard outcome == expected, isExplained else {
          let patterns = draw.rules.map { $0.patterns.map(\.text) }
          Issue.record("seed \(seed), round \(round): \(patterns) on `\(path)`: \(outcome), not \(expected)")
          return
        }
      }
    }
    #expect(decided > 2_000)
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
