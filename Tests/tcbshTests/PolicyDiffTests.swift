import Testing

/// `tcbsh policy diff`.
@Suite struct PolicyDiffTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(
      "old.tcb",
      """
      let short = 10m
      policy site {
        "private/" max_age short
        "private/**/thumb_*.jpg" max_age 1d
        "tmp/" deny "temporary"
      }
      """)
    try folder.write(
      "new.tcb",
      """
      policy other { "a" max_age 1h }
      policy site {
        "tmp/" deny "temporary"
        "private/**/thumb_*.jpg" max_age 24h
        "private/" max_age 20m
      }
      """)
    try folder.write("late.tcb", "policy site { \"a\" max_age 1h priority int(\"1\") }\n")
  }

  @Test func `differences are told by pattern, decision and path`() throws {
    let outcome = try folder.tcbsh(["policy", "diff", "old.tcb", "new.tcb:site"])
    #expect(
      outcome.outputText == """
        --- old.tcb site
        +++ new.tcb site
        private/ but not private/**/thumb_*.jpg
          - max_age 10m  (old.tcb:3)
          + max_age 20m  (new.tcb:5)
          such as private/a

        """)
    #expect(outcome.status == 1)
    let json = try folder.tcbsh([
      "policy", "diff", "--format", "json", "--policy", "site", "old.tcb", "new.tcb",
    ])
    #expect(json.outputText.hasPrefix("{\"policy\":\"site\",\"matches\":[\"private/\"],"))
    #expect(
      json.outputText.contains(
        "\"path\":\"private/a\",\"old\":{\"decisions\":[{\"when\":null,\"allowed\":true,\"max_age\":600"))
  }

  @Test func `another default among ten thousand rules is told, with the first of them`() throws {
    let rules = (0..<10_000).map { "  \"f\($0)/\" max_age \($0 % 5 + 1)h\n" }.joined()
    try folder.write("many.tcb", "policy site {\n\(rules)}\n")
    try folder.write("more.tcb", "policy site {\n\(rules)  default max_age 9h\n}\n")
    let outcome = try folder.tcbsh(["policy", "diff", "many.tcb", "more.tcb"])
    #expect(
      outcome.outputText == """
        --- many.tcb site
        +++ more.tcb site
        ** but not f0/, f1/, f2/ and 9997 more patterns
          - deny  (default)
          + max_age 9h  (default)
          such as a

        """)
    #expect(outcome.status == 1)
  }

  @Test func `no difference is 0, and what is not understood 2`() throws {
    let same = try folder.tcbsh(["policy", "diff", "old.tcb", "old.tcb:site"])
    #expect((same.status, same.outputText) == (0, "--- old.tcb site\n+++ old.tcb site\nno difference\n"))
    let alone = try folder.tcbsh(["policy", "diff", "old.tcb", "new.tcb"])
    #expect(alone.status == 1 && alone.outputText.hasSuffix("+ policy other is only in new.tcb\n"))
    let unknown = try folder.tcbsh(["policy", "diff", "old.tcb:sit", "new.tcb"])
    #expect(
      (unknown.status, unknown.errorText) == (2, "tcbsh: no policy is called `sit`; did you mean `site`?\n"))
    #expect(try folder.tcbsh(["policy", "diff", "late.tcb", "old.tcb"]).status == 2)
    #expect(try folder.tcbsh(["policy", "diff", "late.tcb", "missing.tcb"]).status == 2)
  }
}
