// Source text to tokens. Works on bytes; reports what it cannot read and goes on behind it.

import TCBText

/// The tokens of a source and what was wrong on the way.
package struct LexedSource: Sendable {
  package var tokens: [Token] = []
  package var problems: [SyntaxProblem] = []
  /// What tokens refer to by number.
  package var words: WordTable
  /// An integer's value, or a duration's milliseconds; for a float the bits of the double.
  var numbers: [UInt64] = []
  /// Where comments stand; only where they were asked for.
  package var comments: [Range<Int>] = []
  /// The opening of a text that the source ends in the middle of an interpolation of; such input wants more lines.
  package var openInterpolation: SourceSpan?
}

package struct Lexer {
  let bytes: UnsafeBufferPointer<UInt8>
  let source: SourceID
  var position = 0
  /// The position behind which cancellation is looked at again.
  private var nextLook = 1 << 12
  var output: LexedSource
  /// One entry per open `\(`: how many parentheses are open inside it, and where its text began.
  var interpolations: [(depth: Int, textStart: Int)] = []

  /// Interpolations within interpolations, as deep as anybody can read.
  static let deepestInterpolation = 32

  var keepsComments = false

  package static func lex(
    _ text: SourceText, id: SourceID, words: WordTable = .language, keepingComments: Bool = false
  ) -> LexedSource {
    text.bytes.withUnsafeBufferPointer { bytes in
      var lexer = Lexer(bytes: bytes, source: id, output: LexedSource(words: words))
      lexer.keepsComments = keepingComments
      lexer.output.tokens.reserveCapacity(bytes.count * 2 / 5 + 8)
      if let offset = invalidUTF8Offset(in: bytes) {
        lexer.report(.invalidUTF8, offset, offset + 1)
      } else {
        lexer.run()
      }
      lexer.emit(.end, bytes.count, bytes.count)
      return lexer.output
    }
  }

  mutating func run() {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    while position < bytes.count, !isGivenUp() { lexToken() }
    if let open = interpolations.first {
      output.openInterpolation = span(open.textStart, open.textStart + 1)
    }
  }

  /// Whether nobody wants the tokens any more: looked at every 64 KiB of text, inside of a long token too. The rest of the text is
  /// then left out.
  @inline(__always)
  mutating func isGivenUp() -> Bool { position >= nextLook && looksGivenUp() }

  @inline(never)
  private mutating func looksGivenUp() -> Bool {
    nextLook = position + 1 << 16
    guard Task.isCancelled else { return false }
    position = bytes.count
    return true
  }

  func byte(_ ahead: Int = 0) -> UInt8 {
    let index = position + ahead
    return index < bytes.count ? bytes[index] : 0
  }

  func span(_ lower: Int, _ upper: Int) -> SourceSpan {
    SourceSpan(source: source, lower: lower, upper: min(upper, bytes.count))
  }

  mutating func emit(_ kind: TokenKind, _ lower: Int, _ upper: Int, word: WordTable.Word = 0) {
    output.tokens.append(Token(kind, lower, upper, index: word))
  }

  mutating func emit(_ kind: TokenKind, _ lower: Int, _ upper: Int, number: UInt64) {
    output.numbers.append(number)
    output.tokens.append(Token(kind, lower, upper, index: UInt32(clamping: output.numbers.count - 1)))
  }

  mutating func report(_ kind: SyntaxProblem.Kind, _ lower: Int, _ upper: Int) {
    output.problems.append(SyntaxProblem(kind, at: span(lower, upper)))
  }

  private mutating func lexToken() {
    let start = position
    let first = byte()
    switch first {
    case 0x20, 0x09, 0x0D:
      position += 1
    case 0x0A:
      position += 1
      emit(.newline, start, position)
    case UInt8(ascii: "#"):
      while position < bytes.count, bytes[position] != 0x0A, !isGivenUp() { position += 1 }
      if keepsComments { output.comments.append(start..<position) }
    case UInt8(ascii: "\""):
      position += 1
      emit(.stringStart, start, position)
      lexText(from: start)
    case UInt8(ascii: "'"):
      lexRawText()
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      lexNumber()
    case UInt8(ascii: "$"):
      lexEnvironmentName()
    default:
      if isNameStart(first) { lexName() } else { lexPunctuation() }
    }
  }

  private mutating func lexName() {
    let start = position
    while isNamePart(byte()), position < bytes.count, !isGivenUp() { position += 1 }
    let word = output.words.number(UnsafeBufferPointer(rebasing: bytes[start..<position]))
    emit(TokenKind.ofWord(word), start, position, word: word)
  }

  private mutating func lexEnvironmentName() {
    let start = position
    position += 1
    guard isNameStart(byte()) else {
      report(.dollarWithoutName, start, position)
      return emit(.invalid, start, position)
    }
    while isNamePart(byte()), position < bytes.count, !isGivenUp() { position += 1 }
    emit(.environmentName, start, position)
  }

  private mutating func lexPunctuation() {
    let start = position
    let (kind, length) = punctuation()
    guard let kind else { return lexUnknown() }
    position += length
    if kind == .leftParenthesis, !interpolations.isEmpty {
      interpolations[interpolations.count - 1].depth += 1
    }
    if kind == .rightParenthesis, let open = interpolations.last {
      if open.depth == 0 {
        interpolations.removeLast()
        emit(.interpolationEnd, start, position)
        return lexText(from: open.textStart)
      }
      interpolations[interpolations.count - 1].depth -= 1
    }
    emit(kind, start, position)
  }

  @inline(__always)
  private func punctuation() -> (TokenKind?, Int) {
    let next = byte(1)
    switch byte() {
    case UInt8(ascii: "("): return (.leftParenthesis, 1)
    case UInt8(ascii: ")"): return (.rightParenthesis, 1)
    case UInt8(ascii: "["): return (.leftBracket, 1)
    case UInt8(ascii: "]"): return (.rightBracket, 1)
    case UInt8(ascii: "{"): return (.leftBrace, 1)
    case UInt8(ascii: "}"): return (.rightBrace, 1)
    case UInt8(ascii: ","): return (.comma, 1)
    case UInt8(ascii: ";"): return (.semicolon, 1)
    case UInt8(ascii: ":"): return (.colon, 1)
    case UInt8(ascii: "|"): return (.pipe, 1)
    case UInt8(ascii: "."): return next == UInt8(ascii: ".") ? (.range, 2) : (.dot, 1)
    case UInt8(ascii: "?"): return next == UInt8(ascii: "?") ? (.coalesce, 2) : (.question, 1)
    case UInt8(ascii: "="):
      if next == UInt8(ascii: "=") { return (.equal, 2) }
      return next == UInt8(ascii: "~") ? (.regexMatch, 2) : (.assign, 1)
    case UInt8(ascii: "!"): return next == UInt8(ascii: "=") ? (.notEqual, 2) : (nil, 1)
    case UInt8(ascii: "<"): return next == UInt8(ascii: "=") ? (.lessEqual, 2) : (.less, 1)
    case UInt8(ascii: ">"): return next == UInt8(ascii: "=") ? (.greaterEqual, 2) : (.greater, 1)
    case UInt8(ascii: "+"): return (.plus, 1)
    case UInt8(ascii: "-"): return (.minus, 1)
    case UInt8(ascii: "*"): return (.star, 1)
    case UInt8(ascii: "/"): return next == UInt8(ascii: "/") ? (.floorSlash, 2) : (.slash, 1)
    case UInt8(ascii: "%"): return (.percent, 1)
    case UInt8(ascii: "&"): return (.ampersand, 1)
    default: return (nil, 1)
    }
  }

  /// Characters that belong to no token: a run of them is one problem.
  private mutating func lexUnknown() {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] >= 0x80, !isGivenUp() { position += 1 }
    report(.unknownCharacter(String(decoding: bytes[start..<position], as: UTF8.self)), start, position)
    emit(.invalid, start, position)
  }
}

func isNameStart(_ byte: UInt8) -> Bool {
  (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
}

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
