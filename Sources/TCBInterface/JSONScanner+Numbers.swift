// JSON numbers and literals.

extension JSONScanner {
  /// The number ahead; nil where it is not whole or does not fit 64 bits.
  package mutating func wholeNumber() throws(WireError) -> Int64? {
    let start = position
    let isPlain = try passNumber()
    let digits = UnsafeBufferPointer(rebasing: bytes[start..<position])
    let text = String(decoding: digits, as: UTF8.self)
    return isPlain ? Int64(text) : Double(text).flatMap { Int64(exactly: $0) }
  }

  /// Steps past the number ahead; true where it has neither fraction nor exponent.
  mutating func passNumber() throws(WireError) -> Bool {
    if current == Byte.minus { advance() }
    if current == Byte.zero {
      advance()
    } else {
      try passDigits()
    }
    var isPlain = true
    if current == Byte.dot {
      isPlain = false
      advance()
      try passDigits()
    }
    if current | 0x20 == UInt8(ascii: "e") {
      isPlain = false
      advance()
      if current == Byte.plus || current == Byte.minus { advance() }
      try passDigits()
    }
    return isPlain
  }

  private mutating func passDigits() throws(WireError) {
    guard current.isASCIIDigit else { throw expected(.digit) }
    while current.isASCIIDigit { advance() }
  }

  package mutating func skipNull() throws(WireError) -> Bool {
    guard current == UInt8(ascii: "n") else { return false }
    try passLiteral("null")
    return true
  }

  mutating func passLiteral(_ literal: StaticString) throws(WireError) {
    let matches = literal.withUTF8Buffer { literal in
      literal.indices.allSatisfy { byte(at: position &+ $0) == literal[$0] }
    }
    guard matches else { throw expected(.value) }
    position &+= literal.utf8CodeUnitCount
  }
}
