// Definitions: `env`, `token`, `files` by their signatures; the lines of a `policy`.

import TCBText

extension Parser {
  mutating func parseDefinition(_ signature: DefinitionSignature) throws(Abandon) -> Definition {
    let start = advance()
    if blockDepth > 0 { report(.definitionInBlock(signature.keyword), at: span(start)) }
    let name = try parseName("the name of this \(signature.keyword)")
    var definition = Definition(signature: signature, name: name, span: name.span, head: [], body: .none)
    if case .pipeline = signature.body, take(.assign) {
      skipNewlines()
      definition.body = .pipeline(try parsePipeline(mayBeUnknownCommand: false))
    } else {
      definition.head = try parseClauses(signature.head, in: signature.keyword) { parser in
        parser.at(.leftBrace) || parser.at(.newline) || parser.at(.semicolon) || parser.at(.end)
          || parser.at(.rightBrace)
      }
      definition.body = try parseBody(definition)
    }
    definition.span = span(from: start)
    return definition
  }

  private mutating func parseBody(_ definition: Definition) throws(Abandon) -> Definition.Body {
    let signature = definition.signature
    switch signature.body {
    case .none, .pipeline: return .none
    case .clauses(let clauses):
      return .clauses(try parseClauseBlock(clauses, in: signature.keyword, at: definition.name.span))
    // Rules may all come from elsewhere.
    case .policy where !at(.leftBrace) && definition.clause("from") != nil: return .policy([])
    case .policy:
      output.definitionBraces.append(current.lower)
      blockDepth += 1
      defer { blockDepth -= 1 }
      return .policy(
        try bracketed(.leftBrace, .rightBrace, ignoresNewlines: false) { parser throws(Abandon) in
          parser.parsePolicyLines()
        })
    }
  }

  private mutating func parseClauseBlock(
    _ signatures: [ClauseSignature], in definition: String, at place: SourceSpan
  ) throws(Abandon) -> [Clause] {
    output.definitionBraces.append(current.lower)
    blockDepth += 1
    defer { blockDepth -= 1 }
    return try bracketed(.leftBrace, .rightBrace, ignoresNewlines: false) { parser throws(Abandon) in
      var clauses: [Clause] = []
      // Of a block with a mistake in it nobody can say what it lacks.
      var isUnderstood = true
      while !parser.at(.rightBrace), !parser.at(.end) {
        let start = parser.position
        let brackets = parser.open.count
        do throws(Abandon) {
          clauses += try parser.parseClauses(signatures, in: definition, already: clauses) { parser in
            parser.at(.rightBrace) || parser.at(.newline) || parser.at(.semicolon) || parser.at(.end)
          }
        } catch {
          parser.open.removeLast(max(0, parser.open.count - brackets))
          if parser.at(.end) { throw error }
          isUnderstood = false
          parser.recoverLine(from: start, after: error.tokenIndex)
        }
        while parser.at(.newline) || parser.at(.semicolon) { parser.advance() }
      }
      if isUnderstood, parser.at(.rightBrace) {
        parser.checkClauses(clauses, signatures, in: definition, at: place)
      }
      return clauses
    }
  }

  private mutating func checkClauses(
    _ clauses: [Clause], _ signatures: [ClauseSignature], in definition: String, at place: SourceSpan
  ) {
    for signature in signatures
    where signature.isRequired && !clauses.contains(where: { $0.word == signature.word }) {
      report(.missingClause(signature.word, of: definition), at: place)
    }
  }

  /// Goes to the end of the line that began at `start`, minding braces it opened.
  private mutating func recoverLine(from start: Int, after failure: Int) {
    var braces = 0
    var index = start
    while tokens[index].kind != .end {
      let kind = tokens[index].kind
      if braces == 0, index >= failure, kind == .newline || kind == .semicolon || kind == .rightBrace {
        break
      }
      if kind == .leftBrace { braces += 1 }
      if kind == .rightBrace { braces = max(0, braces - 1) }
      index += 1
    }
    position = index
  }

