import TCBSyntax
import TCBText
import Testing

@Suite struct RenderingTests {
  @Test func `a diagnostic shows its line with the words underlined`() {
    #expect(
      Reading("print 1\n  exprot 2", name: "a.tcb").rendered() == """
        error[E0301]: unknown command `exprot`
          --> a.tcb:2:3
          |
        2 |   exprot 2
          |   ^^^^^^

        """)
  }

  @Test func `several stand one below the other, with help and what explains them`() {
    #expect(
      Reading("let total = 1\nlet total = 2\nprint totl\ntotal = 3", name: "a.tcb").rendered() == """
        error[E0202]: `total` is already defined
          --> a.tcb:2:5
          |
        2 | let total = 2
          |     ^^^^^
          --> a.tcb:1:5
          |
        1 | let total = 1
          |     ^^^^^ it is defined here

        error[E0201]: nothing is called `totl`
          --> a.tcb:3:7
          |
        3 | print totl
          |       ^^^^ did you mean `total`?

        error[E0203]: `total` cannot be assigned again
          --> a.tcb:4:1
          |
        4 | total = 3
          | ^^^^^ define it with `var` to assign it again
          --> a.tcb:1:5
          |
        1 | let total = 1
          |     ^^^^^ it is defined here

        """)
  }

  @Test func `wide characters take two columns under the line`() {
    #expect(
      Reading("print '中文', lost, '👍🏽', gone", name: "a.tcb").rendered() == """
        error[E0201]: nothing is called `lost`
          --> a.tcb:1:13
          |
        1 | print '中文', lost, '👍🏽', gone
          |               ^^^^

        error[E0201]: nothing is called `gone`
          --> a.tcb:1:24
          |
        1 | print '中文', lost, '👍🏽', gone
          |                           ^^^^

        """)
  }

  @Test func `wide characters are underlined twice as far`() {
    #expect(Reading("print 中文").rendered().contains("|       ^^^^\n"))
  }

  @Test func `the margin is as wide as the line's number`() {
    #expect(
      Reading(String(repeating: "\n", count: 99) + "print lost").rendered() == """
        error[E0201]: nothing is called `lost`
            --> t.tcb:100:7
            |
        100 | print lost
            |       ^^^^

        """)
  }

  @Test func `a tab is one column, and control characters are spelled`() {
    #expect(
      Reading("\tprint '\u{1B}[31m\u{7F}\u{9B}', lost").rendered() == """
        error[E0201]: nothing is called `lost`
          --> t.tcb:1:19
          |
        1 |  print '\\u{1B}[31m\\u{7F}\\u{9B}', lost
          |                                  ^^^^

        """)
  }

  @Test func `control characters in a message are spelled`() {
    let text = Reading("print \u{1B}").rendered()
    #expect(text.hasPrefix("error[E0102]: `\\u{1B}` belongs to no word of the language\n"))
    #expect(!text.utf8.contains(0x1B))
  }

  @Test func `a carriage return at a line's end is not shown`() {
    #expect(!Reading("print lost\r\nprint 1\r\n").rendered().contains("u{D}"))
  }

  @Test func `a place at the end of the text is behind its last line`() {
    #expect(
      Reading("let x =").rendered() == """
        error[E0110]: expected a value, found the end of the text
          --> t.tcb:1:8
          |
        1 | let x =
          |        ^

        """)
  }

  @Test func `a long line is shown around the place`() {
    let text = Reading(
      "print " + String(repeating: "1, ", count: 100) + "lost" + String(repeating: ", 2", count: 100)
    )
    .rendered(width: 40)
    #expect(
      text == """
        error[E0201]: nothing is called `lost`
          --> t.tcb:1:307
          |
        1 | …, 1, 1, 1, 1, 1, 1, 1, lost, 2, 2, 2, …
          |                         ^^^^

        """)
  }

  @Test func `a line of ten megabytes is clipped`() {
    let text = Reading("print lost, '" + String(repeating: "x", count: 10_000_000) + "', gone").rendered()
    #expect(text.utf8.count < 1_000)
    #expect(text.contains("1 | print lost, 'xxx"))
    #expect(text.contains("xxx', gone\n"))
    #expect(text.contains(" --> t.tcb:1:10000017\n"))
  }

  @Test func `a marked text of ten megabytes is clipped`() {
    let text = Reading(String(repeating: "x", count: 10_000_000) + " 1").rendered(width: 60)
    #expect(text.split(separator: "\n").allSatisfy { $0.count < 100 || $0.hasPrefix("error[E0301]") })
  }

  @Test(arguments: [
    (#"token t from app { secret "hunter2" colour 1 }"#, #"secret "*******" colour"#),
    (#"token t from app { secret 'hunter2' colour 1 }"#, "secret '*******' colour"),
    (#"env e { key "hunter2"  colour "red" }"#, ##"key "*******"  colour "red""##),
    (#"env e { backup_key "hunter2" }"#, #"backup_key "*******""#),
    (#"ticket "hunter2""#, #"ticket "*******""#),
    (#"token t from app { secret "a\"hunter2" colour 1 }"#, #"secret "**********" colour"#),
    ("print lost; secret\t\"hunter2", #"secret "*******"#),
    (#"refresh"hunter2""#, #"refresh"*******""#),
  ])
  func `a secret on a line with a mistake is starred out`(text: String, shown: String) {
    let rendered = Reading(text).rendered()
    #expect(rendered.contains(shown), "\(rendered)")
    #expect(!rendered.contains("hunter2"))
  }

  @Test func `a word that only ends like a secret's hides nothing`() {
    #expect(Reading(#"print lost, {monkey: 1}, "monkey" + "key""#).rendered().contains(#""monkey" + "key""#))
  }

  @Test func `colour is only for terminals`() {
    let reading = Reading("print lost")
    #expect(!reading.rendered().contains("\u{1B}"))
    #expect(
      reading.rendered(usesColor: true) == """
        \u{1B}[1;31merror[E0201]\u{1B}[0m: nothing is called `lost`
          --> t.tcb:1:7
          |
        1 | print lost
          |       \u{1B}[1;31m^^^^\u{1B}[0m

        """)
  }

  @Test func `the calls an error came through stand below it`() {
    let reading = Reading("print 1\nprint 2", name: "a.tcb")
    func span(_ lower: Int, _ upper: Int) -> SourceSpan {
      SourceSpan(source: reading.id, lower: lower, upper: upper)
    }
    let diagnostic = Diagnostic(
      code: "E0405", "division by zero", at: span(6, 7), calls: [.init(function: "half", span: span(8, 13))])
    #expect(
      DiagnosticRenderer(sources: reading.sources).render(diagnostic) == """
        error[E0405]: division by zero
          --> a.tcb:1:7
          |
        1 | print 1
          |       ^
          in `half` called at a.tcb:2:1

        """)
  }

  @Test func `what has no place is its sentence and its help`() {
    let diagnostic = Diagnostic(.warning, code: "E0604", "a line was left out", help: "mend it")
    #expect(
      DiagnosticRenderer(sources: SourceMap()).render(diagnostic)
        == "warning[E0604]: a line was left out\n  = mend it\n")
  }

  @Test func `of very many the first hundred are shown`() {
    let text = Reading(String(repeating: "print lost\n", count: 150)).rendered()
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("error") }.count == 100)
    #expect(text.hasSuffix("\n… and 50 more\n"))
  }
}
