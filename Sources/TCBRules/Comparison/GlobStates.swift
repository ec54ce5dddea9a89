// Globs side by side, each from where the text that it begins with has been taken. A state is what they may have come to on
// a path; states are made as they are asked for, and known by number.

struct GlobStates {
  private struct State: Hashable {
    /// In ascending order.
    var positions: [Int32]
    var shape: PathShape
  }

  /// The scalars that lead on from a state.
  struct Ways {
    /// Those that lead on in a way of their own.
    var named: [UInt32]
    /// Those that lead on alike, together, the plainest first.
    var alike: [[UInt32]]
  }

  /// Globs that match one path together, as a number: 0 is none of them.
  typealias Region = Int32

  private var globs = CoverSet()
  private let isChanged: [Bool]
  private let alphabet: [UInt32]
  /// By glob: where it is once the text that it begins with has been taken.
  private var beginnings: [[Int32]] = []
  private var states: [State] = []
  private var numbers: [State: Int32] = [:]
  private var ways: [Int32: Ways] = [:]
  private var steps: [UInt64: Int32] = [:]
  /// By state.
  private(set) var regions: [Region] = []
  private(set) var mayMatchChanged: [Bool] = []
  /// By region, the globs in ascending order.
  private(set) var members: [[Int32]] = [[]]
  private var regionNumbers: [[Int32]: Region] = [[]: 0]
  /// What may still be done: a step is a position looked at.
  var work: Int
  private var untilLook = 4_096

  /// `isChanged` is by glob; `plain` are the scalars of what is not a glob.
  init(
    _ languages: [(language: PatternLanguage, beginning: ArraySlice<UInt32>)], isChanged: [Bool],
    plain: Set<UInt32>, work: Int
  ) {
    self.isChanged = isChanged
    self.work = work
    alphabet = PathAlphabet(languages.map(\.language), plain: plain).scalars
    for (language, beginning) in languages {
      let offset = Int32(truncatingIfNeeded: globs.count)
      globs.append(language)
      beginnings.append(language.positions(behind: beginning).map { $0 + offset })
    }
    _ = number(of: State(positions: [], shape: .start))
  }

  /// The state of an empty path, before any glob has begun.
  static let start: Int32 = 0
  /// What no legal path comes to.
  static let nowhere: Int32 = -1

  /// Counts steps of work. False once all of it is used up or the task is cancelled.
  mutating func mayGoOn(after steps: Int) -> Bool {
    work -= steps
    untilLook -= steps
    if untilLook < 0 {
      untilLook = 100_000
      if Task.isCancelled { work = 0 }
    }
    return work > 0
  }

  private mutating func number(of state: State) -> Int32 {
    if let known = numbers[state] { return known }
    let number = Int32(truncatingIfNeeded: states.count)
    numbers[state] = number
    states.append(state)
    let matching = globs.matching(state.positions).map { Int32(truncatingIfNeeded: $0) }
    let region = regionNumbers[matching] ?? Int32(truncatingIfNeeded: members.count)
    if region == members.count {
      members.append(matching)
      regionNumbers[matching] = region
    }
    regions.append(region)
    mayMatchChanged.append(state.positions.contains { isChanged[globs.owner(of: $0)] })
    return number
  }

  func holdsChanged(_ region: Region) -> Bool { members[Int(region)].contains { isChanged[Int($0)] } }

  func mayEnd(_ state: Int32) -> Bool { states[Int(state)].shape.mayEnd }

  /// A path at whose end the text that these globs begin with has been taken.
  mutating func begin(_ starting: [Int], at state: Int32) -> Int32 {
    guard !starting.isEmpty else { return state }
    var next = states[Int(state)]
    next.positions = Set(next.positions + starting.flatMap { beginnings[$0] }).sorted()
    return number(of: next)
  }

  /// The state that follows once a scalar has been taken, or ``nowhere``.
  mutating func after(_ state: Int32, taking scalar: UInt32) -> Int32 {
    let key = UInt64(UInt32(bitPattern: state)) << 32 | UInt64(scalar)
    if let known = steps[key] { return known }
    let from = states[Int(state)]
    var found = Self.nowhere
    if LegalPath.mayHold(scalar), let shape = from.shape.taking(scalar) {
      _ = mayGoOn(after: 2 + from.positions.count)
      found = number(of: State(positions: globs.after(from.positions, taking: scalar), shape: shape))
    }
    steps[key] = found
    return found
  }

  mutating func ways(from state: Int32) -> Ways {
    if let known = ways[state] { return known }
    var named: Set<UInt32> = [Scalars.slash, Scalars.dot]
    var classes: Set<ScalarClass> = []
    for position in states[Int(state)].positions {
      switch globs.take(at: position) {
      case .scalar(let scalar): named.insert(scalar)
      case .oneOf(let members): classes.insert(members)
      case .nothing, .notSlash, .anything: break
      }
    }
    let kinds = Array(classes)
    var groups: [[Bool]: Int] = [:]
    var found = Ways(named: [], alike: [])
    for scalar in alphabet {
      if named.contains(scalar) {
        found.named.append(scalar)
        continue
      }
      let kind = kinds.map { $0.contains(scalar) }
      if groups[kind] == nil {
        groups[kind] = found.alike.count
        found.alike.append([])
      }
      if let group = groups[kind] { found.alike[group].append(scalar) }
    }
    _ = mayGoOn(after: alphabet.count * (1 + kinds.count))
    ways[state] = found
    return found
  }
}
