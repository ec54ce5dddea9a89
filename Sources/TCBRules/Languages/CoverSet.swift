// The positions of several patterns side by side, as bits: which of them a path may have reached in each.

struct CoverSet: Sendable {
  private var takes: [PatternLanguage.Take] = []
  private var starts: [Int32] = [0]
  private var followers: [Int32] = []
  private var firsts: [Int32] = []
  private var ends: [Int32] = []
  private var rests: [Int32] = []
  /// By position, the pattern it is of, by the order they were added in.
  private var owners: [Int32] = []

  /// Positions of all patterns together.
  var count: Int { takes.count }

  /// Words in a set of positions.
  private(set) var words = 0

  mutating func append(_ language: PatternLanguage) {
    let offset = Int32(truncatingIfNeeded: takes.count)
    let base = Int32(truncatingIfNeeded: followers.count)
    ends.append(offset + PatternLanguage.end)
    rests.append(offset + PatternLanguage.rest)
    owners += [Int32](repeating: Int32(truncatingIfNeeded: ends.count - 1), count: language.takes.count)
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

  /// Whether one of the patterns matches the path, and whatever it goes on with.
  func matchesForGood(_ set: [UInt64]) -> Bool { rests.contains { Self.holds(set[...], $0) } }

  /// Whether one of the patterns matches the path as it is.
  func matches(_ set: ArraySlice<UInt64>) -> Bool {
    ends.contains { Self.holds(set, $0) } || rests.contains { Self.holds(set, $0) }
  }

  private static func insert(_ position: Int32, into set: inout [UInt64]) {
    set[Int(position >> 6)] |= 1 << UInt64(position & 63)
  }

  private static func holds(_ set: ArraySlice<UInt64>, _ position: Int32) -> Bool {
    set[set.startIndex + Int(position >> 6)] >> UInt64(position & 63) & 1 == 1
  }
}

// MARK: - Few positions of many

extension CoverSet {
  func take(at position: Int32) -> PatternLanguage.Take { takes[Int(position)] }

  /// The pattern that a position is of, by the order they were added in.
  func owner(of position: Int32) -> Int { Int(owners[Int(position)]) }

  /// Whether the pattern of a position matches there, and however the path goes on.
  func matchesForGood(_ position: Int32) -> Bool { position == rests[owner(of: position)] }

  /// The positions that follow once a scalar has been taken, in ascending order.
  func after(_ positions: [Int32], taking scalar: UInt32) -> [Int32] {
    var next: [Int32] = []
    for position in positions where takes[Int(position)].holds(scalar) {
      next += followers[Int(starts[Int(position)])..<Int(starts[Int(position) + 1])]
    }
    guard next.count > 1 else { return next }
    next.sort()
    var kept = 1
    for index in 1..<next.count where next[index] != next[kept - 1] {
      next[kept] = next[index]
      kept += 1
    }
    next.removeLast(next.count - kept)
    return next
  }

  /// Which of the patterns match the path as it is, by the order they were added in.
  func matching(_ positions: [Int32]) -> [Int] {
    var result: [Int] = []
    for position in positions {
      let owner = Int(owners[Int(position)])
      guard position == ends[owner] || position == rests[owner], result.last != owner else { continue }
      result.append(owner)
    }
    return result
  }
}
