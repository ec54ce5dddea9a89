// JSON strings: their escapes, their UTF-8, and the text they stand for.

import TCBText

extension JSONScanner {
  /// The string ahead, decoded. A lone surrogate is an error: nothing is silently changed (ours).
  package mutating func string() throws(WireError) -> String {
    let start = position &+ 1
    let hasEscapes = try passString()
    let range = start..<(position &- 1)
    if hasEscapes { return String(decoding: try unescaped(range), as: UTF8.self) }
    return String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  /// Steps past the string whose opening quote is ahead and says whether it holds escapes.
  mutating func passString() throws(WireError) -> Bool {
    advance()
    let start = position
    var hasEscapes = false
    var seen: UInt8 = 0
    while true {
      var index = position
      while let word = word(at: index), !word.holdsJSONEscape {
        if word.holdsNonASCII { seen = 0x80 }
        index &+= 8
      }
      while index < bytes.count, bytes[index].standsInString {
        seen |= bytes[index]
        index &+= 1
      }
      position = index
      guard index < bytes.count else { throw expected(.closingQuote) }
      if bytes[index] == Byte.quote { break }
      guard bytes[index] == Byte.backslash else { throw expected(.noControlCharacter) }
      hasEscapes = true
      try passEscape()
    }
    if seen >= 0x80 { try checkUTF8(start..<position) }
    advance()
    return hasEscapes
  }

  /// The eight bytes from `index`, where there are so many.
  @inline(__always)
  private func word(at index: Int) -> UInt64? {
    guard index &+ 8 <= bytes.count else { return nil }
    return UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
  }

  private func checkUTF8(_ range: Range<Int>) throws(WireError) {
    do {
      _ = try UTF8Span(validating: UnsafeBufferPointer(rebasing: bytes[range]).span)
    } catch {
      throw .malformed(at: range.lowerBound + error.byteOffsets.lowerBound, expected: .utf8)
    }
  }

  /// Checks the escape ahead, both halves of a pair, and steps past it.
  private mutating func passEscape() throws(WireError) {
    let start = position
    switch byte(at: start &+ 1) {
    case Byte.quote, Byte.backslash, Byte.slash, UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      position = start &+ 2
    case UInt8(ascii: "u"):
      guard let unit = codeUnit(at: start) else { throw expected(.escape) }
      position = start &+ 6
      guard unit & 0xF800 == 0xD800 else { return }
      guard unit < 0xDC00, let low = codeUnit(at: position), low & 0xFC00 == 0xDC00 else {
        throw .malformed(at: start, expected: .surrogatePair)
      }
      position = start &+ 12
    default: throw expected(.escape)
    }
  }

  /// The UTF-16 code unit of a `\uXXXX` at `index`.
  private func codeUnit(at index: Int) -> UInt32? {
    guard byte(at: index) == Byte.backslash, byte(at: index &+ 1) == UInt8(ascii: "u") else { return nil }
    var unit: UInt32 = 0
    for offset in 2..<6 {
      guard let digit = byte(at: index &+ offset).hexadecimalValue else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  // INVARIANT: passString has been over the range, so that every escape in it is whole.
  func unescaped(_ range: Range<Int>) throws(WireError) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      guard byte == Byte.backslash else {
        text.append(byte)
        index &+= 1
        continue
      }
      index = appendEscape(at: index, to: &text)
    }
    return text
  }

  private func appendEscape(at index: Int, to text: inout [UInt8]) -> Int {
    switch byte(at: index &+ 1) {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): return appendScalar(at: index, to: &text)
    case let byte: text.append(byte)
    }
    return index &+ 2
  }

  private func appendScalar(at index: Int, to text: inout [UInt8]) -> Int {
    var value = codeUnit(at: index) ?? 0xFFFD
    var end = index &+ 6
    if value & 0xFC00 == 0xD800, let low = codeUnit(at: end) {
      value = 0x1_0000 &+ (value & 0x3FF) << 10 &+ (low & 0x3FF)
      end = index &+ 12
    }
    text.append(contentsOf: Unicode.Scalar(value).map { Array(String($0).utf8) } ?? [])
    return end
  }
}

extension UInt8 {
  /// Neither the end of a string, nor an escape, nor a bare control character.
  @inline(__always)
  fileprivate var standsInString: Bool {
    self >= 0x20 && self != Byte.quote && self != Byte.backslash
  }
}
