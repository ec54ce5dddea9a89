// Finds the shortest legal path that some patterns match and none of others, or shows that there is none.
//
// A state is a position of each pattern that must match, with the set of positions that those to avoid may have
// reached. Of two states at the same positions, the one whose set is the smaller can end wherever the other can: the
// other is not looked at. States are taken up in the order of what they have cost, so that the first path found is
// the shortest. A path is legal up to a length; as the shortest is found, it is known whether any is short enough.

struct PathSearch {
  enum Answer: Sendable, Hashable {
    case path(String)
    case none
    /// None that is short enough: the shortest would take this many bytes once encoded.
    case tooLong(Int)
    /// More work than the bound allows.
    case undecided
  }

  /// Steps of work in one search: a scalar tried, or a word of a set compared.
  static let defaultBound = 1_000_000

  /// One or two.
  private let wanted: [PatternLanguage]
  private let avoided: CoverSet
  private let alphabet: PathAlphabet

  init(matching wanted: [PatternLanguage], avoiding avoided: [PatternLanguage] = []) {
    self.wanted = wanted
    var covers = CoverSet()
    for language in avoided { covers.append(language) }
    self.avoided = covers
    alphabet = PathAlphabet(wanted + avoided)
  }

  /// `work` is what may still be done, and is lessened by what was.
  func answer(work: inout Int) -> Answer {
    // What is best read is looked for first. As reading well may cost a byte, only the second way is exact about lengths.
    var plain = Walk(wanted, avoided, alphabet, prefersReadable: true, longest: LegalPath.longest)
    switch plain.run(&work) {
    case .found(let path): return .path(path)
    case .nothing where !plain.wasCut: return .none
    case .undecided: return .undecided
    case .nothing: break
    }
    var exact = Walk(wanted, avoided, alphabet, prefersReadable: false, longest: Self.longestTried)
    switch exact.run(&work) {
    case .found(let path):
      let length = path.unicodeScalars.reduce(0) { $0 + LegalPath.length(of: $1.value) }
      return length <= LegalPath.longest ? .path(path) : .tooLong(length)
    case .nothing: return .none
    case .undecided: return .undecided
    }
  }

  func answer() -> Answer {
    var work = Self.defaultBound
    return answer(work: &work)
  }

  /// A pattern has at most 1,024 bytes, each of which may take three. What goes beyond that is no shortest path of one.
  private static let longestTried = 4 * Pattern.longestText
}

/// One search, in one way of counting what a path costs.
private struct Walk {
  enum Outcome {
    case found(String)
    case nothing
    case undecided
  }

  private struct Node {
    var first: Int32
    var second: Int32
    var shape: PathShape
    /// All that is left to do is to say that it was found.
    var isGoal = false
    var parent: Int32
    var scalar: UInt32
    /// Where its set begins in `sets`.
    var set: Int
  }

  private let wanted: [PatternLanguage]
  private let avoided: CoverSet
  private let alphabet: PathAlphabet
  private let prefersReadable: Bool
  private let longest: Int
  private var nodes: [Node] = []
  private var sets: [UInt64] = []
  /// By positions and shape: the nodes taken up there.
  private var visited: [UInt64: [Int32]] = [:]
  /// By cost: the nodes to take up, in the order they were met.
  private var waiting: [[Int32]]
  /// Whether a path was given up for its length.
  private(set) var wasCut = false

  init(
    _ wanted: [PatternLanguage], _ avoided: CoverSet, _ alphabet: PathAlphabet, prefersReadable: Bool,
    longest: Int
  ) {
    self.wanted = wanted
    self.avoided = avoided
    self.alphabet = alphabet
    self.prefersReadable = prefersReadable
    self.longest = longest
    waiting = [[Int32]](repeating: [], count: longest + 1)
  }

