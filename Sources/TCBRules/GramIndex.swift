// Finds the globs that may match a path by a text that a path they match must hold, however many globs there are: by
// four (or three) bytes of it, those that the fewest other globs are known by, and then by all of it.

struct GramIndex: ~Copyable {
  /// How a glob is known.
  struct Key: Hashable {
    /// A text that every path holds which the glob matches. One that begins with `/` may be where the path begins, as if
    /// a `/` stood there.
    var text: [UInt8]
    /// Where in the text the gram begins.
    var offset: Int
  }

  // Not private: the compiler (6.3.1) makes an invalid module of private types here when it does not optimize.
  struct Slot: BitwiseCopyable {
    var gram: UInt32 = 0
    /// In `entries`; none where the slot is free.
    var start: UInt32 = 0
    var count: UInt32 = 0
  }

  struct Entry: BitwiseCopyable {
    var value: Int32
    /// In the winning order.
    var place: Int32
    /// Where in `texts`, of how many bytes, and where among them the gram is.
    var text: UInt32
    var length: UInt16
    var offset: UInt16
  }

  private let length: Int
  private let mask: UInt32
  /// A bit for each hash of 32 times as many as there are grams: most of what a path holds ends here.
  private let filter: FlatArray<UInt64>
  private let filterShift: UInt32
  private let slots: FlatArray<Slot>
  private let slotShift: UInt32
  private let entries: FlatArray<Entry>
  private let texts: FlatArray<UInt8>

