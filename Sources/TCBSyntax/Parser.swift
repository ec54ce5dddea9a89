// Tokens to tree. Recursive descent; a problem ends its statement, never the file.

import TCBText

package struct Parser {
  var tokens: [Token]
  let numbers: [UInt64]
  let words: WordTable
  let text: SourceText
  let id: SourceID
  let vocabulary: Vocabulary
  /// By number, the words that are values where this text runs, so that at a pipeline's start they are not taken for
  /// commands.
  var isBound: [Bool] = []
  let isPrompt: Bool

  var position = 0
  var output: ParsedSource
  /// The brackets open here: kind, and the index of the token. Newlines mean nothing inside `(` `[` and records.
  var open: [(kind: TokenKind, index: Int)] = []
  var ignoresNewlines = false
  /// Set in the heads of `if`, `while` and `for`, where `{` opens the block and no record.
  var bracesOpenBlocks = false
  /// The labels of the command whose argument is being read, which end an expression outside brackets.
  var labels: [String] = []
  var depth = 0
  var loopDepth = 0
  var functionDepth = 0
  var blockDepth = 0
  /// Set where the text is nested too deeply to be read on: what is open then is no mistake of its own.
  var gaveUp = false
  /// What is read when the task is cancelled is cut short, and nobody may rely on it.
  var watch = CancellationWatch()
  /// Statements given up so far.
  var recoveries = 0

  /// Brackets, blocks and prefix operators inside one another. Bounds the parser's own recursion.
  package static let greatestDepth = 200
  /// Levels of an expression's tree, counting chains such as `a + b + c`. Bounds recursion over the tree.
  package static let greatestHeight: Int32 = 1_000
  /// Problems kept of one source: a text this wrong is told so soon enough.
  package static let mostProblems = 200

  /// Thrown after the problem has been reported; ends the statement.
  struct Abandon: Error {
    /// Where to look for the statement's end from.
    var tokenIndex: Int
  }

  /// Parses a source. Never fails: what was wrong is in `problems`, and the statements that were right are in the tree.
  package static func parse(
    _ text: SourceText, id: SourceID, vocabulary: Vocabulary, boundNames: Set<String> = [],
    isPrompt: Bool = false
  ) -> ParsedSource {
    let lexed = Lexer.lex(text, id: id, words: vocabulary.words)
    var parser = Parser(
      lexed, text: text, id: id, vocabulary: vocabulary, boundNames: boundNames, isPrompt: isPrompt)
    parser.parseTopLevel()
    parser.output.problems = parser.settledProblems(with: lexed)
    if !parser.output.problems.isEmpty { parser.output.namesBound = boundNames.union(parser.boundTexts) }
    if parser.output.incomplete == nil { parser.output.incomplete = lexed.openInterpolation }
    return parser.output
  }

  /// Parses a text that is one expression over `it` and nothing else. Nil where it is not, which `problems` explain.
  package static func parseRowExpression(
    _ text: SourceText, id: SourceID, vocabulary: Vocabulary
  ) -> (source: ParsedSource, expression: RowExpression?) {
    let lexed = Lexer.lex(text, id: id, words: vocabulary.words)
    var parser = Parser(
      lexed, text: text, id: id, vocabulary: vocabulary, boundNames: [], isPrompt: false)
    parser.ignoresNewlines = true
    var expression: RowExpression?
    do throws(Abandon) {
      let value = try parser.parseExpression()
      guard parser.at(.end) else { throw parser.fail(expected: "the end of the condition") }
      expression = parser.rowExpression(value)
    } catch {
      // Reported where it was met.
    }
    parser.output.problems = parser.settledProblems(with: lexed)
    return (parser.output, parser.output.problems.isEmpty ? expression : nil)
  }

  private init(
    _ lexed: LexedSource, text: SourceText, id: SourceID, vocabulary: Vocabulary, boundNames: Set<String>,
    isPrompt: Bool
  ) {
    self.tokens = lexed.tokens
    self.numbers = lexed.numbers
    self.words = lexed.words
    self.text = text
    self.id = id
    self.vocabulary = vocabulary
    self.isPrompt = isPrompt
    self.output = ParsedSource(id: id, words: lexed.words)
    isBound = words.texts.map { !boundNames.isEmpty && boundNames.contains($0) }
    bindNames()
  }

  /// The lexer's and the parser's problems in the order of the text, without a parser's echo of a lexer's.
  private func settledProblems(with lexed: LexedSource) -> [SyntaxProblem] {
    let lexical = lexed.problems.prefix(Parser.mostProblems)
    guard !lexical.isEmpty else { return output.problems }
    let own = output.problems.filter { problem in
      !lexical.contains { $0.span.lower <= problem.span.upper && problem.span.lower <= $0.span.upper }
    }
    return (lexical + own).sorted { $0.span.lower < $1.span.lower }
  }

  // MARK: Tokens

  /// The index of the token that counts next.
  mutating func settle() -> Int {
    if ignoresNewlines {
      while tokens[position].kind == .newline { position += 1 }
    }
    return position
  }

  var current: Token {
    mutating get { tokens[settle()] }
  }

  mutating func peekKind(_ ahead: Int = 1) -> TokenKind {
    var index = settle()
    for _ in 0..<ahead where tokens[index].kind != .end {
      index += 1
      while ignoresNewlines, tokens[index].kind == .newline { index += 1 }
    }
    return tokens[index].kind
  }

  @discardableResult
  mutating func advance() -> Token {
    let token = current
    if token.kind != .end { position += 1 }
    return token
  }

  mutating func at(_ kind: TokenKind) -> Bool { current.kind == kind }

  mutating func atWord(_ word: WordTable.Word) -> Bool {
    let token = current
    return token.kind == .name && token.index == word
  }

  mutating func take(_ kind: TokenKind) -> Bool {
    guard at(kind) else { return false }
    advance()
    return true
  }

  mutating func skipNewlines() {
    while tokens[position].kind == .newline { position += 1 }
  }

  /// The first token that is no line end.
  func nextOnLaterLine() -> TokenKind {
    var index = position
    while tokens[index].kind == .newline { index += 1 }
    return tokens[index].kind
  }

  func span(_ token: Token) -> SourceSpan {
    SourceSpan(source: id, from: token.lower, to: token.upper)
  }

  func text(of token: Token) -> String {
    if token.kind == .name || token.kind.isKeyword { return words.texts[Int(token.index)] }
    return text.text(Int(token.lower)..<Int(token.upper))
  }

  /// The value of a number's token.
  func number(_ token: Token) -> UInt64 { numbers[Int(token.index)] }

  var boundTexts: [String] { zip(words.texts, isBound).compactMap { $1 ? $0 : nil } }

  func span(from start: Token) -> SourceSpan {
    let last = tokens[max(position - 1, 0)]
    return SourceSpan(source: id, from: start.lower, to: max(last.upper, start.upper))
  }

  /// Whether the next token stands right behind the one before, with no space between.
  func touches(_ index: Int) -> Bool {
    index > 0 && index < tokens.count && tokens[index - 1].upper == tokens[index].lower
  }

  // MARK: Problems

  mutating func report(_ kind: SyntaxProblem.Kind, at span: SourceSpan, other: SourceSpan? = nil) {
    let problem = SyntaxProblem(kind, at: span, other: other)
    // What is given up inside out would be told once for each level.
    guard output.problems.count < Parser.mostProblems, output.problems.last != problem else { return }
    output.problems.append(problem)
  }

  /// Reports what was expected here and gives up the statement. Where the text ends inside a bracket, the bracket is
  /// what is wrong.
  mutating func fail(expected wanted: Wording) -> Abandon {
    let token = current
    let index = position
    if gaveUp { return Abandon(tokenIndex: index) }
    guard token.kind == .end else {
      let found =
        token.kind == .name || token.kind.isKeyword ? "`\(text(of: token))`" : token.kind.wording
      if token.kind == .invalid { return Abandon(tokenIndex: index) }
      if let unclosed = unclosedOnLineBefore() { return abandonUnclosed(unclosed) }
      if closes(token.kind), !open.contains(where: { closes(token.kind, $0.kind) }) {
        report(.unexpectedClosing(text(of: token)), at: span(token))
      } else if let unclosed = open.last, closes(token.kind), !closes(token.kind, unclosed.kind) {
        return abandonUnclosed(unclosed)
      } else if token.kind == .range {
        report(.rangeOutOfPlace, at: span(token))
      } else {
        report(.expected(wanted, found: found), at: span(token))
      }
      return Abandon(tokenIndex: index)
    }
    if let unclosed = open.last {
      output.incomplete = output.incomplete ?? span(tokens[unclosed.index])
      return abandonUnclosed(unclosed)
    }
    if index > 0, Parser.continuesLine(tokens[lastTokenIndex(before: index)].kind) {
      output.incomplete = span(token)
    }
    report(.expected(wanted, found: token.kind.wording), at: span(token))
    return Abandon(tokenIndex: index)
  }

  /// The `(` or `[` that is open although a new line has begun with something that cannot stand in it: the statement
  /// there is not what is wrong.
  private mutating func unclosedOnLineBefore() -> (kind: TokenKind, index: Int)? {
    let index = settle()
    guard let bracket = open.last, bracket.kind != .leftBrace, index > 0, tokens[index - 1].kind == .newline
    else {
      return nil
    }
    return bracket
  }

  /// Reports a word of the language where a name or a value is wanted, and gives up the statement.
  mutating func failReserved() -> Abandon {
    if let unclosed = unclosedOnLineBefore() { return abandonUnclosed(unclosed) }
    report(.reservedWord(text(of: current)), at: span(current))
    return Abandon(tokenIndex: position)
  }

  private func closes(_ kind: TokenKind) -> Bool {
    kind == .rightBrace || kind == .rightBracket || kind == .rightParenthesis
  }

  private func closes(_ closing: TokenKind, _ opening: TokenKind) -> Bool {
    switch opening {
    case .leftBrace: closing == .rightBrace
    case .leftBracket: closing == .rightBracket
    case .leftParenthesis: closing == .rightParenthesis
    default: false
    }
  }

  private mutating func abandonUnclosed(_ bracket: (kind: TokenKind, index: Int)) -> Abandon {
    let token = tokens[bracket.index]
    report(.unclosed(text(of: token)), at: span(token))
    // What stands in a block was read as it came; to read it again as if it stood outside would only raise echoes.
    if bracket.kind == .leftBrace, current.kind == .end { return Abandon(tokenIndex: position) }
    return Abandon(tokenIndex: bracket.index + 1)
  }

  private func lastTokenIndex(before index: Int) -> Int {
    var index = index - 1
    while index > 0, tokens[index].kind == .newline { index -= 1 }
    return index
  }

  /// Whether a line that ends in such a token goes on in the next.
  static func continuesLine(_ kind: TokenKind) -> Bool {
    switch kind {
    case .comma, .pipe, .assign, .coalesce, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual,
      .plus,
      .minus, .star, .slash, .floorSlash, .percent, .ampersand, .regexMatch, .keywordAnd, .keywordOr,
      .keywordNot,
      .keywordIn, .range:
      true
    default: false
    }
  }

  /// Runs `body` one level deeper, refusing what nobody can have meant.
  mutating func nested<Result>(_ body: (inout Parser) throws(Abandon) -> Result) throws(Abandon) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Parser.greatestDepth else {
      if !gaveUp { report(.nestedTooDeeply, at: span(current)) }
      gaveUp = true
      throw Abandon(tokenIndex: tokens.count - 1)
    }
    return try body(&self)
  }

  /// Reads something between brackets, restoring after it what brackets change.
  mutating func bracketed<Result>(
    _ opening: TokenKind, _ closing: TokenKind, ignoresNewlines inside: Bool,
    _ body: (inout Parser) throws(Abandon) -> Result
  ) throws(Abandon) -> Result {
    guard at(opening) else { throw fail(expected: opening.wording) }
    let saved = (ignoresNewlines, bracesOpenBlocks, labels)
    open.append((opening, position))
    defer { (ignoresNewlines, bracesOpenBlocks, labels) = saved }
    advance()
    (ignoresNewlines, bracesOpenBlocks, labels) = (inside, false, [])
    defer { open.removeLast() }
    let result = try nested(body)
    guard at(closing) else { throw fail(expected: closing.wording) }
    advance()
    return result
  }
}
