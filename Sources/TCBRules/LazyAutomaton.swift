// A deterministic automaton over an automaton of globs, made as paths ask for it: one load of memory for each byte of a
// path, however many globs there are.
//
// A row is a set of states; its cells say, for each class of bytes, which row comes next, or that nobody has asked yet.
// Rows are written once and lie where they are for good. Whoever meets a cell that says nothing makes the row that is
// wanted, if nobody else is making one, and then sets the cell; so whoever reads a cell that leads somewhere finds a
// whole row there, and no reader ever waits. Where somebody else is making a row, or the memory set aside for rows is
// used up, the path is followed to its end by keeping sets of states, which gives the same answer more slowly.

import Glibc
import Synchronization

final class LazyAutomaton: @unchecked Sendable {
  // Sendable: what lies in `arena` is written while holding `maker`, before the cell that leads there is set with
  // releasing order, and read after that cell was read with acquiring order. The rest is constant.

  /// Bytes for rows, for each policy that has globs which need them; taken from the system as they are used.
  static let arenaBytes = 16 << 20

  /// What begins a row; its cells follow.
  private struct Row: BitwiseCopyable {
    /// Where its states are, and how many.
    var members: UInt32
    var memberCount: UInt32
    /// Where the places are that the end of a path gives here, and how many.
    var accepted: UInt32
    var acceptedCount: UInt32
  }

  /// What a cell says that leads to no row to go on from.
  private enum Cell {
    static let unknown: UInt32 = 0
    static let dead: UInt32 = 1
    /// With the offset of a row that no byte leaves.
    static let final: UInt32 = 1 << 31
  }

  private let automaton: ByteAutomaton
  private let arena: UnsafeMutableRawPointer
  private let arenaSize: Int
  private let classes: FlatArray<UInt8>
  /// A byte of each class.
  private let samples: [UInt8]
  private let start: UInt32
  private let maker: Mutex<Maker>
  private let makerMemory: UnsafeMutablePointer<UInt32>
  private let spares: SparePool

  /// The best place that a path can get here.
  var best: Int32 { automaton.states.start[0].best }

  /// Nil where the system has no memory for it.
  init?(_ automaton: ByteAutomaton, arenaBytes: Int = LazyAutomaton.arenaBytes) {
    self.automaton = automaton
    let starts = automaton.classStarts()
    samples = starts
    var classes = [UInt8](repeating: 0, count: 256)
    var current = 0
    for byte in 0..<256 {
      if current + 1 < starts.count, Int(starts[current + 1]) == byte { current += 1 }
      classes[byte] = UInt8(current)
    }
    self.classes = FlatArray(classes)
    arenaSize = arenaBytes
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let memory = mmap(nil, arenaSize, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED else {
      return nil
    }
    arena = memory
    // Rows are met in no order: past the first few, pages should be large. Where there are none, nothing is lost.
    let small = min(arenaBytes, 1 << 20)
    madvise(memory + small, arenaBytes - small, MADV_HUGEPAGE)
    spares = SparePool(room: StateSet.room(automaton))
    makerMemory = UnsafeMutablePointer<UInt32>.allocate(capacity: StateSet.room(automaton))
    var maker = Maker(set: StateSet(automaton, memory: makerMemory))
    maker.set.start(automaton)
    maker.set.settle(automaton)
    start =
      Self.row(&maker, automaton, arena: memory, size: arenaBytes, classes: starts.count) ?? Cell.unknown
    self.maker = Mutex(maker)
  }

  deinit {
    makerMemory.deallocate()
    munmap(arena, arenaSize)
  }

  // MARK: Reading

  /// Visits the places that the path gives.
  @inline(__always)
  func run(_ path: PathBytes, visit: (_ place: Int32) -> Void) {
    guard start != Cell.unknown else { return follow(path, from: nil, at: 0, visit) }
    var row = start & ~Cell.final
    var position = 0
    while position < path.count {
      let next = cell(row, path[position]).pointee.load(ordering: .acquiring)
      // What leads to no row to go on from is either less than 4 or has the highest bit.
      if next &- 4 < Cell.final &- 4 {
        row = next
        position &+= 1
        continue
      }
      guard let made = next == Cell.unknown ? make(row, path[position]) : next else {
        return follow(path, from: row, at: position, visit)
      }
      if made == Cell.dead { return }
      row = made & ~Cell.final
      position &+= 1
      if made & Cell.final != 0 { break }
    }
    let header = self.header(row)
    guard header.acceptedCount > 0 else { return }
    let places = (arena + Int(header.accepted)).assumingMemoryBound(to: Int32.self)
    for index in 0..<Int(header.acceptedCount) { visit(places[index]) }
  }

  @inline(__always)
  private func header(_ row: UInt32) -> Row { arena.load(fromByteOffset: Int(row), as: Row.self) }

  @inline(__always)
  private func cell(_ row: UInt32, _ byte: UInt8) -> UnsafeMutablePointer<Atomic<UInt32>> {
    let offset = Int(row) &+ MemoryLayout<Row>.size &+ Int(classes.start[Int(byte)]) &* 4
    return (arena + offset).assumingMemoryBound(to: Atomic<UInt32>.self)
  }

  /// Follows a path by sets of states: from a row on, or from the start.
  @inline(never)
  private func follow(_ path: PathBytes, from row: UInt32?, at position: Int, _ visit: (Int32) -> Void) {
    let memory = spares.take()
    defer { spares.giveBack(memory) }
    var set = StateSet(automaton, memory: memory)
    if let row {
      let header = self.header(row)
      let members = (arena + Int(header.members)).assumingMemoryBound(to: UInt32.self)
      set.load(members, count: Int(header.memberCount))
    } else {
      set.start(automaton)
    }
    automaton.run(&set, path, from: position, visit: visit)
  }
}

// MARK: - Making rows

extension LazyAutomaton {
  fileprivate struct Maker {
    /// The first free byte; what is before the first row stands for no row.
    var free = 16
    var set: StateSet
    /// Rows by a hash of their states; 0 where free.
    var known = [UInt32](repeating: 0, count: 64)
    var rows = 0
    /// There was no room for a row.
    var isFull = false
  }

