// What the names of a source mean, found before anything runs.

/// The meaning of one use of a name.
package enum NameBinding: Sendable, Hashable {
  case unresolved
  /// A local of the function, main text or row expression it stands in.
  case local(Int)
  /// A top-level name of the session, by slot.
  case global(Int)
  case builtin(String)
  /// `it`, the row.
  case row
  /// `env` in a policy's `when`: the environment of the row.
  case rowEnvironment
}

/// The top-level names of a session, each with the slot its value is kept in. A value: a source that is refused
/// leaves its session's scope as it was.
package struct GlobalScope: Sendable {
  package struct Entry: Sendable {
    package var slot: Int
    package var isVariable: Bool
    /// `let`, `var`, `fn`, `env`, `token`, `files` or `policy`.
    package var keyword: String
    /// For a function: whether calling it may run a command.
    package var runsCommand: Bool
    package var span: SourceSpan?
  }

  package private(set) var entries: [String: Entry] = [:]
  package private(set) var names: [String] = []

  package init() {}

  /// Adds a name or replaces its meaning; a name keeps its slot for good.
  package mutating func define(_ name: String, keyword: String, isVariable: Bool, span: SourceSpan?) -> Int {
    let slot = entries[name]?.slot ?? names.count
    if slot == names.count { names.append(name) }
    entries[name] = Entry(
      slot: slot, isVariable: isVariable, keyword: keyword, runsCommand: false, span: span)
    return slot
  }

  mutating func setRunsCommand(_ name: String) { entries[name]?.runsCommand = true }
}

/// What the resolver found out about a source.
package struct Resolution: Sendable {
  /// By `NameUse.id`.
  package var bindings: [NameBinding]
  /// By `RowExpression.id`: which locals around it are copied into which of its own, and how many it has.
  package var rowScopes: [RowScope]
  /// Locals of the main text.
  package var mainLocalCount = 0
  /// Locals of each function, parameters first, by the id of the function's own name.
  package var functionLocalCounts: [Int: Int] = [:]
  package var problems: [SyntaxProblem] = []
  package var scope: GlobalScope

  package struct RowScope: Sendable {
    package var captures: [(outer: Int, inner: Int)] = []
    package var localCount = 0
  }
}
