// A pattern as the language of the paths it matches: positions that each take a scalar, and which positions follow
// which. Made from the pattern's program and not from what the matcher makes of it, and so a second opinion.

struct PatternLanguage: Sendable {
  enum Take: Sendable {
    case nothing
    case scalar(UInt32)
    case notSlash
    case anything
    case oneOf(ScalarClass)

    func holds(_ scalar: UInt32) -> Bool {
      switch self {
      case .nothing: false
      case .scalar(let own): own == scalar
      case .notSlash: scalar != Scalars.slash
      case .anything: true
      case .oneOf(let members): members.contains(scalar)
      }
    }
  }

  /// The position of a path that has been matched to its end.
  static let end: Int32 = 0
  /// The position of everything under what has been matched.
  static let rest: Int32 = 1

  /// By position. Position 0 is `end`, 1 is `rest`.
  private(set) var takes: [Take] = [.nothing, .anything]
  private(set) var first: [Int32] = []
  /// Where the list of each position's followers begins and, one further on, ends.
  private(set) var starts: [Int32] = [0, 0, 1]
  private(set) var followers: [Int32] = [PatternLanguage.rest]

  init(_ pattern: Pattern) {
    // A pattern has been read once already; its text reads the same again.
    guard let program = (try? PatternReader(pattern.text))?.program else { return }
    var positions = [Int32](repeating: 0, count: program.steps.count)
    for (index, step) in program.steps.enumerated() {
      guard let take = Self.take(of: step, program.classes) else { continue }
      positions[index] = Int32(truncatingIfNeeded: takes.count)
      takes.append(take)
    }
    var closure = Closure(program: program, positions: positions)
    first = closure.positions(from: 0, .segmentStart)
    for (index, step) in program.steps.enumerated() where positions[index] != 0 {
      switch step {
      case .run, .deepRun: followers += closure.positions(from: index, .inSegment)
      case .scalar(Scalars.slash): followers += closure.positions(from: index + 1, .segmentStart)
      default: followers += closure.positions(from: index + 1, .inSegment)
      }
      starts.append(Int32(truncatingIfNeeded: followers.count))
    }
  }

  private static func take(of step: PatternProgram.Step, _ classes: [ScalarClass]) -> Take? {
    switch step {
    case .scalar(let scalar): .scalar(scalar)
    case .anyScalar, .run: .notSlash
    case .deepRun: .anything
    case .oneOf(let index): .oneOf(classes[index])
    case .branch, .jump, .join, .end: nil
    }
  }

  func followers(of position: Int32) -> ArraySlice<Int32> {
    followers[Int(starts[Int(position)])..<Int(starts[Int(position) + 1])]
  }

  /// The positions that a path may have reached which begins so.
  func positions(behind text: some Sequence<UInt32>) -> Set<Int32> {
    var reached = Set(first)
    for scalar in text {
      reached = Set(reached.lazy.filter { takes[Int($0)].holds(scalar) }.flatMap { followers(of: $0) })
    }
    return reached
  }
}

/// Which positions are reached from a step without taking anything.
private struct Closure {
  enum Before: Int {
    case inSegment, segmentStart
    /// A `**` at the start of a segment that took nothing: a `/` that comes next goes with it.
    case skippedRun
  }

  let program: PatternProgram
  let positions: [Int32]
  private var seen: [Int32]
  private var listed: [Int32]
  private var round: Int32 = 0
  private var pending: [(step: Int, before: Before)] = []
  private var result: [Int32] = []

  init(program: PatternProgram, positions: [Int32]) {
    self.program = program
    self.positions = positions
    seen = [Int32](repeating: 0, count: program.steps.count * 3)
    listed = [Int32](repeating: 0, count: program.steps.count + 2)
  }

  mutating func positions(from step: Int, _ before: Before) -> [Int32] {
    result = []
    round += 1
    pending.append((step, before))
    while let (at, before) = pending.popLast() {
      let mark = at * 3 + before.rawValue
      if seen[mark] == round { continue }
      seen[mark] = round
      visit(at, before)
    }
    return result
  }

  private mutating func visit(_ at: Int, _ before: Before) {
    let step = program.steps[at]
    switch step {
    case .branch(let index): for start in program.branches[index] { pending.append((start, before)) }
    case .jump(let target): pending.append((target, before))
    case .join: pending.append((at + 1, before))
    case .scalar(Scalars.slash) where before == .skippedRun: pending.append((at + 1, .segmentStart))
    case _ where before == .skippedRun: break
    case .end: list(before == .segmentStart ? PatternLanguage.rest : PatternLanguage.end)
    case .run, .deepRun:
      list(positions[at])
      pending.append((at + 1, .inSegment))
      if step == .deepRun, before == .segmentStart { pending.append((at + 1, .skippedRun)) }
    case .scalar, .anyScalar, .oneOf: list(positions[at])
    }
  }

  private mutating func list(_ position: Int32) {
    guard listed[Int(position)] != round else { return }
    listed[Int(position)] = round
    result.append(position)
  }
}
