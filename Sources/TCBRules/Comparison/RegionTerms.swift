// Says a set of regions in as few words as it can: paths that match all of these patterns and none of those.

/// Numbers of patterns, a bit each.
struct PatternNumbers: Hashable, Sendable {
  private(set) var words: [UInt64]

  init(_ numbers: some Sequence<Int>, of count: Int) {
    words = Array(repeating: 0, count: count / 64 + 1)
    for number in numbers { words[number / 64] |= 1 << UInt64(number % 64) }
  }

  func contains(_ number: Int) -> Bool {
    number / 64 < words.count && words[number / 64] & (1 << UInt64(number % 64)) != 0
  }

  mutating func remove(_ number: Int) { words[number / 64] &= ~(1 << UInt64(number % 64)) }

  /// In ascending order.
  var numbers: [Int] {
    words.indices.flatMap { word in
      (0..<64).filter { words[word] & (1 << UInt64($0)) != 0 }.map { word * 64 + $0 }
    }
  }

  func isSubset(of other: PatternNumbers) -> Bool {
    for (one, two) in zip(words, other.words) where one & ~two != 0 { return false }
    return true
  }

  func isSubset(of one: PatternNumbers, or other: PatternNumbers) -> Bool {
    for index in words.indices where words[index] & ~(one.words[index] | other.words[index]) != 0 {
      return false
    }
    return true
  }

  func isDisjoint(with other: PatternNumbers) -> Bool {
    for (one, two) in zip(words, other.words) where one & two != 0 { return false }
    return true
  }
}

/// Patterns that match paths together, and others that may match too, which makes no difference.
struct PatternRegion: Sendable {
  var matching: PatternNumbers
  var free: PatternNumbers
}

struct RegionTerm: Sendable, Hashable {
  /// Never empty.
  var matching: PatternNumbers
  var except: PatternNumbers

  /// Whether it holds of all paths of a region.
  func covers(_ region: PatternRegion) -> Bool {
    matching.isSubset(of: region.matching) && except.isDisjoint(with: region.matching)
      && except.isDisjoint(with: region.free)
  }

  /// Whether it may hold of a path of a region.
  func meets(_ region: PatternRegion) -> Bool {
    except.isDisjoint(with: region.matching) && matching.isSubset(of: region.matching, or: region.free)
  }

  var size: Int { matching.numbers.count + except.numbers.count }
}

enum RegionTerms {
  /// Terms that hold of every region in `wanted` and of none in `others`. Pattern 0 matches in all of them. Nil where it takes more
  /// work than there is: a step is a region looked at.
  static func of(
    _ wanted: [PatternRegion], besides others: [PatternRegion], patterns: Int, work: inout Int
  ) -> [RegionTerm]? {
    var terms: [RegionTerm] = []
    var open = wanted
    while let region = open.first {
      // Of two ways to leave words out the one that needs fewer is taken.
      guard let one = term(region, besides: others, patterns, keepsExceptions: true, &work),
        let other = term(region, besides: others, patterns, keepsExceptions: false, &work)
      else { return nil }
      let best = one.size <= other.size ? one : other
      terms.append(best)
      work -= open.count
      open.removeAll { best.covers($0) }
    }
    return terms
  }

  /// The region with everything that can be left out left out, so that none of the others is meant too.
  private static func term(
    _ region: PatternRegion, besides others: [PatternRegion], _ patterns: Int, keepsExceptions: Bool,
    _ work: inout Int
  ) -> RegionTerm? {
    let matching = region.matching.numbers.filter { $0 != 0 }
    let missing = (0..<patterns).filter { !region.matching.contains($0) && !region.free.contains($0) }
    var term = RegionTerm(
      matching: PatternNumbers([0] + matching, of: patterns), except: PatternNumbers(missing, of: patterns))
    let cost = 1 + others.count * (1 + patterns / 256)
    func drop(_ path: WritableKeyPath<RegionTerm, PatternNumbers>, _ candidates: [Int], _ work: inout Int)
      -> Bool
    {
      for candidate in candidates {
        work -= cost
        guard work > 0 else { return false }
        var shorter = term
        shorter[keyPath: path].remove(candidate)
        if !others.contains(where: shorter.meets) { term = shorter }
      }
      return true
    }
    let isDone =
      keepsExceptions
      ? drop(\.matching, matching, &work) && drop(\.except, missing, &work)
      : drop(\.except, missing, &work) && drop(\.matching, matching, &work)
    return isDone ? term : nil
  }
}
