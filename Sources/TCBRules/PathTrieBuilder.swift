// Lays a trie out.

struct PathTrieBuilder {
  private(set) var nodes = [PathTrie.Node()]
  private(set) var leaves: [PathTrie.Leaf] = []
  // The first stands for nothing.
  private(set) var extras = [PathTrie.Extra()]
  private(set) var values: [Int32] = []
  private(set) var texts: [UInt8] = []
  private(set) var tables: [UInt8] = []

  private struct Pending {
    var node: Int
    var entries: ArraySlice<PathTrie.Entry>
    var depth: Int
  }

  private var pending: [Pending] = []

  mutating func build(_ entries: [PathTrie.Entry], _ outcome: (_ place: Int32) -> Ranked?) {
    let sorted = entries.sorted { one, other in
      if one.key != other.key { return one.key.lexicographicallyPrecedes(other.key) }
      return (one.list.rawValue, one.value) < (other.list.rawValue, other.value)
    }
    pending = [Pending(node: 0, entries: sorted[...], depth: 0)]
    while let next = pending.popLast() { lay(next, outcome) }
  }

  private mutating func lay(_ place: Pending, _ outcome: (_ place: Int32) -> Ranked?) {
    guard let first = place.entries.first else { return }
    let labelEnd = Self.commonEnd(place.entries, from: place.depth)
    var below = place.entries
    var stemEnd = labelEnd
    if first.key.count == labelEnd {
      let own = place.entries.prefix { $0.key.count == labelEnd }
      fill(place.node, with: own)
      below = place.entries[own.endIndex...]
      let end = below.isEmpty ? labelEnd : Self.commonEnd(below, from: labelEnd)
      // What ends with the stem needs a node of its own.
      if let shortest = below.first, shortest.key.count > end { stemEnd = end }
    }
    setText(
      place.node, first.key.count >= stemEnd ? first.key : below.first?.key ?? [], place.depth, labelEnd,
      stemEnd)
    addChildren(of: place.node, below, at: stemEnd, outcome)
  }

  /// Where the keys begin to differ; sorted, so that the first and the last tell.
  private static func commonEnd(_ entries: ArraySlice<PathTrie.Entry>, from depth: Int) -> Int {
    guard let first = entries.first?.key, let last = entries.last?.key else { return depth }
    var end = depth
    while end < first.count, end < last.count, first[end] == last[end] { end += 1 }
    return end
  }

  private mutating func setText(_ node: Int, _ key: [UInt8], _ start: Int, _ labelEnd: Int, _ stemEnd: Int) {
    let text = key[start..<stemEnd]
    if text.count <= PathTrie.inlineText {
      nodes[node].label = UInt8(labelEnd - start)
      nodes[node].stem = UInt8(stemEnd - labelEnd)
      for (index, byte) in text.enumerated() { nodes[node].text |= UInt64(byte) << UInt64(8 * index) }
    } else {
      nodes[node].label = PathTrie.longText
      let lengths = UInt64(labelEnd - start) << 32 | UInt64(stemEnd - labelEnd) << 48
      nodes[node].text = UInt64(texts.count) | lengths
      texts += text
    }
  }

  private mutating func fill(_ node: Int, with entries: ArraySlice<PathTrie.Entry>) {
    func settled(_ list: PathTrie.List) -> [Int32] {
      Place.settled(entries.lazy.filter { $0.list == list }.map(\.value))
    }
    var prefix = settled(.prefix)
    if let last = prefix.last, !Place.isConditional(last) {
      nodes[node].best = last
      prefix.removeLast()
    }
    let whole = settled(.whole)
    let globs = entries.lazy.filter { $0.list == .glob }.map(\.value).sorted()
    guard !(prefix.isEmpty && whole.isEmpty && globs.isEmpty) else { return }
    nodes[node].extra = UInt32(extras.count)
    var extra = PathTrie.Extra()
    extra.start = append(prefix)
    extra.whole = append(whole)
    extra.glob = append(globs)
    extra.end = append([])
    extras.append(extra)
  }

  /// Answers where the list begins.
  private mutating func append(_ list: [Int32]) -> Int32 {
    let start = values.count
    values += list
    return Int32(truncatingIfNeeded: start)
  }

