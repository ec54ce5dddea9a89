// Which rule decides, and what comes of it.

import TCBRules
import Testing

/// `max_age` rules are told apart by their ages.
func allow(
  _ patterns: String..., for maxAge: Int64, tags: [String] = [], when condition: String? = nil,
  priority: Int = 0
) throws -> Rule {
  Rule(
    patterns: try patterns.map { try Pattern($0) }, effect: .allow(maxAge: maxAge), tags: tags,
    condition: condition.map { Condition(index: 0, text: $0) }, priority: priority,
    origin: "site.tcb:\(maxAge)")
}

func deny(
  _ patterns: String..., because reason: String? = nil, tags: [String] = [], when condition: String? = nil,
  priority: Int = 0
) throws -> Rule {
  Rule(
    patterns: try patterns.map { try Pattern($0) }, effect: .deny(reason: reason), tags: tags,
    condition: condition.map { Condition(index: 0, text: $0) }, priority: priority, origin: "site.tcb:deny")
}

/// Judges conditions by their text: `yes`, `no`, anything else fails.
func judged(_ condition: Condition) throws(ConditionError) -> Bool {
  switch condition.text {
  case "yes": return true
  case "no": return false
  default: throw ConditionError(message: "cannot tell `\(condition.text)`")
  }
}

struct WinnerTests {
  @Test func `the higher priority wins over everything else`() throws {
    let policy = try Policy(
      name: "p", rules: [allow("**", for: 1, priority: 1), deny("a.png"), allow("a.png", for: 2)])
    #expect(policy.decision(for: "a.png").maxAge == 1)
    let negative = try Policy(name: "p", rules: [deny("a.png", priority: -1), allow("**", for: 2)])
    #expect(negative.decision(for: "a.png").maxAge == 2)
    let extreme = try Policy(
      name: "p", rules: [allow("a", for: 1, priority: .max), allow("a", for: 2, priority: .min)])
    #expect(extreme.decision(for: "a").maxAge == 1)
  }

  @Test func `a deny goes before a max_age of its priority, however vague it is`() throws {
    let policy = try Policy(name: "p", rules: [deny("**"), allow("a.png", for: 2)])
    #expect(!policy.decision(for: "a.png").allowed)
  }

  @Test(arguments: [
    (["a/b.png", "a/b.pn?"], 0),
    (["a/", "a/b.png"], 1),
    (["a/b/", "a/"], 0),
    (["a/b*", "a/"], 0),
    (["a/", "a/*"], 1),
    (["a/*", "a/**/b.png"], 1),
    (["a/**/b.png", "a/*/*.png"], 0),
    (["{a,b}/b/b.png", "?/**"], 0),
    (["[a]/b/*", "?/b/**"], 1),
    (["**/b.png", "a/**"], 1),
  ])
  func `the more specific pattern wins, and the later of equals`(_ texts: [String], _ winner: Int) throws {
    let path = texts.contains("a/b.png") || texts.contains("a/b*") ? "a/b.png" : "a/b/b.png"
    let rules = try texts.enumerated().map { try allow($1, for: Int64($0) + 1) }
    let matching = rules.filter { $0.patterns[0].matches(path) }
    let policy = try Policy(name: "p", rules: rules)
    let expected = matching.count == 2 ? winner : rules.firstIndex(of: matching[0])
    #expect(policy.decision(for: path).rule == expected)
  }

  @Test func `of equal rules the later wins`() throws {
    let policy = try Policy(
      name: "p", rules: [allow("a/", for: 1), allow("a/", for: 2), allow("b/", for: 3)])
    #expect(policy.decision(for: "a/x").maxAge == 2)
  }

  @Test func `a rule counts by the most specific of its patterns that match`() throws {
    let policy = try Policy(
      name: "p", rules: [allow("**", "a/b/c.png", for: 1), allow("a/b/", for: 2), allow("a/", for: 3)])
    #expect(policy.decision(for: "a/b/c.png").maxAge == 1)
    #expect(policy.decision(for: "a/b/d.png").maxAge == 2)
    #expect(policy.decision(for: "x").maxAge == 1)
  }