  /// Clauses on one line, up to where `ends` says.
  private mutating func parseClauses(
    _ signatures: [ClauseSignature], in definition: String, already: [Clause] = [],
    until ends: (inout Parser) -> Bool
  ) throws(Abandon) -> [Clause] {
    var clauses: [Clause] = []
    let saved = labels
    defer { labels = saved }
    labels = signatures.map(\.word)
    while !ends(&self) {
      let token = current
      guard token.kind == .name || token.kind.isKeyword else {
        throw fail(expected: "a clause of \(definition)")
      }
      let word = text(of: token)
      guard let signature = signatures.first(where: { $0.word == word }) else {
        let nearest = NearestName.of(word, among: signatures.map(\.word))
        report(.unknownClause(word, in: definition, nearest: nearest), at: span(token))
        throw Abandon(tokenIndex: position)
      }
      if let first = (already + clauses).first(where: { $0.word == word }) {
        report(.clauseTwice(word, in: definition), at: span(token), other: first.wordSpan)
      }
      advance()
      clauses.append(try parseClauseValues(signature, token, in: definition))
    }
    return clauses
  }

  private mutating func parseClauseValues(
    _ signature: ClauseSignature, _ token: Token, in definition: String
  ) throws(Abandon) -> Clause {
    var clause = Clause(word: signature.word, wordSpan: span(token), literals: [], values: [])
    var forms = signature.forms[...]
    // Literals choose the form; the longest run of them that stands here wins.
    while at(.name) {
      let word = text(of: current)
      let fitting = forms.filter { form in
        guard clause.literals.count < form.count, case .literal(let literal) = form[clause.literals.count]
        else { return false }
        return literal == word
      }
      guard !fitting.isEmpty else { break }
      clause.literals.append(word)
      advance()
      forms = fitting[...]
    }
    let chosen = forms.filter { literalCount($0) == clause.literals.count }
    guard let form = chosen.first, !isMistyped(forms, clause) else { throw failForm(forms, clause) }
    for element in form.dropFirst(clause.literals.count) {
      clause.values.append(try parseClauseValue(element, signature, in: definition, at: clause.wordSpan))
    }
    return clause
  }

  /// Whether a name stands where a value may and is nearly one of the words that may stand there too.
  private mutating func isMistyped(_ forms: ArraySlice<[ClauseElement]>, _ clause: Clause) -> Bool {
    guard at(.name) else { return false }
    let words = literals(of: forms, behind: clause)
    return !words.isEmpty && NearestName.of(text(of: current), among: words) != nil
  }

  /// The words that may stand next.
  private func literals(of forms: ArraySlice<[ClauseElement]>, behind clause: Clause) -> [String] {
    var words: [String] = []
    for form in forms where clause.literals.count < form.count {
      guard case .literal(let word) = form[clause.literals.count], !words.contains(word) else { continue }
      words.append(word)
    }
    return words
  }

  private func literalCount(_ form: [ClauseElement]) -> Int {
    form.prefix { if case .literal = $0 { true } else { false } }.count
  }

  private mutating func failForm(_ forms: ArraySlice<[ClauseElement]>, _ clause: Clause) -> Abandon {
    let words = literals(of: forms, behind: clause)
    let token = current
    guard token.kind == .name else {
      return fail(expected: .oneOf(words))
    }
    let word = text(of: token)
    report(.notOneOf(word, allowed: words, nearest: NearestName.of(word, among: words)), at: span(token))
    return Abandon(tokenIndex: position)
  }

  private mutating func parseClauseValue(
    _ element: ClauseElement, _ signature: ClauseSignature, in definition: String, at place: SourceSpan
  ) throws(Abandon) -> Clause.Value {
    switch element {
    case .literal(let word): throw fail(expected: "`\(word)`")
    case .expression: return .expression(try parseExpression())
    case .name(let what):
      let name = try parseBareOrQuoted("\(what)")
      return .name(text: name.text, span: name.span)
    case .block(let clauses):
      return .block(try parseClauseBlock(clauses, in: definition, at: place))
    }
  }

  // MARK: Policies

  private mutating func parsePolicyLines() -> [PolicyLine] {
    parseLines { parser throws(Abandon) in
      parser.labels = ["max_age", "deny", "tag", "when", "priority"]
      return try parser.parsePolicyLine()
    }
  }

  /// Lines up to a `}`; one that cannot be read is given up alone.
  mutating func parseLines<Line>(_ parseLine: (inout Parser) throws(Abandon) -> Line) -> [Line] {
    var lines: [Line] = []
    let saved = labels
    defer { labels = saved }
    while true {
      while at(.newline) || at(.semicolon) { advance() }
      if at(.rightBrace) || at(.end) { return lines }
      let start = position
      let brackets = open.count
      do throws(Abandon) {
        lines.append(try parseLine(&self))
        guard at(.newline) || at(.semicolon) || at(.rightBrace) else {
          throw fail(expected: "the end of the line")
        }
      } catch {
        open.removeLast(max(0, open.count - brackets))
        if at(.end) { return lines }
        recoverLine(from: start, after: error.tokenIndex)
      }
    }
  }