  /// Of grams of `length` bytes, 3 or 4. Entries that share a gram are kept in the order of their places.
  init(_ keys: [(key: Key, value: Int32, place: Int32)], length: Int) {
    self.length = length
    mask = length == 4 ? UInt32.max : 0xFF_FFFF
    let lists = Dictionary(grouping: keys) { Self.gram($0.key.text, at: $0.key.offset, length: length) }
    filterShift = Self.shift(forAtLeast: lists.count * 32, least: 10)
    slotShift = Self.shift(forAtLeast: lists.count * 2, least: 4)
    var filter = [UInt64](repeating: 0, count: 1 << (32 - Int(filterShift) - 6))
    var slots = [Slot](repeating: Slot(), count: 1 << (32 - Int(slotShift)))
    var entries: [Entry] = []
    var texts: [UInt8] = []
    for (gram, list) in lists {
      let hash = Self.hash(gram)
      let bit = hash &>> filterShift
      filter[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
      var place = Int(hash &>> slotShift)
      while slots[place].count > 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = Slot(gram: gram, start: UInt32(entries.count), count: UInt32(list.count))
      for (key, value, place) in list.sorted(by: { $0.place < $1.place }) {
        entries.append(
          Entry(
            value: value, place: place, text: UInt32(texts.count), length: UInt16(key.text.count),
            offset: UInt16(key.offset)))
        texts += key.text
      }
    }
    self.filter = FlatArray(filter)
    self.slots = FlatArray(slots)
    self.entries = FlatArray(entries)
    self.texts = FlatArray(texts)
  }

  private static func shift(forAtLeast count: Int, least bits: Int) -> UInt32 {
    var bits = bits
    while bits < 26, 1 << bits < count { bits += 1 }
    return UInt32(32 - bits)
  }

  @inline(__always)
  private static func hash(_ gram: UInt32) -> UInt32 {
    // Only the upper bits are used, which depend on all of the gram.
    gram &* 0x9E37_79B1
  }

  /// The first byte in the lowest place.
  static func gram(_ text: [UInt8], at offset: Int, length: Int) -> UInt32 {
    text[offset..<(offset + length)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

extension GramIndex {
  /// Visits the values of each key where it stands, and again where it stands again, but for those that come behind the best
  /// place found so far.
  @inline(__always)
  func scan(_ path: PathBytes, best: () -> Int32, visit: (_ value: Int32) -> Void) {
    scanEnds(path, best, visit)
    // What the filter lets through is noted first, for up to 64 places, and looked up then: a loop without a branch.
    var start = 0
    while start <= path.count &- 4 {
      let count = min(64, path.count &- 3 &- start)
      var hits: UInt64 = 0
      var offset = 0
      while offset < count {
        hits |= mayBeKnown(path.four(start &+ offset)) &<< UInt64(truncatingIfNeeded: offset)
        offset &+= 1
      }
      lookUp(hits, from: start, path, best, visit)
      start &+= 64
    }
  }

  /// The same for two indexes in one go.
  @inline(__always)
  static func scan(
    _ one: borrowing GramIndex, _ other: borrowing GramIndex, _ path: PathBytes, best: () -> Int32,
    visit: (_ value: Int32) -> Void
  ) {
    one.scanEnds(path, best, visit)
    other.scanEnds(path, best, visit)
    var start = 0
    while start <= path.count &- 4 {
      let count = min(64, path.count &- 3 &- start)
      var hits: (UInt64, UInt64) = (0, 0)
      var offset = 0
      while offset < count {
        let (bytes, place) = (path.four(start &+ offset), UInt64(truncatingIfNeeded: offset))
        hits.0 |= one.mayBeKnown(bytes) &<< place
        hits.1 |= other.mayBeKnown(bytes) &<< place
        offset &+= 1
      }
      one.lookUp(hits.0, from: start, path, best, visit)
      other.lookUp(hits.1, from: start, path, best, visit)
      start &+= 64
    }
  }

  /// The grams at a path's start, as if a `/` stood before it, and the last of three bytes.
  @inline(__always)
  private func scanEnds(_ path: PathBytes, _ best: () -> Int32, _ visit: (_ value: Int32) -> Void) {
    guard path.count >= length &- 1, path.count > 0 else { return }
    let first = UInt32(truncatingIfNeeded: path.eight(0, .forward)) &<< 8 | Scalars.slash
    if mayBeKnown(first) != 0 { lookUp(first, at: -1, path, best, visit) }
    let last = path.count &- 3
    guard length == 3, last >= 0 else { return }
    let bytes = UInt32(truncatingIfNeeded: path.eight(last, .forward))
    if mayBeKnown(bytes) != 0 { lookUp(bytes, at: last, path, best, visit) }
  }

  /// Looks up what the filter let through, a bit for each place from `start` on.
  @inline(__always)
  private func lookUp(
    _ hits: UInt64, from start: Int, _ path: PathBytes, _ best: () -> Int32, _ visit: (_ value: Int32) -> Void
  ) {
    var hits = hits
    while hits != 0 {
      let place = start &+ hits.trailingZeroBitCount
      hits &= hits &- 1
      lookUp(path.four(place), at: place, path, best, visit)
    }
  }

  /// The bit of the filter for the gram that begins these bytes: 0 where no glob is known by it.
  @inline(__always)
  private func mayBeKnown(_ bytes: UInt32) -> UInt64 {
    let bit = Self.hash(bytes & mask) &>> filterShift
    return filter.start[Int(bit &>> 6)] &>> UInt64(bit & 63) & 1
  }

  @inline(__always)
  private func lookUp(
    _ bytes: UInt32, at position: Int, _ path: PathBytes, _ best: () -> Int32,
    _ visit: (_ value: Int32) -> Void
  ) {
    let gram = bytes & mask
    var place = Int(Self.hash(gram) &>> slotShift)
    while slots.start[place].count > 0 {
      if slots.start[place].gram == gram {
        let first = Int(slots.start[place].start)
        for index in first..<(first &+ Int(slots.start[place].count)) {
          guard entries.start[index].place < best() else { return }
          if holds(index, position, path) { visit(entries.start[index].value) }
        }
        return
      }
      place = (place &+ 1) & (slots.count &- 1)
    }
  }

  /// Whether the whole text of an entry stands where its gram does.
  @inline(__always)
  private func holds(_ index: Int, _ position: Int, _ path: PathBytes) -> Bool {
    let entry = entries.start[index]
    let start = position &- Int(entry.offset)
    let text = texts.start + Int(entry.text)
    guard start >= -1, start &+ Int(entry.length) <= path.count else { return false }
    if start >= 0 { return path.holds(text, Int(entry.length), at: start) }
    return text[0] == UInt8(ascii: "/") && path.holds(text + 1, Int(entry.length) &- 1, at: 0)
  }
}
