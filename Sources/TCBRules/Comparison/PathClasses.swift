// Paths in classes: a class is what lies under a folder, but not under a folder within it that rules name as well, or one path
// that rules name, or what lies in no such folder. All paths of a class are matched by the same of these patterns, so that
// only globs tell them apart.
//
// The classes are found by walking the tree of what patterns begin with, which is never built: it is the patterns in
// the order of a dictionary. What lies beside the tree goes on from a state of the globs, and is looked at once for each such state.

struct PathClasses {
  /// Globs that match some paths of a class together, and how these are decided.
  struct Row: Hashable {
    var region: GlobStates.Region
    var key: DecisionKeys.Key
  }

  /// What is found in a class; in many it is the same.
  struct Table: Hashable {
    /// By region, ascending.
    var rows: [Row]
    /// Whether paths are decided by other rules than before where no glob matches. Else `rows` are only those with globs that
    /// were changed: of all other paths of the class both policies say the same.
    var isChanged: Bool
  }

  /// The shortest path of a class that a row is about, by where it leaves the tree and how it goes on.
  fileprivate struct Witness {
    var exit: Exit
    var rest: [UInt32]
  }

  struct Class {
    /// Among the shared patterns; nil for what lies in no folder.
    var member: Int?
    /// Behind the last of the classes within it, which follow it.
    var end = 0
    var table = 0
    /// What globs have come to where it begins.
    var state: Int32
    /// By row.
    fileprivate var witnesses: [Witness] = []
  }

  private struct Frame {
    var range: Range<Int>
    var depth: Int
    var state: Int32
    var cost: Int
    var opensClass = false
    var children: [(scalar: UInt32, range: Range<Int>)] = []
    var next = 0
  }

  /// A place beside the tree: where it was left, and with which scalar. Nil where the path ends in the tree.
  fileprivate struct Exit {
    var cost: Int
    var item: Int
    var depth: Int
    var scalar: UInt32?
  }

  private struct Open {
    var index: Int
    var chain: DecisionKeys.Chain
    var exits: [Int32: Exit] = [:]
    var endings: [GlobStates.Region: Exit] = [:]
  }

  let patterns: SharedPatterns
  private(set) var classes: [Class] = []
  private(set) var tables: [Table] = []
  private(set) var keys: DecisionKeys
  private var states: GlobStates
  private var futures = GlobFutures()
  private var tableNumbers: [Table: Int] = [:]
  private let sorted: [Int]
  /// How many of the sorted patterns before each were changed.
  private var changedBefore: [Int] = [0]
  private var open: [Open] = []

  init(_ old: RankedEntries, _ new: RankedEntries, _ changes: RankedEntries.Changes, work: Int) {
    let patterns = SharedPatterns(old, new, changes)
    self.patterns = patterns
    keys = DecisionKeys(old, new, changes)
    sorted = patterns.sorted
    var plain: Set<UInt32> = []
    for member in patterns.members { plain.formUnion(member.beginning) }
    let globs = patterns.globs.map { patterns.members[$0] }
    states = GlobStates(
      globs.map { (PatternLanguage($0.pattern), $0.beginning[...]) }, isChanged: globs.map(\.isChanged),
      standings: globs.map { Self.standing($0, old, new) }, plain: plain,
      work: work)
    for index in sorted {
      changedBefore.append(
        changedBefore[changedBefore.count - 1] + (patterns.members[index].isChanged ? 1 : 0))
    }
  }

  private static func standing(
    _ glob: SharedPatterns.Member, _ old: RankedEntries, _ new: RankedEntries
  ) -> GlobStates.Standing {
    func first(_ places: [Int32], of side: RankedEntries) -> Int32 {
      places.first { side.entries[Int($0)].condition == nil } ?? .max
    }
    return GlobStates.Standing(
      first: .init(old: glob.old.first ?? .max, new: glob.new.first ?? .max),
      firstSettling: .init(old: first(glob.old, of: old), new: first(glob.new, of: new)))
  }

  /// Globs that match together.
  func globs(of region: GlobStates.Region) -> [Int] { states.contents[Int(region)].matching.map { Int($0) } }

  /// Globs that may match too, which makes no difference.
  func freeGlobs(of region: GlobStates.Region) -> [Int] { states.contents[Int(region)].free.map { Int($0) } }

  // MARK: The walk