  @Test func `the example of the documentation decides as it says`() throws {
    let policy = try Policy(
      name: "site",
      rules: [
        allow("public/", for: 30), allow("private/", for: 10),
        allow("private/**/thumb_*.jpg", for: 24, tags: ["thumbs"]),
        allow("video/", "audio/", for: 6, when: "yes"), deny("tmp/", because: "not shared"), deny("**/*.psd"),
        allow("tmp/launch.mp4", for: 1, priority: 10),
      ], fallback: .allow(maxAge: 2))
    func maxAge(_ path: String) -> Int64? { policy.decision(for: path, where: judged).maxAge }
    #expect(maxAge("public/a.png") == 30)
    #expect(maxAge("private/x.pdf") == 10)
    #expect(maxAge("private/x/thumb_1.jpg") == 24)
    #expect(maxAge("audio/x.mp3") == 6)
    #expect(maxAge("tmp/launch.mp4") == 1)
    #expect(maxAge("tmp/x") == nil)
    #expect(maxAge("public/a.psd") == nil)
    #expect(maxAge("other") == 2)
    #expect(policy.decision(for: "tmp/x", where: judged).reason == "not shared")
    #expect(policy.decision(for: "private/x/thumb_1.jpg", where: judged).tags == ["thumbs"])
  }
}

struct ConditionTests {
  /// The conditions asked for `path`, in order.
  private func asked(_ policy: Policy, _ path: String) -> [String] {
    var texts: [String] = []
    _ = policy.decision(for: path) { (condition: Condition) throws(ConditionError) -> Bool in
      texts.append(condition.text)
      return condition.text.hasPrefix("yes")
    }
    return texts
  }

  @Test func `a rule whose condition is false is passed over`() throws {
    let policy = try Policy(name: "p", rules: [allow("a/", for: 1), allow("a/b", for: 2, when: "no")])
    #expect(policy.decision(for: "a/b", where: judged).maxAge == 1)
  }

  @Test func `conditions are asked best first and only while they can still win`() throws {
    let policy = try Policy(
      name: "p",
      rules: [
        allow("**", for: 1, when: "never asked"), allow("a/", for: 2), allow("a/b*", for: 3, when: "no 2"),
        allow("a/b/c", for: 4, when: "no 1"), deny("x/", when: "not matched"),
      ])
    #expect(asked(policy, "a/b/c") == ["no 1"])
    #expect(asked(policy, "a/bc") == ["no 2"])
    #expect(asked(policy, "b") == ["never asked"])
  }

  @Test func `the first true condition ends the asking`() throws {
    let policy = try Policy(
      name: "p",
      rules: [deny("**", when: "no"), allow("**", for: 1, when: "yes"), allow("*", for: 2, when: "late")])
    #expect(asked(policy, "a/b") == ["no", "yes"])
  }

  @Test func `a condition shared by two patterns of a rule is asked once`() throws {
    let policy = try Policy(name: "p", rules: [deny("a/", "a/b", "**/b", "{a,a}/b", when: "no")])
    #expect(asked(policy, "a/b") == ["no"])
  }

  @Test func `a condition that fails on the way denies with its message`() throws {
    let policy = try Policy(
      name: "p", rules: [allow("a/", for: 1), allow("a/b", for: 2, tags: ["t"], when: "it.size < 1")])
    let decision = policy.decision(for: "a/b", where: judged)
    #expect(!decision.allowed && decision.maxAge == nil)
    #expect(decision.reason == "cannot tell `it.size < 1`")
    #expect(decision.rule == 1 && decision.origin == "site.tcb:2" && decision.tags.isEmpty)
  }

  @Test func `a condition that would fail is not met behind a winner`() throws {
    let policy = try Policy(name: "p", rules: [allow("a/b", for: 1), allow("a/", for: 2, when: "broken")])
    #expect(policy.decision(for: "a/b", where: judged).maxAge == 1)
  }

  @Test func `a path alone cannot pass a condition`() throws {
    let policy = try Policy(name: "p", rules: [allow("a/", for: 1), deny("a/b", when: "it.size > 1")])
    #expect(policy.decision(for: "a/c").allowed)
    #expect(policy.decision(for: "a/b").reason == "`when it.size > 1` cannot be judged from a path alone")
  }
}

struct OutcomeTests {
  @Test func `what no rule matches is denied without a default`() throws {
    let decision = try Policy(name: "site", rules: [allow("a/", for: 1)]).decision(for: "b")
    #expect(!decision.allowed && decision.isFallback && decision.origin == nil)
    #expect(decision.reason == "no rule of policy `site` matches")
  }

  @Test func `a default decides what no rule does`() throws {
    func decide(_ fallback: Effect) throws -> Decision {
      try Policy(name: "site", rules: [allow("a", for: 1, when: "no")], fallback: fallback)
        .decision(for: "a", where: judged)
    }
    #expect(try decide(.allow(maxAge: 7)).maxAge == 7)
    #expect(try decide(.allow(maxAge: 7)).isFallback)
    #expect(try decide(.deny(reason: "closed")).reason == "closed")
    #expect(try decide(.deny(reason: nil)).reason == "the default of policy `site` is to deny")
  }

  @Test func `a deny without a reason gives none`() throws {
    let decision = try Policy(name: "p", rules: [deny("a", tags: ["t"])]).decision(for: "a")
    #expect(!decision.allowed && decision.reason == nil && decision.tags == ["t"])
  }

