// Globs as states and bytes, laid out for running: every state that the path may have reached is kept, so that nothing
// is tried twice. The work is at most the length of the path times the number of states.

final class ByteAutomaton: Sendable {
  struct State: BitwiseCopyable {
    var silent: UInt32 = 0
    var edges: UInt32 = 0
    var accepted: UInt32 = 0
    /// Of what can be accepted from here on the best place.
    var best = Place.none
    var loop: UInt8 = 0
    /// It takes a byte or accepts; others need not be kept.
    var matters = false
  }

  struct Edge: BitwiseCopyable {
    var lower: UInt8
    var upper: UInt8
    var to: Int32
  }

  // INVARIANT: one more than there are states; each list ends where that of the next begins. Every target is a state.
  let states: FlatArray<State>
  private let edges: FlatArray<Edge>
  private let silent: FlatArray<Int32>
  private let accepted: FlatArray<Int32>

  var count: Int { states.count - 1 }

  init(_ builder: ByteAutomatonBuilder) {
    var states: [State] = []
    var edges: [Edge] = []
    var silent: [Int32] = []
    var accepted: [Int32] = []
    for state in builder.states {
      var flat = State(
        silent: UInt32(silent.count), edges: UInt32(edges.count), accepted: UInt32(accepted.count))
      flat.loop = state.loop.rawValue
      flat.matters = state.loop != .none || !state.edges.isEmpty || !state.accepted.isEmpty
      flat.best = state.accepted.min() ?? Place.none
      states.append(flat)
      edges += state.edges.map { Edge(lower: $0.bytes.lowerBound, upper: $0.bytes.upperBound, to: $0.to) }
      silent += state.silent
      accepted += Place.settled(state.accepted)
    }
    states.append(
      State(silent: UInt32(silent.count), edges: UInt32(edges.count), accepted: UInt32(accepted.count)))
    Self.spreadBest(&states, edges, silent)
    self.states = FlatArray(states)
    self.edges = FlatArray(edges)
    self.silent = FlatArray(silent)
    self.accepted = FlatArray(accepted)
  }

  /// Targets mostly come after the states that lead to them, so that few rounds are needed.
  private static func spreadBest(_ states: inout [State], _ edges: [Edge], _ silent: [Int32]) {
    var isChanged = true
    while isChanged {
      isChanged = false
      for index in stride(from: states.count - 2, through: 0, by: -1) {
        var best = states[index].best
        for edge in Int(states[index].edges)..<Int(states[index + 1].edges) {
          best = min(best, states[Int(edges[edge].to)].best)
        }
        for place in Int(states[index].silent)..<Int(states[index + 1].silent) {
          best = min(best, states[Int(silent[place])].best)
        }
        if best != states[index].best {
          states[index].best = best
          isChanged = true
        }
      }
    }
  }

  /// Where the bytes are divided into classes that no edge tells apart: the first byte of each.
  func classStarts() -> [UInt8] {
    var isStart = [Bool](repeating: false, count: 257)
    isStart[0] = true
    isStart[Int(UInt8(ascii: "/"))] = true
    isStart[Int(UInt8(ascii: "/")) + 1] = true
    for index in 0..<edges.count {
      isStart[Int(edges.start[index].lower)] = true
      isStart[Int(edges.start[index].upper) + 1] = true
    }
    return (0..<256).filter { isStart[$0] }.map { UInt8($0) }
  }

  @inline(__always)
  func accepted(_ state: Int32) -> UnsafeBufferPointer<Int32> {
    let start = Int(states.start[Int(state)].accepted)
    let end = Int(states.start[Int(state) &+ 1].accepted)
    return UnsafeBufferPointer(start: accepted.start + start, count: end &- start)
  }

  /// No byte leads on from it, or out of it.
  func isFinal(_ state: Int32) -> Bool {
    let (state, next) = (states.start[Int(state)], states.start[Int(state) + 1])
    return state.loop == ByteAutomatonBuilder.Loop.anywhere.rawValue && state.edges == next.edges
      && state.silent == next.silent
  }

  func loopsAnywhere(_ state: Int32) -> Bool {
    states.start[Int(state)].loop == ByteAutomatonBuilder.Loop.anywhere.rawValue
  }
}

// MARK: - Running

/// A set of states of an automaton: those that matter, each once.
struct StateSet {
  /// Room for this many numbers, for each of two sets; and as many marks.
  static func room(_ automaton: ByteAutomaton) -> Int { automaton.count * 4 }

