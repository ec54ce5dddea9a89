// Statements, blocks, and how parsing goes on behind a problem.

import TCBText

extension Parser {
  mutating func parseTopLevel() {
    while true {
      var statements: [Statement] = []
      parseStatements(into: &statements)
      output.statements += statements
      guard current.kind != .end else { break }
      // Only a closing bracket that nothing opened stops the statements before the end.
      let token = advance()
      report(.unexpectedClosing(text(of: token)), at: span(token))
    }
  }

  /// Statements up to a `}` or the end.
  mutating func parseStatements(into statements: inout [Statement]) {
    while true {
      while at(.newline) || at(.semicolon) { advance() }
      let start = position
      if at(.end) || at(.rightBrace) { return }
      if watch.isCancelled(after: 16) {
        position = tokens.count - 1
        return
      }
      let context = (ignoresNewlines, bracesOpenBlocks, labels, open.count, depth)
      do throws(Abandon) {
        statements.append(try parseStatement())
        guard at(.newline) || at(.semicolon) || at(.end) || at(.rightBrace) else {
          throw fail(expected: "the end of the statement")
        }
      } catch {
        (ignoresNewlines, bracesOpenBlocks, labels) = (context.0, context.1, context.2)
        open.removeLast(max(0, open.count - context.3))
        depth = context.4
        recoveries += 1
        // Finding where to go on may take a look at all the rest, which is not done for ever.
        guard recoveries < Parser.mostProblems else {
          position = tokens.count - 1
          return
        }
        recover(from: start, after: error.tokenIndex)
      }
    }
  }

  /// Goes to the end of the statement that began at `start` and went wrong at `failure`: the first line end outside
  /// the braces it opened, or the `}` of the block around it.
  private mutating func recover(from start: Int, after failure: Int) {
    if failure > start, Parser.startsOnlyStatements(tokens[failure].kind),
      tokens[failure - 1].kind == .newline
    {
      // What went wrong is that the line before ends too soon.
      position = failure
      return
    }
    var braces = 0
    var index = start
    while tokens[index].kind != .end {
      switch tokens[index].kind {
      case .leftBrace: braces += 1
      case .rightBrace:
        if braces == 0, blockDepth > 0, index >= failure {
          position = index
          return
        }
        braces = max(0, braces - 1)
      case .newline, .semicolon:
        if braces == 0, index >= failure {
          position = index
          return
        }
      default: break
      }
      index += 1
    }
    // The braces never balance: the rest of the first wrong line is given up, and what follows is tried.
    position = min(max(failure, start), tokens.count - 1)
    while tokens[position].kind != .end, tokens[position].kind != .newline { position += 1 }
  }

  mutating func parseBlock() throws(Abandon) -> Block {
    let start = current
    blockDepth += 1
    defer { blockDepth -= 1 }
    let statements = try bracketed(.leftBrace, .rightBrace, ignoresNewlines: false) {
      parser throws(Abandon) in
      var statements: [Statement] = []
      parser.parseStatements(into: &statements)
      return statements
    }
    return Block(statements: statements, span: span(from: start))
  }

  mutating func parseStatement() throws(Abandon) -> Statement {
    let start = current
    let kind = try parseStatementKind(start)
    return Statement(kind: kind, span: span(from: start))
  }

  private mutating func parseStatementKind(_ start: Token) throws(Abandon) -> Statement.Kind {
    switch start.kind {
    case .keywordLet, .keywordVar: return try parseBinding(isVariable: start.kind == .keywordVar)
    case .keywordFn where peekKind() != .leftParenthesis: return .function(try parseFunction())
    case .keywordIf: return .ifElse(try parseIfElse())
    case .keywordTry: return .tryCatch(try parseTryCatch())
    case .keywordImport: return .importFile(try parseImport())
    case .keywordFor: return .forLoop(try parseFor())
    case .keywordWhile: return try parseWhile()
    case .keywordBreak, .keywordContinue:
      advance()
      if loopDepth == 0 { report(.statementOutsideLoop(text(of: start)), at: span(start)) }
      return start.kind == .keywordBreak ? .breakLoop : .continueLoop
    case .keywordReturn: return try parseReturn()
    case .keywordCatch, .keywordElse:
      report(.reservedWord(text(of: start)), at: span(start))
      throw Abandon(tokenIndex: position)
    case .name:
      if let signature = vocabulary.definition(start.index), isDefinitionStart() {
        return .definition(try parseDefinition(signature))
      }
      if start.index == WordTable.test, isTestStart() { return .test(try parseTest()) }
      return try parsePipelineStatement()
    default: return try parsePipelineStatement()
    }
  }

