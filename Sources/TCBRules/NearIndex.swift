// Finds globs of which many share how they end, such as `*_[0-9]?.png`, by the text that stands a fixed number of characters
// before that end.

struct NearIndex: ~Copyable {
  /// Where a path is looked at, and what has to stand there.
  struct Key: Hashable {
    var suffix: [UInt8]
    /// Characters between the text and the suffix.
    var singles: UInt8
    /// The last bytes of the text, up to four.
    var text: [UInt8]

    static let longestText = 4

    /// Nil where nothing stands at a fixed place before the suffix.
    init?(_ glob: Glob) {
      guard !glob.nearSuffix.isEmpty, let singles = UInt8(exactly: glob.singles), singles <= Self.mostSingles
      else { return nil }
      suffix = glob.suffix
      self.singles = singles
      text = glob.nearSuffix.suffix(Self.longestText)
    }

    /// Each number of characters is one more place to look at.
    private static let mostSingles = 8
  }

  /// One place before a suffix that is looked at.
  struct Probe: BitwiseCopyable {
    /// The best in the winning order that may be found there.
    var best = Place.none
    var suffix: UInt16
    var singles: UInt8
    /// Bytes there.
    var length: UInt8
  }

  struct Slot: BitwiseCopyable {
    var probe: UInt32 = 0
    var text: UInt32 = 0
    /// In `values`; none where the slot is free.
    var start: UInt32 = 0
    var count: UInt32 = 0
  }

  private let probes: FlatArray<Probe>
  private let slots: FlatArray<Slot>
  private let shift: UInt32
  private let values: FlatArray<Int32>

  /// Keys come in the winning order. Adds for each suffix the numbers of the probes to make where a path ends with it: less
  /// than 0, and in the order of the best that each may find.
  init(
    _ keys: [(key: Key, value: Int32, place: Int32)],
    probes suffixes: inout [(suffix: [UInt8], number: Int32)]
  ) {
    var known: [Key: Int] = [:]
    var probes: [Probe] = []
    var lists: [(probe: Int, text: UInt32, values: [Int32])] = []
    var places: [Key: Int] = [:]
    for (key, value, rank) in keys {
      // The texts of one place have one probe.
      var place = key
      place.text = [UInt8](repeating: 0, count: key.text.count)
      let probe = places[place] ?? probes.count
      if probe == probes.count {
        places[place] = probe
        probes.append(
          Probe(
            best: rank, suffix: UInt16(key.suffix.count), singles: key.singles,
            length: UInt8(key.text.count)))
        suffixes.append((key.suffix, Int32(truncatingIfNeeded: probe)))
      }
      if let list = known[key] {
        lists[list].values.append(value)
      } else {
        known[key] = lists.count
        lists.append((probe, key.text.reversed().reduce(0) { $0 << 8 | UInt32($1) }, [value]))
      }
    }
    var bits = 4
    while 1 << bits < lists.count * 2 { bits += 1 }
    shift = UInt32(32 - bits)
    var slots = [Slot](repeating: Slot(), count: 1 << bits)
    var values: [Int32] = []
    for list in lists {
      let probe = UInt32(list.probe)
      var place = Int(Self.hash(probe, list.text) &>> shift)
      while slots[place].count > 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = Slot(
        probe: probe, text: list.text, start: UInt32(values.count), count: UInt32(list.values.count))
      values += list.values
    }
    for index in suffixes.indices { suffixes[index].number -= Int32(truncatingIfNeeded: probes.count) }
    self.probes = FlatArray(probes)
    self.slots = FlatArray(slots)
    self.values = FlatArray(values)
  }

  @inline(__always)
  private static func hash(_ probe: UInt32, _ text: UInt32) -> UInt32 {
    // Only the upper bits are used.
    (text ^ probe &* 0x85EB_CA6B) &* 0x9E37_79B1
  }

  /// Visits the values of the key that the path has at the place of a probe, until one says that the others need not be, if
  /// any of them is before `best`.
  @inline(__always)
  func look(_ number: Int32, _ path: PathBytes, best: Int32, visit: (_ value: Int32) -> Bool) {
    let probe = Int(number) &+ probes.count
    let place = probes.start[probe]
    guard place.best < best else { return }
    let length = Int(place.length)
    let start = path.offset(of: place.singles, before: path.count &- Int(place.suffix)) &- length
    guard start >= 0 else { return }
    let mask = UInt32.max &>> UInt32(8 &* (4 &- length))
    let text = UInt32(truncatingIfNeeded: path.eight(start, .forward)) & mask
    var slot = Int(Self.hash(UInt32(truncatingIfNeeded: probe), text) &>> shift)
    while slots.start[slot].count > 0 {
      let found = slots.start[slot]
      if found.text == text, found.probe == probe {
        let first = Int(found.start)
        for index in first..<(first &+ Int(found.count)) where !visit(values.start[index]) { return }
        return
      }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
  }
}
