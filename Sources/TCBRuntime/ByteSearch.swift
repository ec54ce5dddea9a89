// Finding a text in another by its bytes (Knuth, Morris and Pratt): time in proportion to both, since either may be as long
// as a text can be, and one that repeats itself must not make it the product.

import Glibc
import TCBText

struct ByteSearch {
  private let part: UnsafeBufferPointer<UInt8>
  /// For each beginning of `part`, how much of it stands at its end again.
  private var borders: [Int] = [0]
  private var watch = CancellationWatch()

  /// `part` is not empty and outlives the search.
  init(for part: UnsafeBufferPointer<UInt8>) throws(RuntimeProblem) {
    self.part = part
    var matched = 0
    for byte in part.dropFirst() {
      try watch.step()
      while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
      if part[matched] == byte { matched += 1 }
      borders.append(matched)
    }
  }

  /// Where `part` begins first at or behind `start`.
  mutating func place(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws(RuntimeProblem) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var matched = 0
    var index = start
    while index < bytes.count {
      try watch.step()
      if matched == 0 {
        // A megabyte at a time, which is gone through before anybody notices.
        let look = min(bytes.count - index, 1 << 20)
        guard let found = memchr(base + index, Int32(part[0]), look) else {
          index += look
          continue
        }
        index = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      }
      while matched > 0, part[matched] != bytes[index] { matched = borders[matched - 1] }
      if part[matched] == bytes[index] { matched += 1 }
      index += 1
      if matched == part.count { return index - part.count }
    }
    return nil
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
