// Numbers into bytes on their way out, and what the bytes of a text are looked through for.

extension [UInt8] {
  /// In decimal, without making a `String`.
  package mutating func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    // 2^63 has 19 digits.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = digits.count
    var rest = value.magnitude
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    digits.span.extracting(first...).withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}

extension UInt64 {
  /// Whether one of its eight bytes ends a JSON string or must be escaped in one: a control character, a quote or a backslash.
  @inlinable
  package var holdsJSONEscape: Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // The test for a byte below n, and for a zero one, of Hacker's Delight: exact as to whether there is any.
    let quotes = self ^ (ones &* 0x22)
    let slashes = self ^ (ones &* 0x5C)
    let found =
      (self &- ones &* 0x20) & ~self | (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes
    return found & (ones &* 0x80) != 0
  }

  /// Whether one of its eight bytes is no ASCII.
  @inlinable
  package var holdsNonASCII: Bool { self & 0x8080_8080_8080_8080 != 0 }
}