  private(set) var members: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
  private var other: UnsafeMutablePointer<UInt32>
  private let stack: UnsafeMutablePointer<UInt32>
  /// The round in which a state was last entered.
  private let marks: UnsafeMutablePointer<UInt32>
  private var round: UInt32 = 0

  /// `memory` has room and is this set's alone for as long as it lives.
  init(_ automaton: ByteAutomaton, memory: UnsafeMutablePointer<UInt32>) {
    members = memory
    other = memory + automaton.count
    stack = memory + 2 * automaton.count
    marks = memory + 3 * automaton.count
    marks.update(repeating: 0, count: automaton.count)
  }

  mutating func start(_ automaton: ByteAutomaton) {
    count = 0
    round &+= 1
    enter(0, automaton)
  }

  mutating func load(_ states: UnsafePointer<UInt32>, count: Int) {
    members.update(from: states, count: count)
    self.count = count
  }

  /// Goes on by a byte.
  mutating func step(_ byte: UInt8, _ automaton: ByteAutomaton) {
    swap(&members, &other)
    let before = count
    count = 0
    round &+= 1
    if round == 0 {
      marks.update(repeating: 0, count: automaton.count)
      round = 1
    }
    for index in 0..<before {
      let number = Int(other[index])
      let state = automaton.states.start[number]
      if state.loop == 2 || state.loop == 1 && byte != UInt8(ascii: "/") { enter(Int32(number), automaton) }
      automaton.forEachEdge(of: number) { edge in
        if edge.lower <= byte, byte <= edge.upper { enter(edge.to, automaton) }
      }
    }
  }

  private mutating func enter(_ state: Int32, _ automaton: ByteAutomaton) {
    guard marks[Int(state)] != round else { return }
    marks[Int(state)] = round
    var height = 1
    stack[0] = UInt32(bitPattern: state)
    while height > 0 {
      height &-= 1
      let number = Int(stack[height])
      if automaton.states.start[number].matters {
        members[count] = UInt32(truncatingIfNeeded: number)
        count &+= 1
      }
      automaton.forEachSilent(of: number) { next in
        guard marks[Int(next)] != round else { return }
        marks[Int(next)] = round
        stack[height] = UInt32(bitPattern: next)
        height &+= 1
      }
    }
  }

  /// Leaves out what cannot give a better place than one that is sure already, and puts the rest in order.
  mutating func settle(_ automaton: ByteAutomaton) {
    var sure = Place.none
    for index in 0..<count where automaton.loopsAnywhere(Int32(bitPattern: members[index])) {
      let accepted = automaton.accepted(Int32(bitPattern: members[index]))
      if let last = accepted.last, !Place.isConditional(last) { sure = min(sure, last) }
    }
    var least = 0
    for index in 0..<count where automaton.states.start[Int(members[index])].best <= sure {
      members[least] = members[index]
      least += 1
    }
    count = least
    var kept = UnsafeMutableBufferPointer(start: members, count: count)
    kept.sort()
  }
}

extension ByteAutomaton {
  @inline(__always)
  func forEachEdge(of state: Int, _ body: (Edge) -> Void) {
    let end = Int(states.start[state &+ 1].edges)
    var index = Int(states.start[state].edges)
    while index < end {
      body(edges.start[index])
      index &+= 1
    }
  }

  @inline(__always)
  func forEachSilent(of state: Int, _ body: (Int32) -> Void) {
    let end = Int(states.start[state &+ 1].silent)
    var index = Int(states.start[state].silent)
    while index < end {
      body(silent.start[index])
      index &+= 1
    }
  }

  /// Goes on with a set to the end of the path, and visits the places that it gives.
  func run(_ set: inout StateSet, _ path: PathBytes, from start: Int, visit: (_ place: Int32) -> Void) {
    var position = start
    while position < path.count, set.count > 0 {
      set.step(path[position], self)
      position &+= 1
      if position & (Scalars.stretch &- 1) == 0, Task.isCancelled { return }
    }
    for index in 0..<set.count {
      for place in accepted(Int32(bitPattern: set.members[index])) { visit(place) }
    }
  }

  /// For an automaton of one glob: whether it takes the path.
  func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: StateSet.room(self)) { memory in
      guard let start = memory.baseAddress else { return false }
      var set = StateSet(self, memory: start)
      set.start(self)
      var isTaken = false
      run(&set, PathBytes(path, spare: UnsafeRawPointer(start)), from: 0) { _ in isTaken = true }
      return isTaken
    }
  }
}
