// The byte classes and byte names that ids, links and JSON share.

extension UInt8 {
  package var isASCIIDigit: Bool { self &- 0x30 < 10 }
  package var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }

  /// Unreserved in the sense of RFC 3986, or `/`: what a link's path holds unencoded.
  @inline(__always)
  package var standsUnencodedInPath: Bool {
    if self < 64 { return (0x03FF_E000_0000_0000 as UInt64) &>> UInt64(self) & 1 == 1 }
    if self < 128 { return (0x47FF_FFFE_87FF_FFFE as UInt64) &>> UInt64(self & 63) & 1 == 1 }
    return false
  }

  /// C0 and DEL.
  @inline(__always)
  package var isASCIIControl: Bool { self < 0x20 || self == 0x7F }
}

/// Bytes by name, so that a scanner reads as the grammar does.
package enum Byte {
  package static let quote = UInt8(ascii: "\"")
  package static let backslash = UInt8(ascii: "\\")
  package static let slash = UInt8(ascii: "/")
  package static let dot = UInt8(ascii: ".")
  package static let comma = UInt8(ascii: ",")
  package static let colon = UInt8(ascii: ":")
  package static let minus = UInt8(ascii: "-")
  package static let plus = UInt8(ascii: "+")
  package static let percent = UInt8(ascii: "%")
  package static let zero = UInt8(ascii: "0")
  package static let openBrace = UInt8(ascii: "{")
  package static let closeBrace = UInt8(ascii: "}")
  package static let openBracket = UInt8(ascii: "[")
  package static let closeBracket = UInt8(ascii: "]")
}

extension UInt8 {
  /// The value of a hexadecimal digit of either case; nil for any other byte.
  package var hexadecimalValue: UInt8? {
    if isASCIIDigit { return self &- 0x30 }
    let lower = (self | 0x20) &- 0x61
    return lower < 6 ? lower &+ 10 : nil
  }
}

extension Span<UInt8> {
  /// The first place of `byte` in the bounds, or nil.
  package func firstIndex(of byte: UInt8, from lower: Int, to upper: Int) -> Int? {
    var index = lower
    while index < upper {
      if self[index] == byte { return index }
      index &+= 1
    }
    return nil
  }

  /// Whether the bytes from `offset` on begin with `text`.
  package func holds(_ text: StaticString, at offset: Int) -> Bool {
    text.withUTF8Buffer { name in
      guard offset >= 0, offset <= count, name.count <= count - offset else { return false }
      for index in name.indices where self[offset &+ index] != name[index] { return false }
      return true
    }
  }

  /// Whether the bytes are exactly those of `other`.
  package func isSame(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }
}
