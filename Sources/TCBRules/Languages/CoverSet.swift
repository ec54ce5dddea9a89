// The positions of several patterns side by side, as bits: which of them a path may have reached in each.

struct CoverSet: Sendable {
  private var takes: [PatternLanguage.Take] = []
  private var starts: [Int32] = [0]
  private var followers: [Int32] = []
  private var firsts: [Int32] = []
  private var ends: [Int32] = []
  private var rests: [Int32] = []

  /// Words in a set of positions.
  private(set) var words = 0

  mutating func append(_ language: PatternLanguage) {
    let offset = Int32(truncatingIfNeeded: takes.count)
    let base = Int32(truncatingIfNeeded: followers.count)
    ends.append(offset + PatternLanguage.end)
    rests.append(offset + PatternLanguage.rest)
    takes += language.takes
    followers += language.followers.map { $0 + offset }
    starts += language.starts.dropFirst().map { $0 + base }
    firsts += language.first.map { $0 + offset }
    words = (takes.count + 63) / 64
  }

  /// Every pattern at its beginning.
  var first: [UInt64] {
    var set = [UInt64](repeating: 0, count: words)
    for position in firsts { Self.insert(position, into: &set) }
    return set
  }

  /// The set that follows `set` once a scalar has been taken.
  func after(_ set: ArraySlice<UInt64>, taking scalar: UInt32) -> [UInt64] {
    var next = [UInt64](repeating: 0, count: words)
    for (word, var bits) in set.enumerated() {
      while bits != 0 {
        let position = word * 64 + bits.trailingZeroBitCount
        bits &= bits &- 1
        guard takes[position].holds(scalar) else { continue }
        for follower in followers[Int(starts[position])..<Int(starts[position + 1])] {
          Self.insert(follower, into: &next)
        }
      }
    }
    return next
  }

  /// Whether a path may still come to be matched by one of the patterns, by the order they were added in.
  func isAlive(_ set: [UInt64], pattern: Int) -> Bool {
    let upper = pattern + 1 < ends.count ? Int(ends[pattern + 1]) : takes.count
    var position = Int(ends[pattern])
    while position < upper {
      // Whole words are skipped where nothing is set in them.
      let rest = set[position >> 6] >> UInt64(position & 63)
      if rest == 0 {
        position = (position >> 6 + 1) << 6
        continue
      }
      return position + rest.trailingZeroBitCount < upper
    }
    return false
  }

  /// Whether one of the patterns matches the path, and whatever it goes on with.
  func matchesForGood(_ set: [UInt64]) -> Bool { rests.contains { Self.holds(set[...], $0) } }

  /// Whether one of the patterns matches the path as it is.
  func matches(_ set: ArraySlice<UInt64>) -> Bool {
    ends.contains { Self.holds(set, $0) } || rests.contains { Self.holds(set, $0) }
  }

  /// Which of the patterns match the path as it is, by the order they were added in.
  func matching(_ set: ArraySlice<UInt64>) -> [Int] {
    ends.indices.filter { Self.holds(set, ends[$0]) || Self.holds(set, rests[$0]) }
  }

  private static func insert(_ position: Int32, into set: inout [UInt64]) {
    set[Int(position >> 6)] |= 1 << UInt64(position & 63)
  }

  private static func holds(_ set: ArraySlice<UInt64>, _ position: Int32) -> Bool {
    set[set.startIndex + Int(position >> 6)] >> UInt64(position & 63) & 1 == 1
  }
}
