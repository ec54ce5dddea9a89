// The text of a script and places in it. A tree keeps offsets; lines and columns are worked out only when printed.

/// A script, a prompt entry or any other text the language is read from. At most 2 GiB, so offsets fit 32 bits.
package final class SourceText: Sendable {
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  package convenience init(name: String, _ text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// The text of `range`, with whatever is not UTF-8 replaced; a range outside the text is cut to it.
  package func text(_ range: Range<Int>) -> String {
    let lower = min(max(range.lowerBound, 0), bytes.count)
    let upper = min(max(range.upperBound, lower), bytes.count)
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }
}

/// Which source of a session a place is in.
package struct SourceID: Hashable, Sendable {
  package let index: UInt32
  package init(_ index: UInt32) { self.index = index }
}

/// A range of bytes in one source.
package struct SourceSpan: Hashable, Sendable {
  package var source: SourceID
  package var lower: UInt32
  package var upper: UInt32

  package init(source: SourceID, lower: Int, upper: Int) {
    self.source = source
    self.lower = UInt32(clamping: lower)
    self.upper = UInt32(clamping: max(lower, upper))
  }

  /// For places that a token has, which need no clamping.
  init(source: SourceID, from lower: UInt32, to upper: UInt32) {
    self.source = source
    self.lower = lower
    self.upper = max(lower, upper)
  }

  package var range: Range<Int> { Int(lower)..<Int(upper) }

  /// From the start of this span to the end of `other`, which must be of the same source and not lie before it.
  package func through(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(source: source, lower: Int(lower), upper: max(Int(upper), Int(other.upper)))
  }

  /// The place just behind this span.
  package var end: SourceSpan { SourceSpan(source: source, lower: Int(upper), upper: Int(upper)) }
}

/// A place as a person counts: both from 1, the column in characters.
package struct LinePosition: Hashable, Sendable {
  package var line: Int
  package var column: Int
}

/// Finds lines in one source; made where several places of the same source are printed.
package struct LineIndex: Sendable {
  package let source: SourceText
  private let starts: [Int]

  package init(_ source: SourceText) {
    self.source = source
    var starts = [0]
    source.bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices where bytes[index] == 0x0A { starts.append(index + 1) }
    }
    self.starts = starts
  }

  /// The line (from 0) in which the byte at `offset` stands.
  package func line(at offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of a line (from 0) without its line end.
  package func range(ofLine line: Int) -> Range<Int> {
    guard starts.indices.contains(line) else { return source.bytes.count..<source.bytes.count }
    let lower = starts[line]
    var upper = line + 1 < starts.count ? starts[line + 1] - 1 : source.bytes.count
    if upper > lower, source.bytes[upper - 1] == 0x0D { upper -= 1 }
    return lower..<upper
  }

  package func position(at offset: Int) -> LinePosition {
    let offset = min(max(offset, 0), source.bytes.count)
    let line = line(at: offset)
    let start = range(ofLine: line).lowerBound
    // A line of megabytes is counted in bytes: nobody reads its columns, and counting characters there is slow.
    guard offset - start <= 100_000 else { return LinePosition(line: line + 1, column: offset - start + 1) }
    return LinePosition(line: line + 1, column: source.text(start..<offset).count + 1)
  }
}

/// The sources of a session, so that a span can be printed long after its text was run.
package struct SourceMap: Sendable {
  package private(set) var sources: [SourceText] = []

  package init() {}

  package mutating func add(_ source: SourceText) -> SourceID {
    sources.append(source)
    return SourceID(UInt32(clamping: sources.count - 1))
  }

  package subscript(id: SourceID) -> SourceText? {
    sources.indices.contains(Int(id.index)) ? sources[Int(id.index)] : nil
  }
}
