import Testing

@testable import TCBSyntax

@Suite struct LexerTests {
  @Test func `a range between whole numbers is no float`() {
    let lexed = Lexer.lex(SourceText(name: "t", "1..10"), id: SourceID(0))
    #expect(lexed.tokens.map(\.kind) == [.integer, .range, .integer, .end])
  }
}
