// Says a set of regions in as few words as it can: paths that match all of these patterns and none of those.

struct RegionTerm: Sendable, Hashable {
  /// Numbers of patterns; never empty.
  var matching: [Int]
  var except: [Int]

  func holds(_ region: Set<Int>) -> Bool {
    matching.allSatisfy(region.contains) && !except.contains(where: region.contains)
  }
}

enum RegionTerms {
  /// Terms that hold of every region in `wanted` and of none in `others`. Pattern 0 matches in all of them.
  static func of(_ wanted: [Set<Int>], besides others: [Set<Int>], patterns: Int) -> [RegionTerm] {
    var terms: [RegionTerm] = []
    var open = wanted
    while let region = open.first {
      // Of two ways to leave words out the one that needs fewer is taken.
      let kept = [true, false].map { term(region, besides: others, patterns, keepsExceptions: $0) }
      let best = size(kept[0]) <= size(kept[1]) ? kept[0] : kept[1]
      terms.append(best)
      open.removeAll { best.holds($0) }
    }
    return terms
  }

  private static func size(_ term: RegionTerm) -> Int { term.matching.count + term.except.count }

  /// The region with everything that can be left out left out, so that none of the others is meant too.
  private static func term(
    _ region: Set<Int>, besides others: [Set<Int>], _ patterns: Int, keepsExceptions: Bool
  ) -> RegionTerm {
    let matching = region.subtracting([0]).sorted()
    let missing = (0..<patterns).filter { !region.contains($0) }
    var term = RegionTerm(matching: [0] + matching, except: missing)
    func drop(_ path: WritableKeyPath<RegionTerm, [Int]>, _ candidates: [Int]) {
      for candidate in candidates {
        var shorter = term
        shorter[keyPath: path].removeAll { $0 == candidate }
        if !others.contains(where: shorter.holds) { term = shorter }
      }
    }
    if keepsExceptions {
      drop(\.matching, matching)
      drop(\.except, missing)
    } else {
      drop(\.except, missing)
      drop(\.matching, matching)
    }
    return term
  }
}
