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

  @Test func `a deny everywhere among ten thousand rules is told by what it changes`() throws {
    let rules = (0..<10_000).map { "  \"f\($0)/\" max_age \($0 % 2 + 1)h\n" }.joined()
    try folder.write("many.tcb", "policy site {\n\(rules)}\n")
    try folder.write("more.tcb", "policy site {\n\(rules)  \"**/*.psd\" deny \"no\"\n}\n")
    let outcome = try folder.tcbsh(["policy", "diff", "many.tcb", "more.tcb"])
    #expect(
      outcome.outputText == """
        --- many.tcb site
        +++ more.tcb site
        **/*.psd and one of f0/, f2/, f4/ and 4997 more patterns
          - max_age 1h  (many.tcb:2)
          + deny "no"  (more.tcb:10002)
          such as f0/a.psd
        **/*.psd and one of f1/, f3/, f5/ and 4997 more patterns
          - max_age 2h  (many.tcb:3)
          + deny "no"  (more.tcb:10002)
          such as f1/a.psd
        **/*.psd but not f0/, f1/, f2/ and 9997 more patterns
          - deny  (default)
          + deny "no"  (more.tcb:10002)
          such as a.psd

        """)
    #expect(outcome.status == 1)
    let json = try folder.tcbsh(["policy", "diff", "--format", "json", "many.tcb", "more.tcb"])
    #expect(
      json.outputText.hasPrefix("{\"policy\":\"site\",\"matches\":[\"**/*.psd\"],\"among\":[\"f0/\",\"f2/\",")
    )
  }

  @Test func `rules of a table are compared with others, and told by its lines`() throws {
    try folder.write("old.csv", "pattern,max_age,when\na/,1h,\nb/,1h,it.size > 1\nc/,1h,true\n")
    try folder.write(
      "new.json", #"[{"pattern":"a/","max_age":7200},{"pattern":"b/","max_age":3600,"when":"it.size > 1"}]"#)
    try folder.write("from-csv.tcb", "policy p from csv \"old.csv\" { default deny }\n")
    try folder.write(
      "from-json.tcb",
      "let rules = \"new.json\"\npolicy p from json rules { default deny; \"c/\" max_age 1h }\n")
    let outcome = try folder.tcbsh(["policy", "diff", "from-csv.tcb", "from-json.tcb"])
    #expect(
      outcome.outputText == """
        --- from-csv.tcb p
        +++ from-json.tcb p
        a/
          - max_age 1h  (old.csv:2)
          + max_age 2h  (new.json:1)
          such as a/a
        c/
          - max_age 1h when true, else deny  (default)
          + max_age 1h  (from-json.tcb:2)
          perhaps: it depends on what the conditions come out as
          such as c/a

        """)
    try folder.write("bad.csv", "pattern,max_age\n/a,1h\n")
    try folder.write("bad.tcb", "policy p from csv \"bad.csv\" { default deny }\n")
    let bad = try folder.tcbsh(["policy", "diff", "from-csv.tcb", "bad.tcb"])
    #expect(
      bad.status == 2 && bad.errorText.contains("error[E0510]") && bad.errorText.contains("bad.csv:2:1"))
    try folder.write("input.tcb", "policy p from csv \"-\" { default deny }\n")
    let input = try folder.tcbsh(["policy", "diff", "from-csv.tcb", "input.tcb"])
    #expect(input.status == 2 && input.errorText.contains("is not known until it runs"))
  }

  @Test func `a condition that uses what its file defines is said to be compared by its text`() throws {
    try folder.write("small.tcb", "let most = 1KB\npolicy p { \"a/\" max_age 1h when it.size < most }\n")
    try folder.write("large.tcb", "let most = 1MB\npolicy p { \"a/\" max_age 1h when it.size < most }\n")
    let outcome = try folder.tcbsh(["policy", "diff", "small.tcb", "large.tcb"])
    #expect(
      outcome.outputText.hasSuffix("no difference\nnote: `when it.size < most` was compared by its text\n"))
    try folder.write("field.tcb", "let size = 1MB\npolicy p { \"a/\" max_age 1h when it.size < 1KB }\n")
    let plain = try folder.tcbsh(["policy", "diff", "field.tcb", "field.tcb"])
    #expect(plain.outputText.hasSuffix("no difference\n"))
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
