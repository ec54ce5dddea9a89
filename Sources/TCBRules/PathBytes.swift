// The bytes of a path, eight at a time.

struct PathBytes {
  let start: UnsafeRawPointer
  let count: Int

  /// `spare` stands in for the address that an empty buffer need not have; it is not read.
  init(_ path: UnsafeBufferPointer<UInt8>, spare: UnsafeRawPointer) {
    start = path.baseAddress.map { UnsafeRawPointer($0) } ?? spare
    count = path.count
  }

  /// INVARIANT: `0 <= offset < count`.
  @inline(__always)
  subscript(offset: Int) -> UInt8 { start.load(fromByteOffset: offset, as: UInt8.self) }

  /// The byte at an offset counted from the end that is walked from.
  @inline(__always)
  func byte(_ offset: Int, _ direction: Direction) -> UInt8 {
    direction == .forward ? self[offset] : self[count &- 1 &- offset]
  }

  enum Direction {
    case forward
    /// From the last byte to the first.
    case backward
  }

  /// Up to eight bytes from an offset on, the first in the lowest place; zeros where the path has ended.
  ///
  /// INVARIANT: `0 <= offset <= count`.
  @inline(__always)
  func eight(_ offset: Int, _ direction: Direction) -> UInt64 {
    let left = count &- offset
    if left >= 8 {
      let from = direction == .forward ? offset : left &- 8
      return word(at: from, direction)
    }
    guard left > 0 else { return 0 }
    guard count >= 8 else { return few(offset, direction) }
    return word(at: direction == .forward ? count &- 8 : 0, direction) &>> UInt64(8 &* (8 &- left))
  }

  @inline(__always)
  private func word(at offset: Int, _ direction: Direction) -> UInt64 {
    let word = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    return direction == .forward ? UInt64(littleEndian: word) : UInt64(bigEndian: word)
  }

  private func few(_ offset: Int, _ direction: Direction) -> UInt64 {
    var word: UInt64 = 0
    for place in offset..<count { word |= UInt64(byte(place, direction)) &<< UInt64(8 &* (place &- offset)) }
    return word
  }

  /// Four bytes from an offset on.
  ///
  /// INVARIANT: `0 <= offset <= count - 4`.
  @inline(__always)
  func four(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Whether `length` bytes at `bytes` stand at `offset`.
  ///
  /// INVARIANT: `offset + length <= count`.
  @inline(__always)
  func holds(_ bytes: UnsafePointer<UInt8>, _ length: Int, at offset: Int) -> Bool {
    let (here, there) = (start + offset, UnsafeRawPointer(bytes))
    if length >= 8 {
      var index = 0
      while index < length &- 8 {
        if Self.word(here, index) != Self.word(there, index) { return false }
        index &+= 8
      }
      // The last eight, of which some may have been looked at.
      return Self.word(here, length &- 8) == Self.word(there, length &- 8)
    }
    if length >= 4 {
      let end = length &- 4
      return Self.half(here, 0) == Self.half(there, 0) && Self.half(here, end) == Self.half(there, end)
    }
    for index in 0..<length where self[offset &+ index] != bytes[index] { return false }
    return true
  }

  @inline(__always)
  private static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inline(__always)
  private static func half(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt32 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }
}
