// MD5 (RFC 1321) of many short messages at a time, one in each lane of the processor's vectors: a sixth of the time that one
// after the other takes, since the steps of a single message wait for one another. For the signatures of links alone: whoever has one
// message uses the library's.

import Glibc

struct MD5Lanes {
  /// How many messages are digested at a time.
  static let lanes = 16
  /// Bytes for one message with its padding: four blocks.
  private static let slot = 256
  /// Of a message; longer ones have no place here.
  static let longest = slot - 9

  /// Messages as they are digested, with their padding.
  private var slots = [UInt8](repeating: 0, count: lanes * slot)
  /// Of 64 bytes, by message.
  private var blocks = [Int](repeating: 0, count: lanes)
  private(set) var count = 0

  /// Adds the message that the parts make up together. False, and nothing is added, where it is too long or every lane is taken.
  mutating func add(_ parts: (Span<UInt8>, Span<UInt8>, Span<UInt8>, Span<UInt8>)) -> Bool {
    let length = parts.0.count + parts.1.count + parts.2.count + parts.3.count
    guard length <= Self.longest, count < Self.lanes else { return false }
    let size = (length + 9 + 63) / 64 * 64
    let start = count * Self.slot
    slots.withUnsafeMutableBytes { slots in
      guard let slot = slots.baseAddress?.advanced(by: start) else { return }
      var end = slot
      func put(_ part: Span<UInt8>) {
        part.withUnsafeBytes { bytes in
          if let first = bytes.baseAddress { end.copyMemory(from: first, byteCount: bytes.count) }
          end += bytes.count
        }
      }
      put(parts.0)
      put(parts.1)
      put(parts.2)
      put(parts.3)
      memset(end, 0, size - length)
      end.storeBytes(of: 0x80, as: UInt8.self)
      slot.storeBytes(of: UInt64(length * 8).littleEndian, toByteOffset: size - 8, as: UInt64.self)
    }
    blocks[count] = size / 64
    count += 1
    return true
  }

  /// Gives each message's number, counted from 0 as they were added, and the four words of its digest; then there are none.
  mutating func takeDigests(_ body: (Int, SIMD4<UInt32>) -> Void) {
    let added = count
    count = 0
    guard let most = blocks[..<added].max() else { return }
    let blocks = blocks
    slots.withUnsafeBytes { slots in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 24 * Self.lanes) { memory in
        guard let words = memory.baseAddress else { return }
        let round = MD5Round(words: words)
        round.begin()
        for block in 0..<most {
          for lane in 0..<Self.lanes {
            let start = lane * Self.slot + block * 64
            for word in 0..<16 {
              let value = slots.loadUnaligned(fromByteOffset: start + word * 4, as: UInt32.self)
              words[word * Self.lanes + lane] = UInt32(littleEndian: value)
            }
          }
          round.run()
          // A message that is at its end has its digest now; what its lane does from here on is nobody's.
          for lane in 0..<added where blocks[lane] == block + 1 { body(lane, round.digest(lane)) }
        }
      }
    }
  }
}

/// The 64 steps over one block of each message. Plain loops over the lanes, which the compiler makes vectors of on every
/// processor; Swift's own vector types have no rotation of their own that becomes one.
private struct MD5Round {
  private typealias Lanes = UnsafeMutablePointer<UInt32>

  // INVARIANT: 24 words a lane, word by word: 16 of the block, 4 of the state, 4 of the state in this round.
  let words: UnsafeMutablePointer<UInt32>

  private static let sines: [UInt32] = (1...64).map { UInt32(abs(sin(Double($0))) * 0x1p32) }

  private var state: Lanes { words + 16 * MD5Lanes.lanes }

  func begin() {
    for (place, value) in [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476 as UInt32].enumerated() {
      (state + place * MD5Lanes.lanes).update(repeating: value, count: MD5Lanes.lanes)
    }
  }

  func digest(_ lane: Int) -> SIMD4<UInt32> {
    let lanes = MD5Lanes.lanes
    return SIMD4(state[lane], state[lanes + lane], state[2 * lanes + lane], state[3 * lanes + lane])
  }

  func run() {
    let lanes = MD5Lanes.lanes
    let a = words + 20 * lanes
    let (b, c, d) = (a + lanes, a + 2 * lanes, a + 3 * lanes)
    a.update(from: state, count: 4 * lanes)
    Self.sines.withUnsafeBufferPointer { sines in
      var n = 0
      while n < 16 {
        step(a, b, c, d, n, sines[n], 7) { $2 ^ ($0 & ($1 ^ $2)) }
        step(d, a, b, c, n + 1, sines[n + 1], 12) { $2 ^ ($0 & ($1 ^ $2)) }
        step(c, d, a, b, n + 2, sines[n + 2], 17) { $2 ^ ($0 & ($1 ^ $2)) }
        step(b, c, d, a, n + 3, sines[n + 3], 22) { $2 ^ ($0 & ($1 ^ $2)) }
        n += 4
      }
      while n < 32 {
        let word = 5 * n + 1
        step(a, b, c, d, word, sines[n], 5) { $1 ^ ($2 & ($0 ^ $1)) }
        step(d, a, b, c, word + 5, sines[n + 1], 9) { $1 ^ ($2 & ($0 ^ $1)) }
        step(c, d, a, b, word + 10, sines[n + 2], 14) { $1 ^ ($2 & ($0 ^ $1)) }
        step(b, c, d, a, word + 15, sines[n + 3], 20) { $1 ^ ($2 & ($0 ^ $1)) }
        n += 4
      }
      while n < 48 {
        let word = 3 * n + 5
        step(a, b, c, d, word, sines[n], 4) { $0 ^ $1 ^ $2 }
        step(d, a, b, c, word + 3, sines[n + 1], 11) { $0 ^ $1 ^ $2 }
        step(c, d, a, b, word + 6, sines[n + 2], 16) { $0 ^ $1 ^ $2 }
        step(b, c, d, a, word + 9, sines[n + 3], 23) { $0 ^ $1 ^ $2 }
        n += 4
      }
      while n < 64 {
        let word = 7 * n
        step(a, b, c, d, word, sines[n], 6) { $1 ^ ($0 | ~$2) }
        step(d, a, b, c, word + 7, sines[n + 1], 10) { $1 ^ ($0 | ~$2) }
        step(c, d, a, b, word + 14, sines[n + 2], 15) { $1 ^ ($0 | ~$2) }
        step(b, c, d, a, word + 21, sines[n + 3], 21) { $1 ^ ($0 | ~$2) }
        n += 4
      }
    }
    for place in 0..<4 * lanes { state[place] &+= a[place] }
  }

  /// One step of each lane; the block's words are taken in turn, beginning anew behind the last.
  @inline(__always)
  private func step(
    _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes, _ word: Int, _ sine: UInt32, _ shift: UInt32,
    _ mix: (UInt32, UInt32, UInt32) -> UInt32
  ) {
    let word = words + (word & 15) * MD5Lanes.lanes
    for lane in 0..<MD5Lanes.lanes {
      let sum = a[lane] &+ mix(b[lane], c[lane], d[lane]) &+ word[lane] &+ sine
      a[lane] = b[lane] &+ (sum &<< shift | sum &>> (32 &- shift))
    }
  }
}
