// Globs as states and bytes. Globs that begin alike share the states of what they begin with, as words do in a trie, so
// that ten thousand of them keep few states alive at once.

struct ByteAutomatonBuilder {
  /// What a state does with a byte besides its edges.
  enum Loop: UInt8 {
    case none
    /// Stays on any byte but `/`.
    case inSegment
    /// Stays on any byte.
    case anywhere
  }

  struct State {
    var loop = Loop.none
    /// Entered wherever this one is.
    var silent: [Int32] = []
    var edges: [(bytes: ClosedRange<UInt8>, to: Int32)] = []
    /// Places that the end of the path gives; whatever comes, where the state loops anywhere.
    var accepted: [Int32] = []
  }

  private enum Label: Hashable {
    case byte(UInt8)
    case scalars([ClosedRange<UInt32>])
    case run
    case deepRun
    /// `**/` at the start of a segment.
    case deepSegments
    case rest
  }

  private struct Branch: Hashable {
    var from: Int32
    var label: Label
  }

  private(set) var states = [State()]
  private var shared: [Branch: Int32] = [:]

  /// INVARIANT: `branches` is empty where the steps hold none.
  mutating func add(
    _ steps: [PatternProgram.Step], branches: [[Int]], classes: [ScalarClass], place: Int32
  ) {
    if branches.isEmpty {
      addStraight(steps, classes, place)
    } else {
      addBranched(steps, branches, classes, place)
    }
  }

  // MARK: Without branches

  private mutating func addStraight(
    _ steps: [PatternProgram.Step], _ classes: [ScalarClass], _ place: Int32
  ) {
    var at: Int32 = 0
    var opensSegment = true
    var index = 0
    while index < steps.count {
      let wasOpening = opensSegment
      opensSegment = false
      switch steps[index] {
      case .scalar(let scalar):
        var bytes: [UInt8] = []
        Scalars.append(scalar, to: &bytes)
        for byte in bytes { at = child(of: at, .byte(byte)) }
        opensSegment = scalar == Scalars.slash
      case .anyScalar: at = child(of: at, .scalars(ScalarClass.anyButSlash.taken))
      case .oneOf(let number): at = child(of: at, .scalars(classes[number].taken))
      case .run: at = child(of: at, .run)
      case .deepRun:
        if wasOpening, steps[index + 1] == .scalar(Scalars.slash) {
          at = child(of: at, .deepSegments)
          opensSegment = true
          index += 1
        } else {
          at = child(of: at, .deepRun)
        }
      case .end:
        if wasOpening { at = child(of: at, .rest) }
        states[Int(at)].accepted.append(place)
      case .branch, .jump, .join: break
      }
      index += 1
    }
  }

  private mutating func child(of state: Int32, _ label: Label) -> Int32 {
    let branch = Branch(from: state, label: label)
    if let known = shared[branch] { return known }
    let child = newState()
    shared[branch] = child
    switch label {
    case .byte(let byte): states[Int(state)].edges.append((byte...byte, child))
    case .scalars(let ranges): connect(state, ranges, to: child)
    case .run: enterLoop(child, .inSegment, from: state)
    case .deepRun, .rest: enterLoop(child, .anywhere, from: state)
    case .deepSegments:
      let run = newState()
      enterLoop(run, .anywhere, from: state)
      states[Int(run)].edges.append((UInt8(ascii: "/")...UInt8(ascii: "/"), child))
      states[Int(state)].silent.append(child)
    }
    return child
  }

  private mutating func newState() -> Int32 {
    states.append(State())
    return Int32(truncatingIfNeeded: states.count - 1)
  }

  private mutating func enterLoop(_ loop: Int32, _ kind: Loop, from state: Int32) {
    states[Int(loop)].loop = kind
    states[Int(state)].silent.append(loop)
  }

  /// Sequences that end alike share the states of their ends.
  private mutating func connect(_ state: Int32, _ ranges: [ClosedRange<UInt32>], to target: Int32) {
    var before: [[ClosedRange<UInt8>]: Int32] = [[]: target]
    for sequence in UTF8Ranges.sequences(of: ranges) {
      var next = target
      for start in stride(from: sequence.count - 1, to: 0, by: -1) {
        let ending = Array(sequence[start...])
        if let known = before[ending] {
          next = known
          continue
        }
        let middle = newState()
        states[Int(middle)].edges.append((sequence[start], next))
        before[ending] = middle
        next = middle
      }
      states[Int(state)].edges.append((sequence[0], next))
    }
  }

  // MARK: With branches

  private struct Position: Hashable {
    var step: Int
    var before: Before
  }

  /// One state for each step and what may stand before it: ways that rejoin are walked once, however many there are.
  private mutating func addBranched(
    _ steps: [PatternProgram.Step], _ branches: [[Int]], _ classes: [ScalarClass], _ place: Int32
  ) {
    let start = newState()
    states[0].silent.append(start)
    var known = [Position(step: 0, before: .segmentStart): start]
    var pending = [Position(step: 0, before: .segmentStart)]
    while let position = pending.popLast(), let state = known[position] {
      func target(_ step: Int, _ before: Before) -> Int32 {
        let next = Position(step: step, before: before)
        if let state = known[next] { return state }
        let state = newState()
        known[next] = state
        pending.append(next)
        return state
      }
      let next = position.step + 1
      var silent: [Int32] = []
      switch steps[position.step] {
      case .branch(let number): silent = branches[number].map { target($0, position.before) }
      case .jump(let step): silent = [target(step, position.before)]
      case .join: silent = [target(next, position.before)]
      case .scalar(Scalars.slash) where position.before == .skippedRun: silent = [target(next, .segmentStart)]
      case _ where position.before == .skippedRun: break
      case .end:
        states[Int(state)].accepted.append(place)
        if position.before == .segmentStart { states[Int(state)].loop = .anywhere }
      case .deepRun:
        let loop = newState()
        enterLoop(loop, .anywhere, from: state)
        states[Int(loop)].silent.append(target(next, .inSegment))
        if position.before == .segmentStart { silent = [target(next, .skippedRun)] }
      case .run:
        let loop = newState()
        enterLoop(loop, .inSegment, from: state)
        states[Int(loop)].silent.append(target(next, .inSegment))
      case .scalar(let scalar):
        connect(
          state, [scalar...scalar], to: target(next, scalar == Scalars.slash ? .segmentStart : .inSegment))
      case .anyScalar: connect(state, ScalarClass.anyButSlash.taken, to: target(next, .inSegment))
      case .oneOf(let number): connect(state, classes[number].taken, to: target(next, .inSegment))
      }
      states[Int(state)].silent += silent
    }
  }
}
