// Globs side by side, each from where the text that it begins with has been taken. A state is what they may have come to on
// a path; states are made as they are asked for, and known by number.

struct GlobStates {
  private struct State: Hashable {
    /// In ascending order.
    var positions: [Int32]
    var shape: PathShape
    /// Globs that might still have matched, but have no say any more, since something that goes before them in both policies matches
    /// for good; ascending.
    var settled: [Int32] = []
  }

  /// Where a glob stands in the winning orders of both policies.
  struct Standing {
    /// Its first place in each; beyond all places where it has none.
    var first: Floor
    /// The first that needs no condition.
    var firstSettling: Floor
  }

  /// Places in both winning orders: what comes behind them in both has no say.
  struct Floor: Hashable {
    var old: Int32
    var new: Int32

    static let none = Floor(old: .max, new: .max)

    func settles(_ other: Floor) -> Bool { other.old > old && other.new > new }
  }

  /// The scalars that lead on from a state.
  struct Ways {
    /// Those that lead on in a way of their own.
    var named: [UInt32]
    /// Those that lead on alike, together, the plainest first.
    var alike: [[UInt32]]
  }

  /// Globs that match paths together, and others that may or may not, which makes no difference; as a number.
  typealias Region = Int32

  struct Contents: Hashable {
    /// Both ascending.
    var matching: [Int32]
    var free: [Int32]
  }

  private var globs = CoverSet()
  private let isChanged: [Bool]
  private let standings: [Standing]
  private let alphabet: [UInt32]
  /// By glob: where it is once the text that it begins with has been taken.
  private var beginnings: [[Int32]] = []
  private let languages: [PatternLanguage]
  /// By glob: the first of its positions.
  private var offsets: [Int32] = []
  private var states: [State] = []
  private var numbers: [State: Int32] = [:]
  private var ways: [Int32: Ways] = [:]
  private var steps: [UInt64: Int32] = [:]
  /// By state.
  private(set) var regions: [Region] = []
  private(set) var mayMatchChanged: [Bool] = []
  /// Of the globs that have no say any more, one was changed.
  private(set) var hasSettledChanged: [Bool] = []
  /// By region.
  private(set) var contents: [Contents] = []
  private var regionNumbers: [Contents: Region] = [:]
  /// What may still be done: a step is a position looked at.
  var work: Int
  private var untilLook = 4_096

  /// `isChanged` and `standings` are by glob; `plain` are the scalars of what is not a glob.
  init(
    _ languages: [(language: PatternLanguage, beginning: ArraySlice<UInt32>)], isChanged: [Bool],
    standings: [Standing], plain: Set<UInt32>, work: Int
  ) {
    self.standings = standings
    self.languages = languages.map(\.language)
    self.isChanged = isChanged
    self.work = work
    alphabet = PathAlphabet(languages.map(\.language), plain: plain).scalars
    for (language, beginning) in languages {
      let offset = Int32(truncatingIfNeeded: globs.count)
      globs.append(language)
      offsets.append(offset)
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

  private mutating func number(of new: State, behind floor: Floor = .none) -> Int32 {
    let state = settled(new, behind: floor)
    if let known = numbers[state] { return known }
    let number = Int32(truncatingIfNeeded: states.count)
    numbers[state] = number
    states.append(state)
    let matching = globs.matching(state.positions).map { Int32(truncatingIfNeeded: $0) }
    regions.append(self.number(of: Contents(matching: matching, free: state.settled)))
    mayMatchChanged.append(state.positions.contains { isChanged[globs.owner(of: $0)] })
    hasSettledChanged.append(state.settled.contains { isChanged[Int($0)] })
    return number
  }

  private mutating func number(of contents: Contents) -> Region {
    if let known = regionNumbers[contents] { return known }
    let number = Region(truncatingIfNeeded: self.contents.count)
    regionNumbers[contents] = number
    self.contents.append(contents)
    return number
  }

  /// Without globs that have no say: those behind the floor, and behind a glob that matches however the path goes on.
  private mutating func settled(_ state: State, behind floor: Floor) -> State {
    var floors = floor == .none ? [] : [floor]
    var forGood: Set<Int> = []
    for position in state.positions where globs.matchesForGood(position) {
      let owner = globs.owner(of: position)
      forGood.insert(owner)
      let own = standings[owner].firstSettling
      if own.old != .max, own.new != .max { floors.append(own) }
    }
    guard !floors.isEmpty || !forGood.isEmpty else { return state }
    work -= state.positions.count
    var kept = state
    var settled: Set<Int32> = []
    kept.positions.removeAll { position in
      let owner = globs.owner(of: position)
      if floors.contains(where: { $0.settles(standings[owner].first) }) {
        settled.insert(Int32(truncatingIfNeeded: owner))
        return true
      }
      return forGood.contains(owner) && !globs.matchesForGood(position)
    }
    if !settled.isEmpty { kept.settled = settled.union(state.settled).sorted() }
    return kept
  }

  /// The state without globs behind a floor.
  mutating func settling(_ state: Int32, behind floor: Floor) -> Int32 {
    number(of: states[Int(state)], behind: floor)
  }

  /// What all paths that go on from a state have in common, where no glob that was changed has a say any more.
  mutating func openRegion(_ state: Int32) -> Region {
    let positions = states[Int(state)].positions
    let forGood = Set(
      positions.filter(globs.matchesForGood).map { Int32(truncatingIfNeeded: globs.owner(of: $0)) })
    let others = Set(positions.map { Int32(truncatingIfNeeded: globs.owner(of: $0)) }).subtracting(forGood)
    return number(
      of: Contents(matching: forGood.sorted(), free: others.union(states[Int(state)].settled).sorted()))
  }

  /// Whether a glob that was changed matches, or may.
  func holdsChanged(_ region: Region) -> Bool {
    let contents = contents[Int(region)]
    return (contents.matching + contents.free).contains { isChanged[Int($0)] }
  }

  func mayEnd(_ state: Int32) -> Bool { states[Int(state)].shape.mayEnd }

  /// A path at whose end the text that these globs begin with has been taken; of `settled` it is only known that they may match.
  mutating func begin(_ starting: [Int], settled: [Int], at state: Int32) -> Int32 {
    guard !starting.isEmpty || !settled.isEmpty else { return state }
    var next = states[Int(state)]
    next.positions = Set(next.positions + starting.flatMap { beginnings[$0] }).sorted()
    next.settled = Set(next.settled + settled.map { Int32(truncatingIfNeeded: $0) }).sorted()
    return number(of: next)
  }

  /// The state with globs that have not been followed until now, after all of a path.
  mutating func joining(_ joining: [Int], behind path: [UInt32], at state: Int32) -> Int32 {
    var next = states[Int(state)]
    var positions = Set(next.positions)
    for glob in joining {
      positions.formUnion(languages[glob].positions(behind: path).map { $0 + offsets[glob] })
      work -= path.count
    }
    next.positions = positions.sorted()
    let joined = Set(joining.map { Int32(truncatingIfNeeded: $0) })
    next.settled.removeAll(where: joined.contains)
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
      found = number(
        of: State(
          positions: globs.after(from.positions, taking: scalar), shape: shape, settled: from.settled))
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
