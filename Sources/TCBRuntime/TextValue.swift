// Texts as values: their UTF-8 bytes in one object with what is known about them, so that making one is one allocation and
// comparing, hashing and cutting them looks at bytes only. A `String` is made for whoever wants to show or search one.

import Glibc
import TCBText

@usableFromInline
package struct TextHeader {
  @usableFromInline var count: Int32
  @usableFromInline let capacity: Int32
  @usableFromInline let isSecret: Bool

  @inlinable
  init(count: Int32, capacity: Int32, isSecret: Bool) {
    self.count = count
    self.capacity = capacity
    self.isSecret = isSecret
  }
}

// Unchecked: bytes are written before anybody else has the text, and behind the last one while one reference is all there is.
package struct TextValue: @unchecked Sendable {
  @usableFromInline typealias Storage = ManagedBuffer<TextHeader, UInt8>
  @usableFromInline var storage: Storage

  /// A text of at most `capacity` bytes, which `body` writes as UTF-8; it says how many there are.
  @inlinable
  package init(capacity: Int, isSecret: Bool = false, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
    storage = Storage.create(minimumCapacity: capacity) { _ in
      // INVARIANT: no text is longer than `Value.greatestText`, twice of which fits.
      TextHeader(count: 0, capacity: Int32(clamping: capacity), isSecret: isSecret)
    }
    storage.withUnsafeMutablePointers { header, bytes in
      header.pointee.count = Int32(
        clamping: body(UnsafeMutableBufferPointer(start: bytes, count: capacity)))
    }
  }

  package init(_ string: String, isSecret: Bool = false) {
    var string = string
    self = string.withUTF8 { TextValue($0, isSecret: isSecret) }
  }

  /// A copy of bytes that are UTF-8.
  @inlinable
  package init(_ bytes: UnsafeBufferPointer<UInt8>, isSecret: Bool = false) {
    self.init(capacity: bytes.count, isSecret: isSecret) { buffer in
      _ = buffer.update(fromContentsOf: bytes)
      return bytes.count
    }
  }

  /// Whether it came from a secret; such a text never prints.
  @inlinable
  package var isSecret: Bool { storage.withUnsafeMutablePointerToHeader { $0.pointee.isSecret } }

  /// Its length in bytes.
  @inlinable
  package var count: Int { Int(storage.withUnsafeMutablePointerToHeader { $0.pointee.count }) }

  @inlinable
  package var isEmpty: Bool { count == 0 }

  /// Hands out the bytes, which must not outlive the call.
  @inlinable
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let bytes = storage.withUnsafeMutablePointers { header, bytes in
      UnsafeBufferPointer(start: bytes, count: Int(header.pointee.count))
    }
    defer { withExtendedLifetime(storage) {} }
    return try body(bytes)
  }

  package var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }

  /// Whether it is ASCII without `\r`: then each byte is a character by itself.
  package var isPlainASCII: Bool {
    withBytes { bytes in
      guard let base = bytes.baseAddress, bytes.count > 0 else { return true }
      if memchr(base, 0x0D, bytes.count) != nil { return false }
      var seen: UInt64 = 0
      var offset = 0
      while offset + 8 <= bytes.count {
        seen |= UnsafeRawPointer(base).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      for byte in bytes[offset...] { seen |= UInt64(byte) }
      return seen & 0x8080_8080_8080_8080 == 0
    }
  }

  /// Some of its bytes as a text that is secret if it is. They begin and end where characters do.
  @inlinable
  package func part(_ range: Range<Int>) -> TextValue {
    withBytes { TextValue(UnsafeBufferPointer(rebasing: $0[range]), isSecret: isSecret) }
  }

  /// Without ASCII blanks and line ends around it; as it is where the run was stopped.
  package var trimmed: TextValue {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    let range = withBytes { bytes in
      var watch = CancellationWatch()
      var (lower, upper) = (0, bytes.count)
      while lower < upper, isBlank(bytes[lower]), !watch.isCancelled() { lower += 1 }
      while upper > lower, isBlank(bytes[upper - 1]), !watch.isCancelled() { upper -= 1 }
      return lower..<upper
    }
    return range.count == count ? self : part(range)
  }

  /// Appends where nobody else holds it; false, and nothing done, where somebody does.
  mutating func appendInPlace(_ other: TextValue) -> Bool {
    guard isKnownUniquelyReferenced(&storage) else { return false }
    let (old, added) = (count, other.count)
    guard old + added <= storage.withUnsafeMutablePointerToHeader({ Int($0.pointee.capacity) }) else {
      // Twice as much as is needed, so that a text that grows piece by piece is not moved with each.
      self = TextValue.joined(self, other, capacity: (old + added) * 2)
      return true
    }
    storage.withUnsafeMutablePointers { header, bytes in
      other.withBytes { (bytes + old).update(from: $0.baseAddress ?? UnsafePointer(bytes), count: added) }
      header.pointee.count = Int32(truncatingIfNeeded: old + added)
    }
    return true
  }

  /// One behind the other; secret if one of them is.
  static func joined(_ first: TextValue, _ second: TextValue, capacity: Int = 0) -> TextValue {
    let count = first.count + second.count
    return TextValue(capacity: max(count, capacity), isSecret: first.isSecret || second.isSecret) { buffer in
      first.copy(to: buffer, at: 0)
      second.copy(to: buffer, at: first.count)
      return count
    }
  }

  /// Writes its bytes into a buffer that has room for them.
  package func copy(to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
    withBytes { bytes in
      _ = UnsafeMutableBufferPointer(rebasing: buffer[start...]).update(fromContentsOf: bytes)
    }
  }

  // MARK: Comparing

  /// Negative, zero or positive: the order of the bytes, which for UTF-8 is the order of the scalars.
  func order(_ other: TextValue) -> Int {
    withBytes { left in
      other.withBytes { right in
        let shared = min(left.count, right.count)
        if shared > 0, let a = left.baseAddress, let b = right.baseAddress {
          let order = memcmp(a, b, shared)
          if order != 0 { return Int(order) }
        }
        return left.count - right.count
      }
    }
  }

  func hasSameBytes(as other: TextValue) -> Bool {
    withBytes { left in other.withBytes { right in areEqual(left, right) } }
  }

  /// Whether these are its bytes.
  package func isEqual(_ other: UnsafeRawBufferPointer) -> Bool {
    withBytes { bytes in
      guard bytes.count == other.count else { return false }
      guard let a = bytes.baseAddress, let b = other.baseAddress else { return true }
      return memcmp(a, b, bytes.count) == 0
    }
  }

  /// Whether `other` lies somewhere in it.
  package func contains(_ other: TextValue) throws(RuntimeProblem) -> Bool {
    if other.isEmpty { return true }
    return try !places(of: other, most: 1).isEmpty
  }

  /// Where `part`, which is not empty, begins in it, without overlaps.
  package func places(of part: TextValue, most: Int = .max) throws(RuntimeProblem) -> [Int] {
    try withBytes { (whole) throws(RuntimeProblem) -> [Int] in
      try part.withBytes { (part) throws(RuntimeProblem) -> [Int] in
        var search = try ByteSearch(for: part)
        var found: [Int] = []
        var start = 0
        while found.count < most, let place = try search.place(in: whole, from: start) {
          found.append(place)
          start = place + part.count
        }
        return found
      }
    }
  }

  package func begins(with part: TextValue) -> Bool {
    withBytes { whole in
      part.withBytes {
        $0.count <= whole.count && areEqual(UnsafeBufferPointer(rebasing: whole[..<$0.count]), $0)
      }
    }
  }

  package func ends(with part: TextValue) -> Bool {
    withBytes { whole in
      part.withBytes {
        $0.count <= whole.count
          && areEqual(UnsafeBufferPointer(rebasing: whole[(whole.count - $0.count)...]), $0)
      }
    }
  }
}

@inline(__always)
func areEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
  guard left.count == right.count else { return false }
  guard let a = left.baseAddress, let b = right.baseAddress else { return true }
  return memcmp(a, b, left.count) == 0
}

/// A hash of bytes, different in each process, so that nobody can choose keys that collide.
enum ByteHash {
  private static let seed = UInt64.random(in: .min ... .max)
  private static let factor = UInt64.random(in: .min ... .max) | 1

  static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    let factor = factor
    var hash = fold(seed ^ UInt64(truncatingIfNeeded: bytes.count), factor)
    var offset = 0
    while offset + 8 <= raw.count {
      hash = fold(hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self), factor)
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < raw.count {
      rest = rest << 8 | UInt64(raw[offset])
      offset += 1
    }
    return fold(hash ^ rest, factor)
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }
}
