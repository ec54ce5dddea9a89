// Finding a part in a text.

import TCBText

package enum ByteSearch {
  /// Where `part` begins in `bytes`, without overlaps; `part` is not empty. Takes time in proportion to both together (Knuth,
  /// Morris and Pratt), since either may be as long as a text can be.
  package static func places(of part: [UInt8], in bytes: [UInt8], most: Int = .max) throws(RuntimeProblem)
    -> [Int]
  {
    var watch = CancellationWatch()
    // For each beginning of `part`, how much of `part` stands at its end again.
    var borders = [0]
    var matched = 0
    for byte in part.dropFirst() {
      try watch.step()
      while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
      if part[matched] == byte { matched += 1 }
      borders.append(matched)
    }
    var found: [Int] = []
    matched = 0
    for (index, byte) in bytes.enumerated() {
      try watch.step()
      while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
      if part[matched] == byte { matched += 1 }
      guard matched == part.count else { continue }
      found.append(index + 1 - part.count)
      if found.count >= most { break }
      matched = 0
    }
    return found
  }
}

extension CancellationWatch {
  /// Throws where the run was stopped.
  @inline(__always)
  package mutating func step(_ steps: Int = 1) throws(RuntimeProblem) {
    if isCancelled(after: steps) { throw .cancelled }
  }

  /// For work that moves so many bytes at once. Throws where that is much and the run was stopped.
  package static func look(before bytes: Int) throws(RuntimeProblem) {
    if bytes > 1 << 16, Task.isCancelled { throw .cancelled }
  }
}
