// The words of the language.

import TCBText

package enum TokenKind: UInt8, Sendable {
  case name
  case integer, float, duration
  /// `'raw text'`, quotes included in the span.
  case rawString
  /// `"`, then chunks and interpolations, then `stringEnd`.
  case stringStart, stringChunk, interpolationStart, interpolationEnd, stringEnd
  /// `$NAME`, the dollar included in the span.
  case environmentName
  case newline, semicolon
  case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, colon, dot, range, question, coalesce, pipe
  case assign, equal, notEqual, less, lessEqual, greater, greaterEqual, regexMatch
  case plus, minus, star, slash, floorSlash, percent, ampersand
  case keywordLet, keywordVar, keywordFn, keywordIf, keywordElse, keywordFor, keywordIn, keywordWhile,
    keywordBreak
  case keywordContinue, keywordReturn, keywordTry, keywordCatch, keywordImport, keywordAnd, keywordOr,
    keywordNot
  case keywordTrue, keywordFalse, keywordNull
  /// Something the lexer has already reported; the parser passes over it in silence.
  case invalid
  case end
}

package struct Token: Sendable {
  package var kind: TokenKind
  package var lower: UInt32
  package var upper: UInt32
  /// Of a name or a keyword its number among the words of the source, of a number its place among the numbers.
  package var index: UInt32 = 0

  init(_ kind: TokenKind, _ lower: Int, _ upper: Int, index: UInt32 = 0) {
    self.kind = kind
    self.lower = UInt32(clamping: lower)
    self.upper = UInt32(clamping: upper)
    self.index = index
  }
}

extension TokenKind {
  /// How the token is named in a message.
  var wording: Wording {
    switch self {
    case .name: "a name"
    case .integer, .float: "a number"
    case .duration: "a duration"
    case .rawString, .stringStart, .stringChunk, .stringEnd: "a text"
    case .interpolationStart: "`\\(`"
    case .environmentName: "an environment variable"
    case .newline: "the end of the line"
    case .semicolon: "`;`"
    case .leftParenthesis: "`(`"
    case .rightParenthesis, .interpolationEnd: "`)`"
    case .leftBracket: "`[`"
    case .rightBracket: "`]`"
    case .leftBrace: "`{`"
    case .rightBrace: "`}`"
    case .comma: "`,`"
    case .pipe: "`|`"
    case .assign: "`=`"
    case .invalid: "this"
    case .end: "the end of the text"
    default: "`\(TokenKind.fixedText[self] ?? "this")`"
    }
  }

  static let fixedText: [TokenKind: String] = [
    .colon: ":", .dot: ".", .range: "..", .question: "?", .coalesce: "??", .equal: "==", .notEqual: "!=",
    .less: "<",
    .lessEqual: "<=", .greater: ">", .greaterEqual: ">=", .regexMatch: "=~", .plus: "+", .minus: "-",
    .star: "*",
    .slash: "/", .floorSlash: "//", .percent: "%", .ampersand: "&",
  ].merging(keywordsByKind) { first, _ in first }

  /// In the order of their kinds, which is that of their numbers in a ``WordTable``.
  static let keywords: KeyValuePairs<String, TokenKind> = [
    "let": .keywordLet, "var": .keywordVar, "fn": .keywordFn, "if": .keywordIf, "else": .keywordElse,
    "for": .keywordFor, "in": .keywordIn, "while": .keywordWhile, "break": .keywordBreak,
    "continue": .keywordContinue, "return": .keywordReturn, "try": .keywordTry, "catch": .keywordCatch,
    "import": .keywordImport, "and": .keywordAnd, "or": .keywordOr, "not": .keywordNot, "true": .keywordTrue,
    "false": .keywordFalse, "null": .keywordNull,
  ]

  private static let keywordsByKind = Dictionary(uniqueKeysWithValues: keywords.map { ($0.value, $0.key) })

  var isKeyword: Bool {
    rawValue >= TokenKind.keywordLet.rawValue && rawValue <= TokenKind.keywordNull.rawValue
  }

  /// The kind of the word of that number.
  static func ofWord(_ word: WordTable.Word) -> TokenKind {
    guard word < WordTable.keywordCount else { return .name }
    return TokenKind(rawValue: keywordLet.rawValue + UInt8(word)) ?? .name
  }
}
