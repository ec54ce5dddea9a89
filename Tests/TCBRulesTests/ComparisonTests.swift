// Which paths two policies decide differently, against trying every short path there is.

import TCBRules
import TCBTestSupport
import Testing

struct ComparisonTests {
  private func policy(
    _ rules: [(String, Int64?)], fallback: Effect? = nil, limit: ClosedRange<Int64>? = nil
  ) throws -> Policy {
    try Policy(
      name: "p",
      rules: rules.map { text, maxAge in
        Rule(
          patterns: [try Pattern(text)], effect: maxAge.map { .allow(maxAge: $0) } ?? .deny(reason: nil),
          origin: "p")
      }, fallback: fallback, limit: limit)
  }

  private func differences(_ old: Policy, _ new: Policy) -> [String] {
    let comparison = PolicyComparison(.init(old), .init(new))
    func text(_ decisions: [ConditionalOutcome]) -> String {
      decisions.map { decision in
        let outcome = decision.outcome.maxAge.map { "\($0)" } ?? "deny"
        return decision.condition.map { "\(outcome) when \($0)" } ?? outcome
      }.joined(separator: ", ")
    }
    return comparison.differences.map { difference in
      let among = difference.among.map(\.text).joined(separator: " or ")
      let matching = (difference.matching.map(\.text) + [among].filter { !$0.isEmpty }).joined(
        separator: " and ")
      let except =
        difference.except.isEmpty ? "" : " but " + difference.except.map(\.text).joined(separator: ", ")
      let depends = difference.dependsOnConditions ? " perhaps" : ""
      return
        "\(matching)\(except): \(text(difference.old)) → \(text(difference.new))\(depends), \(difference.path)"
    } + comparison.undecided.map { "undecided \($0.text)" }
  }

