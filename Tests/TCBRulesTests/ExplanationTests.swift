// The whole text of explanations.

import TCBRules
import Testing

struct ExplanationTests {
  /// One line for each rule that matched, then the notes.
  private func told(_ policy: Policy, _ path: String) -> [String] {
    let explanation = policy.explanation(for: path, where: judged)
    let rules = explanation.candidates.map { "\($0.rule.origin) \($0.pattern.text): \($0.sentence)" }
    return rules + explanation.notes
  }

  @Test func `every reason to lose has its sentence`() throws {
    let policy = try Policy(
      name: "site",
      rules: [
        allow("a/b.png", for: 1), allow("a/", for: 2), allow("a/*.png", for: 3), allow("a/b.png", for: 4),
        allow("?/b.png", for: 5), allow("**", "a/b*", for: 6, priority: -2), allow("x/", for: 7),
      ])
    #expect(
      told(policy, "a/b.png") == [
        "site.tcb:4 a/b.png: decides",
        "site.tcb:1 a/b.png: it is as specific as the winner, which comes later",
        "site.tcb:3 a/*.png: the winner names the whole path",
        "site.tcb:2 a/: the winner names the whole path",
        "site.tcb:5 ?/b.png: the winner names the whole path",
        "site.tcb:6 a/b*: its priority is -2, the winner's 0",
      ])
    #expect(
      told(policy, "a/c.png") == [
        "site.tcb:3 a/*.png: decides",
        "site.tcb:2 a/: it has 2 bytes of literal text in all, the winner 6",
        "site.tcb:6 **: its priority is -2, the winner's 0",
      ])
  }

  @Test func `a shorter literal beginning and a deny are told`() throws {
    let policy = try Policy(name: "site", rules: [allow("a/b/", for: 1), deny("**/c"), deny("a*/**")])
    #expect(
      told(policy, "a/b/c") == [
        "site.tcb:deny a*/**: decides",
        "site.tcb:deny **/c: it begins with 0 bytes of literal text, the winner with 1",
        "site.tcb:1 a/b/: a `deny` goes before a `max_age` of the same priority",
      ])
  }

  @Test func `conditions are told as they turned out`() throws {
    let policy = try Policy(
      name: "site",
      rules: [
        allow("a/b/c", for: 1, when: "no"), allow("a/b/", for: 2, when: "it.size < 9"),
        allow("a/", for: 3, when: "yes"),
      ])
    #expect(
      told(policy, "a/b/c") == [
        "site.tcb:1 a/b/c: `when no` is false",
        "site.tcb:2 a/b/: `when it.size < 9` failed, which denies the file: cannot tell `it.size < 9`",
        "site.tcb:3 a/: it begins with 2 bytes of literal text, the winner with 4",
      ])
  }

  @Test func `the default, the want of one and the limit are told`() throws {
    let rules = [try allow("a", for: 90, when: "no"), try allow("b", for: 3_000_000)]
    let bare = try Policy(name: "bare", rules: rules)
    #expect(told(bare, "x") == ["no rule matches: policy `bare` has no default and denies"])
    let full = try Policy(name: "full", rules: rules, fallback: .allow(maxAge: 59), limit: 60...2_592_000)
    #expect(
      told(full, "a") == [
        "site.tcb:90 a: `when no` is false",
        "no rule that matches applies: policy `full` decides by its default",
        "`max_age` 59s is outside `limit` 1m..30d and becomes 1m",
      ])
    #expect(
      told(full, "b") == [
        "site.tcb:3000000 b: decides", "`max_age` 50000m is outside `limit` 1m..30d and becomes 30d",
      ])
  }

  @Test func `an explanation without conditions denies what a decision would`() throws {
    let policy = try Policy(name: "p", rules: [allow("a", for: 1, when: "x")])
    let explanation = policy.explanation(for: "a")
    #expect(explanation.decision == policy.decision(for: "a"))
    #expect(explanation.path == "a" && explanation.policy == "p" && !explanation.decision.allowed)
  }
}