  /// False where the work is used up.
  mutating func explore() -> Bool {
    begin(Class(member: nil, state: GlobStates.start), keys.ofDefaults)
    var frames = [Frame(range: sorted.indices, depth: 0, state: GlobStates.start, cost: 0)]
    enter(&frames[0])
    while let last = frames.indices.last {
      guard states.mayGoOn(after: 1) else { return false }
      guard frames[last].next < frames[last].children.count else {
        let frame = frames.removeLast()
        if frame.opensClass { guard finish() else { return false } }
        continue
      }
      let child = frames[last].children[frames[last].next]
      frames[last].next += 1
      let state = states.after(frames[last].state, taking: child.scalar)
      let cost = frames[last].cost + LegalPath.length(of: child.scalar)
      guard state != GlobStates.nowhere, cost <= LegalPath.longest else { continue }
      var frame = Frame(range: child.range, depth: frames[last].depth + 1, state: state, cost: cost)
      enter(&frame)
      frames.append(frame)
    }
    return finish()
  }

  private mutating func begin(_ new: Class, _ chain: DecisionKeys.Chain) {
    open.append(Open(index: classes.count, chain: chain))
    classes.append(new)
  }

  /// Where a path has come to a place of the tree.
  private mutating func enter(_ frame: inout Frame) {
    var ending: [Int] = []
    var index = frame.range.lowerBound
    while index < frame.range.upperBound, patterns.members[sorted[index]].beginning.count == frame.depth {
      ending.append(sorted[index])
      index += 1
    }
    let rest = index..<frame.range.upperBound
    let parent = open[open.count - 1].chain
    var starting = ending.compactMap {
      if case .glob(let number) = patterns.members[$0].kind { number } else { nil }
    }
    var settled: [Int] = []
    if !parent.isChanged {
      settled = starting.filter { patterns.says[$0] == .decidesNone }
      starting.removeAll { patterns.says[$0] != .some }
    }
    frame.state = states.begin(starting, settled: settled, at: frame.state)
    let folders = ending.filter { if case .folder = patterns.members[$0].kind { true } else { false } }
    if let first = folders.first {
      let chain = keys.chain(parent, and: folders.map { patterns.members[$0] })
      if chain.isChanged, !parent.isChanged { frame.state = withAllGlobs(frame.state, behind: first) }
      begin(Class(member: first, state: frame.state), chain)
      frame.state = states.settling(frame.state, behind: chain.floor)
      frame.opensClass = true
    } else if !starting.isEmpty {
      frame.state = states.settling(frame.state, behind: parent.floor)
    }
    let here = open.count - 1
    let exit = Exit(cost: frame.cost, item: frame.range.lowerBound, depth: frame.depth, scalar: nil)
    let mayChange = open[here].chain.isChanged || states.mayMatchChanged[Int(frame.state)]
    let paths = ending.filter { if case .wholePath = patterns.members[$0].kind { true } else { false } }
    if states.mayEnd(frame.state) {
      if let first = paths.first {
        addPath(first, paths, frame.state, exit)
      } else if mayChange {
        noteEnding(states.regions[Int(frame.state)], exit)
      }
    }
    if !mayChange, states.hasSettledChanged[Int(frame.state)] {
      noteEnding(states.openRegion(frame.state), exit)
    }
    // What is the same in both here, and whatever lies below, is not looked at.
    guard mayChange || changedBefore[rest.upperBound] > changedBefore[rest.lowerBound] else { return }
    frame.children = children(rest, frame.depth)
    leave(frame)
  }

