// Says in as few patterns as it can where classes of paths are decided differently.
//
// What globs tell apart is said in terms of globs, which hold in many classes alike; which classes is then said by folders
// and the folders within them that are to be left out.

struct ClassDifferences {
  typealias Key = DecisionKeys.Key
  typealias Region = GlobStates.Region

  /// One way to say where two policies differ.
  struct Statement {
    /// Globs that match all of the paths, and those that match none.
    var matching: [Int]
    var except: [Int]
    /// The classes that this is about, with all that lies in them but the classes left out; the class of what lies in no folder
    /// stands for all paths.
    var among: [Int]
    var leftOut: [Int]
    var key: Key
    var path: String
  }

  private struct Group {
    var isChanged: Bool
    var wanted: Set<Region>
    var others: Set<Region>
  }

  private struct Term {
    var matching: Set<Int>
    var except: Set<Int>
  }

  private enum Label {
    case isMeant, isNot
    /// No path of the class is meant, whatever is said.
    case isFree
    /// The class was not looked at for this, as both policies say the same there.
    case isUnseen
  }

  private var found: PathClasses
  /// By table, the classes that have it, ascending.
  private var classes: [[Int]]
  private var work: Int

  private init(_ found: PathClasses, _ work: Int) {
    self.found = found
    self.work = work
    self.found.work = min(work, Self.workOnUnseen)
    classes = Array(repeating: [], count: found.tables.count)
    for (index, one) in found.classes.enumerated() { classes[one.table].append(index) }
  }

  /// For telling what need not be said; what is beyond it is said.
  private static let workOnUnseen = 5_000_000

  /// Nil where the work is used up.
  static func statements(_ found: PathClasses, work: inout Int) -> [Statement]? {
    var differences = ClassDifferences(found, work)
    defer { work = differences.work }
    var tables = Array(repeating: [Int](), count: found.keys.pairs.count)
    for (number, table) in found.tables.enumerated() {
      for key in Set(table.rows.map(\.key)) where key != 0 { tables[Int(key)].append(number) }
    }
    var statements: [Statement] = []
    for (key, tables) in tables.enumerated() where !tables.isEmpty {
      guard let own = differences.statements(of: Key(truncatingIfNeeded: key), tables) else { return nil }
      statements += own
    }
    return statements
  }

  private mutating func statements(of key: Key, _ tables: [Int]) -> [Statement]? {
    var statements: [Statement] = []
    for group in groups(of: key, tables) {
      guard let terms = terms(of: group) else { return nil }
      for term in terms { statements += self.statements(term, key, tables) }
      guard work > 0 else { return nil }
    }
    return statements
  }

  // MARK: By globs

  private static let mostGroups = 50

  /// Whether no path can be of a region of the one and of the other.
  private mutating func areApart(_ one: Set<Region>, _ other: Set<Region>) -> Bool {
    guard one.isDisjoint(with: other) else { return false }
    work -= one.count + other.count
    let free = (one.union(other)).contains { !found.freeGlobs(of: $0).isEmpty }
    guard free else { return true }
    work -= one.count * other.count
    guard work > 0 else { return false }
    let regions = one.map {
      (matching: Set(found.globs(of: $0)), all: Set(found.globs(of: $0) + found.freeGlobs(of: $0)))
    }
    let others = other.map {
      (matching: Set(found.globs(of: $0)), all: Set(found.globs(of: $0) + found.freeGlobs(of: $0)))
    }
    return regions.allSatisfy { region in
      others.allSatisfy { !region.matching.isSubset(of: $0.all) || !$0.matching.isSubset(of: region.all) }
    }
  }

  /// Tables in which the same sets of globs are told apart, as far as both have them.
  private mutating func groups(of key: Key, _ tables: [Int]) -> [Group] {
    var groups: [Group] = []
    for number in tables {
      let table = found.tables[number]
      let wanted = Set(table.rows.lazy.filter { $0.key == key }.map(\.region))
      let others = Set(table.rows.lazy.filter { $0.key != key }.map(\.region))
      let fitting = groups.prefix(Self.mostGroups).firstIndex { group in
        group.isChanged == table.isChanged && areApart(group.others, wanted) && areApart(group.wanted, others)
      }
      work -= 1
      if let fitting {
        groups[fitting].wanted.formUnion(wanted)
        groups[fitting].others.formUnion(others)
      } else {
        groups.append(Group(isChanged: table.isChanged, wanted: wanted, others: others))
      }
    }
    return groups
  }

  /// Terms that hold of all that is wanted and of nothing else. Where classes are decided as before but for globs that were
  /// changed, each names one of these, since what no such glob matches was not looked at.
  private mutating func terms(of group: Group) -> [Term]? {
    let wanted = group.wanted.sorted()
    let others = group.others.sorted()
    if group.isChanged { return terms(of: wanted, besides: others, naming: nil) }
    var open = wanted
    var terms: [Term] = []
    while !open.isEmpty {
      var counts: [Int: Int] = [:]
      for region in open {
        for glob in found.globs(of: region) where found.patterns.glob(glob).isChanged {
          counts[glob, default: 0] += 1
        }
      }
      guard let named = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else { return terms }
      let own = open.filter { found.globs(of: $0).contains(named) }
      let near = others.filter {
        found.globs(of: $0).contains(named) || found.freeGlobs(of: $0).contains(named)
      }
      guard let new = self.terms(of: own, besides: near, naming: named) else { return nil }
      terms += new
      open.removeAll { region in new.contains { covers($0, region) } }
    }
    return terms
  }

