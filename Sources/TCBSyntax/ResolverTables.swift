// What the resolver keeps by the numbers of words: which locals can be seen, and which functions run commands.

/// The locals that can be seen at a place, of the code there and of all code around it. Finding one takes the same time
/// however many there are.
struct VisibleLocals {
  private struct Entry {
    var word: WordTable.Word
    /// The context that it belongs to.
    var depth: Int
    var local: Resolver.Local
    /// The local of that word which this one hides, as `heads` has them.
    var hidden: Int
  }

  private var entries: [Entry] = []
  /// By word: the place of its innermost local and 1, or 0.
  private var heads: [Int]
  private var scopeStart = 0

  init(words: WordTable) { heads = Array(repeating: 0, count: words.texts.count) }

  func innermost(_ word: WordTable.Word) -> (depth: Int, local: Resolver.Local)? {
    let head = heads[Int(word)]
    guard head > 0 else { return nil }
    return (entries[head - 1].depth, entries[head - 1].local)
  }

  func inInnermostScope(_ word: WordTable.Word) -> Resolver.Local? {
    let head = heads[Int(word)]
    return head > scopeStart ? entries[head - 1].local : nil
  }

  mutating func add(_ word: WordTable.Word, _ local: Resolver.Local, in depth: Int) {
    entries.append(Entry(word: word, depth: depth, local: local, hidden: heads[Int(word)]))
    heads[Int(word)] = entries.count
  }

  /// Gives what ``closeScope(_:)`` needs.
  mutating func openScope() -> Int {
    defer { scopeStart = entries.count }
    return scopeStart
  }

  mutating func closeScope(_ mark: Int) {
    while entries.count > scopeStart {
      let entry = entries.removeLast()
      heads[Int(entry.word)] = entry.hidden
    }
    scopeStart = mark
  }

  var names: [WordTable.Word] { entries.map(\.word) }
}

/// The top-level names met so far and where: those of the source by their words, those of its imports by their texts too.
struct SeenNames {
  private let words: WordTable
  private var own: [SourceSpan?]
  private var imported: [String: SourceSpan] = [:]

  init(words: WordTable) {
    self.words = words
    own = Array(repeating: nil, count: words.texts.count)
  }

  /// Notes a name; gives the place where it was met first, if it was.
  mutating func add(_ word: WordTable.Word, _ span: SourceSpan) -> SourceSpan? {
    if let first = own[Int(word)] ?? (imported.isEmpty ? nil : imported[words.texts[Int(word)]]) {
      return first
    }
    own[Int(word)] = span
    return nil
  }

  mutating func add(_ name: String, _ span: SourceSpan) { imported[name] = span }

  func first(_ name: String) -> SourceSpan? {
    imported[name] ?? words.find(name).flatMap { own[Int($0)] }
  }
}

/// What each function of a source calls and whether it holds a command itself, from which follows what may run one.
struct FunctionFacts {
  private let words: WordTable
  /// By word: whether this source defines a function of that name, and what is known of it.
  private var facts: [Facts?]
  /// The functions defined, in the order of the source.
  private var defined: [WordTable.Word] = []
  private var mayRunCommand: [Bool]
  var current: WordTable.Word?
  /// Calls made per row, to be judged once every function is known.
  private(set) var callsPerRow: [NameUse] = []

  private struct Facts {
    var holdsCommand = false
    var calls: [WordTable.Word] = []
  }

  init(words: WordTable) {
    self.words = words
    facts = Array(repeating: nil, count: words.texts.count)
    mayRunCommand = Array(repeating: false, count: words.texts.count)
  }

  mutating func define(_ word: WordTable.Word) {
    if facts[Int(word)] == nil { defined.append(word) }
    facts[Int(word)] = Facts()
  }

  mutating func noteCommand() {
    if let current { facts[Int(current)]?.holdsCommand = true }
  }

  mutating func noteCall(_ use: NameUse, perRow: Bool) {
    if perRow { callsPerRow.append(use) }
    if let current { facts[Int(current)]?.calls.append(use.word) }
  }

  /// The functions of this source that may run a command, by themselves or through what they call.
  mutating func running(in scope: GlobalScope) -> [String] {
    var found: [WordTable.Word] = []
    for word in defined where facts[Int(word)]?.holdsCommand == true { found.append(word) }
    for (name, entry) in scope.entries where entry.runsCommand {
      if let word = words.find(name), facts[Int(word)] == nil { found.append(word) }
    }
    guard !found.isEmpty else { return [] }
    let callers = callersByWord()
    for word in found { mayRunCommand[Int(word)] = true }
    while let word = found.popLast() {
      for caller in callers[Int(word)] where !mayRunCommand[Int(caller)] {
        mayRunCommand[Int(caller)] = true
        found.append(caller)
      }
    }
    return defined.filter { mayRunCommand[Int($0)] }.map { words.texts[Int($0)] }
  }

  func isRunning(_ word: WordTable.Word) -> Bool { mayRunCommand[Int(word)] }

  private func callersByWord() -> [[WordTable.Word]] {
    var callers: [[WordTable.Word]] = Array(repeating: [], count: words.texts.count)
    for caller in defined {
      for called in facts[Int(caller)]?.calls ?? [] { callers[Int(called)].append(caller) }
    }
    return callers
  }
}
