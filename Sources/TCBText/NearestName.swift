// The nearest of a set of names to one that was mistyped: what "did you mean" is made from.

package enum NearestName {
  /// The candidate that `name` most likely stands for, or nil when none is near enough to be worth suggesting.
  ///
  /// Distance is the optimal string alignment distance over scalars, whatever their case (insertions, deletions, substitutions and
  /// swaps of neighbours); at most a third of the name's length may differ, and at least one edit is always allowed
  /// for names of two letters and more. Of names only the first 64 scalars count.
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Letters(name)
    guard wanted.scalars.count >= 2 else { return nil }
    let bound = max(1, wanted.scalars.count / 3)
    var letters = Letters()
    var rows = AlignmentRows()
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      letters.read(candidate)
      let count = letters.scalars.count
      guard abs(count - wanted.scalars.count) <= bound, wanted.mayBeWithin(bound, of: letters) else {
        continue
      }
      let distance = rows.distance(wanted.scalars, letters.scalars)
      guard distance <= bound, distance < max(count, wanted.scalars.count) else { continue }
      if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
      best = (candidate, distance)
    }
    return best?.name
  }
}

/// The scalars of a name in lower case.
private struct Letters {
  private(set) var scalars: [Unicode.Scalar] = []
  /// A bit for every 64th scalar that it holds.
  private var kinds: UInt64 = 0

  init() {}
  init(_ name: String) { read(name) }

  /// Takes another name, in the memory of the one before: there may be thousands for every mistake.
  mutating func read(_ name: String) {
    scalars.removeAll(keepingCapacity: true)
    kinds = 0
    for scalar in name.unicodeScalars.prefix(64) {
      if scalar.isASCII {
        let isUpper = scalar.value >= 0x41 && scalar.value <= 0x5A
        add(isUpper ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
      } else {
        for lower in scalar.properties.lowercaseMapping.unicodeScalars { add(lower) }
      }
    }
  }

  private mutating func add(_ scalar: Unicode.Scalar) {
    scalars.append(scalar)
    kinds |= 1 << UInt64(scalar.value & 63)
  }

  /// Each scalar that only one of the two has takes an edit.
  func mayBeWithin(_ bound: Int, of other: Letters) -> Bool {
    (kinds & ~other.kinds).nonzeroBitCount <= bound && (other.kinds & ~kinds).nonzeroBitCount <= bound
  }
}

/// Optimal string alignment distance, in rows that are kept from one pair to the next.
private struct AlignmentRows {
  private var beforePrevious: [Int] = []
  private var previous: [Int] = []
  private var current: [Int] = []

  mutating func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    let width = b.count + 1
    if current.count < width {
      beforePrevious = Array(repeating: 0, count: width)
      previous = beforePrevious
      current = beforePrevious
    }
    for j in 0..<width { previous[j] = j }
    for i in a.indices {
      current[0] = i + 1
      for j in b.indices {
        let cost = a[i] == b[j] ? 0 : 1
        var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = min(best, beforePrevious[j - 1] + 1)
        }
        current[j + 1] = best
      }
      (beforePrevious, previous, current) = (previous, current, beforePrevious)
    }
    return previous[b.count]
  }
}
