// The globs that are tried one by one. All that looking at one takes lies together: a line of memory or two.

struct GlobTable: ~Copyable {
  /// What a record begins with; the bytes of prefix, suffix and `nearSuffix` follow, and the steps of the gap.
  struct Header: BitwiseCopyable {
    var place: Int32
    var prefix: UInt16
    var suffix: UInt16
    /// See `Glob.nearSuffix`.
    var near: UInt16 = 0
    var singles: UInt8 = 0
    var gap: Gap = .anything
    /// Of the narrow or the wide automaton.
    var automaton: UInt32 = 0
  }

  /// See `Glob.Gap`.
  enum Gap: UInt8, BitwiseCopyable {
    case anything
    case withoutSlash
    case wholeSegments
    /// Where its steps do not say, the narrow automaton does.
    case steps
    case narrow
    case wide
  }

  /// A record begins where eight bytes do, and is known by how many of them come before it.
  private static let unit = 8

  private let records: FlatArray<UInt8>
  // Past those that the records decide by themselves.
  private let narrow: [(automaton: NarrowAutomaton, from: Int)]
  private let wide: [ByteAutomaton]

  /// Adds the number of each glob to `numbers`; they ascend.
  init(_ globs: [(place: Int32, glob: Glob)], numbers: inout [Int32]) {
    var records: [UInt8] = []
    var narrow: [(NarrowAutomaton, Int)] = []
    var wide: [ByteAutomaton] = []
    numbers.reserveCapacity(globs.count)
    for (place, glob) in globs {
      var header = Header(
        place: place, prefix: UInt16(glob.prefix.count), suffix: UInt16(glob.suffix.count))
      switch glob.gap {
      case .anything: header.gap = .anything
      case .withoutSlash: header.gap = .withoutSlash
      case .wholeSegments: header.gap = .wholeSegments
      case .narrow(let automaton):
        header.gap = glob.program.isEmpty ? .narrow : .steps
        header.automaton = UInt32(narrow.count)
        narrow.append((automaton, glob.prefix.count))
      case .wide(let automaton):
        header.gap = .wide
        header.automaton = UInt32(wide.count)
        wide.append(automaton)
      }
      var near: [UInt8] = []
      if header.gap.rawValue >= Gap.steps.rawValue, let singles = UInt8(exactly: glob.singles) {
        near = glob.nearSuffix
        header.near = UInt16(near.count)
        header.singles = singles
      }
      numbers.append(Int32(truncatingIfNeeded: records.count / Self.unit))
      withUnsafeBytes(of: header) { records += $0 }
      records += glob.prefix + glob.suffix + near + glob.program
      records += [UInt8](repeating: 0, count: -records.count & (Self.unit - 1))
    }
    self.records = FlatArray(records)
    self.narrow = narrow
    self.wide = wide
  }

  @inline(__always)
  private func record(_ number: Int32) -> UnsafePointer<UInt8> { records.start + Int(number) &* Self.unit }

  @inline(__always)
  private func header(_ number: Int32) -> UnsafePointer<Header> {
    UnsafeRawPointer(record(number)).assumingMemoryBound(to: Header.self)
  }

  @inline(__always)
  func place(_ number: Int32) -> Int32 { header(number).pointee.place }

  @inline(__always)
  func matches(_ number: Int32, _ path: PathBytes) -> Bool {
    let header = header(number)
    let prefix = Int(header.pointee.prefix)
    let suffix = Int(header.pointee.suffix)
    let end = path.count &- suffix
    guard end >= prefix else { return false }
    let text = record(number) + MemoryLayout<Header>.size
    guard path.holds(text + prefix, suffix, at: end), path.holds(text, prefix, at: 0) else { return false }
    switch header.pointee.gap {
    case .anything: return true
    case .withoutSlash:
      for index in prefix..<end where path[index] == UInt8(ascii: "/") { return false }
      return true
    case .wholeSegments: return end == prefix || path[end &- 1] == UInt8(ascii: "/")
    case .steps, .narrow:
      let near = Int(header.pointee.near)
      let text = text + prefix + suffix
      if near > 0, !isNear(text, near, singles: header.pointee.singles, path, end) { return false }
      guard header.pointee.gap == .steps, path.count <= Scalars.stretch else {
        return run(header.pointee, path)
      }
      let answer = GapProgram.follow(text + near, path, from: prefix, to: end) {
        narrow[Int(header.pointee.automaton)].automaton.classes[$0].contains($1)
      }
      return answer == .unknown ? run(header.pointee, path) : answer == .matches
    case .wide: return run(header.pointee, path)
    }
  }

  @inline(never)
  private func run(_ header: Header, _ path: PathBytes) -> Bool {
    let number = Int(header.automaton)
    if header.gap == .wide { return wide[number].matches(path.buffer) }
    return narrow[number].automaton.matches(path.buffer, from: narrow[number].from)
  }
}

extension GlobTable {
  /// Whether the text stands where it must, so many characters before the suffix.
  @inline(__always)
  private func isNear(
    _ text: UnsafePointer<UInt8>, _ length: Int, singles: UInt8, _ path: PathBytes, _ suffixStart: Int
  ) -> Bool {
    let start = path.offset(of: singles, before: suffixStart) &- length
    return start >= 0 && path.holds(text, length, at: start)
  }
}

extension PathBytes {
  var buffer: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
  }

  /// Where so many characters begin that end before `end`; -1 where there are fewer.
  @inline(__always)
  func offset(of characters: UInt8, before end: Int) -> Int {
    var start = end
    for _ in 0..<characters {
      guard start > 0 else { return -1 }
      start &-= 1
      // To the first byte of a character of several.
      while start > 0, self[start] & 0xC0 == 0x80 { start &-= 1 }
    }
    return start
  }
}