  // MARK: Children

  private typealias Group = (lead: UInt8, entries: ArraySlice<PathTrie.Entry>)

  private mutating func addChildren(
    of node: Int, _ entries: ArraySlice<PathTrie.Entry>, at offset: Int,
    _ outcome: (_ place: Int32) -> Ranked?
  ) {
    var groups: [Group] = []
    var rest = entries
    while let first = rest.first {
      let lead = first.key[offset]
      let end = Self.end(of: lead, in: rest, at: offset)
      groups.append((lead, rest[..<end]))
      rest = rest[end...]
    }
    guard !groups.isEmpty else { return }
    let numbers = tellApart(groups, node)
    let room = (numbers.last ?? 0) + 1
    if let own = Self.leaves(groups, at: offset + 1, outcome) {
      nodes[node].children = nodes[node].children.ofLeaves
      nodes[node].firstChild = UInt32(leaves.count)
      leaves += repeatElement(PathTrie.Leaf(), count: room)
      for (leaf, number) in zip(own, numbers) { leaves[Int(nodes[node].firstChild) + number] = leaf }
      return
    }
    let firstChild = nodes.count
    nodes[node].firstChild = UInt32(firstChild)
    var gap = PathTrie.Node()
    gap.children = .absent
    nodes += repeatElement(gap, count: room)
    for (group, number) in zip(groups, numbers) {
      nodes[firstChild + number] = PathTrie.Node()
      pending.append(Pending(node: firstChild + number, entries: group.entries, depth: offset + 1))
    }
  }

  /// Sets down how a node tells its children apart, and answers their numbers, in ascending order.
  private mutating func tellApart(_ groups: [Group], _ node: Int) -> [Int] {
    guard let lowest = groups.first?.lead, let highest = groups.last?.lead else { return [] }
    let span = Int(highest - lowest)
    if groups.count > 1, span < 2 * groups.count {
      nodes[node].children = .dense
      nodes[node].leads = UInt64(lowest)
      nodes[node].span = UInt8(span)
      return groups.map { Int($0.lead - lowest) }
    }
    nodes[node].span = UInt8(groups.count - 1)
    if groups.count <= 8 {
      nodes[node].children = .few
      for (index, group) in groups.enumerated() {
        nodes[node].leads |= UInt64(group.lead) << UInt64(8 * index)
      }
    } else {
      nodes[node].children = .table
      nodes[node].leads = UInt64(tables.count)
      tables += repeatElement(0, count: 256)
      // Numbers from 1 on: more than half of 256 children are dense, so that they fit.
      for (index, group) in groups.enumerated() {
        tables[tables.count - 256 + Int(group.lead)] = UInt8(index + 1)
      }
    }
    return Array(groups.indices)
  }

  /// The children as leaves, where all of them are fit to be.
  private static func leaves(
    _ groups: [Group], at offset: Int, _ outcome: (_ place: Int32) -> Ranked?
  ) -> [PathTrie.Leaf]? {
    var leaves: [PathTrie.Leaf] = []
    for group in groups {
      guard let first = group.entries.first, let last = group.entries.last, first.key == last.key,
        first.list == .prefix, last.list == .prefix, !Place.isConditional(first.value),
        first.key.count - offset <= PathTrie.Leaf.longestLabel, let ranked = outcome(first.value),
        !ranked.isClamped,
        let maxAge = UInt32(exactly: ranked.maxAge)
      else { return nil }
      let label = first.key[offset...]
      var leaf = PathTrie.Leaf(maxAge: maxAge, rule: ranked.rule, best: first.value, label: 0)
      for (index, byte) in label.enumerated() { leaf.label |= UInt32(byte) << UInt32(8 * index) }
      leaf.label |= UInt32(label.count) << 24
      leaves.append(leaf)
    }
    return leaves
  }

  /// Where the entries led by another byte begin: by halves, as a folder of many rules has few leads.
  private static func end(of lead: UInt8, in entries: ArraySlice<PathTrie.Entry>, at offset: Int) -> Int {
    var low = entries.startIndex
    var high = entries.endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if entries[middle].key[offset] == lead { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
