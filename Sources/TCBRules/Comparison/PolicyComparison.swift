// For which paths do two policies decide differently? Exact: what is not found to differ is shown to be the same.
//
// Rules that both have, in the same order, say the same of a path that no other rule matches. So only paths are looked at
// that one of the others matches. Folders and whole paths sort them into classes (`PathClasses`), and globs into sets that match
// together; both policies are asked once about each, and what differs is said in few patterns (`ClassDifferences`).

/// Paths that two policies decide differently.
public struct PolicyDifference: Sendable, Hashable {
  /// Such a path matches all of these patterns …
  public var matching: [Pattern]
  /// … and, where there are any, one of these at least …
  public var among: [Pattern] = []
  /// … and none of these.
  public var except: [Pattern]
  /// The shortest such path, or one that reads better.
  public var path: String
  /// What each policy decides there, best first; the last has no condition.
  public var old: [ConditionalOutcome]
  public var new: [ConditionalOutcome]
  /// The rules that decide ``path`` without a condition, indices into each policy's rules; nil is the default.
  public var oldRule: Int?
  public var newRule: Int?
  /// Whether they differ is up to what conditions come out as.
  public var dependsOnConditions: Bool
}

public struct PolicyComparison: Sendable {
  /// One side: a policy, and what is known of it beside.
  public struct Side: Sendable {
    public var policy: Policy
    /// By ``Condition/index``: conditions that come out the same for every file.
    public var constants: [Int: Bool]
    /// Rules whose lifetime is not known, with its text; -1 is the default.
    public var unknownLifetimes: [Int: String]

    public init(_ policy: Policy, constants: [Int: Bool] = [:], unknownLifetimes: [Int: String] = [:]) {
      self.policy = policy
      self.constants = constants
      self.unknownLifetimes = unknownLifetimes
    }
  }

  public private(set) var differences: [PolicyDifference] = []
  /// Patterns under which there may be differences that were not found: it would have taken too much work, or the task was
  /// cancelled.
  public private(set) var undecided: [Pattern] = []

  /// Shown to decide the same for every path. Conditions are the same where their texts are.
  public var isSame: Bool { differences.isEmpty && undecided.isEmpty }

  private let old: RankedEntries
  private let new: RankedEntries
  private var languages: [Pattern: PatternLanguage] = [:]
  private var work: Int

  public init(_ old: Side, _ new: Side) {
    self.init(old, new, work: 100 * PathSearch.defaultBound)
  }

  /// `work` is a number of steps, each a scalar tried or a position or a word of a set looked at.
  package init(_ old: Side, _ new: Side, work: Int) {
    self.work = work
    self.old = RankedEntries(old)
    self.new = RankedEntries(new)
    let changes = RankedEntries.changes(from: self.old, to: self.new)
    guard changes.keptOfOld.contains(false) || changes.keptOfNew.contains(false) else { return }
    var classes = PathClasses(self.old, self.new, changes, work: work)
    let isExplored = classes.explore()
    self.work = classes.work
    guard isExplored, let statements = ClassDifferences.statements(classes, work: &self.work) else {
      undecided = Self.changed(classes.patterns, changes)
      return
    }
    for statement in statements { add(statement, classes) }
    // In the order of the new policy's lines, and then what its default decides.
    let order = differences.enumerated().sorted { one, other in
      (one.element.newRule ?? .max, one.element.oldRule ?? .max, one.offset)
        < (other.element.newRule ?? .max, other.element.oldRule ?? .max, other.offset)
    }
    differences = order.map(\.element)
  }

  /// Beyond so many patterns it is said of every path that it may be decided differently.
  private static let mostUndecided = 20

  private static func changed(_ patterns: SharedPatterns, _ changes: RankedEntries.Changes) -> [Pattern] {
    let changed = patterns.members.filter(\.isChanged).map(\.pattern)
    let isDefaultChanged = changes.keptOfOld.last == false || changes.keptOfNew.last == false
    guard isDefaultChanged || changed.count > mostUndecided else { return changed }
    return [try? Pattern("**")].compactMap(\.self)
  }

  // MARK: Saying it

  private mutating func add(_ statement: ClassDifferences.Statement, _ classes: PathClasses) {
    let pair = classes.keys.pairs[Int(statement.key)]
    var said = PolicyDifference(
      matching: [], except: [], path: statement.path, old: pair.old, new: pair.new,
      dependsOnConditions: pair.depends)
    said.among = statement.among.compactMap(classes.pattern)
    let isOnlyPaths = statement.among.allSatisfy(classes.isPath)
    if !isOnlyPaths {
      said.matching = statement.matching.map { classes.patterns.glob($0).pattern }
      said.except = statement.except.map { classes.patterns.glob($0).pattern }
    }
    said.except += statement.leftOut.compactMap(classes.pattern)
    shorten(&said)
    if !isOnlyPaths, let path = readable(said) { said.path = path }
    said.oldRule = old.decider(of: said.path)
    said.newRule = new.decider(of: said.path)
    differences.append(said)
  }

  /// Leaves out what need not be said: patterns that match all of one folder, and those that match nothing in it.
  private mutating func shorten(_ said: inout PolicyDifference) {
    if said.among.count == 1 {
      let folder = said.among[0]
      said.among = []
      said.matching.removeAll { isEmpty([folder], avoiding: [$0]) }
      if said.except.count <= Self.mostLookedAt {
        said.except.removeAll { isEmpty([folder, $0], avoiding: []) }
      }
      if !said.matching.contains(where: { isEmpty([$0], avoiding: [folder]) }) {
        said.matching.append(folder)
      }
    }
    if said.matching.isEmpty, said.among.isEmpty, let all = try? Pattern("**") { said.matching = [all] }
  }

  private static let mostLookedAt = 20
  /// Patterns that a path which reads better is kept out of.
  private static let mostAvoided = 20_000

  private mutating func readable(_ said: PolicyDifference) -> String? {
    let wanted = said.matching + said.among.prefix(1)
    guard wanted.count <= 2, said.except.count <= Self.mostAvoided,
      case .path(let path) = answer(wanted, avoiding: said.except)
    else { return nil }
    return path
  }

  private mutating func language(of pattern: Pattern) -> PatternLanguage {
    if let known = languages[pattern] { return known }
    let language = PatternLanguage(pattern)
    languages[pattern] = language
    return language
  }

  private mutating func answer(_ wanted: [Pattern], avoiding avoided: [Pattern]) -> PathSearch.Answer {
    if Task.isCancelled { work = 0 }
    guard work > 0 else { return .undecided }
    let search = PathSearch(
      matching: wanted.map { language(of: $0) }, avoiding: avoided.map { language(of: $0) })
    var allowed = min(work, PathSearch.defaultBound)
    let before = allowed
    let answer = search.answer(work: &allowed)
    work -= before - allowed + 100 + avoided.count
    return answer
  }

  private mutating func isEmpty(_ wanted: [Pattern], avoiding avoided: [Pattern]) -> Bool {
    switch answer(wanted, avoiding: avoided) {
    case .none, .tooLong: true
    case .path, .undecided: false
    }
  }
}