  static let clamped: [(Int64, Int64)] = [
    (1, 10), (9, 10), (10, 10), (15, 15), (20, 20), (21, 20), (.max, 20),
  ]

  @Test(arguments: clamped)
  func `a limit clamps rules and the default alike`(_ maxAge: Int64, _ expected: Int64) throws {
    let policy = try Policy(
      name: "p", rules: [allow("a", for: maxAge)], fallback: .allow(maxAge: maxAge), limit: 10...20)
    for path in ["a", "b"] {
      let decision = policy.decision(for: path)
      #expect(decision.maxAge == expected)
      #expect(decision.clampedFrom == (maxAge == expected ? nil : maxAge))
    }
  }

  @Test func `bytes and text are decided alike`() throws {
    let policy = try Policy(name: "p", rules: [allow("产/*.png", for: 1)])
    let bytes = Array("产/图.png".utf8)
    let decision = bytes.withUnsafeBufferPointer { policy.decision(for: $0, where: judged) }
    #expect(decision == policy.decision(for: "产/图.png") && decision.allowed)
  }

  @Test func `an extending policy adds later rules and may restate default and limit`() throws {
    let base = try Policy(
      name: "base", rules: [allow("a/", for: 100), deny("x/")], fallback: .allow(maxAge: 5), limit: 1...50)
    let kept = try base.extended(name: "kept", rules: [allow("a/", for: 10)])
    #expect(kept.decision(for: "a/b").maxAge == 10)
    #expect(kept.decision(for: "a/b").rule == 2)
    #expect(kept.decision(for: "q").maxAge == 5)
    #expect(!kept.decision(for: "x/y").allowed)
    let restated = try base.extended(name: "r", rules: [], fallback: .deny(reason: nil), limit: 60...70)
    #expect(restated.decision(for: "a/b").maxAge == 70)
    #expect(restated.decision(for: "q").reason == "the default of policy `r` is to deny")
    #expect(base.decision(for: "a/b").maxAge == 50)
  }

  @Test func `what makes no sense is refused`() throws {
    let fine = try allow("a", for: 1)
    let empty = Rule(patterns: [], effect: .deny(reason: nil), origin: "p:1")
    #expect(throws: PolicyError.ruleWithoutPattern(rule: 1)) { try Policy(name: "p", rules: [fine, empty]) }
    #expect(throws: PolicyError.maxAgeNotPositive(rule: 1)) {
      try Policy(name: "p", rules: [fine, allow("b", for: 0)])
    }
    #expect(throws: PolicyError.maxAgeNotPositive(rule: nil)) {
      try Policy(name: "p", rules: [], fallback: .allow(maxAge: -1))
    }
    #expect(throws: PolicyError.limitNotPositive) { try Policy(name: "p", rules: [], limit: 0...5) }
    #expect(throws: PolicyError.limitNotPositive) { try Policy.limit(from: 0, to: 5) }
    #expect(throws: PolicyError.limitReversed) { try Policy.limit(from: 6, to: 5) }
    #expect(try Policy.limit(from: 5, to: 5) == 5...5)
    let policy = try Policy(name: "p", rules: [fine])
    #expect(throws: PolicyError.maxAgeNotPositive(rule: 0)) {
      try policy.extended(name: "q", rules: [allow("b", for: 0)])
    }
    #expect(PolicyError.limitReversed.message == "a limit on `max_age` begins with the shorter time")
  }

  @Test func `a policy has at most a million patterns`() throws {
    let pattern = try Pattern("a")
    let wide = Rule(
      patterns: Array(repeating: pattern, count: Policy.mostPatterns), effect: .deny(reason: nil),
      origin: "p:1")
    #expect(throws: PolicyError.tooManyPatterns) { try Policy(name: "p", rules: [wide, allow("b", for: 1)]) }
  }

  @Test func `a policy has a quarter of a million patterns with wildcards, and fewer long ones`() throws {
    func rule(_ pattern: String, times: Int) throws -> Rule {
      Rule(
        patterns: Array(repeating: try Pattern(pattern), count: times), effect: .deny(reason: nil),
        origin: "p:1")
    }
    let full = try rule("*.{png,jpg}", times: Policy.mostGlobs / 2)
    #expect(throws: PolicyError.tooManyGlobs) {
      try Policy(name: "p", rules: [full, rule("*.gif", times: 1)])
    }
    let long = String(repeating: "?", count: 640)
    #expect(throws: PolicyError.tooManyGlobs) {
      try Policy(name: "p", rules: [rule(long, times: Policy.mostGlobs / 10 + 1)])
    }
  }
}
