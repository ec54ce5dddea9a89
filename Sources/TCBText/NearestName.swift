// The nearest of a set of names to one that was mistyped: what "did you mean" is made from.

package enum NearestName {
  /// The candidate that `name` most likely stands for, or nil when none is near enough to be worth suggesting.
  ///
  /// Distance is the optimal string alignment distance over scalars, whatever their case (insertions, deletions, substitutions and
  /// swaps of neighbours); at most a third of the name's length may differ, and at least one edit is always allowed
  /// for names of two letters and more.
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars.prefix(64))
    guard wanted.count >= 2 else { return nil }
    let bound = max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let letters = Array(candidate.lowercased().unicodeScalars.prefix(64))
      guard abs(letters.count - wanted.count) <= bound else { continue }
      let distance = alignmentDistance(wanted, letters)
      guard distance <= bound, distance < max(letters.count, wanted.count) else { continue }
      if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
      best = (candidate, distance)
    }
    return best?.name
  }
}

/// Optimal string alignment distance.
private func alignmentDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1] + [Int](repeating: 0, count: b.count)
    for j in b.indices {
      let cost = a[i] == b[j] ? 0 : 1
      var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, beforePrevious[j - 1] + 1)
      }
      current[j + 1] = best
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.count]
}
