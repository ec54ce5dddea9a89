// Gives every name its meaning. Scopes are lexical; top-level names are visible in the whole source, in any order.

import TCBText

package struct Resolver {
  let vocabulary: Vocabulary
  let isPrompt: Bool
  let words: WordTable
  var output: Resolution
  /// The function-like things being resolved, outermost first: the main text, a function, a row expression.
  var contexts: [Context] = [Context(kind: .main)]
  var visible: VisibleLocals
  /// By word, the meaning of names that are no locals, as far as it was asked for.
  var outer: [NameBinding?]
  /// What each function of this source calls, and whether it holds a command itself.
  var functions: FunctionFacts
  var origins: [Origin] = []
  /// Each local of each scope, with its origin.
  var locals: [(scope: Int, index: Int, origin: Int)] = []
  var watch = CancellationWatch()
  /// What each `import` of the source defines, in order.
  var imports: ArraySlice<[String: GlobalScope.Entry]>

  struct Context {
    enum Kind {
      case main
      /// A named function or a test, which sees no locals around it.
      case function
      /// A function among expressions, which does.
      case closure
      case row(isCondition: Bool)
    }
    var kind: Kind
    /// In the table of scopes.
    var id = 0
    var localCount = 0
    /// What was copied in from around it, by the register there.
    var captured: [Int: Local] = [:]
  }

  struct Local {
    var index: Int
    var isVariable: Bool
    var span: SourceSpan
    /// The same for a local and for what closures copied of it.
    var origin: Int
  }

  /// What happens to a local anywhere.
  struct Origin {
    var isClosedOver = false
    var isAssigned = false
  }

  /// Resolves a parsed source against the names of its session. `imports` has what each of its imports defines.
  package static func resolve(
    _ source: ParsedSource, in scope: GlobalScope, vocabulary: Vocabulary, isPrompt: Bool = false,
    imports: [[String: GlobalScope.Entry]] = []
  ) -> Resolution {
    let unresolved = Array(repeating: NameBinding.unresolved, count: source.nameCount)
    let scopes = Array(repeating: Resolution.CodeScope(), count: source.scopeCount)
    var resolver = Resolver(
      source, vocabulary: vocabulary, isPrompt: isPrompt,
      output: Resolution(bindings: unresolved, scopes: scopes, scope: scope), imports: imports[...])
    resolver.declareTopLevel(source.statements)
    for statement in source.statements { resolver.resolve(statement, atTopLevel: true) }
    resolver.output.scopes[0].localCount = resolver.contexts[0].localCount
    resolver.findBoxed()
    resolver.judgeCallsPerRow()
    resolver.output.problems.sort { $0.span.lower < $1.span.lower }
    return resolver.output
  }

  /// Resolves a condition that stands by itself: it sees the row and its environment, and the functions of the language.
  package static func resolve(
    condition: RowExpression, of source: ParsedSource, vocabulary: Vocabulary
  ) -> Resolution {
    let unresolved = Array(repeating: NameBinding.unresolved, count: source.nameCount)
    let scopes = Array(repeating: Resolution.CodeScope(), count: source.scopeCount)
    var resolver = Resolver(
      source, vocabulary: vocabulary, isPrompt: false,
      output: Resolution(bindings: unresolved, scopes: scopes, scope: GlobalScope()), imports: [])
    resolver.resolve(condition, isCondition: true)
    resolver.findBoxed()
    resolver.judgeCallsPerRow()
    resolver.output.problems.sort { $0.span.lower < $1.span.lower }
    return resolver.output
  }

  private init(
    _ source: ParsedSource, vocabulary: Vocabulary, isPrompt: Bool, output: Resolution,
    imports: ArraySlice<[String: GlobalScope.Entry]>
  ) {
    self.vocabulary = vocabulary
    self.isPrompt = isPrompt
    self.output = output
    self.imports = imports
    words = source.words
    visible = VisibleLocals(words: words)
    outer = Array(repeating: nil, count: words.texts.count)
    functions = FunctionFacts(words: words)
  }

  private mutating func findBoxed() {
    for (scope, index, origin) in locals where origins[origin].isAssigned {
      output.scopes[scope].assigned.insert(index)
      if origins[origin].isClosedOver { output.scopes[scope].boxed.insert(index) }
    }
  }

  mutating func report(_ kind: SyntaxProblem.Kind, at span: SourceSpan, other: SourceSpan? = nil) {
    guard output.problems.count < Parser.mostProblems else { return }
    output.problems.append(SyntaxProblem(kind, at: span, other: other))
  }

  // MARK: Declaring

  private mutating func declareTopLevel(_ statements: [Statement]) {
    var seen = SeenNames(words: words)
    if statements.count > 64 { output.scope.reserve(statements.count) }
    for statement in statements {
      let (name, keyword): (NameUse, String)
      switch statement.kind {
      case .binding(let use, let isVariable, _): (name, keyword) = (use, isVariable ? "var" : "let")
      case .function(let function):
        (name, keyword) = (function.name, "fn")
        functions.define(function.name.word)
      case .definition(let definition): (name, keyword) = (definition.name, definition.signature.keyword)
      case .importFile(let statement):
        declare(statement, &seen)
        continue
      default: continue
      }
      if let first = seen.add(name.word, name.span) {
        report(.alreadyDefined(name.text), at: name.span, other: first)
        continue
      }
      let slot = output.scope.define(
        name.text, keyword: keyword, isVariable: keyword == "var", span: name.span)
      output.bindings[name.id] = .global(slot)
      outer[Int(name.word)] = .global(slot)
    }
  }

  private mutating func declare(_ statement: Import, _ seen: inout SeenNames) {
    let exports = imports.popFirst() ?? [:]
    if let alias = statement.alias {
      if let first = seen.add(alias.word, alias.span) {
        report(.alreadyDefined(alias.text), at: alias.span, other: first)
      }
      output.scope.defineModule(alias.text, exports)
      return
    }
    for (name, entry) in exports.sorted(by: { $0.value.slot < $1.value.slot }) {
      if let first = seen.first(name) {
        // The same file by two ways defines nothing twice.
        if output.scope.entries[name]?.slot == entry.slot { continue }
        report(.alreadyDefined(name), at: statement.pathSpan, other: first)
        continue
      }
      seen.add(name, statement.pathSpan)
      output.scope.defineImported(name, entry)
    }
  }

  mutating func declareLocal(_ name: NameUse, isVariable: Bool) {
    let top = contexts.count - 1
    if let first = visible.inInnermostScope(name.word) {
      report(.alreadyDefined(name.text), at: name.span, other: first.span)
    }
    origins.append(Origin())
    let local = newLocal(in: top, isVariable: isVariable, span: name.span, origin: origins.count - 1)
    visible.add(name.word, local, in: top)
    output.bindings[name.id] = .local(local.index)
  }

  private mutating func newLocal(in depth: Int, isVariable: Bool, span: SourceSpan, origin: Int) -> Local {
    let index = contexts[depth].localCount
    contexts[depth].localCount += 1
    locals.append((contexts[depth].id, index, origin))
    return Local(index: index, isVariable: isVariable, span: span, origin: origin)
  }

  mutating func inScope(_ body: (inout Resolver) -> Void) {
    let mark = visible.openScope()
    body(&self)
    visible.closeScope(mark)
  }

  /// Resolves what runs in registers of its own.
  mutating func inContext(_ kind: Context.Kind, scope id: Int, _ body: (inout Resolver) -> Void) {
    contexts.append(Context(kind: kind, id: id))
    let mark = visible.openScope()
    body(&self)
    visible.closeScope(mark)
    output.scopes[id].localCount = contexts.removeLast().localCount
  }

  mutating func resolve(_ definition: FunctionDefinition) {
    let outer = functions.current
    functions.current = definition.name.word
    defer { functions.current = outer }
    resolve(definition.function, as: .function)
  }

  mutating func resolve(_ function: FunctionLiteral, as kind: Context.Kind) {
    inContext(kind, scope: function.scope) { resolver in
      for parameter in function.parameters {
        // A default may use the parameters before it.
        if let value = parameter.defaultValue { resolver.resolve(value) }
        resolver.declareLocal(parameter.name, isVariable: true)
      }
      for statement in function.body.statements { resolver.resolve(statement, atTopLevel: false) }
    }
  }

  mutating func resolve(_ row: RowExpression, isCondition: Bool = false) {
    inContext(.row(isCondition: isCondition), scope: row.scope) { $0.resolve(row.expression) }
  }

  mutating func resolve(_ test: TestBlock) {
    switch test.body {
    case .statements(let code):
      inContext(.function, scope: code.scope) { resolver in
        for statement in code.block.statements { resolver.resolve(statement, atTopLevel: false) }
      }
    case .policy(let policy, let code, let lines):
      inContext(.function, scope: code.scope) { resolver in
        resolver.resolve(policy)
        for line in lines {
          resolver.resolve(line.file)
          switch line.expected {
          case .lifetime(let value): resolver.resolve(value)
          case .deny(let reason): if let reason { resolver.resolve(reason) }
          }
        }
      }
    }
  }

  // MARK: Looking up

  /// `isTarget` says that it is assigned to.
  mutating func resolve(_ use: NameUse, isTarget: Bool = false) {
    output.bindings[use.id] = lookUp(use, isTarget)
  }

  private mutating func lookUp(_ use: NameUse, _ isTarget: Bool) -> NameBinding {
    if let found = rowName(use) { return found }
    if let local = local(use.word, in: contexts.count - 1) { return .local(local.index) }
    if let known = outer[Int(use.word)] { return known }
    let found = lookUpOutside(use, isTarget)
    if found != .unresolved { outer[Int(use.word)] = found }
    return found
  }

  /// The meaning of a name that is no local.
  private mutating func lookUpOutside(_ use: NameUse, _ isTarget: Bool) -> NameBinding {
    if let entry = output.scope.entries[use.text] { return .global(entry.slot) }
    if output.scope.modules[use.text] != nil {
      report(.moduleAsValue(use.text), at: use.span)
      return .unresolved
    }
    if vocabulary.functions[use.text] != nil { return .builtin(use.text) }
    guard output.problems.count < Parser.mostProblems else { return .unresolved }
    let nearest = NearestName.of(use.text, among: visibleNames())
    report(.unknownName(use.text, nearest: nearest, isTarget: isTarget), at: use.span)
    return .unresolved
  }

  /// Resolves `module.name`; false where the receiver is no imported file.
  mutating func resolveMember(_ receiver: Expression, _ name: String, at span: SourceSpan, isCalled: Bool)
    -> Bool
  {
    guard !output.scope.modules.isEmpty, case .name(let use) = receiver.kind,
      let exports = output.scope.modules[use.text], local(use.word, in: contexts.count - 1) == nil
    else { return false }
    guard let entry = exports[name] else {
      let nearest = NearestName.of(name, among: exports.keys)
      report(.notInModule(name, module: use.text, nearest: nearest), at: span)
      return true
    }
    if isCalled, entry.runsCommand { noteCommand(name, at: span) }
    output.bindings[use.id] = .member(entry.slot)
    return true
  }

  /// `it`, and `env` in a condition, mean the row, in functions that stand in the expression too.
  private mutating func rowName(_ use: NameUse) -> NameBinding? {
    let isRow = use.word == WordTable.it
    guard isRow || use.word == WordTable.env else { return nil }
    let local = visible.innermost(use.word)
    for (depth, context) in contexts.enumerated().reversed() {
      if local?.depth == depth { return nil }
      switch context.kind {
      case .row(let isCondition):
        if isRow { return .row }
        return isCondition ? .rowEnvironment : nil
      case .closure: continue
      case .main, .function: break
      }
      break
    }
    guard isRow, output.scope.entries["it"] == nil, output.scope.modules["it"] == nil else {
      return nil
    }
    report(.noRowHere, at: use.span)
    return .unresolved
  }

  /// The local of that name, copied in from around where this is a function or a row expression that sees it.
  mutating func local(_ word: WordTable.Word, in depth: Int) -> Local? {
    guard let found = visible.innermost(word) else { return nil }
    return copiedIn(found.local, from: found.depth, to: depth, word)
  }

  private mutating func copiedIn(_ local: Local, from: Int, to depth: Int, _ word: WordTable.Word) -> Local? {
    if from == depth { return local }
    let isClosure: Bool
    switch contexts[depth].kind {
    case .main, .function: return nil
    case .closure: isClosure = true
    case .row: isClosure = false
    }
    guard depth > from, let outer = copiedIn(local, from: from, to: depth - 1, word) else { return nil }
    if let known = contexts[depth].captured[outer.index] { return known }
    if isClosure { origins[outer.origin].isClosedOver = true }
    let inner = newLocal(in: depth, isVariable: outer.isVariable, span: outer.span, origin: outer.origin)
    contexts[depth].captured[outer.index] = inner
    output.scopes[contexts[depth].id].captures.append((outer: outer.index, inner: inner.index))
    return inner
  }

  private func visibleNames() -> [String] {
    var names =
      Array(output.scope.entries.keys) + Array(output.scope.modules.keys) + Array(vocabulary.functions.keys)
    names += visible.names.map { words.texts[Int($0)] }
    return names
  }

  // MARK: What runs per row

  /// Whether something that a row expression waits for is being resolved.
  var isInRow: Bool {
    contexts.contains { if case .row = $0.kind { true } else { false } }
  }

  mutating func noteCommand(_ name: String, at span: SourceSpan) {
    if isInRow { report(.rowRunsCommand(name), at: span) }
    functions.noteCommand()
  }

  mutating func noteCall(_ use: NameUse) { functions.noteCall(use, perRow: isInRow) }

  private mutating func judgeCallsPerRow() {
    let running = functions.running(in: output.scope)
    for name in running { output.scope.setRunsCommand(name) }
    for call in functions.callsPerRow where functions.isRunning(call.word) {
      report(.rowRunsCommand(call.text), at: call.span)
    }
  }
}