  private mutating func parsePolicyLine() throws(Abandon) -> PolicyLine {
    let start = current
    let kind: PolicyLine.Kind
    switch start.kind {
    case .name:
      switch text(of: start) {
      case "default": kind = try parseDefault()
      case "limit": kind = try parseLimit()
      default:
        let word = text(of: start)
        let nearest = NearestName.of(word, among: ["default", "limit"])
        report(.unknownClause(word, in: "policy", nearest: nearest), at: span(start))
        throw Abandon(tokenIndex: position)
      }
    default: kind = .rule(try parseRule())
    }
    return PolicyLine(kind: kind, span: span(from: start))
  }

  private mutating func parseDefault() throws(Abandon) -> PolicyLine.Kind {
    advance()
    let token = current
    switch token.kind == .name ? text(of: token) : "" {
    case "max_age":
      advance()
      return .defaultLifetime(try parseExpression())
    case "deny":
      advance()
      return .defaultDeny(reason: try parseReason())
    default: throw fail(expected: "`max_age` or `deny`")
    }
  }

  private mutating func parseLimit() throws(Abandon) -> PolicyLine.Kind {
    advance()
    guard at(.name), text(of: current) == "max_age" else { throw fail(expected: "`max_age`") }
    advance()
    let bounds = try parseRangeOrExpression()
    guard case .range(let lower, let upper) = bounds.kind else {
      report(.expected("a range such as `1m..30d`", found: "one value"), at: bounds.span)
      throw Abandon(tokenIndex: position)
    }
    return .limit(lower, upper)
  }

  /// The reason behind `deny`, if there is one.
  mutating func parseReason() throws(Abandon) -> Expression? {
    switch current.kind {
    case .stringStart, .rawString, .leftParenthesis: try parseExpression()
    default: nil
    }
  }

  private mutating func parseRule() throws(Abandon) -> RuleLine {
    let start = current
    var patterns: [(text: String, span: SourceSpan, isRaw: Bool)] = []
    repeat {
      if !patterns.isEmpty { skipNewlines() }
      patterns.append(try parsePattern())
    } while take(.comma)
    var rule = RuleLine(
      patterns: patterns, effect: .deny(reason: nil), tags: [], condition: nil, priority: nil)
    var seen: [String: SourceSpan] = [:]
    while at(.name) {
      let token = current
      let word = text(of: token)
      guard labels.contains(word) else {
        report(
          .unknownClause(word, in: "rule", nearest: NearestName.of(word, among: labels)), at: span(token))
        throw Abandon(tokenIndex: position)
      }
      let effectKey = word == "max_age" || word == "deny" ? "effect" : word
      if let first = seen.updateValue(span(token), forKey: effectKey) {
        let kind: SyntaxProblem.Kind =
          effectKey == "effect" ? .ruleEffectTwice : .clauseTwice(word, in: "rule")
        report(kind, at: span(token), other: first)
      }
      advance()
      try parseRuleClause(word, into: &rule)
    }
    if seen["effect"] == nil, !at(.invalid) {
      guard at(.newline) || at(.semicolon) || at(.rightBrace) else {
        throw fail(expected: "`max_age` or `deny`")
      }
      report(.ruleWithoutEffect, at: span(from: start))
    }
    return rule
  }

  private mutating func parsePattern() throws(Abandon) -> (text: String, span: SourceSpan, isRaw: Bool) {
    let token = current
    switch token.kind {
    case .rawString:
      advance()
      return (rawText(token), span(token), true)
    case .stringStart:
      let value = try parseExpression()
      guard case .text(let text) = value.kind else {
        report(.patternInterpolated, at: value.span)
        throw Abandon(tokenIndex: position)
      }
      return (text, value.span, false)
    default: throw fail(expected: "a pattern in quotes")
    }
  }

  private mutating func parseRuleClause(_ word: String, into rule: inout RuleLine) throws(Abandon) {
    switch word {
    case "max_age": rule.effect = .lifetime(try parseExpression())
    case "deny": rule.effect = .deny(reason: try parseReason())
    case "when": rule.condition = rowExpression(try parseExpression())
    case "priority": rule.priority = try parseExpression()
    default:
      repeat {
        skipNewlines()
        rule.tags.append(try parseBareOrQuoted("a tag").text)
      } while take(.comma)
    }
  }
}
