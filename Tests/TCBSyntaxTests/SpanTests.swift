import Testing

@testable import TCBSyntax

@Suite struct LexerTests {
  private func kinds(_ text: String) -> [TokenKind] {
    Lexer.lex(SourceText(name: "t", text), id: SourceID(0)).tokens.map(\.kind)
  }

  @Test func `a range between whole numbers is no float`() {
    #expect(kinds("1..10") == [.integer, .range, .integer, .end])
    #expect(kinds("1.5") == [.float, .end])
    #expect(kinds("1.a") == [.integer, .dot, .name, .end])
  }

  @Test func `a text is chunks and interpolations`() {
    #expect(
      kinds(#""a\(b)c""#) == [
        .stringStart, .stringChunk, .interpolationStart, .name, .interpolationEnd, .stringChunk, .stringEnd,
        .end,
      ])
  }

  @Test func `a byte order mark at the start is passed over`() {
    #expect(kinds("\u{FEFF}1") == [.integer, .end])
    #expect(Reading("print \u{FEFF}1").codes == ["E0102"])
  }

  @Test func `a carriage return before a line end is space`() {
    #expect(kinds("1\r\n2\r\n") == [.integer, .newline, .integer, .newline, .end])
    #expect(Reading("print 1 +\r\n  2\r\nprint lost\r\n").places == ["E0201@3"])
  }

  @Test func `a zero byte belongs to no word`() {
    #expect(Reading("print 1\0").codes == ["E0102"])
    #expect(Reading("print \"a\0b\"").codes == [])
  }
}

@Suite struct SpanTests {
  private func expression(_ text: String) throws -> Expression {
    let reading = Reading("x = \(text)")
    guard case .assignment(_, let pipeline)? = reading.parsed.statements.first?.kind,
      case .expression(let expression) = pipeline.first
    else { throw NoExpression() }
    return expression
  }

  private struct NoExpression: Error {}

  @Test(arguments: [
    "1", "a + b * c", "(a + b)", "not a", "- 1", "a.b.c", "a[1][2]", "f(1, 2)", "a.f(1)", "[1, 2]", "{a: 1}",
    "\"a\\(b)c\"", "'raw'", "$NAME", "1h30m", "if a { 1 } else { 2 }", "a.b?", "a ?? b", "(a | count)",
    "\"中文\"",
  ])
  func `an expression's span is its text`(text: String) throws {
    let found = try expression(text)
    #expect(Reading("x = \(text)").source.text(found.span.range) == text)
  }

  @Test(arguments: [
    ("print lost", "E0201 lost"), ("print 1 < 2 < 3", "E0114 <"), ("let while = 1", "E0116 while"),
    ("print {a: 1, b: 2, a: 3}", "E0118 a"), ("print \"a\\qb\"", "E0104 \\q"),
    ("print 12parsecs", "E0106 12parsecs"),
    ("print 99999999999999999999", "E0105 99999999999999999999"), ("exprot 1", "E0301 exprot"),
    ("show [] ass json", "E0302 ass"), ("show [] as jsno", "E0307 jsno"), ("links", "E0303 links"),
    ("env e { id \"1\" colour 2 }", "E0310 colour"), ("env e { }", "E0312 e"), ("print \"a", "E0103 \""),
    ("print (1", "E0111 ("), ("print 1)", "E0112 )"), ("print [(1]", "E0111 ("), ("print (1]", "E0112 ]"),
    ("1 + 2 = 3", "E0117 1 + 2"), ("print 中", "E0102 中"),
    ("policy p { \"a\" tag x }", "E0501 \"a\" tag x"),
    ("policy p { \"a\" deny max_age 1h }", "E0502 max_age"),
    ("policy p { \"a\\(1)\" deny }", "E0503 \"a\\(1)\""), ("[] | where (it | count) > 0", "E0205 count"),
  ])
  func `a problem marks the words it is about`(text: String, marked: String) {
    #expect(Reading(text).marked == [marked])
  }

  @Test func `what was defined before is marked too`() throws {
    let reading = Reading("let a = 1\nlet b = 2\nlet a = 3")
    let other = try #require(reading.problems.first?.other)
    #expect(other.range == 4..<5)
  }

  @Test(arguments: [
    (0, 1, 1), (3, 1, 4), (4, 2, 1), (7, 2, 2), (10, 2, 3), (11, 3, 1), (12, 3, 2), (99, 3, 2),
  ])
  func `a position counts lines and characters from one`(offset: Int, line: Int, column: Int) {
    let index = LineIndex(SourceText(name: "t", "abc\n中文\nx"))
    #expect(index.position(at: offset) == LinePosition(line: line, column: column))
  }

  @Test func `a line's range leaves its end out`() {
    let index = LineIndex(SourceText(name: "t", "a\r\nb\n\nc"))
    #expect((0..<5).map { index.range(ofLine: $0) } == [0..<1, 3..<4, 5..<5, 6..<7, 7..<7])
  }
}