  @Test func `policies that say the same are shown to, however they say it`() throws {
    let old = try policy([("a/", 1), ("a/b/", 2), ("**/*.psd", nil), ("[ab]/c", 3)])
    let new = try policy([("**/*.psd", nil), ("{a,b}/c", 3), ("a/b/", 2), ("a/", 1), ("a/x.psd", 5)])
    #expect(differences(old, new) == [])
    #expect(differences(old, old) == [])
    #expect(
      differences(try policy([("*", 1), ("*/**", 1)]), try policy([], fallback: .allow(maxAge: 1))) == [])
  }

  @Test func `a changed rule is told by its pattern, without what others decide`() throws {
    let old = try policy([("private/", 10), ("private/**/thumb_*.jpg", 20), ("tmp/", nil)])
    #expect(
      differences(old, try policy([("private/", 15), ("private/**/thumb_*.jpg", 20), ("tmp/", nil)])) == [
        "private/ but private/**/thumb_*.jpg: 10 → 15, private/a"
      ])
    #expect(
      differences(
        old, try policy([("private/", 10), ("private/**/thumb_*.jpg", 20)], fallback: .allow(maxAge: 9))) == [
          "** but private/: deny → 9, a"
        ])
    #expect(
      differences(old, try policy([("private/", 10), ("tmp/", nil)])) == [
        "private/**/thumb_*.jpg: 20 → 10, private/thumb_.jpg"
      ])
    #expect(
      differences(old, try policy([("private/", 10), ("private/**/thumb_*.jpg", 20), ("tmp/a", 5)])) == [
        "tmp/a: deny → 5, tmp/a"
      ])
  }

  @Test func `among many rules the paths of the default are those that no rule matches`() throws {
    let folders = (0..<1_200).map { ("f\($0)/", Int64($0 % 7) + 1) as (String, Int64?) }
    func told(_ more: [(String, Int64?)], _ changed: [(String, Int64?)] = []) throws -> [String] {
      differences(
        try policy(folders + more), try policy(folders + more + changed, fallback: .allow(maxAge: 9)))
    }
    let all = folders.map(\.0).joined(separator: ", ")
    #expect(try told([]) == ["** but \(all): deny → 9, a"])
    // What lies in a folder is not named beside it; what the first paths tried are matched by is.
    #expect(try told([("f7/x/*", 3), ("[a-z]**", 4), ("*", 5)]) == ["** but [a-z]**, *: deny → 9, 0/a"])
    #expect(try told([("f7/x/*", 3)]) == ["** but \(all): deny → 9, a"])
    // Rules that decide everything leave nothing to a default.
    #expect(try told([("**/*", 1)]) == [])
    #expect(try told([("[a-z]**", 1), ("[!a-z]**", 2)]) == [])
    // What else changed is told too, once.
    #expect(
      try told([], [("g/", 5)]) == ["g/: deny → 5, g/a", "** but \(all), g/: deny → 9, a"])
  }

  @Test func `among many folders a glob is told once for all that it changes alike`() throws {
    let folders = (0..<1_000).map { ("f\($0)/", Int64($0 % 2) + 1) as (String, Int64?) }
    func told(_ more: [(String, Int64?)]) throws -> [String] {
      differences(
        try policy(folders, fallback: .allow(maxAge: 9)),
        try policy(folders + more, fallback: .allow(maxAge: 9)))
    }
    func all(_ kept: (Int) -> Bool, _ separator: String) -> String {
      folders.indices.filter(kept).map { folders[$0].0 }.joined(separator: separator)
    }
    // A folder is more specific than what may stand anywhere, and a deny goes before both.
    #expect(try told([("**/*.jpg", 5)]) == ["**/*.jpg but \(all({ _ in true }, ", ")): 9 → 5, a.jpg"])
    #expect(
      try told([("**/*.psd", nil)]) == [
        "**/*.psd and \(all({ $0 % 2 == 0 }, " or ")): 1 → deny, f0/a.psd",
        "**/*.psd and \(all({ $0 % 2 == 1 }, " or ")): 2 → deny, f1/a.psd",
        "**/*.psd but \(all({ _ in true }, ", ")): 9 → deny, a.psd",
      ])
    #expect(
      try told([("f7/x/", nil), ("f7/x/y/", 4), ("f9/**/b", 3), ("f9/c", 2), ("f8/c", 2)]) == [
        "f7/x/: 2 → deny, f7/x/a", "f9/**/b: 2 → 3, f9/b", "f8/c: 1 → 2, f8/c",
      ])
    // Folders in folders of another kind.
    #expect(
      try told([("g/", 3), ("g/h/", 9), ("g/h/i/", 3), ("g/h/i/a", 9)]) == [
        "g/ but g/h/: 9 → 3, g/a", "g/h/i/ but g/h/i/a: 9 → 3, g/h/i/b",
      ])
  }

  @Test func `what is the same among ten thousand rules is shown to be`() throws {
    let rules = (0..<10_000).map { ("f\($0)/", Int64($0 % 9) + 1) as (String, Int64?) }
    #expect(
      differences(try policy(rules + [("**/*.psd", nil)]), try policy([("**/*.psd", nil)] + rules.reversed()))
        == [])
  }

  @Test func `a condition may leave a path to the default, among many rules too`() throws {
    func side(_ fallback: Effect?) throws -> PolicyComparison.Side {
      let folders = try (0..<1_200).map {
        Rule(
          patterns: [try Pattern("f\($0)/")], effect: .allow(maxAge: 1),
          condition: $0 == 5 ? Condition(index: 5, text: "small") : nil, origin: "p")
      }
      return PolicyComparison.Side(try Policy(name: "p", rules: folders, fallback: fallback))
    }
    let comparison = PolicyComparison(try side(nil), try side(.allow(maxAge: 9)))
    #expect(comparison.undecided.isEmpty)
    #expect(comparison.differences.map(\.path) == ["f5/a", "a"])
    #expect(comparison.differences.map(\.dependsOnConditions) == [true, false])
    #expect(comparison.differences.map(\.matching).first?.map(\.text) == ["f5/"])
  }

  @Test func `a limit changes every rule that it reaches`() throws {
    let rules: [(String, Int64?)] = [("a/", 10), ("b/", 20), ("b/c/", 30)]
    #expect(
      differences(try policy(rules), try policy(rules, limit: 1...20)) == ["b/c/: 30 → 20, b/c/a"])
  }

  @Test func `patterns that meet are told by what they have in common`() throws {
    let old = try policy([("**/a*", nil), ("**/*b", 5)])
    let new = try policy([("**/a*", 5), ("**/*b", 5)])
    #expect(differences(old, new) == ["**/a*: deny → 5, a"])
    let priority = try policy([("**/a*", nil), ("x/", 7), ("**/*b", 5)])
    let other = try policy([("**/a*", nil), ("x/", 7), ("**/*b", nil)])
    #expect(
      differences(priority, other) == [
        "**/*b and x/ but **/a*: 7 → deny, x/b", "**/*b but **/a*, x/: 5 → deny, b",
      ])
  }

  @Test func `conditions are the same where their texts are, and otherwise unknown`() throws {
    func side(_ rules: [(String, Int64?, String?)], constants: [Int: Bool] = [:]) throws
      -> PolicyComparison.Side
    {
      PolicyComparison.Side(
        try Policy(
          name: "p",
          rules: rules.enumerated().map { index, rule in
            Rule(
              patterns: [try Pattern(rule.0)],
              effect: rule.1.map { .allow(maxAge: $0) } ?? .deny(reason: nil),
              condition: rule.2.map { Condition(index: index, text: $0) }, origin: "p")
          }), constants: constants)
    }
    let old = try side([("a/", 1, nil), ("a/", 2, "small")])
    #expect(PolicyComparison(old, try side([("a/", 1, nil), ("a/", 2, "small")])).isSame)
    let large = PolicyComparison(old, try side([("a/", 1, nil), ("a/", 2, "large")]))
    #expect(large.differences.map(\.dependsOnConditions) == [true])
    #expect(
      PolicyComparison(old, try side([("a/", 3, nil), ("a/", 4, "small")])).differences.map(
        \.dependsOnConditions) == [false])
    #expect(
      PolicyComparison(old, try side([("a/", 2, nil), ("a/", 1, "x")], constants: [1: false])).differences
        .count == 1)
    #expect(
      PolicyComparison(
        try side([("a/", 1, nil), ("a/", 2, "x")], constants: [1: true]), try side([("a/", 2, nil)])
      ).isSame)
    #expect(
      PolicyComparison(
        try side([("a/", 1, nil), ("a/", 2, "x")], constants: [1: false]), try side([("a/", 1, nil)])
      ).isSame)
  }

  @Test func `globs behind the one that was changed cost nothing`() throws {
    let rules = (0..<26).map { ("**/*\(UnicodeScalar(UInt8(97 + $0)))q*", Int64($0 + 1)) as (String, Int64?) }
    var changed = rules
    changed[23].1 = 99
    #expect(
      differences(try policy(rules), try policy(changed)) == ["**/*xq* but **/*yq*, **/*zq*: 24 → 99, xq"])
  }

  @Test func `globs that have no say in a folder cost nothing there`() throws {
    let globs = (0..<26).map { ("**/*\(UnicodeScalar(UInt8(97 + $0)))q*", Int64($0 + 1)) as (String, Int64?) }
    let old = try policy(globs + [("f/", 1), ("g/", 1), ("**/.git/**", nil)])
    #expect(
      differences(old, try policy(globs + [("f/", 2), ("g/", nil), ("**/.git/**", nil)])) == [
        "f/ but **/.git/**: 1 → 2, f/a", "g/ but **/.git/**: 1 → deny, g/a",
      ])
  }

  @Test func `globs that match none of the same paths cost nothing`() throws {
    let globs = (0..<26).map {
      ("**/*\(UnicodeScalar(UInt8(97 + $0)))q*/z", Int64($0 + 1)) as (String, Int64?)
    }
    #expect(
      differences(try policy(globs), try policy(globs + [("**/*.png", 9)])) == ["**/*.png: deny → 9, a.png"])
  }

  @Test func `globs count in folders that were changed, and elsewhere only where they meet a changed glob`()
    throws
  {
    let globs = (0..<26).map { ("**/*\(UnicodeScalar(UInt8(97 + $0)))q*/z", 9) as (String, Int64?) }
    let old = try policy(globs + [("f/", 1), ("f/g/", 3), ("**/a.txt", 4), ("h/a.txt", 4)])
    let new = try policy(
      globs + [("f/", nil), ("f/g/", 3), ("**/a.txt", 4), ("h/a.txt", 5), ("**/*.png", nil)])
    // A deny of the outer folder goes before what the inner one allows.
    #expect(
      differences(old, new) == [
        "f/ but f/g/: 1 → deny, f/a", "f/g/: 3 → deny, f/g/a", "h/a.txt: 4 → 5, h/a.txt",
      ])
  }

  @Test func `what would take too long is said not to be decided`() throws {
    let holes = String(repeating: "?", count: 24)
    let old = try policy([("**a\(holes)", 1), ("**b\(holes)*", 2), ("**[!c]\(holes)**", nil)])
    let new = try policy([("**a\(holes)", 1), ("**b\(holes)*", 2), ("**[!d]\(holes)**", nil)])
    let comparison = PolicyComparison(.init(old), .init(new), work: 100_000)
    #expect(!comparison.isSame && !comparison.undecided.isEmpty)
  }

  private static let short: [String] = {
    var all: [String] = []
    var layer = [""]
    for _ in 0..<4 {
      layer = layer.flatMap { path in ["a", "b", "文", "/"].map { path + $0 } }
      all += layer.filter(LegalPath.holds)
    }
    return all
  }()

  /// What a condition comes to under the assignment of this number: it holds, does not, or fails.
  private static func judge(_ condition: Condition, _ assignment: Int) throws(ConditionError) -> Bool {
    var rest = assignment
    for _ in 0..<(condition.text.utf8.last.map { Int($0) % 3 } ?? 0) { rest /= 3 }
    switch rest % 3 {
    case 0: return true
    case 1: return false
    default: throw ConditionError(message: condition.text)
    }
  }

  private static func decision(_ policy: Policy, _ path: String, _ assignment: Int) -> Decision {
    var decision = policy.decision(for: path) { (it) throws(ConditionError) in try judge(it, assignment) }
    decision.rule = nil
    decision.origin = nil
    decision.clampedFrom = nil
    if decision.reason?.hasPrefix("no rule") == true { decision.reason = nil }
    return decision
  }

  /// The rules with a few of them changed, left out or moved.
  private static func changed(_ rules: [Rule], _ generator: inout SeededGenerator) -> [Rule] {
    var rules = rules
    for _ in 0..<Int.random(in: 0...2, using: &generator) where !rules.isEmpty {
      let index = Int.random(in: 0..<rules.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: rules.remove(at: index)
      case 1: rules[index].effect = .allow(maxAge: Int64.random(in: 1...3, using: &generator))
      case 2: rules[index].priority += 1
      default: rules += PolicyDraw(1, simple: true, &generator).rules
      }
    }
    // Three conditions at most, so that all they can come out as can be tried.
    for index in rules.indices {
      guard let condition = rules[index].condition else { continue }
      rules[index].condition = Condition(index: index, text: "c\(condition.index % 3)")
    }
    return rules
  }

  @Test(arguments: [UInt64](1...6))
  func `differences are what trying every short path shows`(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed &+ 9_000)
    var counts = (same: 0, different: 0, perhaps: 0)
    for round in 0..<24 {
      let rules = Self.changed(
        PolicyDraw(Int.random(in: 1...5, using: &generator), simple: true, &generator).rules, &generator)
      let old = try Policy(name: "p", rules: rules)
      let fallback: Effect? = generator.chance(20) ? .allow(maxAge: 2) : nil
      let new = try Policy(name: "p", rules: Self.changed(rules, &generator), fallback: fallback)
      let comparison = PolicyComparison(.init(old), .init(new))
      let about = "seed \(seed), round \(round)"
      #expect(comparison.undecided.isEmpty, "\(about)")
      for difference in comparison.differences {
        #expect(Self.differs(old, new, difference.path) > 0, "\(about): \(difference.path)")
      }
      for path in Self.short {
        let told = comparison.differences.filter { difference in
          difference.matching.allSatisfy { $0.matches(path) }
            && (difference.among.isEmpty || difference.among.contains { $0.matches(path) })
            && !difference.except.contains { $0.matches(path) }
        }
        let differing = Self.differs(old, new, path)
        let isRight = told.isEmpty ? differing == 0 : differing > 0
        let surely = Self.differs(old, new, path, failing: false) == 8
        let isCertain = told.allSatisfy { $0.dependsOnConditions != surely }
        guard isRight, isCertain else {
          Issue.record("\(about), `\(path)`: \(differing) of 27 differ, \(told)")
          break
        }
        if told.isEmpty {
          counts.same += 1
        } else if surely {
          counts.different += 1
        } else {
          counts.perhaps += 1
        }
      }
    }
    #expect(counts.same > 500 && counts.different > 50 && counts.perhaps > 5)
  }

  /// Of the ways in which three conditions can come out, those in which the policies differ: of 27, or of the 8 in which
  /// none fails.
  private static func differs(_ old: Policy, _ new: Policy, _ path: String, failing: Bool = true) -> Int {
    let ways = (0..<27).filter { failing || ($0 % 3 != 2 && $0 / 3 % 3 != 2 && $0 / 9 != 2) }
    guard (old.rules + new.rules).contains(where: { $0.condition != nil }) else {
      return decision(old, path, 0) == decision(new, path, 0) ? 0 : ways.count
    }
    return ways.count { decision(old, path, $0) != decision(new, path, $0) }
  }
}
