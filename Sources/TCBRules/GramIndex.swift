// Finds the globs that may match a path by four bytes that a path they match must hold, however many globs there are.
// Of the bytes of a glob those are taken that the fewest other globs hold too.

struct GramIndex: ~Copyable {
  static let length = 4

  // Not private: the compiler (6.3.1) makes an invalid module of it when it does not optimize.
  struct Slot: BitwiseCopyable {
    var gram: UInt32 = 0
    /// In `values`; none where the slot is free.
    var start: UInt32 = 0
    var count: UInt32 = 0
  }

  /// A bit for each hash of 32 times as many as there are grams: most of what a path holds ends here.
  private let filter: FlatArray<UInt64>
  private let filterShift: UInt32
  private let slots: FlatArray<Slot>
  private let slotShift: UInt32
  private let values: FlatArray<Int32>
  let isEmpty: Bool

  private static func shift(forAtLeast count: Int, least bits: Int) -> UInt32 {
    var bits = bits
    while bits < 26, 1 << bits < count { bits += 1 }
    return UInt32(32 - bits)
  }

  @inline(__always)
  private static func hash(_ gram: UInt32) -> UInt32 {
    let mixed = gram &* 0x9E37_79B1
    return (mixed ^ mixed &>> 15) &* 0x85EB_CA77
  }

  init(_ entries: [(gram: UInt32, value: Int32)]) {
    let lists = Dictionary(grouping: entries, by: \.gram)
    isEmpty = lists.isEmpty
    filterShift = Self.shift(forAtLeast: lists.count * 32, least: 10)
    slotShift = Self.shift(forAtLeast: lists.count * 2, least: 4)
    var filter = [UInt64](repeating: 0, count: 1 << (32 - Int(filterShift) - 6))
    var slots = [Slot](repeating: Slot(), count: 1 << (32 - Int(slotShift)))
    var values: [Int32] = []
    for (gram, list) in lists {
      let hash = Self.hash(gram)
      let bit = hash &>> filterShift
      filter[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
      var place = Int(hash &>> slotShift)
      while slots[place].count > 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = Slot(gram: gram, start: UInt32(values.count), count: UInt32(list.count))
      values += list.map(\.value).sorted()
    }
    self.filter = FlatArray(filter)
    self.slots = FlatArray(slots)
    self.values = FlatArray(values)
  }

  /// Visits the values of each gram where it stands, and again where it stands again; the rest of a gram's values
  /// are left out once one is answered with false. A path begins as if a `/` stood before it.
  @inline(__always)
  func scan(_ path: PathBytes, visit: (_ value: Int32) -> Bool) {
    guard path.count >= Self.length - 1 else { return }
    let opening = UInt32(path[0]) << 8 | UInt32(path[1]) << 16 | UInt32(path[2]) << 24 | Scalars.slash
    look(opening, visit)
    var offset = 0
    while offset <= path.count &- Self.length {
      look(path.four(offset), visit)
      offset &+= 1
    }
  }

  @inline(__always)
  private func look(_ gram: UInt32, _ visit: (_ value: Int32) -> Bool) {
    let hash = Self.hash(gram)
    let bit = hash &>> filterShift
    guard filter.start[Int(bit &>> 6)] &>> UInt64(bit & 63) & 1 != 0 else { return }
    var place = Int(hash &>> slotShift)
    while slots.start[place].count > 0 {
      if slots.start[place].gram == gram {
        let first = Int(slots.start[place].start)
        for index in first..<(first &+ Int(slots.start[place].count)) {
          guard visit(values.start[index]) else { return }
        }
        return
      }
      place = (place &+ 1) & (slots.count &- 1)
    }
  }
}

extension GramIndex {
  /// What a glob needs, whatever else it takes: the grams of its literal texts.
  static func grams(of texts: [[UInt8]]) -> Set<UInt32> {
    var grams: Set<UInt32> = []
    for text in texts where text.count >= length {
      for start in 0...(text.count - length) {
        grams.insert(text[start..<(start + length)].reversed().reduce(0) { $0 << 8 | UInt32($1) })
      }
    }
    return grams
  }
}
