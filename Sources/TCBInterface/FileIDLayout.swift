// Where the parts of a file id lie in its bytes: the one place that decides what is well formed.

/// The offsets of a well-formed id's `.` and `/`, found in one pass without allocating.
package struct FileIDLayout {
  /// Where the environment begins in every id.
  package static var environmentStart: Int { FileID.schemeLength }

  package let dot: Int
  package let slash: Int

  /// INVARIANT for the caller: `bytes` is UTF-8, as those of a `String` are.
  package init(of bytes: Span<UInt8>) throws(FileIDError) {
    let start = FileID.schemeLength
    guard bytes.holds(FileID.scheme, at: 0) else { throw FileIDLayout.schemeError(bytes) }
    let slash = bytes.firstIndex(of: Byte.slash, from: start, to: bytes.count)
    let end = slash ?? bytes.count
    if start == end { throw FileIDError(.environmentEmpty, at: start) }
    guard let dot = bytes.firstIndex(of: Byte.dot, from: start, to: end) else {
      try FileIDLayout.checkLabel(bytes, from: start, to: end, FileIDError.Reason.environmentCharacter)
      throw FileIDError(.bucketMissing, at: end)
    }
    try self.init(checking: bytes, dot: dot, slash: end)
  }

  /// Checks the parts between offsets already known; `slash` may be the end where no path follows.
  package init(checking bytes: Span<UInt8>, dot: Int, slash: Int) throws(FileIDError) {
    let start = FileID.schemeLength
    if dot == start { throw FileIDError(.environmentEmpty, at: start) }
    try FileIDLayout.checkLabel(bytes, from: start, to: dot, FileIDError.Reason.environmentCharacter)
    if dot + 1 == slash { throw FileIDError(.bucketEmpty, at: slash) }
    try FileIDLayout.checkLabel(bytes, from: dot + 1, to: slash, FileIDError.Reason.bucketCharacter)
    if slash >= bytes.count - 1 { throw FileIDError(.pathEmpty, at: bytes.count) }
    _ = try PathFindings(of: bytes, from: slash + 1)
    self.dot = dot
    self.slash = slash
  }

  /// Environment ids and buckets become labels of a host name. Ours: letters, digits and hyphens,
  /// which every id seen keeps to.
  private static func checkLabel(
    _ bytes: Span<UInt8>, from lower: Int, to upper: Int, _ reason: (Unicode.Scalar) -> FileIDError.Reason
  ) throws(FileIDError) {
    var index = lower
    while index < upper {
      let byte = bytes[index]
      guard byte.isASCIILetter || byte.isASCIIDigit || byte == Byte.minus else {
        throw FileIDError(reason(bytes.scalar(at: index)), at: index)
      }
      index &+= 1
    }
  }

  private static func schemeError(_ bytes: Span<UInt8>) -> FileIDError {
    for index in bytes.indices where bytes.holds("://", at: index) {
      return FileIDError(.schemeWrong, at: 0)
    }
    return FileIDError(.schemeMissing, at: 0)
  }
}

/// What one pass over a path found, where nothing was wrong with it.
struct PathFindings {
  private(set) var isASCII = true
  private var encodedCount = 0

  /// Documented: not empty, no leading `/`, no `//`, at most 850 bytes once encoded, no CAN, EM, SUB or ESC.
  /// Ours: none of the other C0 controls nor DEL either (a stray CR or TAB is a mistake in a list, NUL ends
  /// a name on disk), and no `.` or `..` segment, which would lead out of a served folder.
  init(of bytes: Span<UInt8>, from start: Int) throws(FileIDError) {
    if start >= bytes.count { throw FileIDError(.pathEmpty, at: bytes.count) }
    if bytes[start] == Byte.slash { throw FileIDError(.pathLeadingSlash, at: start) }
    var segment = start
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == Byte.slash {
        if index == segment { throw FileIDError(.pathDoubleSlash, at: index &- 1) }
        try PathFindings.checkSegment(bytes, from: segment, to: index)
        segment = index &+ 1
      }
      if byte.standsUnencodedInPath {
        encodedCount &+= 1
      } else {
        if byte.isASCIIControl { throw FileIDError(.pathControl(byte), at: index) }
        if byte >= 0x80 { isASCII = false }
        encodedCount &+= 3
      }
      index &+= 1
    }
    try PathFindings.checkSegment(bytes, from: segment, to: bytes.count)
    if encodedCount > FileID.maximumEncodedPathBytes {
      throw FileIDError(.pathTooLong(encodedBytes: encodedCount), at: start)
    }
  }

  @inline(__always)
  private static func checkSegment(_ bytes: Span<UInt8>, from lower: Int, to upper: Int) throws(FileIDError) {
    let length = upper &- lower
    guard length == 1 || length == 2, bytes[lower] == Byte.dot, bytes[upper &- 1] == Byte.dot else { return }
    throw FileIDError(.pathDotSegment, at: lower)
  }
}

extension Span<UInt8> {
  /// The scalar that begins at `offset`, for an error's text; U+FFFD where the bytes are none.
  fileprivate func scalar(at offset: Int) -> Unicode.Scalar {
    let end = Swift.min(offset + 4, count)
    let text = extracting(offset..<end).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    return text.unicodeScalars.first ?? "\u{FFFD}"
  }
}
