// Where a pattern of a rule stands in the winning order of its policy.

/// The lower goes first. The lowest bit says that the rule has a condition, so that a place says by itself whether
/// finding it settles anything.
enum Place {
  static let none = Int32.max

  /// INVARIANT: `rank` is less than 2^30; a policy sees to it.
  static func of(_ rank: Int, isConditional: Bool) -> Int32 {
    Int32(truncatingIfNeeded: rank) &<< 1 | (isConditional ? 1 : 0)
  }

  @inline(__always)
  static func isConditional(_ place: Int32) -> Bool { place & 1 != 0 }

  @inline(__always)
  static func rank(_ place: Int32) -> Int { Int(place &>> 1) }

  /// In ascending order, without what comes after the first that needs no condition.
  static func settled(_ places: some Sequence<Int32>) -> [Int32] {
    var result: [Int32] = []
    for place in places.sorted() where place != result.last {
      result.append(place)
      if !isConditional(place) { break }
    }
    return result
  }
}