  /// `env NAME` begins a definition; `env | show` or `env = 1` does not.
  private mutating func isDefinitionStart() -> Bool {
    switch peekKind() {
    case .name: true
    case .newline, .end, .semicolon: !isBound[Int(current.index)]
    default: false
    }
  }

  mutating func parseName(_ what: Wording) throws(Abandon) -> NameUse {
    let token = current
    guard token.kind == .name else {
      if token.kind.isKeyword { throw failReserved() }
      throw fail(expected: what)
    }
    advance()
    return nameUse(token)
  }

  mutating func nameUse(_ token: Token) -> NameUse {
    output.nameCount += 1
    return NameUse(text: text(of: token), span: span(token), word: token.index, id: output.nameCount - 1)
  }

  private mutating func parseBinding(isVariable: Bool) throws(Abandon) -> Statement.Kind {
    advance()
    let name = try parseName("a name")
    guard take(.assign) else { throw fail(expected: "`=`") }
    return .binding(name, isVariable: isVariable, try parseValue())
  }

  /// What stands behind `=` or `return`: a pipeline, perhaps on the next line.
  private mutating func parseValue() throws(Abandon) -> Pipeline {
    skipNewlines()
    return try parsePipeline(mayBeUnknownCommand: false)
  }

  private mutating func parseFunction() throws(Abandon) -> FunctionDefinition {
    let keyword = advance()
    if blockDepth > 0 { report(.definitionInBlock("fn"), at: span(keyword)) }
    let name = try parseName("the function's name")
    return FunctionDefinition(name: name, function: try parseFunctionLiteral())
  }

  /// The parameters and the body of a function.
  mutating func parseFunctionLiteral() throws(Abandon) -> FunctionLiteral {
    let scope = newScope()
    let parameters = try bracketed(.leftParenthesis, .rightParenthesis, ignoresNewlines: true) {
      parser throws(Abandon) in
      var parameters: [FunctionParameter] = []
      while !parser.at(.rightParenthesis) {
        let name = try parser.parseName("a parameter")
        let defaultValue = parser.take(.assign) ? try parser.parseExpression() : nil
        if defaultValue == nil, parameters.last?.defaultValue != nil {
          parser.report(.parameterAfterDefault(name.text), at: name.span)
        }
        parameters.append(FunctionParameter(name: name, defaultValue: defaultValue))
        guard parser.take(.comma) else { break }
      }
      return parameters
    }
    let outer = (functionDepth, loopDepth)
    (functionDepth, loopDepth) = (functionDepth + 1, 0)
    defer { (functionDepth, loopDepth) = outer }
    return FunctionLiteral(parameters: parameters, body: try parseBlock(), scope: scope)
  }

  mutating func parseTryCatch() throws(Abandon) -> TryCatch {
    let start = advance()
    let body = try parseBlock()
    if at(.newline), nextOnLaterLine() == .keywordCatch {
      // Only the line is wrong; what follows is read as it was meant.
      report(.expected("`catch` on the line of the `}`", found: current.kind.wording), at: span(current))
      skipNewlines()
    }
    guard take(.keywordCatch) else { throw fail(expected: "`catch`") }
    let name = try parseName("a name for the error")
    return TryCatch(body: body, name: name, handler: try parseBlock(), span: span(from: start))
  }

  /// An expression in a head, where `{` opens the block.
  private mutating func parseHead() throws(Abandon) -> Expression {
    let saved = bracesOpenBlocks
    bracesOpenBlocks = true
    defer { bracesOpenBlocks = saved }
    return try parseExpression()
  }

  mutating func parseIfElse() throws(Abandon) -> IfElse {
    let start = advance()
    var result = IfElse(branches: [], otherwise: nil, span: span(start))
    let condition = try parseHead()
    result.branches.append((condition, try parseBlock()))
    while take(.keywordElse) {
      if take(.keywordIf) {
        let condition = try parseHead()
        result.branches.append((condition, try parseBlock()))
      } else {
        result.otherwise = try parseBlock()
        break
      }
    }
    result.span = span(from: start)
    return result
  }