  private mutating func terms(of wanted: [Region], besides others: [Region], naming named: Int?) -> [Term]? {
    let all = (wanted + others).flatMap { found.globs(of: $0) + found.freeGlobs(of: $0) }
    let globs = Set(all).subtracting([named].compactMap(\.self)).sorted()
    var numbers: [Int: Int] = [:]
    for (index, glob) in globs.enumerated() { numbers[glob] = index + 1 }
    let count = globs.count + 1
    // Number 0 is what is named, or nothing.
    let regions = (wanted + others).map { region in
      PatternRegion(
        matching: PatternNumbers([0] + found.globs(of: region).compactMap { numbers[$0] }, of: count),
        free: PatternNumbers(found.freeGlobs(of: region).compactMap { numbers[$0] }, of: count))
    }
    let terms = RegionTerms.of(
      Array(regions.prefix(wanted.count)), besides: Array(regions.dropFirst(wanted.count)), patterns: count,
      work: &work)
    return terms?.map { term in
      let matching = term.matching.numbers.filter { $0 > 0 }.map { globs[$0 - 1] }
      return Term(
        matching: Set(matching + [named].compactMap(\.self)),
        except: Set(term.except.numbers.map { globs[$0 - 1] }))
    }
  }

  // MARK: By folders

  /// What a term holds of under this key, one statement for each depth at which folders lie in what lies in folders.
  private mutating func statements(_ term: Term, _ key: Key, _ tables: [Int]) -> [Statement] {
    var labels: [Int: Label] = [:]
    func label(_ table: Int) -> Label {
      if let known = labels[table] { return known }
      let label = self.label(of: found.tables[table], term, key)
      labels[table] = label
      return label
    }
    var unseen: [Int32: Label] = [:]
    let meant = tables.filter { label($0) == .isMeant }.flatMap { classes[$0] }.sorted()
    var levels: [Statement] = []
    func level(_ depth: Int, _ change: (inout Statement) -> Void) {
      while levels.count <= depth {
        levels.append(
          Statement(
            matching: written(term.matching), except: written(term.except), among: [], leftOut: [], key: key,
            path: ""))
      }
      change(&levels[depth])
    }
    var end = 0
    for first in meant where first >= end {
      end = found.classes[first].end
      level(0) { $0.among.append(first) }
      var around: [(end: Int, isMeant: Bool, depth: Int)] = [(end, true, 0)]
      for index in (first + 1)..<max(end, first + 1) {
        work -= 1
        while let last = around.last, last.end <= index { around.removeLast() }
        guard let outer = around.last else { break }
        var own = outer
        var label = label(found.classes[index].table)
        if case .isUnseen = label, outer.isMeant { label = self.label(ofUnseen: index, term, &unseen) }
        switch label {
        case .isMeant where !outer.isMeant:
          own = (0, true, outer.depth + 1)
          level(own.depth) { $0.among.append(index) }
        case .isNot where outer.isMeant:
          own = (0, false, outer.depth)
          level(own.depth) { $0.leftOut.append(index) }
        default: break
        }
        own.end = found.classes[index].end
        around.append(own)
      }
    }
    for depth in levels.indices {
      // As they are written, since the first of them may be all that is read.
      levels[depth].among.sort { found.isWritten($0, before: $1) }
      levels[depth].leftOut.sort { found.isWritten($0, before: $1) }
      levels[depth].path = path(levels[depth].among, term, key)
    }
    return levels
  }

  /// As they are written.
  private func written(_ globs: Set<Int>) -> [Int] {
    globs.sorted { (found.patterns.glob($0).written, $0) < (found.patterns.glob($1).written, $1) }
  }

  private func label(of table: PathClasses.Table, _ term: Term, _ key: Key) -> Label {
    if !table.isChanged, !term.matching.contains(where: { found.patterns.glob($0).isChanged }) {
      return .isUnseen
    }
    var isMeant = false
    for row in table.rows where meets(term, row.region) {
      guard row.key == key else { return .isNot }
      // Of what it only may hold of, something else is said too.
      isMeant = isMeant || covers(term, row.region)
    }
    return isMeant ? .isMeant : .isFree
  }

  /// Whether a class has paths of which the term holds. Classes in which globs have come to the same are alike in that.
  private mutating func label(ofUnseen index: Int, _ term: Term, _ known: inout [Int32: Label]) -> Label {
    if term.matching.isEmpty, term.except.isEmpty { return .isNot }
    let state = found.classes[index].state
    if let label = known[state] { return label }
    let isFree = found.regions(in: index).map { !$0.contains { meets(term, $0) } } ?? false
    known[state] = isFree ? .isFree : .isNot
    return isFree ? .isFree : .isNot
  }

  /// Whether a term holds of all paths of a region.
  private func covers(_ term: Term, _ region: Region) -> Bool {
    let globs = found.globs(of: region)
    return term.matching.isSubset(of: globs) && term.except.isDisjoint(with: globs)
      && term.except.isDisjoint(with: found.freeGlobs(of: region))
  }

  /// Whether a term may hold of a path of a region.
  private func meets(_ term: Term, _ region: Region) -> Bool {
    let globs = found.globs(of: region)
    return term.except.isDisjoint(with: globs)
      && term.matching.isSubset(of: globs + found.freeGlobs(of: region))
  }

  /// A path of the first of the classes: a class that is said to be meant has one.
  private func path(_ among: [Int], _ term: Term, _ key: Key) -> String {
    guard let first = among.first else { return "" }
    let rows = found.tables[found.classes[first].table].rows
    guard let row = rows.firstIndex(where: { $0.key == key && covers(term, $0.region) }) else { return "" }
    return found.path(of: first, row: row)
  }
}
