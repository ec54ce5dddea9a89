import TCBSyntax
import Testing

@Suite struct RecoveryTests {
  @Test(arguments: [
    (
      """
      let a = (1 ]
      print "fine"
      exprot a
      let while = 2
      print 1 < 2 < 3
      let b = {x: 1, x: 2}
      """, ["E0112@1", "E0301@3", "E0116@4", "E0114@5", "E0118@6"]
    ),
    (
      """
      policy p {
        "a/" nonsense
        "b/" max_age 1h deny
        defualt deny
        "c/" max_age 1h
        "d/" tag x
        "\\(1)" deny
      }
      print p
      """, ["E0310@2", "E0502@3", "E0310@4", "E0501@6", "E0503@7"]
    ),
    (
      """
      env e {
        id "1"
        colour "red"
        api nowhere +
      }
      fn f(a, ) { a }
      if { print 1 }
      for x of [1] { print x }
      print "open
      print "closed"
      """, ["E0310@3", "E0110@5", "E0110@7", "E0110@8", "E0103@9"]
    ),
    (
      """
      fn f() {
        let = 1
        print 2
        return )
      }
      if true {
        show [] as jsno
        break
      }
      continue
      print f()
      """, ["E0110@2", "E0112@4", "E0307@7", "E0119@8", "E0119@10"]
    ),
    (
      """
      print lost
      let a = 1
      a = 2
      let a = 3
      print it
      [] | where (it | count) > 0
      """, ["E0201@1", "E0203@3", "E0202@4", "E0204@5", "E0205@6"]
    ),
    (
      """
      print ~
      print "\\q"
      print 1.5h
      print $
      print 99999999999999999999
      """, ["E0102@1", "E0104@2", "E0106@3", "E0107@4", "E0105@5"]
    ),
  ])
  func `five mistakes are five problems and nothing else`(text: String, places: [String]) {
    #expect(Reading(text).places.sorted() == places.sorted())
  }

  @Test func `problems come in the order of the text`() {
    let reading = Reading("print ~\nlet while = 1\nprint ~\nexprot 1\nprint ~")
    #expect(reading.places == ["E0102@1", "E0116@2", "E0102@3", "E0301@4", "E0102@5"])
  }

  @Test func `statements around a mistake are kept`() {
    #expect(Reading("let a = 1\nlet b = )\nlet c = 3").parsed.statements.count == 2)
  }

  @Test func `a mistake in a block costs no more than its statement`() {
    let reading = Reading("if true {\n  let = 1\n  print 2\n}\nprint 3\nlet = 4")
    #expect(reading.places == ["E0110@2", "E0110@6"])
    #expect(reading.parsed.statements.count == 2)
  }

  @Test func `a block that is never closed is one problem`() {
    #expect(Reading("fn f() {\n  print 1\nprint 2\n").places == ["E0111@1"])
    #expect(Reading("policy p {\n  \"a\" deny\nprint 2\n").codes.contains("E0111"))
  }

  @Test(arguments: [
    "x {\n", "print ~\n", "fn a\n", "if {\n", "lost\n", "}\n", "print lost_\n", "{ $ \n", "policy p {\n",
    "env e {\n",
  ])
  func `a text of a hundred thousand mistakes is told a few and ends`(line: String) {
    let reading = Reading(String(repeating: line, count: 100_000))
    #expect(!reading.problems.isEmpty)
    #expect(reading.problems.count <= 2 * Parser.mostProblems)
  }
}
