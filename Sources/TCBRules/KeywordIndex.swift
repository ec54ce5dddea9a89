// Finds on one pass along a path every keyword in it, however many keywords there are (Aho and Corasick's
// automaton). For globs that share both how they begin and how they end with too many others.

struct KeywordIndex: Sendable {
  private struct Node: Sendable {
    /// INVARIANT: sorted by lead byte.
    var children: Range<Int> = 0..<0
    /// The node of the longest proper suffix that some keyword begins with.
    var fallback = 0
    /// This node, or the next along its fallbacks, where a keyword ends; 0 where none does.
    var report = 0
    var values: Range<Int> = 0..<0
  }

  private var nodes: [Node] = [Node()]
  private var leads: [UInt8] = [0]
  private var values: [Int32] = []

  /// Keywords are not empty. Those that are equal keep the order given.
  init(_ entries: [(keyword: [UInt8], value: Int32)]) {
    let sorted = entries.enumerated().sorted { one, other in
      if one.element.keyword == other.element.keyword { return one.offset < other.offset }
      return one.element.keyword.lexicographicallyPrecedes(other.element.keyword)
    }.map(\.element)
    // Level by level, so that a fallback is complete before the nodes that lead on from it.
    var level = [(node: 0, entries: sorted[...])]
    var depth = 0
    while !level.isEmpty {
      var next: [(node: Int, entries: ArraySlice<(keyword: [UInt8], value: Int32)>)] = []
      for (node, entries) in level {
        let below = entries.firstIndex { $0.keyword.count > depth } ?? entries.endIndex
        let start = values.count
        values += entries[..<below].map(\.value)
        nodes[node].values = start..<values.count
        let isKeyword = below > entries.startIndex
        nodes[node].report = isKeyword ? node : nodes[nodes[node].fallback].report
        addChildren(of: node, entries[below...], at: depth, &next)
      }
      level = next
      depth += 1
    }
  }

  private mutating func addChildren(
    of node: Int, _ entries: ArraySlice<(keyword: [UInt8], value: Int32)>, at depth: Int,
    _ next: inout [(node: Int, entries: ArraySlice<(keyword: [UInt8], value: Int32)>)]
  ) {
    let start = nodes.count
    var rest = entries
    while let lead = rest.first?.keyword[depth] {
      let end = rest.firstIndex { $0.keyword[depth] != lead } ?? rest.endIndex
      var child = Node()
      if node != 0 { child.fallback = step(from: nodes[node].fallback, by: lead) }
      next.append((nodes.count, rest[..<end]))
      nodes.append(child)
      leads.append(lead)
      rest = rest[end...]
    }
    nodes[node].children = start..<nodes.count
  }

  /// Visits the values of each keyword where it ends, and again where it occurs again; the rest of a keyword's
  /// values are left out once one is answered with false.
  @inline(__always)
  func scan(_ path: UnsafeBufferPointer<UInt8>, visit: (_ value: Int32) -> Bool) {
    var node = 0
    for byte in path {
      node = step(from: node, by: byte)
      var reporting = nodes[node].report
      while reporting != 0 {
        for index in nodes[reporting].values {
          guard visit(values[index]) else { break }
        }
        reporting = nodes[nodes[reporting].fallback].report
      }
    }
  }

  @inline(__always)
  private func step(from node: Int, by byte: UInt8) -> Int {
    var node = node
    while true {
      if let child = child(of: node, led: byte) { return child }
      if node == 0 { return 0 }
      node = nodes[node].fallback
    }
  }

  @inline(__always)
  private func child(of node: Int, led byte: UInt8) -> Int? {
    var low = nodes[node].children.lowerBound
    var high = nodes[node].children.upperBound
    while low < high {
      let middle = low &+ (high &- low) / 2
      if leads[middle] == byte { return middle }
      if leads[middle] < byte { low = middle &+ 1 } else { high = middle }
    }
    return nil
  }
}