  private mutating func children(_ range: Range<Int>, _ depth: Int) -> [(scalar: UInt32, range: Range<Int>)] {
    var children: [(scalar: UInt32, range: Range<Int>)] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let scalar = patterns.members[sorted[start]].beginning[depth]
      var end = start + 1
      while end < range.upperBound, patterns.members[sorted[end]].beginning[depth] == scalar { end += 1 }
      children.append((scalar, start..<end))
      _ = states.mayGoOn(after: (end - start) / 8)
      start = end
    }
    return children
  }

  /// Every way to leave the tree from here.
  private mutating func leave(_ frame: Frame) {
    let ways = states.ways(from: frame.state)
    let inTree = Set(frame.children.map(\.scalar))
    let last = open.count - 1
    let leaving =
      ways.named.filter { !inTree.contains($0) } + ways.alike.compactMap { $0.first { !inTree.contains($0) } }
    for scalar in leaving {
      let state = states.after(frame.state, taking: scalar)
      let cost = frame.cost + LegalPath.length(of: scalar)
      guard states.mayGoOn(after: 1), state != GlobStates.nowhere, cost <= LegalPath.longest else { continue }
      let exit = Exit(cost: cost, item: frame.range.lowerBound, depth: frame.depth, scalar: scalar)
      guard open[last].chain.isChanged || states.mayMatchChanged[Int(state)] else {
        if states.hasSettledChanged[Int(state)] { noteEnding(states.openRegion(state), exit) }
        continue
      }
      if let known = open[last].exits[state], known.cost <= cost { continue }
      open[last].exits[state] = exit
    }
  }

  /// Where other rules decide than before every glob has a say that may match there.
  private mutating func withAllGlobs(_ state: Int32, behind member: Int) -> Int32 {
    let path = patterns.members[member].beginning
    let joining = patterns.globs.indices.filter {
      patterns.says[$0] != .some && path.starts(with: patterns.glob($0).beginning)
    }
    return joining.isEmpty ? state : states.joining(joining, behind: path, at: state)
  }

  private mutating func noteEnding(_ region: GlobStates.Region, _ exit: Exit) {
    if open[open.count - 1].endings[region] == nil { open[open.count - 1].endings[region] = exit }
  }

  // MARK: What is found

  /// The one path that these patterns are.
  private mutating func addPath(_ first: Int, _ all: [Int], _ state: Int32, _ exit: Exit) {
    let parent = open[open.count - 1]
    let chain = keys.chain(parent.chain, and: all.map { patterns.members[$0] })
    let isFirstChanged = chain.isChanged && !parent.chain.isChanged
    let state = isFirstChanged ? withAllGlobs(state, behind: first) : state
    let region = states.regions[Int(state)]
    let isLooked = chain.isChanged || states.holdsChanged(region)
    guard isLooked || parent.chain.isChanged else { return }
    var new = Class(member: first, state: state)
    new.end = classes.count + 1
    var rows: [Row] = []
    if isLooked {
      rows.append(Row(region: region, key: keys.key(chain, and: globs(of: region).map { patterns.glob($0) })))
      new.witnesses.append(Witness(exit: exit, rest: []))
    }
    new.table = number(of: Table(rows: rows, isChanged: chain.isChanged))
    classes.append(new)
  }

  /// The class that was opened last has been walked through. False where the work is used up.
  private mutating func finish() -> Bool {
    let own = open.removeLast()
    var best: [GlobStates.Region: (cost: Int, witness: Witness)] = [:]
    for (region, exit) in own.endings where own.chain.isChanged || states.holdsChanged(region) {
      best[region] = (exit.cost, Witness(exit: exit, rest: []))
    }
    for (state, exit) in own.exits.sorted(by: { ($0.value.cost, $0.key) < ($1.value.cost, $1.key) }) {
      guard let futures = futures.futures(of: state, all: own.chain.isChanged, &states) else { return false }
      for future in futures {
        let cost = exit.cost + future.cost
        guard cost <= LegalPath.longest, best[future.region].map({ cost < $0.cost }) ?? true else { continue }
        best[future.region] = (cost, Witness(exit: exit, rest: future.rest))
      }
      guard states.mayGoOn(after: futures.count) else { return false }
    }
    var rows: [Row] = []
    for (region, found) in best.sorted(by: { $0.key < $1.key }) {
      let globs = globs(of: region).map { patterns.glob($0) }
      guard states.mayGoOn(after: 4 + globs.count) else { return false }
      rows.append(Row(region: region, key: keys.key(own.chain, and: globs)))
      classes[own.index].witnesses.append(found.witness)
    }
    classes[own.index].end = classes.count
    classes[own.index].table = number(of: Table(rows: rows, isChanged: own.chain.isChanged))
    return true
  }

  private mutating func number(of table: Table) -> Int {
    if let known = tableNumbers[table] { return known }
    tableNumbers[table] = tables.count
    tables.append(table)
    return tables.count - 1
  }

  /// The shortest path of a class that a row of its table is about.
  func path(of index: Int, row: Int) -> String {
    let witness = classes[index].witnesses[row]
    var path = ""
    func add(_ scalars: some Sequence<UInt32>) {
      for scalar in scalars { if let scalar = Unicode.Scalar(scalar) { path.unicodeScalars.append(scalar) } }
    }
    if witness.exit.depth > 0 {
      add(patterns.members[sorted[witness.exit.item]].beginning.prefix(witness.exit.depth))
    }
    if let scalar = witness.exit.scalar { add([scalar]) }
    add(witness.rest)
    return path
  }

  /// Globs that paths in a folder match together, or those of a path that rules name. Nil where it takes too much work to
  /// find out.
  mutating func regions(in index: Int) -> [GlobStates.Region]? {
    let state = classes[index].state
    if isPath(index) { return [states.regions[Int(state)]] }
    return futures.futures(of: state, all: true, &states)?.map(\.region)
  }

  var work: Int {
    get { states.work }
    set { states.work = newValue }
  }

  /// Whether the rules that name a class stand before those that name another.
  func isWritten(_ one: Int, before other: Int) -> Bool { written(one) < written(other) }

  private func written(_ index: Int) -> Int {
    classes[index].member.map { patterns.members[$0].written } ?? -1
  }

  /// The text that a class of paths has in common, where rules name it.
  func pattern(of index: Int) -> Pattern? { classes[index].member.map { patterns.members[$0].pattern } }

  func isPath(_ index: Int) -> Bool {
    guard let member = classes[index].member, case .wholePath = patterns.members[member].kind else {
      return false
    }
    return true
  }
}
