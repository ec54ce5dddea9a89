// A pull scanner over JSON bytes: the caller knows the shape and asks for it; the rest is skipped.

import Glibc

/// Walks one JSON text. Every read is behind a bounds check; nothing recurses.
///
/// Lives inside a `withUnsafeBufferPointer`: the buffer must outlive the scanner.
package struct JSONScanner {
  /// How deep values of no interest may nest.
  package static let nestingLimit = 128

  let bytes: UnsafeBufferPointer<UInt8>
  package internal(set) var position = 0
  // The last key read: a range of `bytes`, or its text where it held escapes.
  private var keyRange = 0..<0
  private var escapedKey: [UInt8]?

  package init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// The byte ahead; NUL at the end, which no grammar rule accepts.
  @inline(__always)
  package var current: UInt8 { byte(at: position) }

  @inline(__always)
  func byte(at index: Int) -> UInt8 {
    index < bytes.count ? bytes[index] : 0
  }

  @inline(__always)
  mutating func advance() {
    position &+= 1
  }

  func expected(_ expectation: WireError.Expectation) -> WireError {
    .malformed(at: Swift.min(position, bytes.count), expected: expectation)
  }

  @inline(__always)
  package mutating func skipWhitespace() {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      advance()
    }
  }

  package mutating func finish() throws(WireError) {
    skipWhitespace()
    if position < bytes.count { throw expected(.endOfText) }
  }
}

// MARK: Objects and lists

extension JSONScanner {
  /// Steps past `{` or `[` when it is ahead.
  package mutating func open(_ bracket: UInt8) -> Bool {
    skipWhitespace()
    guard current == bracket else { return false }
    advance()
    return true
  }

  /// Reads up to the value of the next field, whose key ``key(is:)`` then compares; false at the `}`.
  package mutating func nextField(isFirst: inout Bool) throws(WireError) -> Bool {
    skipWhitespace()
    if current == Byte.closeBrace {
      advance()
      return false
    }
    if !isFirst {
      guard current == Byte.comma else { throw expected(.commaOrBrace) }
      advance()
      skipWhitespace()
    }
    isFirst = false
    try key()
    return true
  }

  /// Reads up to the next element; false at the `]`.
  package mutating func nextElement(isFirst: inout Bool) throws(WireError) -> Bool {
    skipWhitespace()
    if current == Byte.closeBracket {
      advance()
      return false
    }
    if !isFirst {
      guard current == Byte.comma else { throw expected(.commaOrBracket) }
      advance()
      skipWhitespace()
    }
    isFirst = false
    return true
  }

  mutating func key() throws(WireError) {
    guard current == Byte.quote else { throw expected(.key) }
    let start = position &+ 1
    let hasEscapes = try passString()
    keyRange = start..<(position &- 1)
    escapedKey = hasEscapes ? try unescaped(keyRange) : nil
    skipWhitespace()
    guard current == Byte.colon else { throw expected(.colon) }
    advance()
    skipWhitespace()
  }

  /// The key read last.
  package var keyText: String {
    if let escapedKey { return String(decoding: escapedKey, as: UTF8.self) }
    return String(decoding: UnsafeBufferPointer(rebasing: bytes[keyRange]), as: UTF8.self)
  }

  /// Whether the key read last is `name`.
  package func key(is name: StaticString) -> Bool {
    name.withUTF8Buffer { name in
      if let escapedKey { return escapedKey.elementsEqual(name) }
      guard name.count == keyRange.count, let one = name.baseAddress, let other = bytes.baseAddress else {
        return false
      }
      // INVARIANT: the range lies in `bytes`.
      return memcmp(one, other + keyRange.lowerBound, name.count) == 0
    }
  }
}
