// Appending text and numbers to bytes on their way to the wire.

extension [UInt8] {
  package mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  package mutating func append(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Two lower-case hexadecimal digits.
  package mutating func append(hexadecimal byte: UInt8) {
    append(hexadecimalDigit(byte >> 4))
    append(hexadecimalDigit(byte & 15))
  }
}

/// The lower-case digit of a value below 16.
@inline(__always)
package func hexadecimalDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? Byte.zero &+ value : 0x57 &+ value
}
