// Matches the wildcards of a glob by keeping the set of all steps the path may have reached, as the bits of a word.
// Nothing is ever tried twice: the work is at most the length of the path times the number of steps.

/// For globs of up to 62 steps after their literal prefix; see ``ByteAutomaton`` for those of more.
struct NarrowAutomaton: Sendable {
  fileprivate static let endBit: UInt64 = 1
  fileprivate static let restBit: UInt64 = 2

  /// What a state takes: a scalar as itself, or one of these.
  private enum Code {
    static let anyScalar: UInt32 = 0x20_0000
    static let run: UInt32 = 0x20_0001
    static let deepRun: UInt32 = 0x20_0002
    static let nothing: UInt32 = 0x20_0003
    static let firstClass: UInt32 = 0x20_0004
  }

  struct State: BitwiseCopyable {
    var code: UInt32
    /// The set that follows once it has taken a scalar.
    var follow: UInt64 = 0
  }

  // State 0 is the end of the pattern, state 1 is "everything under what was read".
  private(set) var states = [State(code: Code.nothing), State(code: Code.nothing)]
  private(set) var first: UInt64 = 0
  let classes: [ScalarClass]

  /// For the steps from `start` on; nil where they are too many.
  init?(_ steps: [PatternProgram.Step], from start: Int, branches: [[Int]], classes: [ScalarClass]) {
    var isClassUsed = false
    var numbers = [Int](repeating: 0, count: steps.count)
    for index in start..<steps.count {
      guard let code = Self.code(of: steps[index]) else { continue }
      numbers[index] = states.count
      states.append(State(code: code))
      if code >= Code.firstClass { isClassUsed = true }
      guard states.count <= 64 else { return nil }
    }
    self.classes = isClassUsed ? classes : []
    var reach = Reach(steps: steps, branches: branches, states: numbers)
    let opensSegment = start == 0 || steps[start - 1] == .scalar(Scalars.slash)
    first = reach.states(from: start, opensSegment ? .segmentStart : .inSegment)
    for index in start..<steps.count where numbers[index] != 0 {
      states[numbers[index]].follow =
        switch steps[index] {
        case .run, .deepRun: reach.states(from: index, .inSegment)
        case .scalar(Scalars.slash): reach.states(from: index + 1, .segmentStart)
        default: reach.states(from: index + 1, .inSegment)
        }
    }
  }

  private static func code(of step: PatternProgram.Step) -> UInt32? {
    switch step {
    case .scalar(let scalar): scalar
    case .anyScalar: Code.anyScalar
    case .run: Code.run
    case .deepRun: Code.deepRun
    case .oneOf(let index): Code.firstClass + UInt32(index)
    case .branch, .jump, .join, .end: nil
    }
  }

  /// Whether the bytes of the path from `start` on are matched to their end.
  func matches(_ path: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    states.withUnsafeBufferPointer { states in
      guard let states = states.baseAddress else { return false }
      return Self.run(states, first, classes[...], path, from: start)
    }
  }

  /// INVARIANT: every bit of `first` and of what follows is the number of a state.
  @inline(__always)
  static func run(
    _ states: UnsafePointer<State>, _ first: UInt64, _ classes: ArraySlice<ScalarClass>,
    _ path: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Bool {
    var active = first
    var position = start
    while true {
      // What is as long as no path is looked through a part at a time, in case nobody wants it any more.
      let limit = path.count &- position <= Scalars.stretch ? path.count : position &+ Scalars.stretch
      while position < limit {
        if active & Self.restBit != 0 { return true }
        let scalar = Scalars.next(in: path, at: &position)
        var next: UInt64 = 0
        while active != 0 {
          let state = states[active.trailingZeroBitCount]
          active &= active &- 1
          if takes(state.code, scalar, classes) { next |= state.follow }
        }
        if next == 0 { return false }
        active = next
      }
      guard position < path.count else { return active & (Self.endBit | Self.restBit) != 0 }
      if Task.isCancelled { return false }
    }
  }

  @inline(__always)
  private static func takes(_ code: UInt32, _ scalar: UInt32, _ classes: ArraySlice<ScalarClass>) -> Bool {
    if code < Code.anyScalar { return code == scalar }
    switch code {
    case Code.anyScalar: return scalar != Scalars.slash && scalar < Scalars.illFormed
    case Code.run: return scalar != Scalars.slash
    case Code.deepRun: return true
    case Code.nothing: return false
    default: return classes[classes.startIndex + Int(code - Code.firstClass)].contains(scalar)
    }
  }
}

/// What stands before a step, as far as a `**` or the end of the pattern asks.
enum Before: Int {
  case inSegment
  /// The start of the pattern, or a `/` written in it.
  case segmentStart
  /// A `**` at the start of a segment that took nothing: were a `/` to come next, it goes with it.
  case skippedRun
}

/// Which states are reached from a step without reading anything.
private struct Reach {
  let steps: [PatternProgram.Step]
  let branches: [[Int]]
  let states: [Int]
  private var seen: [Int]
  private var round = 0
  private var pending: [(Int, Before)] = []

  init(steps: [PatternProgram.Step], branches: [[Int]], states: [Int]) {
    self.steps = steps
    self.branches = branches
    self.states = states
    seen = [Int](repeating: 0, count: steps.count * 3)
  }

  mutating func states(from step: Int, _ before: Before) -> UInt64 {
    var result: UInt64 = 0
    round += 1
    pending.append((step, before))
    while let (at, before) = pending.popLast() {
      if seen[at * 3 + before.rawValue] == round { continue }
      seen[at * 3 + before.rawValue] = round
      visit(at, before, into: &result)
    }
    return result
  }

  private mutating func visit(_ at: Int, _ before: Before, into result: inout UInt64) {
    switch steps[at] {
    case .branch(let index): for start in branches[index] { pending.append((start, before)) }
    case .jump(let target): pending.append((target, before))
    case .join: pending.append((at + 1, before))
    case .scalar(Scalars.slash) where before == .skippedRun: pending.append((at + 1, .segmentStart))
    case _ where before == .skippedRun: break
    case .end: result |= before == .segmentStart ? NarrowAutomaton.restBit : NarrowAutomaton.endBit
    case .deepRun:
      insert(at, into: &result)
      pending.append((at + 1, .inSegment))
      if before == .segmentStart { pending.append((at + 1, .skippedRun)) }
    case .run:
      insert(at, into: &result)
      pending.append((at + 1, .inSegment))
    case .scalar, .anyScalar, .oneOf: insert(at, into: &result)
    }
  }

  private func insert(_ step: Int, into result: inout UInt64) {
    result |= 1 << UInt64(states[step])
  }
}
