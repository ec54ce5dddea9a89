// Whether a rule can ever decide, against trying every short path there is.

import TCBRules
import TCBTestSupport
import Testing

struct ReachTests {
  private func policy(_ rules: [(pattern: String, priority: Int, deny: Bool)]) throws -> Policy {
    try Policy(
      name: "p",
      rules: rules.map { rule in
        Rule(
          patterns: try rule.pattern.split(separator: " ").map { try Pattern(String($0)) },
          effect: rule.deny ? .deny(reason: nil) : .allow(maxAge: 60), priority: rule.priority, origin: "p")
      })
  }

  private func allow(_ pattern: String, _ priority: Int = 0) -> (pattern: String, priority: Int, deny: Bool) {
    (pattern, priority, false)
  }

  private func deny(_ pattern: String, _ priority: Int = 0) -> (pattern: String, priority: Int, deny: Bool) {
    (pattern, priority, true)
  }

  @Test func `a rule decides the shortest path that no other takes from it`() throws {
    let site = try policy([
      allow("img/"), allow("private/**/thumb_*.jpg"), deny("tmp/"), allow("tmp/launch.mp4", 1),
      allow("[x-z]?.{png,jpg}"), allow("**/*.psd"), deny("img/[a-y]*"), allow("文件/*.é"),
    ])
    #expect(site.reach(ofRule: 0) == .decides(path: "img/z"))
    #expect(site.reach(ofRule: 1) == .decides(path: "private/thumb_.jpg"))
    #expect(site.reach(ofRule: 2) == .decides(path: "tmp/a"))
    #expect(site.reach(ofRule: 3) == .decides(path: "tmp/launch.mp4"))
    #expect(site.reach(ofRule: 4) == .decides(path: "xa.jpg"))
    #expect(site.reach(ofRule: 5) == .decides(path: "a.psd"))
    #expect(site.reach(ofRule: 7) == .decides(path: "文件/a.é"))
    #expect(site.reach(ofRule: 99) == .undecided)
  }

  @Test func `a rule that never decides is told which rules leave it nothing, and no rule too many`() throws {
    let site = try policy([
      allow("tmp/a.png"), deny("tmp/"), deny("**/*.png"), allow("img/?"), allow("img/[a-m]", 1),
      allow("img/[!a-m]", 1),
      allow("img/b"),
    ])
    #expect(site.reach(ofRule: 0) == .covered(by: [1]) || site.reach(ofRule: 0) == .covered(by: [2]))
    #expect(site.reach(ofRule: 3) == .covered(by: [4, 5]))
    #expect(site.reach(ofRule: 6) == .covered(by: [4]))
    #expect(site.reach(ofRule: 1) == .decides(path: "tmp/a"))
  }

  @Test func `the end of a folder's path belongs to what is under it`() throws {
    let site = try policy([allow("a/"), deny("a/?**")])
    #expect(site.reach(ofRule: 0) == .decides(path: "a/"))
  }

  @Test(arguments: ["[.]", "[.]?{/a,}/[.][.]", "a/[\u{1}]", "a[\t]b"])
  func `what only paths that nobody may have would match decides nothing`(pattern: String) throws {
    #expect(try policy([allow(pattern)]).reach(ofRule: 0) == .matchesNoPath)
  }

  @Test func `a path is bounded by its length once encoded`() throws {
    func reach(_ text: String) throws -> RuleReach { try policy([allow(text)]).reach(ofRule: 0) }
    let longest = String(repeating: "a", count: 850)
    #expect(try reach(longest) == .decides(path: longest))
    #expect(try reach(longest + "a") == .matchesNoPath)
    #expect(try reach(longest + "/") == .matchesNoPath)
    #expect(try reach(String(repeating: "文", count: 94)) == .decides(path: String(repeating: "文", count: 94)))
    #expect(try reach(String(repeating: "文", count: 95)) == .matchesNoPath)
    // A name that begins with a dot reads badly, but where nothing else is short enough it is what there is.
    let dot = String(repeating: "a", count: 846) + "/*.b"
    #expect(try reach(dot) == .decides(path: String(repeating: "a", count: 846) + "/a.b"))
    let noRoom = String(repeating: "a", count: 847) + "/*.b"
    #expect(try reach(noRoom) == .decides(path: String(repeating: "a", count: 847) + "/.b"))
  }

