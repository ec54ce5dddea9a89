// The globs that are tried one by one, in a row, so that looking at one costs a line of memory or two.

struct GlobTable: ~Copyable {
  struct Entry: BitwiseCopyable {
    var place: Int32
    var prefix: UInt16
    var suffix: UInt16
    /// See `Glob.nearSuffix`.
    var near: UInt16
    var singles: UInt8
    /// What lies between: `Glob.Gap` in order.
    var gap: UInt8
    /// Where in `texts` the prefix begins; the suffix and what is near it follow.
    var text: UInt32
    /// Where the states of a narrow automaton are, or the number of a wide one.
    var automaton: UInt32
    /// Where the classes of a narrow automaton begin.
    var classes: UInt32 = 0
    /// The states that a narrow automaton begins in.
    var first: UInt64 = 0
  }

  private let entries: FlatArray<Entry>
  private let texts: FlatArray<UInt8>
  private let states: FlatArray<NarrowAutomaton.State>
  private let classes: [ScalarClass]
  private let wide: [ByteAutomaton]

  init(_ globs: [(place: Int32, glob: Glob)]) {
    var entries: [Entry] = []
    var texts: [UInt8] = []
    var states: [NarrowAutomaton.State] = []
    var classes: [ScalarClass] = []
    var wide: [ByteAutomaton] = []
    for (place, glob) in globs {
      var entry = Entry(
        place: place, prefix: UInt16(glob.prefix.count), suffix: UInt16(glob.suffix.count),
        near: 0, singles: 0, gap: 0, text: UInt32(texts.count), automaton: 0)
      switch glob.gap {
      case .anything: entry.gap = 0
      case .withoutSlash: entry.gap = 1
      case .wholeSegments: entry.gap = 2
      case .narrow(let automaton):
        entry.gap = 3
        entry.automaton = UInt32(states.count)
        entry.classes = UInt32(classes.count)
        entry.first = automaton.first
        states += automaton.states
        classes += automaton.classes
      case .wide(let automaton):
        entry.gap = 4
        entry.automaton = UInt32(wide.count)
        wide.append(automaton)
      }
      texts += glob.prefix
      texts += glob.suffix
      if entry.gap >= 3, !glob.nearSuffix.isEmpty, let singles = UInt8(exactly: glob.singles) {
        entry.near = UInt16(glob.nearSuffix.count)
        entry.singles = singles
        texts += glob.nearSuffix
      }
      entries.append(entry)
    }
    self.entries = FlatArray(entries)
    self.texts = FlatArray(texts)
    self.states = FlatArray(states)
    self.classes = classes
    self.wide = wide
  }

  @inline(__always)
  func place(_ number: Int32) -> Int32 { entries.start[Int(number)].place }

  @inline(__always)
  func matches(_ number: Int32, _ path: PathBytes) -> Bool {
    let entry = entries.start[Int(number)]
    let prefix = Int(entry.prefix)
    let end = path.count &- Int(entry.suffix)
    guard end >= prefix else { return false }
    let text = texts.start + Int(entry.text)
    guard path.holds(text + prefix, Int(entry.suffix), at: end), path.holds(text, prefix, at: 0) else {
      return false
    }
    switch entry.gap {
    case 0: return true
    case 1:
      for index in prefix..<end where path[index] == UInt8(ascii: "/") { return false }
      return true
    case 2: return end == prefix || path[end &- 1] == UInt8(ascii: "/")
    case 3:
      if entry.near > 0, !isNear(entry, path, end) { return false }
      return NarrowAutomaton.run(
        states.start + Int(entry.automaton), entry.first, classes[Int(entry.classes)...], path.buffer,
        from: prefix)
    default: return wide[Int(entry.automaton)].matches(path.buffer)
    }
  }
}

extension GlobTable {
  /// Whether the text stands where it must, so many characters before the suffix.
  @inline(__always)
  private func isNear(_ entry: Entry, _ path: PathBytes, _ suffixStart: Int) -> Bool {
    var end = suffixStart
    for _ in 0..<entry.singles {
      guard end > 0 else { return false }
      end &-= 1
      // To the first byte of a character of several.
      while end > 0, path[end] & 0xC0 == 0x80 { end &-= 1 }
    }
    let start = end &- Int(entry.near)
    guard start >= 0 else { return false }
    return path.holds(
      texts.start + Int(entry.text) + Int(entry.prefix) + Int(entry.suffix), Int(entry.near), at: start)
  }
}

extension PathBytes {
  var buffer: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
  }
}
