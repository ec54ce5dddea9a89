// Expressions, by precedence climbing.

import TCBText

extension Parser {
  mutating func parseExpression() throws(Abandon) -> Expression {
    try parseBinary(minimum: .or)
  }

  /// `a..b` stands only where a range means something.
  mutating func parseRangeOrExpression() throws(Abandon) -> Expression {
    let lower = try parseExpression()
    guard take(.range) else { return lower }
    skipNewlines()
    let upper = try parseExpression()
    return try make(
      .range(lower, upper), lower.span.through(upper.span), over: max(lower.height, upper.height))
  }

  /// Loosest first.
  enum Precedence: Int, Comparable {
    case or, and, not, comparison, coalesce, sum, intersection, product, unary

    static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }
    var tighter: Precedence { Precedence(rawValue: rawValue + 1) ?? .unary }
  }

  enum Joint {
    case binary(BinaryOperator)
    case and, or, coalesce
  }

  /// The operator that stands here, unless it is a label of the command being read.
  private mutating func joint() -> (Joint, Precedence)? {
    let token = current
    switch token.kind {
    case .keywordOr: return (.or, .or)
    case .keywordAnd: return (.and, .and)
    case .coalesce: return (.coalesce, .coalesce)
    case .equal: return (.binary(.equal), .comparison)
    case .notEqual: return (.binary(.notEqual), .comparison)
    case .less: return (.binary(.less), .comparison)
    case .lessEqual: return (.binary(.lessEqual), .comparison)
    case .greater: return (.binary(.greater), .comparison)
    case .greaterEqual: return (.binary(.greaterEqual), .comparison)
    case .regexMatch: return (.binary(.matchesRegex), .comparison)
    case .keywordIn: return labels.contains("in") ? nil : (.binary(.isIn), .comparison)
    case .name where token.index == WordTable.matches && !labels.contains("matches"):
      return (.binary(.matchesGlob), .comparison)
    case .plus: return (.binary(.add), .sum)
    case .minus: return (.binary(.subtract), .sum)
    case .ampersand: return (.binary(.intersect), .intersection)
    case .star: return (.binary(.multiply), .product)
    case .slash: return (.binary(.divide), .product)
    case .floorSlash: return (.binary(.floorDivide), .product)
    case .percent: return (.binary(.remainder), .product)
    default: return nil
    }
  }

  private mutating func parseBinary(minimum: Precedence) throws(Abandon) -> Expression {
    var left = try parsePrefix(minimum: minimum)
    while let (joint, precedence) = joint(), precedence >= minimum {
      if precedence == .comparison, isComparison(left), !isInParentheses(left) {
        report(.comparisonsChained, at: span(current))
        throw Abandon(tokenIndex: position)
      }
      advance()
      skipNewlines()
      let right = try parseBinary(minimum: precedence.tighter)
      left = try make(
        joined(joint, left, right), left.span.through(right.span), over: max(left.height, right.height))
    }
    return left
  }

  private func joined(_ joint: Joint, _ left: Expression, _ right: Expression) -> Expression.Kind {
    switch joint {
    case .binary(let operation): .binary(operation, left, right)
    case .and: .and(left, right)
    case .or: .or(left, right)
    case .coalesce: .coalesce(left, right)
    }
  }

  private func isComparison(_ expression: Expression) -> Bool {
    guard case .binary(let operation, _, _) = expression.kind else { return false }
    switch operation {
    case .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .intersect: return false
    default: return true
    }
  }

  /// An expression's span begins at its `(` when it stood in parentheses.
  private func isInParentheses(_ expression: Expression) -> Bool {
    text.bytes.indices.contains(Int(expression.span.lower))
      && text.bytes[Int(expression.span.lower)] == UInt8(ascii: "(")
      && text.bytes[Int(expression.span.upper) - 1] == UInt8(ascii: ")")
  }

  private mutating func parsePrefix(minimum: Precedence) throws(Abandon) -> Expression {
    let start = current
    switch start.kind {
    case .keywordNot where minimum <= .not:
      advance()
      skipNewlines()
      let operand = try nested { parser throws(Abandon) in try parser.parseBinary(minimum: .not) }
      return try make(.not(operand), span(from: start), over: operand.height)
    case .minus:
      advance()
      // The smallest integer has no positive counterpart, so its sign belongs to the literal.
      if at(.integer), number(current) == UInt64(Int64.max) + 1 {
        advance()
        return try make(.integer(Int64.min), span(from: start))
      }
      let operand = try nested { parser throws(Abandon) in try parser.parsePrefix(minimum: .unary) }
      return try make(.negate(operand), span(from: start), over: operand.height)
    default:
      return try parsePostfix()
    }
  }

  private mutating func parsePostfix() throws(Abandon) -> Expression {
    let start = current
    var value = try parsePrimary()
    while true {
      // A bracket at the start of the next line begins something new.
      switch current.kind {
      case .dot:
        value = try parseDot(value, start)
      case .leftBracket where touches(position):
        let index = try bracketed(.leftBracket, .rightBracket, ignoresNewlines: true) {
          parser throws(Abandon) in
          try parser.parseExpression()
        }
        let optional = takeTouching(.question)
        value = try make(
          .index(value, index, optional: optional), span(from: start), over: max(value.height, index.height))
      case .leftParenthesis where touches(position):
        let arguments = try parseArguments()
        value = try make(
          .call(value, arguments), span(from: start), over: max(value.height, tallest(arguments)))
      default:
        return value
      }
    }
  }

  private mutating func takeTouching(_ kind: TokenKind) -> Bool {
    at(kind) && touches(position) ? take(kind) : false
  }

  private mutating func parseDot(_ receiver: Expression, _ start: Token) throws(Abandon) -> Expression {
    advance()
    let token = current
    guard token.kind == .name || token.kind.isKeyword else { throw fail(expected: "the name of a field") }
    advance()
    if at(.leftParenthesis), touches(position) {
      let use = nameUse(token)
      let arguments = try parseArguments()
      return try make(
        .dotCall(receiver, use, arguments), span(from: start), over: max(receiver.height, tallest(arguments)))
    }
    let optional = takeTouching(.question)
    let kind = Expression.Kind.field(
      receiver, name: text(of: token), nameSpan: span(token), optional: optional)
    return try make(kind, span(from: start), over: receiver.height)
  }

  private mutating func parseArguments() throws(Abandon) -> [Expression] {
    try bracketed(.leftParenthesis, .rightParenthesis, ignoresNewlines: true) { parser throws(Abandon) in
      try parser.parseElements(until: .rightParenthesis)
    }
  }

  private mutating func parseElements(until closing: TokenKind) throws(Abandon) -> [Expression] {
    var elements: [Expression] = []
    while !at(closing) {
      if watch.isCancelled(after: 16) { position = tokens.count - 1 }
      elements.append(try parseExpression())
      guard take(.comma) else { break }
    }
    return elements
  }

  // MARK: Primaries

  private mutating func parsePrimary() throws(Abandon) -> Expression {
    let token = current
    switch token.kind {
    case .integer:
      advance()
      if number(token) > UInt64(Int64.max) { report(.numberTooLarge, at: span(token)) }
      return try make(.integer(Int64(truncatingIfNeeded: number(token))), span(token))
    case .float: return try literal(.float(Double(bitPattern: number(token))))
    case .duration: return try literal(.duration(Int64(truncatingIfNeeded: number(token))))
    case .keywordTrue: return try literal(.bool(true))
    case .keywordFalse: return try literal(.bool(false))
    case .keywordNull: return try literal(.null)
    case .rawString: return try literal(.text(rawText(token)))
    case .environmentName: return try literal(.environment(String(text(of: token).dropFirst())))
    case .stringStart: return try parseText()
    case .name:
      advance()
      return try make(.name(nameUse(token)), span(token))
    case .leftParenthesis: return try parseParenthesized()
    case .leftBracket:
      let elements = try bracketed(.leftBracket, .rightBracket, ignoresNewlines: true) {
        parser throws(Abandon) in
        try parser.parseElements(until: .rightBracket)
      }
      return try make(.list(elements), span(from: token), over: tallest(elements))
    case .leftBrace where !bracesOpenBlocks: return try parseRecord()
    case .keywordIf:
      let value = try nested { parser throws(Abandon) in try parser.parseIfElse() }
      return try make(
        .ifElse(value), span(from: token), over: value.branches.reduce(0) { max($0, $1.condition.height) })
    case .keywordTry:
      let value = try nested { parser throws(Abandon) in try parser.parseTryCatch() }
      return try make(.tryCatch(value), span(from: token))
    case .keywordFn:
      advance()
      let function = try nested { parser throws(Abandon) in try parser.parseFunctionLiteral() }
      return try make(
        .function(function), span(from: token),
        over: tallest(function.parameters.lazy.compactMap(\.defaultValue)))
    case .invalid:
      // Reported by the lexer; a placeholder lets the rest of the statement be checked.
      advance()
      return try make(.invalid, span(token))
    default:
      if token.kind.isKeyword { throw failReserved() }
      throw fail(expected: "a value")
    }
  }

  private mutating func literal(_ kind: Expression.Kind) throws(Abandon) -> Expression {
    let token = advance()
    return try make(kind, span(token))
  }

  func rawText(_ token: Token) -> String {
    let quote = UInt8(ascii: "'")
    let inner = text.bytes[(Int(token.lower) + 1)..<(Int(token.upper) - 1)]
    guard inner.contains(quote) else { return String(decoding: inner, as: UTF8.self) }
    var bytes: [UInt8] = []
    var isDoubled = false
    for byte in inner {
      isDoubled = byte == quote && !isDoubled
      // Of two quotes the first.
      if byte != quote || isDoubled { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func parseParenthesized() throws(Abandon) -> Expression {
    let start = current
    let pipeline = try bracketed(.leftParenthesis, .rightParenthesis, ignoresNewlines: true) {
      parser throws(Abandon) in
      try parser.parsePipeline(mayBeUnknownCommand: false)
    }
    if var inner = pipeline.onlyExpression {
      inner.span = span(from: start)
      return inner
    }
    return try make(.pipeline(pipeline), span(from: start))
  }

  private mutating func parseRecord() throws(Abandon) -> Expression {
    let start = current
    output.recordBraces.append(start.lower)
    let entries = try bracketed(.leftBrace, .rightBrace, ignoresNewlines: true) { parser throws(Abandon) in
      var entries: [RecordEntry] = []
      var seen = KeysSeen()
      while !parser.at(.rightBrace) {
        let entry = try parser.parseEntry()
        if let first = seen.add(entry, behind: entries) {
          parser.report(.duplicateKey(entry.key), at: entry.keySpan, other: first)
        }
        entries.append(entry)
        guard parser.take(.comma) else { break }
      }
      return entries
    }
    return try make(.record(entries), span(from: start), over: tallest(entries.lazy.map(\.value)))
  }

  private mutating func parseEntry() throws(Abandon) -> RecordEntry {
    let token = current
    let key: String
    if token.kind == .name || token.kind.isKeyword {
      advance()
      key = text(of: token)
    } else {
      key = try parsePlainText("a key")
    }
    let keySpan = span(from: token)
    guard take(.colon) else { throw fail(expected: "`:`") }
    return RecordEntry(key: key, keySpan: keySpan, value: try parseExpression())
  }

  // MARK: Texts

  private mutating func parseText() throws(Abandon) -> Expression {
    let start = advance()
    var segments: [TextSegment] = []
    var plain = ""
    /// Of the highest interpolated value; nil where there is none.
    var height: Int32?
    while true {
      let token = tokens[position]
      position += token.kind == .end ? 0 : 1
      switch token.kind {
      case .stringChunk:
        let chunk = text.bytes.withUnsafeBufferPointer { unescaped($0, Int(token.lower)..<Int(token.upper)) }
        plain += chunk
        if !chunk.isEmpty { segments.append(.text(chunk)) }
      case .interpolationStart:
        let value = try parseInterpolation(position - 1)
        height = max(height ?? 0, value.height)
        segments.append(.value(value))
      default:
        let kind: Expression.Kind = height == nil ? .text(plain) : .interpolation(segments)
        return try make(kind, span(from: start), over: height ?? 0)
      }
    }
  }

  private mutating func parseInterpolation(_ opening: Int) throws(Abandon) -> Expression {
    let saved = (ignoresNewlines, bracesOpenBlocks, labels)
    defer { (ignoresNewlines, bracesOpenBlocks, labels) = saved }
    (ignoresNewlines, bracesOpenBlocks, labels) = (true, false, [])
    open.append((.interpolationStart, opening))
    defer { open.removeLast() }
    let value = try nested { parser throws(Abandon) in
      let start = parser.current
      let pipeline = try parser.parsePipeline(mayBeUnknownCommand: false)
      if let inner = pipeline.onlyExpression { return inner }
      return try parser.make(.pipeline(pipeline), parser.span(from: start))
    }
    guard at(.interpolationEnd) else { throw fail(expected: "`)`") }
    advance()
    return value
  }

  /// A text without interpolation, for keys, names and patterns.
  mutating func parsePlainText(_ what: Wording) throws(Abandon) -> String {
    let token = current
    switch token.kind {
    case .rawString:
      advance()
      return rawText(token)
    case .stringStart:
      let value = try parseText()
      guard case .text(let plain) = value.kind else {
        report(.expected("\(what) without interpolation", found: "a text with `\\(`"), at: value.span)
        return ""
      }
      return plain
    default: throw fail(expected: what)
    }
  }

  // MARK: Nodes

  func tallest(_ expressions: some Sequence<Expression>) -> Int32 {
    expressions.reduce(0) { max($0, $1.height) }
  }

  /// Makes a node over children of at most that height, refusing a tree too high to walk.
  mutating func make(_ kind: Expression.Kind, _ span: SourceSpan, over height: Int32 = 0) throws(Abandon)
    -> Expression
  {
    guard height < Parser.greatestHeight else {
      report(.nestedTooDeeply, at: SourceSpan(source: id, lower: Int(span.lower), upper: Int(span.lower) + 1))
      throw Abandon(tokenIndex: position)
    }
    return Expression(kind: kind, span: span, height: height + 1)
  }
}

/// The keys of a record met so far. Nearly every record has few, which are looked through.
private struct KeysSeen {
  private var places: [String: SourceSpan] = [:]

  private static let few = 16

  /// Where the key of an entry stood before; `entries` are all that were added.
  mutating func add(_ entry: RecordEntry, behind entries: [RecordEntry]) -> SourceSpan? {
    guard entries.count >= KeysSeen.few else { return entries.last { $0.key == entry.key }?.keySpan }
    if places.isEmpty { for entry in entries { places[entry.key] = entry.keySpan } }
    return places.updateValue(entry.keySpan, forKey: entry.key)
  }
}
