// What lint finds in a policy.

import TCBRules
import Testing

struct LintTests {
  private func rule(
    _ patterns: String..., maxAge: Int64? = 60, reason: String? = "no", tags: [String] = [], when: Int? = nil,
    priority: Int = 0
  ) throws -> Rule {
    Rule(
      patterns: try patterns.map { try Pattern($0) },
      effect: maxAge.map { .allow(maxAge: $0) } ?? .deny(reason: reason),
      tags: tags, condition: when.map { Condition(index: $0, text: "c\($0)") }, priority: priority,
      origin: "p")
  }

  private func findings(
    _ rules: [Rule], fallback: Effect? = nil, limit: ClosedRange<Int64>? = nil, inherited: Int = 0
  ) throws -> [String] {
    try Policy(name: "p", rules: rules, fallback: fallback, limit: limit).lint(inherited: inherited).map {
      finding in
      let place = (finding.rule.map(String.init) ?? "default") + (finding.pattern.map { ".\($0)" } ?? "")
      let others = finding.others.isEmpty ? "" : " by \(finding.others)"
      return "\(place) \(finding.kind)\(others)\(finding.path.map { " as \($0)" } ?? "")"
    }
  }

  @Test func `a policy without mistakes has none found`() throws {
    let rules = [
      try rule("img/"), try rule("img/thumbs/", maxAge: 30), try rule("**/*.psd", maxAge: nil),
      try rule("video/", maxAge: 10), try rule("video/", maxAge: 20, when: 1), try rule("a.psd", priority: 1),
    ]
    #expect(try findings(rules, fallback: .deny(reason: "not listed"), limit: 1...60) == [])
  }

  @Test func `a rule that others decide for is found, with a path and who decides it`() throws {
    #expect(
      try findings([rule("tmp/x/*.png"), rule("tmp/", maxAge: nil)]) == [
        "0 neverDecides by [1] as tmp/x/a.png"
      ])
    #expect(try findings([rule("a/"), rule("a/")]) == ["0 duplicate by [1] as a/a"])
    #expect(try findings([rule("a/"), rule("a/", maxAge: 30)]) == ["0 neverDecides by [1] as a/a"])
    #expect(try findings([rule("[.]")]) == ["0 matchesNoPath"])
  }

  @Test func `one pattern of a rule may be without effect`() throws {
    #expect(
      try findings([rule("a/", "tmp/b"), rule("tmp/", maxAge: nil)]) == ["0.1 neverDecides by [1] as tmp/b"])
    #expect(try findings([rule("a/", "a/")]) == ["0.1 neverDecides by [0] as a/a"])
    #expect(try findings([rule("a/", "[.]")]) == ["0.1 matchesNoPath"])
  }

  @Test func `rules that only their order tells apart are found where they say different things`() throws {
    #expect(
      try findings([rule("**/a*"), rule("**/*b", maxAge: 30)]) == ["1 decidedByOrder by [0] as ab"])
    #expect(try findings([rule("**/a*"), rule("**/*b")]) == [])
    #expect(try findings([rule("**/a*"), rule("**/*b", tags: ["t"])]) == ["1 decidedByOrder by [0] as ab"])
    #expect(try findings([rule("**/*a"), rule("**/*b", maxAge: 30)]) == [])
    #expect(try findings([rule("**/a*"), rule("**/*b", maxAge: 30, when: 1)]) == [])
    #expect(try findings([rule("**/a*"), rule("**/*b", maxAge: 30), rule("**/a*b*", maxAge: 9)]) == [])
    #expect(try findings([rule("**/a*", maxAge: 90), rule("**/*b", maxAge: 80)], limit: 1...70).count == 2)
  }

  @Test func `a limit that changes a lifetime for every file is found`() throws {
    #expect(
      try findings(
        [rule("a/", maxAge: 5), rule("b/", maxAge: 99)], fallback: .allow(maxAge: 98), limit: 10...90) == [
          "0 outsideLimit(said: 5, becomes: 10)", "1 outsideLimit(said: 99, becomes: 90)",
          "default outsideLimit(said: 98, becomes: 90)",
        ])
  }

  @Test func `a default that is never asked is found, and one that is not is not`() throws {
    let deny = Effect.deny(reason: "no")
    #expect(
      try findings([rule("*"), rule("*/**", maxAge: 50)], fallback: deny) == [
        "default fallbackNeverDecides by [0, 1]"
      ])
    #expect(try findings([rule("*"), rule("*/**", maxAge: 50, when: 1)], fallback: deny) == [])
    #expect(try findings([rule("*"), rule("*/*/**", maxAge: 50)], fallback: deny) == [])
    #expect(try findings([rule("a", maxAge: nil, reason: nil)], fallback: .deny(reason: nil)).count == 2)
  }

  @Test func `what a base leaves without effect is said of the policy that extends it`() throws {
    let base = [try rule("tmp/", maxAge: nil), try rule("img/")]
    #expect(
      try findings(base + [rule("tmp/a"), rule("img/a")], inherited: 2) == [
        "2 overriddenByBase by [0] as tmp/a"
      ])
    #expect(try findings(base + [rule("img/")], inherited: 2) == ["2 repeatsBase by [1]"])
    #expect(try findings(base + [rule("img/", maxAge: 9)], inherited: 2) == [])
    // The rule between would win over the base's.
    #expect(try findings(base + [rule("img/", maxAge: 9), rule("img/")], inherited: 2).count == 1)
    #expect(try findings([rule("[.]")] + base, inherited: 1) == [])
  }

  @Test func `what is not decided within the bound is said`() throws {
    let holes = String(repeating: "?", count: 30)
    let rules = [
      try rule("?\(holes)**"), try rule("*/**", maxAge: nil), try rule("**a\(holes)", maxAge: nil),
      try rule("**[!a]\(holes)", maxAge: nil),
    ]
    #expect(try findings(rules).contains("0 undecided"))
  }
}
