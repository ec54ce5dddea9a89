// Byte strings in one flat, path-compressed trie: everything that can match a path is met on one walk along it.
//
// A node is 32 bytes, two to a cache line, and says all that a walk needs of it: the bytes that lead to it, the best
// rule that ends there, the bytes that all its children begin with, and how to find the child for the next byte
// without looking at the others. So a folder of the path costs one line of memory, however many rules there are.

struct PathTrie: ~Copyable {
  enum List: Int {
    /// Rules that match whatever begins with the key.
    case prefix
    /// Rules that match the key itself.
    case whole
    /// Globs worth trying on whatever begins with the key.
    case glob
  }

  struct Entry {
    var key: [UInt8]
    var list: List
    /// A place, or the number of a glob.
    var value: Int32
  }

  struct Node: BitwiseCopyable {
    /// Label and stem, the first byte in the lowest place. Where they are longer than eight bytes together: where in
    /// `texts` they begin, 32 bits, and their lengths, 16 bits each.
    var text: UInt64 = 0
    /// By `children`: the leads of up to eight children; the lowest lead; where in `tables` the table begins.
    var leads: UInt64 = 0
    /// Among `nodes`, or among `leaves`.
    var firstChild: UInt32 = 0
    /// The best rule without a condition that matches what begins with the key.
    var best = Place.none
    /// What else the node holds, an index into `extras`; 0 where it holds nothing else.
    var extra: UInt32 = 0
    /// Bytes that lead here after the one that told the node from its siblings.
    var label: UInt8 = 0
    /// Bytes that all children begin with.
    var stem: UInt8 = 0
    var children = Children.none
    /// Children, those that stand for no key included, less one.
    var span: UInt8 = 0
  }

  /// A node of which there are the most, in half the memory: one rule without a condition and nothing below it.
  struct Leaf: BitwiseCopyable {
    /// The rule's own, in seconds; 0 when it denies.
    var maxAge: UInt32 = 0
    var rule: Int32 = 0
    var best = Place.none
    /// Up to three bytes, the first in the lowest place, and how many in the highest; `absentLeaf` for a gap.
    var label: UInt32 = Leaf.absent

    static let absent = UInt32.max
    static let longestLabel = 3
  }

  enum Children: UInt8, BitwiseCopyable {
    case none
    /// Up to eight, told apart by `leads`.
    case few
    /// One for each byte from the lowest to the highest lead; a gap is a node whose `children` is `absent`.
    case dense
    /// A table of 256 numbers, 0 where there is no child.
    case table
    // The same, all children being leaves.
    case fewLeaves
    case denseLeaves
    case tableOfLeaves
    case absent

    var ofLeaves: Children {
      switch self {
      case .few: .fewLeaves
      case .dense: .denseLeaves
      case .table: .tableOfLeaves
      default: self
      }
    }
  }

  /// Where in `values` the lists begin: one after another, the last up to `end`.
  struct Extra: BitwiseCopyable {
    var start: Int32 = 0
    var whole: Int32 = 0
    var glob: Int32 = 0
    var end: Int32 = 0

    var prefixes: Range<Int32> { start..<whole }
    var wholes: Range<Int32> { whole..<glob }
    var globs: Range<Int32> { glob..<end }
  }

  /// Bytes of label and stem that a node holds itself.
  static let inlineText = 8
  /// `label` of a node whose text is elsewhere.
  static let longText: UInt8 = 255

  let nodes: FlatArray<Node>
  let leaves: FlatArray<Leaf>
  let extras: FlatArray<Extra>
  let values: FlatArray<Int32>
  let texts: FlatArray<UInt8>
  let tables: FlatArray<UInt8>

  /// Lists are kept in ascending order of their values; of `prefix` and `whole` what comes after the first place
  /// without a condition is left out, as it can never be needed. `outcome` says what a place comes to, if that is more
  /// than a place among others.
  init(_ entries: [Entry], outcome: (_ place: Int32) -> Ranked?) {
    var builder = PathTrieBuilder()
    builder.build(entries, outcome)
    nodes = FlatArray(builder.nodes)
    leaves = FlatArray(builder.leaves)
    extras = FlatArray(builder.extras)
    values = FlatArray(builder.values)
    texts = FlatArray(builder.texts)
    tables = FlatArray(builder.tables)
  }
}

