// Values of no interest: stepped over with their grammar checked, without recursion.

extension JSONScanner {
  /// Steps past the value ahead, whatever it is, checking its grammar.
  package mutating func skipValue() throws(WireError) {
    // One bit for each open bracket, the innermost lowest: 1 is an object.
    var brackets: UInt128 = 0
    var depth = 0
    repeat {
      let opened = try skipStart(&brackets, &depth)
      if !opened { try skipEnds(&brackets, &depth) }
    } while depth > 0
  }

  /// Steps past a scalar or an empty bracket (false), or into a bracket up to its first value (true).
  private mutating func skipStart(_ brackets: inout UInt128, _ depth: inout Int) throws(WireError) -> Bool {
    skipWhitespace()
    switch current {
    case Byte.quote: _ = try passString()
    case Byte.openBrace, Byte.openBracket:
      let isObject = current == Byte.openBrace
      guard depth < JSONScanner.nestingLimit else { throw expected(.noDeeperNesting) }
      advance()
      skipWhitespace()
      if current == (isObject ? Byte.closeBrace : Byte.closeBracket) {
        advance()
        return false
      }
      brackets = brackets << 1 | (isObject ? 1 : 0)
      depth += 1
      if isObject { try key() }
      return true
    case UInt8(ascii: "t"): try passLiteral("true")
    case UInt8(ascii: "f"): try passLiteral("false")
    case UInt8(ascii: "n"): try passLiteral("null")
    case Byte.minus, 0x30...0x39: _ = try passNumber()
    default: throw expected(.value)
    }
    return false
  }

  /// After a value: closes every bracket that ends here, then steps to the next value of one that goes on.
  private mutating func skipEnds(_ brackets: inout UInt128, _ depth: inout Int) throws(WireError) {
    while depth > 0 {
      skipWhitespace()
      let isObject = brackets & 1 == 1
      if current == Byte.comma {
        advance()
        skipWhitespace()
        if isObject { try key() }
        return
      }
      guard current == (isObject ? Byte.closeBrace : Byte.closeBracket) else {
        throw expected(isObject ? .commaOrBrace : .commaOrBracket)
      }
      advance()
      brackets >>= 1
      depth -= 1
    }
  }
}
