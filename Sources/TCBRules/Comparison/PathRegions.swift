// All ways in which the paths that one pattern matches can be matched by others: which sets of them match some path
// together, each with the shortest such path.

struct PathRegions {
  struct Region: Sendable {
    /// Which of the patterns match, by the order they were given in; the first does in every region.
    var matching: [Int]
    var path: String
  }

  private struct Node {
    var shape: PathShape
    var parent: Int32
    var scalar: UInt32
    /// In ascending order.
    var positions: [Int32]
  }

  private struct State: Hashable {
    var positions: [Int32]
    var shape: PathShape
  }

  private let patterns: CoverSet
  private let alphabet: PathAlphabet
  private var nodes: [Node] = []
  private var seen: Set<State> = []
  private var waiting = [[Int32]](repeating: [], count: LegalPath.longest + 1)
  private var found: [[Int]: String] = [:]
  private var order: [[Int]] = []

  /// The regions of the first of the languages; nil where it takes more work than there is.
  static func all(_ languages: [PatternLanguage], work: inout Int) -> [Region]? {
    var patterns = CoverSet()
    for language in languages { patterns.append(language) }
    var regions = PathRegions(patterns: patterns, alphabet: PathAlphabet(languages))
    return regions.explore(&work)
  }

  private init(patterns: CoverSet, alphabet: PathAlphabet) {
    self.patterns = patterns
    self.alphabet = alphabet
  }

  private mutating func explore(_ work: inout Int) -> [Region]? {
    push(Node(shape: .start, parent: -1, scalar: 0, positions: patterns.firstPositions), 0)
    for cost in 0...LegalPath.longest {
      var next = 0
      while next < waiting[cost].count {
        let index = waiting[cost][next]
        next += 1
        guard visit(index, cost, &work) else { return nil }
      }
      waiting[cost] = []
    }
    return order.map { Region(matching: $0, path: found[$0] ?? "") }
  }

  /// False where the work is used up.
  private mutating func visit(_ index: Int32, _ cost: Int, _ work: inout Int) -> Bool {
    let node = nodes[Int(index)]
    guard seen.insert(State(positions: node.positions, shape: node.shape)).inserted else { return true }
    if node.shape.mayEnd {
      let matching = patterns.matching(node.positions)
      if matching.first == 0, found[matching] == nil {
        found[matching] = path(to: index)
        order.append(matching)
      }
    }
    for scalar in patterns.scalars(of: alphabet, at: node.positions) {
      guard let shape = node.shape.taking(scalar) else { continue }
      work -= 2 + node.positions.count
      guard work > 0 else { return false }
      let next = patterns.after(node.positions, taking: scalar)
      let length = cost + LegalPath.length(of: scalar)
      guard patterns.firstIsAlive(next), length <= LegalPath.longest else { continue }
      push(Node(shape: shape, parent: index, scalar: scalar, positions: next), length)
    }
    return true
  }

  private mutating func push(_ node: Node, _ cost: Int) {
    waiting[cost].append(Int32(truncatingIfNeeded: nodes.count))
    nodes.append(node)
  }

  private func path(to index: Int32) -> String {
    var scalars: [Unicode.Scalar] = []
    var index = index
    while index >= 0, nodes[Int(index)].parent >= 0 {
      if let scalar = Unicode.Scalar(nodes[Int(index)].scalar) { scalars.append(scalar) }
      index = nodes[Int(index)].parent
    }
    var path = ""
    path.unicodeScalars.append(contentsOf: scalars.reversed())
    return path
  }
}