  /// What follows a row by a byte that nobody had asked about; nil where it cannot be made now.
  @inline(never)
  private func make(_ row: UInt32, _ byte: UInt8) -> UInt32? {
    let made = maker.withLockIfAvailable { (maker) -> UInt32? in
      let known = cell(row, byte).pointee.load(ordering: .acquiring)
      if known != Cell.unknown { return known }
      if maker.isFull { return nil }
      let header = self.header(row)
      let members = (arena + Int(header.members)).assumingMemoryBound(to: UInt32.self)
      maker.set.load(members, count: Int(header.memberCount))
      maker.set.step(samples[Int(classes.start[Int(byte)])], automaton)
      maker.set.settle(automaton)
      guard
        let next = Self.row(&maker, automaton, arena: arena, size: arenaSize, classes: samples.count)
      else { return nil }
      cell(row, byte).pointee.store(next, ordering: .releasing)
      return next
    }
    return made ?? nil
  }

  /// The cell that leads to the row of the maker's set, which is made where it is not known; nil where there is no room.
  private static func row(
    _ maker: inout Maker, _ automaton: ByteAutomaton, arena: UnsafeMutableRawPointer, size: Int, classes: Int
  ) -> UInt32? {
    let members = UnsafeBufferPointer(start: UnsafePointer(maker.set.members), count: maker.set.count)
    if members.isEmpty { return Cell.dead }
    var place = slot(of: members, in: maker.known, arena)
    if maker.known[place] != 0 { return maker.known[place] }

    let accepted = Place.settled(members.flatMap { automaton.accepted(Int32(bitPattern: $0)) })
    let cells = maker.free + MemoryLayout<Row>.size
    let membersStart = cells + classes * 4
    let acceptedStart = membersStart + members.count * 4
    let end = acceptedStart + accepted.count * 4
    guard end <= size else {
      maker.isFull = true
      return nil
    }
    arena.storeBytes(
      of: Row(
        members: UInt32(membersStart), memberCount: UInt32(members.count), accepted: UInt32(acceptedStart),
        acceptedCount: UInt32(accepted.count)), toByteOffset: maker.free, as: Row.self)
    (arena + cells).initializeMemory(as: UInt32.self, repeating: Cell.unknown, count: classes)
    for (index, member) in members.enumerated() {
      arena.storeBytes(of: member, toByteOffset: membersStart + index * 4, as: UInt32.self)
    }
    for (index, value) in accepted.enumerated() {
      arena.storeBytes(of: value, toByteOffset: acceptedStart + index * 4, as: Int32.self)
    }
    var cell = UInt32(maker.free)
    if members.count == 1, automaton.isFinal(Int32(bitPattern: members[0])) { cell |= Cell.final }
    maker.free = (end + 15) & ~15
    maker.rows += 1
    if maker.rows * 2 > maker.known.count {
      grow(&maker, arena)
      place = slot(of: members, in: maker.known, arena)
    }
    maker.known[place] = cell
    return cell
  }

  private static func grow(_ maker: inout Maker, _ arena: UnsafeMutableRawPointer) {
    let before = maker.known
    maker.known = [UInt32](repeating: 0, count: before.count * 2)
    for cell in before where cell != 0 {
      maker.known[slot(of: members(of: cell, arena), in: maker.known, arena)] = cell
    }
  }

  private static func members(
    of cell: UInt32, _ arena: UnsafeMutableRawPointer
  ) -> UnsafeBufferPointer<UInt32> {
    let row = arena.load(fromByteOffset: Int(cell & ~Cell.final), as: Row.self)
    let start = (arena + Int(row.members)).assumingMemoryBound(to: UInt32.self)
    return UnsafeBufferPointer(start: UnsafePointer(start), count: Int(row.memberCount))
  }

  /// Where the row of these states is known, or could be. There always is a free slot.
  private static func slot(
    of wanted: UnsafeBufferPointer<UInt32>, in known: [UInt32], _ arena: UnsafeMutableRawPointer
  ) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for member in wanted { hash = (hash ^ UInt64(member)) &* 0x9E37_79B9_7F4A_7C15 &+ hash >> 29 }
    var place = Int(truncatingIfNeeded: hash >> 20) & (known.count - 1)
    while known[place] != 0, !members(of: known[place], arena).elementsEqual(wanted) {
      place = (place + 1) & (known.count - 1)
    }
    return place
  }
}
