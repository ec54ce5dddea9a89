// Gives every name its meaning. Scopes are lexical; top-level names are visible in the whole source, in any order.

import TCBText

package struct Resolver {
  let vocabulary: Vocabulary
  let isPrompt: Bool
  var output: Resolution
  /// The function-like things being resolved, outermost first: the main text, a function, a row expression.
  var contexts: [Context] = [Context(kind: .main)]
  /// What each function of this source calls, and whether it holds a command itself.
  var functions: [String: FunctionFacts] = [:]
  var currentFunction: String?
  /// Calls made per row, to be judged once every function is known.
  var callsPerRow: [(name: String, span: SourceSpan)] = []

  struct FunctionFacts {
    var holdsCommand = false
    var calls: Set<String> = []
  }

  struct Context {
    enum Kind {
      case main, function
      case row(id: Int, isCondition: Bool)
    }
    var kind: Kind
    /// Innermost scope last. The main text's outermost names are globals and not here.
    var scopes: [[String: Local]] = []
    var localCount = 0
  }

  struct Local {
    var index: Int
    var isVariable: Bool
    var span: SourceSpan
  }

  /// Resolves a parsed source against the names of its session.
  package static func resolve(
    _ source: ParsedSource, in scope: GlobalScope, vocabulary: Vocabulary, isPrompt: Bool = false
  ) -> Resolution {
    let unresolved = Array(repeating: NameBinding.unresolved, count: source.nameCount)
    let rows = Array(repeating: Resolution.RowScope(), count: source.rowExpressionCount)
    var resolver = Resolver(
      vocabulary: vocabulary, isPrompt: isPrompt,
      output: Resolution(bindings: unresolved, rowScopes: rows, scope: scope))
    resolver.declareTopLevel(source.statements)
    for statement in source.statements { resolver.resolve(statement, atTopLevel: true) }
    resolver.output.mainLocalCount = resolver.contexts[0].localCount
    resolver.judgeCallsPerRow()
    resolver.output.problems.sort { $0.span.lower < $1.span.lower }
    return resolver.output
  }

  mutating func report(_ kind: SyntaxProblem.Kind, at span: SourceSpan, other: SourceSpan? = nil) {
    guard output.problems.count < Parser.mostProblems else { return }
    output.problems.append(SyntaxProblem(kind, at: span, other: other))
  }

  // MARK: Declaring

  private mutating func declareTopLevel(_ statements: [Statement]) {
    var seen: [String: SourceSpan] = [:]
    for statement in statements {
      let (name, keyword): (NameUse, String)
      switch statement.kind {
      case .binding(let use, let isVariable, _): (name, keyword) = (use, isVariable ? "var" : "let")
      case .function(let function):
        (name, keyword) = (function.name, "fn")
        functions[function.name.text] = FunctionFacts()
      case .definition(let definition): (name, keyword) = (definition.name, definition.signature.keyword)
      default: continue
      }
      if let first = seen[name.text] {
        report(.alreadyDefined(name.text), at: name.span, other: first)
        continue
      }
      seen[name.text] = name.span
      let slot = output.scope.define(
        name.text, keyword: keyword, isVariable: keyword == "var", span: name.span)
      output.bindings[name.id] = .global(slot)
    }
  }

  mutating func declareLocal(_ name: NameUse, isVariable: Bool) {
    let top = contexts.count - 1
    if contexts[top].scopes.isEmpty { contexts[top].scopes.append([:]) }
    let scope = contexts[top].scopes.count - 1
    if let first = contexts[top].scopes[scope][name.text] {
      report(.alreadyDefined(name.text), at: name.span, other: first.span)
    }
    let index = contexts[top].localCount
    contexts[top].localCount += 1
    contexts[top].scopes[scope][name.text] = Local(index: index, isVariable: isVariable, span: name.span)
    output.bindings[name.id] = .local(index)
  }

  mutating func inScope(_ body: (inout Resolver) -> Void) {
    contexts[contexts.count - 1].scopes.append([:])
    body(&self)
    contexts[contexts.count - 1].scopes.removeLast()
  }

  mutating func resolveFunction(_ function: FunctionDefinition) {
    let outer = currentFunction
    currentFunction = function.name.text
    contexts.append(Context(kind: .function))
    inScope { resolver in
      for parameter in function.parameters { resolver.declareLocal(parameter, isVariable: true) }
      for statement in function.body.statements { resolver.resolve(statement, atTopLevel: false) }
    }
    let context = contexts.removeLast()
    output.functionLocalCounts[function.name.id] = context.localCount
    currentFunction = outer
  }

  mutating func resolve(_ row: RowExpression, isCondition: Bool = false) {
    contexts.append(Context(kind: .row(id: row.id, isCondition: isCondition), scopes: [[:]]))
    resolve(row.expression)
    let context = contexts.removeLast()
    output.rowScopes[row.id].localCount = context.localCount
  }

  // MARK: Looking up

  mutating func resolve(_ use: NameUse) {
    output.bindings[use.id] = lookUp(use)
  }

  private mutating func lookUp(_ use: NameUse) -> NameBinding {
    if let found = rowName(use) { return found }
    if let local = localBinding(use.text, in: contexts.count - 1) { return .local(local) }
    if let entry = output.scope.entries[use.text] {
      return .global(entry.slot)
    }
    if vocabulary.functions[use.text] != nil { return .builtin(use.text) }
    guard output.problems.count < Parser.mostProblems else { return .unresolved }
    report(.unknownName(use.text, nearest: NearestName.of(use.text, among: visibleNames())), at: use.span)
    return .unresolved
  }

  /// `it`, and `env` in a condition, mean the row.
  private mutating func rowName(_ use: NameUse) -> NameBinding? {
    var isInRow = false
    var isCondition = false
    if let context = contexts.last, case .row(_, let condition) = context.kind {
      (isInRow, isCondition) = (true, condition)
    }
    if use.text == "env", isCondition { return .rowEnvironment }
    guard use.text == "it" else { return nil }
    if isInRow { return .row }
    if localBinding("it", in: contexts.count - 1) != nil || output.scope.entries["it"] != nil { return nil }
    report(.noRowHere, at: use.span)
    return .unresolved
  }

  /// The local of that name, copied in from around where this is a row expression.
  private mutating func localBinding(_ name: String, in depth: Int) -> Int? {
    for scope in contexts[depth].scopes.reversed() {
      if let local = scope[name] { return local.index }
    }
    guard depth > 0, case .row(let id, _) = contexts[depth].kind else { return nil }
    guard let outer = localBinding(name, in: depth - 1) else { return nil }
    let inner = contexts[depth].localCount
    contexts[depth].localCount += 1
    let span = SourceSpan(source: SourceID(0), lower: 0, upper: 0)
    contexts[depth].scopes[0][name] = Local(index: inner, isVariable: false, span: span)
    output.rowScopes[id].captures.append((outer: outer, inner: inner))
    return inner
  }

  /// The local that an assignment names, without copying anything in.
  func assignableLocal(_ name: String) -> Local? {
    guard let context = contexts.last else { return nil }
    for scope in context.scopes.reversed() {
      if let local = scope[name] { return local }
    }
    return nil
  }

  private func visibleNames() -> [String] {
    var names = Array(output.scope.entries.keys) + Array(vocabulary.functions.keys)
    for context in contexts { for scope in context.scopes { names += scope.keys } }
    return names
  }

  // MARK: What runs per row

  /// Whether something that a row expression waits for is being resolved.
  var isInRow: Bool {
    contexts.contains { if case .row = $0.kind { true } else { false } }
  }

  mutating func noteCommand(_ name: String, at span: SourceSpan) {
    if isInRow { report(.rowRunsCommand(name), at: span) }
    if let currentFunction { functions[currentFunction]?.holdsCommand = true }
  }

  mutating func noteCall(_ name: String, at span: SourceSpan) {
    if isInRow { callsPerRow.append((name, span)) }
    if let currentFunction { functions[currentFunction]?.calls.insert(name) }
  }

  private mutating func judgeCallsPerRow() {
    var running = Set(functions.filter { $0.value.holdsCommand }.keys)
    for (name, entry) in output.scope.entries where entry.runsCommand && functions[name] == nil {
      running.insert(name)
    }
    var grew = true
    while grew {
      grew = false
      for (name, facts) in functions where !running.contains(name) && !facts.calls.isDisjoint(with: running) {
        running.insert(name)
        grew = true
      }
    }
    for name in running where functions[name] != nil { output.scope.setRunsCommand(name) }
    for call in callsPerRow where running.contains(call.name) {
      report(.rowRunsCommand(call.name), at: call.span)
    }
  }
}