  @Test func `a condition that may fail covers nothing, the same one asked again does`() throws {
    func rule(_ text: String, _ condition: Int?, priority: Int = 0) throws -> Rule {
      Rule(
        patterns: [try Pattern(text)], effect: .deny(reason: nil),
        condition: condition.map { Condition(index: $0, text: "\($0)") }, priority: priority, origin: "p")
    }
    let site = try Policy(name: "p", rules: [rule("a/", 1), rule("a/b", nil), rule("a/", 2, priority: 1)])
    #expect(site.reach(ofRule: 0) == .decides(path: "a/a"))
    #expect(site.reach(ofRule: 1) == .decides(path: "a/b"))
    #expect(site.reach(ofRule: 0, facts: ConditionFacts(kinds: [1: 5, 2: 5])) == .covered(by: [2]))
    #expect(site.reach(ofRule: 1, facts: ConditionFacts(constants: [2: true])) == .covered(by: [2]))
    #expect(site.reach(ofRule: 0, facts: ConditionFacts(constants: [1: false])) == .conditionNeverHolds)
    #expect(
      site.reach(ofRule: 0, facts: ConditionFacts(constants: [2: false], kinds: [1: 5, 2: 5]))
        == .decides(path: "a/a"))
  }

  @Test func `what would take too long is given up and said not to be decided`() throws {
    let holes = String(repeating: "?", count: 30)
    let site = try policy([
      allow("{a,b}/**"), deny("**a\(holes)"), deny("**[!a]\(holes)"), deny("*/?"), deny("*/"),
    ])
    #expect(site.reach(ofRule: 0) == .covered(by: [4]))
    let open = try policy([allow("?\(holes)**"), deny("*/**"), deny("**a\(holes)"), deny("**[!a]\(holes)")])
    #expect(open.reach(ofRule: 0) == .undecided)
  }

  @Test func `thirty pairs of braces are thirty choices and no billion patterns`() throws {
    let braces = String(repeating: "{a,b}", count: 30)
    let site = try policy([allow(braces), deny("{a,b}*", -1), deny("*b*")])
    #expect(site.reach(ofRule: 0) == .decides(path: String(repeating: "a", count: 30)))
    #expect(try policy([allow(braces), deny("[ab]*")]).reach(ofRule: 0) == .covered(by: [1]))
  }

  /// Every legal path of at most so many of these scalars.
  private static func paths(over alphabet: [String], upTo longest: Int) -> [String] {
    var all: [String] = []
    var layer = [""]
    for _ in 0..<longest {
      layer = layer.flatMap { path in alphabet.map { path + $0 } }
      all += layer.filter(LegalPath.holds)
    }
    return all
  }

  private static let short = paths(over: ["a", "b", "文", ".", "/"], upTo: 4)

  @Test(arguments: [UInt64](1...8))
  func `reach is what trying every short path shows`(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed &+ 5_000)
    var counts = (decides: 0, covered: 0, nothing: 0)
    for round in 0..<40 {
      let draw = PolicyDraw(Int.random(in: 1...6, using: &generator), &generator)
      let policy = try Policy(name: "p", rules: draw.rules)
      for index in draw.rules.indices {
        let own = draw.reference[index].condition
        func decides(_ path: String, without: Set<Int> = []) -> Bool {
          let rules = draw.reference.enumerated().filter { !without.contains($0.offset) }
          let outcome = ReferenceRule.outcome(rules.map(\.element), path) { (it) throws(ConditionError) in
            it == own
          }
          return outcome.rule.map { rules[$0].offset } == index
        }
        let about =
          "seed \(seed), round \(round), rule \(index) of \(draw.rules.map { $0.patterns.map(\.text) })"
        switch policy.reach(ofRule: index) {
        case .decides(let path):
          counts.decides += 1
          #expect(LegalPath.holds(path) && decides(path), "\(about): does not decide `\(path)`")
        case .covered(let others):
          counts.covered += 1
          let path = Self.short.first { decides($0) }
          #expect(path == nil, "\(about): decides `\(path ?? "")`")
          for other in others {
            let kept = (others + [index]).filter { $0 != other }.sorted()
            let few = try Policy(name: "p", rules: kept.map { draw.rules[$0] })
            guard case .decides = few.reach(ofRule: kept.firstIndex(of: index) ?? 0) else {
              Issue.record("\(about): \(others) cover it, but \(other) is not needed for that")
              continue
            }
          }
        case .matchesNoPath:
          counts.nothing += 1
          let path = Self.short.first {
            ReferencePattern.matches(draw.reference[index].patterns.flatMap(\.alternatives), $0)
          }
          #expect(path == nil, "\(about): matches `\(path ?? "")`")
        case .conditionNeverHolds, .undecided: Issue.record("\(about): not decided")
        }
      }
    }
    #expect(counts.decides > 50 && counts.covered > 10)
  }
}