extension PathTrie {
  /// Visits the nodes whose keys the path begins with (going backward: ends with, byte by byte from its end),
  /// shortest first, and says of each whether it is the whole path.
  @inline(__always)
  func walk(
    _ path: PathBytes, _ direction: PathBytes.Direction,
    visit: (_ node: UnsafePointer<Node>, _ isWhole: Bool) -> Void, visitLeaf: (UnsafePointer<Leaf>) -> Void
  ) {
    var node = nodes.start
    var position = 0
    while true {
      let text = path.eight(position, direction)
      let left = path.count &- position
      let (label, stem): (Int, Int)
      let equal: Int
      if node.pointee.label != Self.longText {
        label = Int(node.pointee.label)
        stem = Int(node.pointee.stem)
        equal = min(left, (text ^ node.pointee.text).trailingZeroBitCount &>> 3)
      } else {
        (label, stem) = Self.longLengths(node.pointee)
        equal = equalLong(node.pointee, path, position, direction, atMost: min(left, label &+ stem))
      }
      guard equal >= label else { return }
      visit(node, left == label)
      guard equal >= label &+ stem else { return }
      position &+= label &+ stem
      guard position < path.count else { return }
      let byte = path.byte(position, direction)
      position &+= 1
      switch node.pointee.children {
      case .none, .absent: return
      case .few, .dense, .table:
        guard let number = number(of: node, byte) else { return }
        node = nodes.start + number
        if node.pointee.children == .absent { return }
      case .fewLeaves, .denseLeaves, .tableOfLeaves:
        guard let number = number(of: node, byte) else { return }
        let leaf = leaves.start + number
        if Self.takes(leaf.pointee.label, path, position, direction) { visitLeaf(leaf) }
        return
      }
    }
  }

  @inline(__always)
  private static func takes(
    _ label: UInt32, _ path: PathBytes, _ position: Int, _ direction: PathBytes.Direction
  ) -> Bool {
    let length = Int(label &>> 24)
    guard length <= path.count &- position else { return false }
    let difference = UInt32(truncatingIfNeeded: path.eight(position, direction)) ^ label & 0xFF_FFFF
    return difference.trailingZeroBitCount >= 8 &* length
  }

  /// Of the child for a byte, in its array.
  @inline(__always)
  private func number(of node: UnsafePointer<Node>, _ byte: UInt8) -> Int? {
    let first = Int(node.pointee.firstChild)
    switch node.pointee.children {
    case .none, .absent: return nil
    case .dense, .denseLeaves:
      let number = Int(byte) &- Int(truncatingIfNeeded: node.pointee.leads)
      return number >= 0 && number <= Int(node.pointee.span) ? first &+ number : nil
    case .few, .fewLeaves:
      // The lowest byte that is zero after the comparison is found exactly; what is above it need not be.
      let difference = node.pointee.leads ^ (0x0101_0101_0101_0101 &* UInt64(byte))
      let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
      let number = zeros.trailingZeroBitCount &>> 3
      return number <= Int(node.pointee.span) ? first &+ number : nil
    case .table, .tableOfLeaves:
      let number = Int(tables.start[Int(truncatingIfNeeded: node.pointee.leads) &+ Int(byte)])
      return number > 0 ? first &+ number &- 1 : nil
    }
  }

  private static func longLengths(_ node: Node) -> (Int, Int) {
    (Int(node.text &>> 32 & 0xFFFF), Int(node.text &>> 48))
  }

  @inline(never)
  private func equalLong(
    _ node: Node, _ path: PathBytes, _ position: Int, _ direction: PathBytes.Direction, atMost most: Int
  ) -> Int {
    let text = texts.start + Int(node.text & 0xFFFF_FFFF)
    var equal = 0
    while equal < most, text[equal] == path.byte(position &+ equal, direction) { equal &+= 1 }
    return equal
  }
}
