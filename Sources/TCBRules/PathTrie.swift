// Byte strings in one flat, path-compressed trie: everything that can match a path is met on one walk along it.

struct PathTrie: Sendable {
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
    /// A rank, or the number of a glob; lists are kept in ascending order.
    var value: Int32
  }

  struct Node: Sendable {
    var label: Range<Int> = 0..<0
    /// INVARIANT: sorted by lead byte.
    var children: Range<Int> = 0..<0
    var prefix: Range<Int> = 0..<0
    var whole: Range<Int> = 0..<0
    var glob: Range<Int> = 0..<0
  }

  private var nodes: [Node] = [Node()]
  private var values: [Int32] = []
  private var labels: [UInt8] = []
  /// For each node the first byte of its label, in one place for the search among siblings.
  private var leads: [UInt8] = [0]

  /// `endsList` says of a value in `prefix` or `whole` that none after it can ever be needed.
  init(_ entries: [Entry], endsList: (Int32) -> Bool) {
    let sorted = entries.sorted { one, other in
      if one.key != other.key { return one.key.lexicographicallyPrecedes(other.key) }
      return (one.list.rawValue, one.value) < (other.list.rawValue, other.value)
    }
    var pending = [(node: 0, entries: sorted[...], depth: 0)]
    while let (node, entries, depth) = pending.popLast() {
      guard let first = entries.first, let last = entries.last else { continue }
      var end = depth
      while end < first.key.count, end < last.key.count, first.key[end] == last.key[end] { end += 1 }
      let labelStart = labels.count
      labels += first.key[depth..<end]
      nodes[node].label = labelStart..<labels.count

      let below = entries.firstIndex { $0.key.count > end } ?? entries.endIndex
      fill(node, with: entries[..<below], endsList)
      let groups = Self.groups(of: entries[below...], at: end)
      nodes[node].children = nodes.count..<(nodes.count + groups.count)
      for group in groups {
        pending.append((nodes.count, group, end))
        leads.append(group[group.startIndex].key[end])
        nodes.append(Node())
      }
    }
  }

  private mutating func fill(_ node: Int, with entries: ArraySlice<Entry>, _ endsList: (Int32) -> Bool) {
    nodes[node].prefix = append(entries, .prefix, endsList)
    nodes[node].whole = append(entries, .whole, endsList)
    nodes[node].glob = append(entries, .glob) { _ in false }
  }

  private mutating func append(
    _ entries: ArraySlice<Entry>, _ list: List, _ endsList: (Int32) -> Bool
  ) -> Range<Int> {
    let start = values.count
    for entry in entries where entry.list == list {
      values.append(entry.value)
      if endsList(entry.value) { break }
    }
    return start..<values.count
  }

  private static func groups(of entries: ArraySlice<Entry>, at offset: Int) -> [ArraySlice<Entry>] {
    var groups: [ArraySlice<Entry>] = []
    var rest = entries
    while let first = rest.first {
      let end = rest.firstIndex { $0.key[offset] != first.key[offset] } ?? rest.endIndex
      groups.append(rest[..<end])
      rest = rest[end...]
    }
    return groups
  }
}

extension PathTrie {
  enum Direction {
    case forward
    case backward
  }

  /// Visits the nodes whose keys the path begins with (going backward: ends with, byte by byte from its end),
  /// shortest first, and says of each whether it is the whole path.
  @inline(__always)
  func walk(
    _ path: UnsafeBufferPointer<UInt8>, _ direction: Direction, visit: (_ node: Node, _ isWhole: Bool) -> Void
  ) {
    let last = path.count &- 1
    var position = 0
    var current = 0
    while true {
      let label = nodes[current].label
      guard label.count <= path.count &- position else { return }
      for index in label {
        let byte = direction == .forward ? path[position] : path[last &- position]
        if labels[index] != byte { return }
        position &+= 1
      }
      visit(nodes[current], position == path.count)
      guard position < path.count else { return }
      let lead = direction == .forward ? path[position] : path[last &- position]
      guard let next = child(of: current, led: lead) else { return }
      current = next
    }
  }

  /// The values of one list of a node.
  @inline(__always)
  func values(_ list: Range<Int>) -> ArraySlice<Int32> { values[list] }

  @inline(__always)
  private func child(of node: Int, led byte: UInt8) -> Int? {
    var low = nodes[node].children.lowerBound
    var high = nodes[node].children.upperBound
    while high &- low > 8 {
      let middle = low &+ (high &- low) / 2
      if leads[middle] <= byte { low = middle } else { high = middle }
    }
    while low < high {
      if leads[low] == byte { return low }
      low &+= 1
    }
    return nil
  }
}
