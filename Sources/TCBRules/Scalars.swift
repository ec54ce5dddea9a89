// Unicode scalars in a buffer of bytes, and classes of them.

enum Scalars {
  static let slash: UInt32 = 0x2F
  static let dot: UInt32 = 0x2E
  /// Bytes after which those who look through a text see whether anybody still wants it. A power of two.
  static let stretch = 1 << 16
  /// A byte that belongs to no well-formed scalar is read as this plus the byte. Literals, `?` and classes
  /// never take it; runs do.
  static let illFormed: UInt32 = 0x11_0000

  /// The scalar that starts at `position`, which moves past it.
  ///
  /// INVARIANT: `0 <= position < bytes.count` on entry, and `position <= bytes.count` on return.
  @inline(__always)
  static func next(in bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> UInt32 {
    let lead = bytes[position]
    position &+= 1
    if lead < 0x80 { return UInt32(lead) }
    return longer(lead, in: bytes, at: &position)
  }

  /// The ranges of the second byte are those of the Unicode Standard's table of well-formed byte sequences.
  private static func longer(
    _ lead: UInt8, in bytes: UnsafeBufferPointer<UInt8>, at position: inout Int
  ) -> UInt32 {
    let following: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: following = 1
    case 0xE0...0xEF:
      following = 2
      if lead == 0xE0 { second = 0xA0...0xBF }
      if lead == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      following = 3
      if lead == 0xF0 { second = 0x90...0xBF }
      if lead == 0xF4 { second = 0x80...0x8F }
    default: return illFormed | UInt32(lead)
    }
    guard bytes.count &- position >= following, second.contains(bytes[position]) else {
      return illFormed | UInt32(lead)
    }
    var value = UInt32(lead) & (0x3F >> UInt32(following))
    for index in position..<(position &+ following) {
      guard bytes[index] & 0xC0 == 0x80 else { return illFormed | UInt32(lead) }
      value = value << 6 | UInt32(bytes[index] & 0x3F)
    }
    position &+= following
    return value
  }

  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(scalar) else { return }
    bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }
}

/// `[a-z_]` or `[!a-z]`: takes one scalar, never `/`.
struct ScalarClass: Sendable, Hashable {
  var ranges: [ClosedRange<UInt32>] = []
  var isNegated = false

  func contains(_ scalar: UInt32) -> Bool {
    guard scalar != Scalars.slash, scalar < Scalars.illFormed else { return false }
    for range in ranges where range.contains(scalar) { return !isNegated }
    return isNegated
  }
}