  mutating func run(_ work: inout Int) -> Outcome {
    let set = avoided.first
    for first in wanted[0].first {
      for second in wanted.count > 1 ? wanted[1].first : [0] {
        push(
          Node(first: first, second: second, shape: .start, parent: -1, scalar: 0, set: sets.count), set, 0)
      }
    }
    for cost in 0...longest {
      var next = 0
      while next < waiting[cost].count {
        let index = waiting[cost][next]
        next += 1
        if nodes[Int(index)].isGoal { return .found(path(to: index)) }
        guard isNew(index, &work) else { continue }
        take(index, cost, &work)
        if work <= 0 { return .undecided }
      }
      waiting[cost] = []
    }
    return .nothing
  }

  private func set(of node: Node) -> ArraySlice<UInt64> { sets[node.set..<(node.set + avoided.words)] }

  /// Whether nothing that is as good was taken up before.
  private mutating func isNew(_ index: Int32, _ work: inout Int) -> Bool {
    let node = nodes[Int(index)]
    let place = UInt64(node.first) << 24 | UInt64(node.second) << 4 | UInt64(node.shape.rawValue)
    let others = visited[place] ?? []
    for other in others {
      let start = nodes[Int(other)].set
      work -= 1
      var isSubset = true
      for word in 0..<avoided.words where sets[start + word] & ~sets[node.set + word] != 0 {
        isSubset = false
        break
      }
      if isSubset { return false }
    }
    visited[place, default: []].append(index)
    return true
  }

  private mutating func take(_ index: Int32, _ cost: Int, _ work: inout Int) {
    let node = nodes[Int(index)]
    if node.shape.mayEnd, isMatched(node), !avoided.matches(set(of: node)) {
      var goal = node
      goal.isGoal = true
      let open = node.shape == .segmentStart && prefersReadable
      push(goal, [], cost + (open ? Self.penalty : 0))
    }
    let one = wanted[0].takes[Int(node.first)]
    let other = wanted.count > 1 ? wanted[1].takes[Int(node.second)] : .anything
    switch (one, other) {
    case (.nothing, _), (_, .nothing): return
    case (.scalar(let scalar), _), (_, .scalar(let scalar)):
      guard LegalPath.mayHold(scalar), one.holds(scalar), other.holds(scalar) else { return }
      step(from: index, taking: scalar, cost, &work)
    default:
      for scalar in alphabet.scalars where one.holds(scalar) && other.holds(scalar) {
        step(from: index, taking: scalar, cost, &work)
        if work <= 0 { return }
      }
    }
  }

  private func isMatched(_ node: Node) -> Bool {
    node.first <= PatternLanguage.rest && (wanted.count == 1 || node.second <= PatternLanguage.rest)
  }

  /// What a path that reads badly costs more: one that ends in `/`, a name that begins with a dot.
  private static let penalty = 2

  private mutating func step(from index: Int32, taking scalar: UInt32, _ cost: Int, _ work: inout Int) {
    let node = nodes[Int(index)]
    work -= 1
    guard let shape = node.shape.taking(scalar) else { return }
    var cost = cost + LegalPath.length(of: scalar)
    if prefersReadable, shape == .dot { cost += Self.penalty }
    let next = avoided.after(set(of: node), taking: scalar)
    work -= avoided.words
    if avoided.matchesForGood(next) { return }
    let place = sets.count
    var isStored = false
    for first in wanted[0].followers(of: node.first) {
      for second in wanted.count > 1 ? wanted[1].followers(of: node.second) : [0] {
        push(
          Node(first: first, second: second, shape: shape, parent: index, scalar: scalar, set: place),
          isStored ? [] : next, cost)
        isStored = true
      }
    }
  }

  private mutating func push(_ node: Node, _ set: [UInt64], _ cost: Int) {
    guard cost <= longest else {
      wasCut = true
      return
    }
    sets += set
    waiting[cost].append(Int32(truncatingIfNeeded: nodes.count))
    nodes.append(node)
  }

  private func path(to goal: Int32) -> String {
    var scalars: [UInt32] = []
    var index = goal
    while nodes[Int(index)].parent >= 0 {
      scalars.append(nodes[Int(index)].scalar)
      index = nodes[Int(index)].parent
    }
    var path = ""
    for scalar in scalars.reversed() {
      if let scalar = Unicode.Scalar(scalar) { path.unicodeScalars.append(scalar) }
    }
    return path
  }
}