  private mutating func parseFor() throws(Abandon) -> ForLoop {
    advance()
    var names = [try parseName("a name for the element")]
    if take(.comma) { names.append(try parseName("a name for the value")) }
    guard take(.keywordIn) else { throw fail(expected: "`in`") }
    let saved = bracesOpenBlocks
    bracesOpenBlocks = true
    let sequence: Expression
    do throws(Abandon) {
      sequence = try parseRangeOrExpression()
      bracesOpenBlocks = saved
    } catch {
      bracesOpenBlocks = saved
      throw error
    }
    loopDepth += 1
    defer { loopDepth -= 1 }
    return ForLoop(names: names, sequence: sequence, body: try parseBlock())
  }

  private mutating func parseWhile() throws(Abandon) -> Statement.Kind {
    advance()
    let condition = try parseHead()
    loopDepth += 1
    defer { loopDepth -= 1 }
    return .whileLoop(condition, try parseBlock())
  }

  private mutating func parseReturn() throws(Abandon) -> Statement.Kind {
    let keyword = advance()
    if functionDepth == 0 { report(.returnOutsideFunction, at: span(keyword)) }
    if at(.newline) || at(.semicolon) || at(.rightBrace) || at(.end) { return .returnValue(nil) }
    return .returnValue(try parsePipeline(mayBeUnknownCommand: false))
  }

  private mutating func parsePipelineStatement() throws(Abandon) -> Statement.Kind {
    let pipeline = try parsePipeline(mayBeUnknownCommand: true)
    guard at(.assign) else { return .pipeline(pipeline) }
    guard let target = pipeline.onlyExpression else {
      report(.notAssignable, at: pipeline.span)
      throw Abandon(tokenIndex: position)
    }
    advance()
    if !isAssignable(target) { report(.notAssignable, at: target.span) }
    return .assignment(target, try parseValue())
  }

  private func isAssignable(_ target: Expression) -> Bool {
    switch target.kind {
    case .name: true
    case .field(let base, _, _, optional: false), .index(let base, _, optional: false): isAssignable(base)
    default: false
    }
  }

  /// Marks every name that this text binds anywhere: at a pipeline's start these are values, not commands.
  mutating func bindNames() {
    // Not asked of the parser at every token, of which a text has one in four bytes.
    let tokens = tokens
    var next = tokens[0]
    for index in 1..<max(tokens.count, 1) {
      let token = next
      next = tokens[index]
      if token.kind == .keywordFn, next.kind == .leftParenthesis {
        bindParameters(from: index)
      }
      guard next.kind == .name else { continue }
      switch token.kind {
      case .keywordLet, .keywordVar, .keywordFor: bind(next)
      case .keywordFn:
        bind(next)
        bindParameters(from: index + 1)
      case .keywordCatch: bind(next)
      case .name where token.index == WordTable.as: bind(next)
      case .name where vocabulary.definition(token.index) != nil:
        if index < 2 || Parser.startsStatement(behind: tokens[index - 2].kind) { bind(next) }
      case .comma:
        // `for key, value in`
        if index >= 3, tokens[index - 3].kind == .keywordFor { bind(next) }
      default: break
      }
    }
  }

  /// Whether a token is nothing but the beginning of a statement. `if`, `try` and `fn` are values too.
  private static func startsOnlyStatements(_ kind: TokenKind) -> Bool {
    switch kind {
    case .keywordLet, .keywordVar, .keywordFor, .keywordWhile, .keywordReturn, .keywordBreak,
      .keywordContinue,
      .keywordImport:
      true
    default: false
    }
  }

  private static func startsStatement(behind kind: TokenKind) -> Bool {
    kind == .newline || kind == .semicolon || kind == .leftBrace
  }

  private mutating func bind(_ name: Token) { isBound[Int(name.index)] = true }

  /// The names of the parameters whose `(` is at `opening`. Where no `)` closes them they end with what no parameter holds, so that
  /// what stands behind is not taken for more of them.
  private mutating func bindParameters(from opening: Int) {
    guard opening < tokens.count, tokens[opening].kind == .leftParenthesis else { return }
    var depth = 0
    var index = opening
    while index < tokens.count {
      switch tokens[index].kind {
      case .leftBrace where depth == 1 && tokens[index - 1].kind == .name: return
      case _ where depth == 1 && Parser.startsOnlyStatements(tokens[index].kind): return
      case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
      case .rightParenthesis, .rightBracket, .rightBrace: depth -= 1
      case .name where depth == 1:
        let before = tokens[index - 1].kind
        if before == .leftParenthesis || before == .comma || before == .newline {
          bind(tokens[index])
        }
      case .end, .semicolon: return
      default: break
      }
      if depth == 0 { return }
      index += 1
    }
  }
}
