// What the names of a source mean, found before anything runs.

/// The meaning of one use of a name.
package enum NameBinding: Sendable, Hashable {
  case unresolved
  /// A local of the function, main text or row expression it stands in.
  case local(Int)
  /// A top-level name of the session, by slot.
  case global(Int)
  case builtin(String)
  /// An imported file, of which the name behind the dot is the top-level name in this slot.
  case member(Int)
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
    /// Whether it belongs to an imported file.
    package var isImported = false
  }

  package private(set) var entries: [String: Entry] = [:]
  /// The files imported under a name, with what each defines.
  package private(set) var modules: [String: [String: Entry]] = [:]
  /// By slot. Slots are the session's: those of imported files are among them.
  package private(set) var names: [String] = []

  package init() {}

  /// The scope of a file that a source with the scope `other` imports: without names, but none of its slots are taken.
  package init(besides other: GlobalScope) { names = other.names }

  /// Takes over the slots that an imported file was given.
  package mutating func keepSlots(of other: GlobalScope) { names = other.names }

  /// Adds a name or replaces its meaning; a name keeps its slot for good.
  package mutating func define(_ name: String, keyword: String, isVariable: Bool, span: SourceSpan?) -> Int {
    let known = entries.isEmpty ? nil : entries[name].flatMap { $0.isImported ? nil : $0.slot }
    let slot = known ?? names.count
    if slot == names.count { names.append(name) }
    entries[name] = Entry(
      slot: slot, isVariable: isVariable, keyword: keyword, runsCommand: false, span: span)
    if !modules.isEmpty { modules[name] = nil }
    return slot
  }

  /// What a file that imports this one gets to see.
  package var exports: [String: Entry] { entries.filter { !$0.value.isImported } }

  mutating func reserve(_ count: Int) {
    entries.reserveCapacity(entries.count + count)
    names.reserveCapacity(names.count + count)
  }

  mutating func defineImported(_ name: String, _ entry: Entry) {
    entries[name] = entry
    entries[name]?.isImported = true
  }

  mutating func defineModule(_ name: String, _ exports: [String: Entry]) {
    modules[name] = exports
    entries[name] = nil
  }

  mutating func setRunsCommand(_ name: String) { entries[name]?.runsCommand = true }
}

/// What the resolver found out about a source.
package struct Resolution: Sendable {
  /// By `NameUse.id`.
  package var bindings: [NameBinding]
  /// By the `scope` of a function, a row expression or a test; 0 is the main text.
  package var scopes: [CodeScope]
  package var problems: [SyntaxProblem] = []
  package var scope: GlobalScope

  /// The locals of a piece of code that runs in registers of its own.
  package struct CodeScope: Sendable {
    /// Which locals around it are copied into which of its own.
    package var captures: [(outer: Int, inner: Int)] = []
    package var localCount = 0
    /// Locals that a function closed over and somebody assigns: each lives in a cell that all share.
    package var boxed: Set<Int> = []
    /// Locals that are given a value after their first, here or in a function inside.
    package var assigned: Set<Int> = []
  }
}
