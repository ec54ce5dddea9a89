// Texts: `"…"` with escapes and interpolations, `'…'` raw. A text ends on the line it began on.

extension Lexer {
  /// Lexes from behind the opening quote, or from behind an interpolation's `)`, to the next `\(` or the closing quote.
  mutating func lexText(from textStart: Int) {
    let start = position
    while position < bytes.count, !isGivenUp() {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        emit(.stringChunk, start, position)
        position += 1
        return emit(.stringEnd, position - 1, position)
      case 0x0A:
        return endUnterminated(textStart, chunk: start)
      case UInt8(ascii: "\\"):
        if byte(1) == UInt8(ascii: "(") { return openInterpolation(textStart, chunk: start) }
        checkEscape()
      default:
        position += 1
      }
    }
    endUnterminated(textStart, chunk: start)
  }

  private mutating func openInterpolation(_ textStart: Int, chunk: Int) {
    emit(.stringChunk, chunk, position)
    guard interpolations.count < Lexer.deepestInterpolation else {
      report(.nestedTooDeeply, position, position + 2)
      position = bytes.count
      interpolations.removeAll()
      emit(.stringEnd, position, position)
      return emit(.invalid, position, position)
    }
    emit(.interpolationStart, position, position + 2)
    position += 2
    interpolations.append((depth: 0, textStart: textStart))
  }

  private mutating func endUnterminated(_ textStart: Int, chunk: Int) {
    emit(.stringChunk, chunk, position)
    report(.unterminatedText, textStart, textStart + 1)
    emit(.stringEnd, position, position)
  }

  /// Steps over one escape, reporting it where it is none.
  private mutating func checkEscape() {
    let start = position
    switch byte(1) {
    case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "\""), UInt8(ascii: "\\"):
      position += 2
    case UInt8(ascii: "u"):
      let (scalar, length) = unicodeEscape(bytes, at: position)
      position += length
      if scalar == nil { report(.badUnicodeEscape, start, position) }
    case 0x0A, 0:
      position += 1
    default:
      position += 2
      while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
      report(.unknownEscape(String(decoding: bytes[start..<position], as: UTF8.self)), start, position)
    }
  }

  mutating func lexRawText() {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] != 0x0A, !isGivenUp() {
      if bytes[position] == UInt8(ascii: "'") {
        guard byte(1) == UInt8(ascii: "'") else {
          position += 1
          return emit(.rawString, start, position)
        }
        position += 1
      }
      position += 1
    }
    report(.unterminatedText, start, start + 1)
    emit(.invalid, start, position)
  }
}

/// Reads `\u{…}` at `start` (which holds the backslash): the scalar, or nil if it is none, and the bytes it takes.
func unicodeEscape(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> (Unicode.Scalar?, length: Int) {
  var index = start + 2
  guard index < bytes.count, bytes[index] == UInt8(ascii: "{") else { return (nil, 2) }
  index += 1
  var value: UInt32 = 0
  var digits = 0
  while index < bytes.count, let digit = hexValue(bytes[index]) {
    value = digits < 8 ? value &* 16 &+ UInt32(digit) : UInt32.max
    digits += 1
    index += 1
  }
  guard index < bytes.count, bytes[index] == UInt8(ascii: "}") else { return (nil, index - start) }
  return (digits > 0 && digits <= 8 ? Unicode.Scalar(value) : nil, index + 1 - start)
}

private func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// The text that a chunk of a `"…"` stands for. Escapes the lexer refused are left as written.
func unescaped(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
  let chunk = UnsafeBufferPointer(rebasing: bytes[range])
  guard chunk.contains(UInt8(ascii: "\\")) else { return String(decoding: chunk, as: UTF8.self) }
  var output: [UInt8] = []
  output.reserveCapacity(range.count)
  var index = range.lowerBound
  while index < range.upperBound {
    guard bytes[index] == UInt8(ascii: "\\"), index + 1 < range.upperBound else {
      output.append(bytes[index])
      index += 1
      continue
    }
    switch bytes[index + 1] {
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      let (scalar, length) = unicodeEscape(bytes, at: index)
      if let scalar { output.append(contentsOf: String(Character(scalar)).utf8) }
      index += length - 2
    default: output.append(bytes[index + 1])
    }
    index += 2
  }
  return String(decoding: output, as: UTF8.self)
}

/// The offset of the first byte that is not part of well-formed UTF-8, or nil.
func invalidUTF8Offset(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
  do throws(UTF8.ValidationError) {
    _ = try UTF8Span(validating: bytes.span)
    return nil
  } catch {
    return error.byteOffsets.lowerBound
  }
}
