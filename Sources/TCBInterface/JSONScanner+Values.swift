// Values of any shape, for whoever does not know it beforehand.

/// A value that is neither an object nor a list.
package enum JSONScalar {
  case null
  case bool(Bool)
  case whole(Int64)
  case float(Double)
  case text(String)
}

extension JSONScanner {
  /// The scalar ahead; nil, and nothing read, where an object or a list is.
  package mutating func scalar() throws(WireError) -> JSONScalar? {
    skipWhitespace()
    switch current {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return nil
    case Byte.quote: return .text(try string())
    case UInt8(ascii: "n"):
      try passLiteral("null")
      return .null
    case UInt8(ascii: "t"):
      try passLiteral("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try passLiteral("false")
      return .bool(false)
    default:
      let start = position
      guard current == Byte.minus || current.isASCIIDigit else { throw expected(.value) }
      let isPlain = try passNumber()
      let digits = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
      if isPlain, let whole = Int64(digits) { return .whole(whole) }
      guard let float = Double(digits), float.isFinite else { throw .malformed(at: start, expected: .value) }
      return .float(float)
    }
  }
}
