// The nearest of a set of names to one that was mistyped: what "did you mean" is made from.

/// The candidate that `name` most likely stands for, or nil when none is near enough to be worth suggesting.
///
/// Distance is the optimal string alignment distance over UTF-8 bytes (insertions, deletions, substitutions and
/// swaps of neighbours); at most a third of the name's length may differ, and at least one edit is always allowed
/// for names of two bytes and more.
package func nearestName(to name: String, in candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.utf8.prefix(64))
  guard wanted.count >= 2 else { return nil }
  let bound = max(1, wanted.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in candidates where candidate != name {
    let bytes = Array(candidate.utf8.prefix(64))
    guard abs(bytes.count - wanted.count) <= bound else { continue }
    let distance = alignmentDistance(wanted, bytes)
    guard distance <= bound, distance < max(bytes.count, wanted.count) else { continue }
    if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
    best = (candidate, distance)
  }
  return best?.name
}

/// Optimal string alignment distance; letters that differ only in ASCII case count as equal.
private func alignmentDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1] + [Int](repeating: 0, count: b.count)
    for j in b.indices {
      let cost = folded(a[i]) == folded(b[j]) ? 0 : 1
      var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost)
      if i > 0, j > 0, folded(a[i]) == folded(b[j - 1]), folded(a[i - 1]) == folded(b[j]) {
        best = min(best, beforePrevious[j - 1] + 1)
      }
      current[j + 1] = best
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.count]
}

private func folded(_ byte: UInt8) -> UInt8 {
  byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
}
