// A column of texts: all bytes in one buffer, with the end of each.

import Glibc

/// Appending copies bytes and makes no `String`; one is made by `string(at:)` alone.
package struct TextColumn: Sendable {
  /// UTF-8. Whoever appends bytes has checked them; `string(at:)` repairs what is not.
  @usableFromInline package private(set) var bytes: [UInt8] = []
  // INVARIANT: element i is the end of text i in `bytes`, or that end's complement when the cell is null.
  // Ends never go down, so text i begins at the end of text i - 1.
  @usableFromInline package private(set) var ends: [Int] = []

  package init() {}

  /// Nil where these are not a column's: ends that go down, or lie behind the bytes.
  init?(bytes: [UInt8], ends: [Int]) {
    var last = 0
    for end in ends {
      let end = end < 0 ? ~end : end
      guard end >= last else { return nil }
      last = end
    }
    guard last <= bytes.count else { return nil }
    self.bytes = bytes
    self.ends = ends
  }

  package init(_ texts: some Sequence<String?>) {
    for text in texts {
      if let text { append(text) } else { appendNull() }
    }
  }

  package var count: Int { ends.count }

  package mutating func reserve(rows: Int, bytes: Int) {
    ends.reserveCapacity(rows)
    self.bytes.reserveCapacity(bytes)
  }

  @inline(__always)
  package mutating func append(bytes text: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
  }

  package mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    ends.append(bytes.count)
  }

  @inline(__always)
  package mutating func appendNull() { ends.append(~bytes.count) }

  /// False past the end, where there is no cell.
  @inlinable
  package func isNull(at index: Int) -> Bool { index >= 0 && index < ends.count && ends[index] < 0 }

  @inlinable
  package func range(at index: Int) -> Range<Int>? {
    guard index >= 0, index < ends.count, ends[index] >= 0 else { return nil }
    return start(of: index)..<ends[index]
  }

  @inlinable
  package func start(of index: Int) -> Int {
    guard index > 0 else { return 0 }
    let end = ends[index - 1]
    return end < 0 ? ~end : end
  }

  /// Nil where the cell is null.
  package func string(at index: Int) -> String? {
    range(at: index).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// Hands out the text's bytes, or nil where the cell is null. They must not outlive the call.
  @inlinable
  package func withBytes<Result, Failure: Error>(
    at index: Int, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let range = range(at: index) else { return try body(nil) }
    return try bytes.withUnsafeBufferPointer { (all) throws(Failure) -> Result in
      try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(all)[range]))
    }
  }

  /// The same for the loops over every cell: not generic, so that it costs no metadata.
  package func read(_ index: Int, _ body: (UnsafeRawBufferPointer?) -> Void) {
    guard let range = range(at: index) else { return body(nil) }
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }

  /// Whether two cells hold the same text, or are null both.
  package func hasSame(at one: Int, as other: Int) -> Bool {
    guard let one = range(at: one), let other = range(at: other) else {
      return isNull(at: one) && isNull(at: other)
    }
    guard one.count == other.count, !one.isEmpty else { return one.count == other.count }
    return bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return true }
      return memcmp(start + one.lowerBound, start + other.lowerBound, one.count) == 0
    }
  }

  package func slice(_ rows: Range<Int>) -> TextColumn {
    var part = TextColumn()
    let rows = rows.clamped(to: 0..<count)
    guard !rows.isEmpty else { return part }
    let first = start(of: rows.lowerBound)
    part.bytes = Array(bytes[first..<start(of: rows.upperBound)])
    part.ends = ends[rows].map { $0 < 0 ? ~(~$0 - first) : $0 - first }
    return part
  }

  /// The given rows in the given order; a row that is not there is null.
  package func selecting(_ rows: [Int]) -> TextColumn {
    var part = TextColumn()
    // Measured first, so that each text is copied once and nothing grows.
    var total = 0
    part.ends = Array(unsafeUninitializedCapacity: rows.count) { ends, count in
      for row in rows {
        if let range = range(at: row) {
          total += range.count
          ends[count] = total
        } else {
          ends[count] = ~total
        }
        count += 1
      }
    }
    part.bytes = Array(unsafeUninitializedCapacity: total) { copy, count in
      bytes.withUnsafeBufferPointer { bytes in
        for row in rows {
          guard let range = range(at: row), !range.isEmpty, let from = bytes.baseAddress,
            let to = copy.baseAddress
          else { continue }
          // INVARIANT: the ranges come to `total`, and each lies in `bytes`.
          (to + count).update(from: from + range.lowerBound, count: range.count)
          count += range.count
        }
      }
    }
    return part
  }

  package mutating func append(contentsOf other: TextColumn) {
    let shift = bytes.count
    bytes.append(contentsOf: other.bytes)
    ends.append(contentsOf: other.ends.map { $0 < 0 ? ~(~$0 + shift) : $0 + shift })
  }
}
