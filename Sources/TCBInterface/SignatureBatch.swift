// Signatures that are filled in many at a time, once the links stand.

import TCBText

/// Links of one buffer whose signatures are still zeros.
package struct SignatureBatch: ~Copyable {
  private var messages = MD5Lanes()
  /// Where their signatures begin, in the order of the messages.
  private var places = [Int](repeating: 0, count: MD5Lanes.lanes)

  /// The last `t` as it stands in a link: those of a call are alike for the most part.
  private var stamp: (value: Int64, text: [UInt8]) = (0, [Byte.zero])

  package init() {}

  mutating func append(stamp value: Int64, to bytes: inout [UInt8]) {
    if value != stamp.value {
      stamp.value = value
      stamp.text.removeAll(keepingCapacity: true)
      stamp.text.append(decimal: value)
    }
    bytes.append(stamp.text.span)
  }

  /// False where the message is too long to be one of many.
  mutating func add(
    _ message: (Span<UInt8>, Span<UInt8>, Span<UInt8>, Span<UInt8>), place: Int
  ) -> Bool {
    let number = messages.count
    guard messages.add(message) else { return false }
    places[number] = place
    return true
  }

  var isFull: Bool { messages.count == MD5Lanes.lanes }

  /// Fills in what is waited for. Whoever appended links calls it once more behind the last.
  package mutating func fill(_ bytes: inout [UInt8]) {
    let places = places
    bytes.withUnsafeMutableBytes { bytes in
      messages.takeDigests { number, digest in
        let place = places[number]
        guard place >= 0, place + 32 <= bytes.count else { return }
        for word in 0..<4 {
          bytes.storeBytes(
            of: hexadecimalDigits(digest[word]), toByteOffset: place + word * 8, as: UInt64.self)
        }
      }
    }
  }
}

/// The eight lower-case digits of four bytes, the lowest byte's first, as they lie in memory.
private func hexadecimalDigits(_ word: UInt32) -> UInt64 {
  var bytes = UInt64(word)
  bytes = (bytes | bytes << 16) & 0x0000_FFFF_0000_FFFF
  bytes = (bytes | bytes << 8) & 0x00FF_00FF_00FF_00FF
  let digits = bytes >> 4 & 0x000F_000F_000F_000F | (bytes & 0x000F_000F_000F_000F) << 8
  let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
  return (digits &+ 0x3030_3030_3030_3030 &+ letters &* 39).littleEndian
}
