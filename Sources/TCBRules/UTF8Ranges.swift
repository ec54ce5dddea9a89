// Sets of scalars as the bytes they are written in.

enum UTF8Ranges {
  /// The scalars of a set as sequences of ranges of bytes: a scalar is in the set if its UTF-8 bytes lie in the ranges
  /// of a sequence, one by one. Each sequence is of one length; surrogates are in none.
  static func sequences(of ranges: [ClosedRange<UInt32>]) -> [[ClosedRange<UInt8>]] {
    var result: [[ClosedRange<UInt8>]] = []
    for range in ranges {
      for limits: ClosedRange<UInt32> in [
        0...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x1_0000...0x10_FFFF,
      ]
      where range.overlaps(limits) {
        split(range.clamped(to: limits), into: &result)
      }
    }
    return result
  }

  /// The range is of scalars of one length.
  private static func split(_ range: ClosedRange<UInt32>, into result: inout [[ClosedRange<UInt8>]]) {
    var pending = [range]
    while let range = pending.popLast() {
      guard let cut = cut(range) else {
        result.append(zip(bytes(range.lowerBound), bytes(range.upperBound)).map { $0...$1 })
        continue
      }
      pending.append(cut...range.upperBound)
      pending.append(range.lowerBound...(cut - 1))
    }
  }

  /// Where a range must be divided so that its bytes are independent: where the bytes below one that differs do not
  /// run from the first to the last.
  private static func cut(_ range: ClosedRange<UInt32>) -> UInt32? {
    guard range.lowerBound >= 0x80 else { return nil }
    for bits: UInt32 in [6, 12, 18] {
      let mask: UInt32 = (1 << bits) - 1
      guard range.lowerBound & ~mask != range.upperBound & ~mask else { return nil }
      if range.lowerBound & mask != 0 { return (range.lowerBound | mask) + 1 }
      if range.upperBound & mask != mask { return range.upperBound & ~mask }
    }
    return nil
  }

  private static func bytes(_ scalar: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    Scalars.append(scalar, to: &bytes)
    return bytes
  }
}

extension ScalarClass {
  /// `?`
  static let anyButSlash = ScalarClass(ranges: [Scalars.slash...Scalars.slash], isNegated: true)

  /// What the class takes, in ascending order, apart from each other.
  var taken: [ClosedRange<UInt32>] {
    var taken: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if isNegated {
        if range.lowerBound > next { taken.append(next...(range.lowerBound - 1)) }
      } else if range.upperBound >= next {
        taken.append(max(next, range.lowerBound)...range.upperBound)
      }
      next = max(next, range.upperBound + 1)
    }
    if isNegated, next <= 0x10_FFFF { taken.append(next...0x10_FFFF) }
    return taken.flatMap(Self.withoutSlash)
  }

  private static func withoutSlash(_ range: ClosedRange<UInt32>) -> [ClosedRange<UInt32>] {
    guard range.contains(Scalars.slash) else { return [range] }
    var parts: [ClosedRange<UInt32>] = []
    if range.lowerBound < Scalars.slash { parts.append(range.lowerBound...(Scalars.slash - 1)) }
    if range.upperBound > Scalars.slash { parts.append((Scalars.slash + 1)...range.upperBound) }
    return parts
  }
}
