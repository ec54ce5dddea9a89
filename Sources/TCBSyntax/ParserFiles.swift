// Statements about whole files: `import`, and `test` blocks.

import TCBText

extension Parser {
  mutating func parseImport() throws(Abandon) -> Import {
    let start = advance()
    if blockDepth > 0 { report(.definitionInBlock("import"), at: span(start)) }
    let token = current
    let known = output.problems.count
    let path = try parsePlainText("the path of a file in quotes")
    if output.problems.count > known { throw Abandon(tokenIndex: position) }
    let pathSpan = span(from: token)
    var alias: NameUse?
    if atWord(WordTable.as) {
      advance()
      alias = try parseName("a name for the file")
    }
    return Import(path: path, pathSpan: pathSpan, alias: alias)
  }

  /// `test NAME {` or `test "…" {` begins a test; `test | show` or `test = 1` does not.
  mutating func isTestStart() -> Bool {
    switch peekKind() {
    case .stringStart, .rawString: true
    case .name: peekKind(2) == .leftBrace
    default: false
    }
  }

  mutating func parseTest() throws(Abandon) -> TestBlock {
    let start = advance()
    if blockDepth > 0 { report(.definitionInBlock("test"), at: span(start)) }
    let scope = newScope()
    let token = current
    guard token.kind == .name else {
      let title = try parsePlainText("the test's name")
      let titleSpan = span(from: token)
      let outer = loopDepth
      loopDepth = 0
      defer { loopDepth = outer }
      let code = TestBlock.Code(block: try parseBlock(), scope: scope)
      return TestBlock(title: title, titleSpan: titleSpan, body: .statements(code))
    }
    let policy = try parseName("a policy")
    let opening = current
    output.definitionBraces.append(opening.lower)
    blockDepth += 1
    defer { blockDepth -= 1 }
    let lines = try bracketed(.leftBrace, .rightBrace, ignoresNewlines: false) { parser throws(Abandon) in
      parser.parseLines { parser throws(Abandon) in try parser.parseDecisionLine() }
    }
    let code = TestBlock.Code(block: Block(statements: [], span: span(from: opening)), scope: scope)
    return TestBlock(title: policy.text, titleSpan: policy.span, body: .policy(policy, code, lines))
  }

  private mutating func parseDecisionLine() throws(Abandon) -> DecisionLine {
    let start = current
    labels = ["max_age", "deny"]
    let file = try parseExpression()
    guard at(.name) else { throw fail(expected: "`max_age` or `deny`") }
    let effect: RuleLine.Effect
    switch text(of: current) {
    case "max_age":
      advance()
      effect = .lifetime(try parseExpression())
    case "deny":
      advance()
      effect = .deny(reason: try parseReason())
    default: throw fail(expected: "`max_age` or `deny`")
    }
    return DecisionLine(file: file, expected: effect, span: span(from: start))
  }
}
