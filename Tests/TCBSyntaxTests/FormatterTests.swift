import TCBSyntax
import Testing

@Suite struct FormatterTests {
  private static let vocabulary = Vocabulary(
    commands: [
      CommandSignature("print", "", [.subject("VALUE", repeats: true, "")]),
      CommandSignature("count", "", [.subject("ROWS", takesPipe: true, "")]),
    ].map(DeclaredCommand.init),
    definitions: [
      DefinitionSignature(
        "env", "", body: .clauses([ClauseSignature("id", "TEXT", ""), ClauseSignature("bucket", "TEXT", "")])),
      DefinitionSignature("policy", "", body: .policy),
    ].map(DeclaredDefinition.init), functions: [FunctionSignature("length", ["value"], "")])

  private func format(_ text: String) -> String? {
    Formatter.format(SourceText(name: "t.tcb", text), vocabulary: Self.vocabulary)
  }

  @Test(arguments: [
    ("let   x=1", "let x = 1\n"), ("let x = 1;let y = 2 ;", "let x = 1; let y = 2\n"),
    ("if true{print 1}else{print 2}", "if true { print 1 } else { print 2 }\n"),
    ("let r={a:1,b : [1,2 ,]}", "let r = {a: 1, b: [1, 2,]}\n"),
    ("let x = (1+2)*-3 - -1", "let x = (1 + 2) * -3 - -1\n"), ("print -1", "print -1\n"),
    ("print   [1] , (2)", "print [1], (2)\n"), ("let a = length( [1] )", "let a = length([1])\n"),
    ("let a = {} .b?", "let a = {}.b?\n"),
    ("for i in 1 .. 3{ }", "for i in 1..3 {}\n"), ("let f = fn(a,b=1){a}", "let f = fn (a, b = 1) { a }\n"),
    ("\n\nlet x = 1\n\n\n\nlet y = 2\n\n", "let x = 1\n\nlet y = 2\n"),
    ("let t = \"a\\( 1+1 )\"  # why", "let t = \"a\\( 1+1 )\"  # why\n"),
    ("[1]\n| count", "[1]\n  | count\n"), ("let x = 1 +\n2", "let x = 1 +\n  2\n"),
    ("let x = [\n1,\n2\n]", "let x = [\n  1,\n  2\n]\n"),
    ("while true {\n\n# only this\n\n}", "while true {\n  # only this\n}\n"),
    ("# one\nlet x = 1 # a\nlet yy = 2   # b", "# one\nlet x = 1   # a\nlet yy = 2  # b\n"),
    (
      "policy p {\n\"a/\" max_age 1h\n\"long/path/\" deny\n}",
      "policy p {\n  \"a/\"         max_age 1h\n  \"long/path/\" deny\n}\n"
    ),
    ("env e {\nid \"x\"\nbucket \"y\"\n}", "env e {\n  id     \"x\"\n  bucket \"y\"\n}\n"),
    ("try { print 1 } catch e{ print e }", "try { print 1 } catch e { print e }\n"), ("let x = (", nil),
    ("print 1;;", "print 1\n"), ("print 1;; print 2", "print 1; print 2\n"), ("", ""),
  ])
  func `a text is laid out`(text: String, expected: String?) {
    let formatted = format(text)
    #expect(formatted == expected)
    if let formatted { #expect(format(formatted) == formatted) }
  }
}
