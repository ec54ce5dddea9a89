import TCBSyntax
import Testing

@Suite struct IncompleteTests {
  @Test(arguments: [
    "if true {", "if true { print 1", "if true { print 1 } else {", "fn f(", "fn f(a,", "fn f() {",
    "while true {\n print 1",
    "for x in [1] {", "print (1 + 2", "print [1, 2", "print [1,\n", "let r = {a: 1", "let r = {a:",
    "print f(1,",
    "policy p {", "policy p {\n  \"a/\" deny", "policy p {\n  \"a/\",", "env e {", "env e {\n  id \"1\"",
    "token t from app {", "print 1 +", "print 1 and", "print not", "let x =", "x =", "print 1,", "[1] |",
    "show [] columns a,",
    "print a ??", "print 1 in", "print \"a \\(", "print \"a \\(1 +", "print \"a \\(f(1)",
    "print \"a \\(\"b \\(", "for x in 1..",
    "print 1 + # more",
  ])
  func `a text that stops in the middle wants more`(text: String) {
    #expect(Reading(text, isPrompt: true).parsed.incomplete != nil)
    #expect(Reading(text + "\n", isPrompt: true).parsed.incomplete != nil)
  }

  @Test(arguments: [
    "", " ", "# a comment", "print 1", "print", "let x = 1", "if true { print 1 }", "fn f() { }",
    "policy p { \"a/\" deny }",
    "print (1 + 2)", "print [1, 2,]", "print \"a \\(1)\"", "[1] | count", "env e {\n  id \"1\"\n}",
    "for x in [1] { }",
    "print \"{ ( [\"", "print '{'", "print 1 # {",
    // Mistakes that no further line mends.
    "print )", "}", "let while = 1", "exprot", "print \"a", "print 'a", "let = ", "print ~", "links",
    "if true { } }", "fn",
    "let", "print 1 2", "show [] as jsno", "print [1, 2)", "env e { colour 1 }",
  ])
  func `a whole text, right or wrong, wants nothing`(text: String) {
    #expect(Reading(text, isPrompt: true).parsed.incomplete == nil)
  }

  @Test func `only a script goes on with a pipe on the next line`() {
    #expect(Reading("[1]\n| count").parsed.statements.count == 1)
    #expect(Reading("[1] # rows\n\n# a comment\n| count").parsed.statements.count == 1)
    #expect(Reading("[1]\n| count", isPrompt: true).codes == ["E0110"])
  }

  @Test func `what is wanted points at what was opened`() throws {
    let reading = Reading("print (1 + [2", isPrompt: true)
    let open = try #require(reading.parsed.incomplete)
    #expect(reading.source.text(open.range) == "[")
  }
}
