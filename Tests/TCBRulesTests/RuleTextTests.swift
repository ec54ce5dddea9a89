import TCBRules
import Testing

@Suite struct RuleTextTests {
  private func rule(_ patterns: [String], _ effect: Effect, tags: [String] = [], priority: Int = 0) throws
    -> Rule
  {
    Rule(
      patterns: try patterns.map { try Pattern($0) }, effect: effect, tags: tags, priority: priority,
      origin: "x:1")
  }

  @Test func `a rule without a text of its own is written from its parts`() throws {
    #expect(try rule(["a/"], .allow(maxAge: 7_200)).written == #""a/" max_age 2h"#)
    #expect(
      try rule(["a/", #"b\*'"c"#], .deny(reason: "no \"x\"\n"), tags: ["t", "two words"], priority: -3)
        .written
        == #""a/", 'b\*''"c' deny "no \"x\"\n" tag "t", "two words" priority -3"#)
    var conditional = try rule(["中/"], .allow(maxAge: 61))
    conditional.condition = Condition(index: 0, text: "it.size < 1")
    #expect(conditional.written == #""中/" max_age 61s when it.size < 1"#)
  }

  @Test func `a rule that was written stays as it was`() throws {
    var written = try rule(["a/"], .deny(reason: nil))
    written.text = #""a/"   deny"#
    #expect(written.written == #""a/"   deny"#)
  }
}
