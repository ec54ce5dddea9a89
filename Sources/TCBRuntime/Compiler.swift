// Checked tree to code: statements and blocks. Expressions are in CompilerExpressions.swift, commands in CompilerSites.swift.

import TCBSyntax
import TCBText

/// Code for a source, ready to run in its session.
package struct CompiledSource: Sendable {
  package let main: CodeUnit
  /// The functions it defines, with the slots their names have.
  package let functions: [(slot: Int, value: FunctionValue)]
  package let tests: [CompiledTest]
}

/// A `test` block, to be run apart from the main text.
package struct CompiledTest: Sendable {
  package let title: String
  package let span: SourceSpan
  /// For a test of a policy it gives the policy and, for each line, the file, `max_age` or `deny`, and what is expected.
  package let unit: CodeUnit
  package let lines: [DecisionLine]?
}

package struct Compiler {
  let resolution: Resolution
  let source: SourceText
  let natives: NativeTable
  var unit: UnitBuilder
  var functions: [(slot: Int, value: FunctionValue)] = []
  var tests: [CompiledTest] = []
  /// What imports of the source lead to, in order.
  var modules: ArraySlice<ModuleSite> = []
  /// The scope of what is being compiled, in the resolver's table.
  var scopeID = 0
  /// Whether the unit is a row expression itself, and not a function inside of one.
  var isRow = false
  /// The main text keeps its outermost names in globals; everywhere else all names are locals.
  var isMain = true
  var problems: [SyntaxProblem] = []
  /// What is compiled when the task is cancelled is never run.
  var watch = CancellationWatch()

  /// Compiles a source that was parsed and resolved without problems.
  ///
  /// Throws the problems of what is too large to be compiled.
  package static func compile(
    _ parsed: ParsedSource, _ resolution: Resolution, source: SourceText, natives: NativeTable,
    modules: [ModuleSite] = []
  ) throws(CompilationFailure) -> CompiledSource {
    let builder = UnitBuilder(name: source.name, localCount: resolution.scopes[0].localCount)
    var compiler = Compiler(resolution: resolution, source: source, natives: natives, unit: builder)
    compiler.modules = modules[...]
    let end = SourceSpan(source: parsed.id, lower: source.bytes.count, upper: source.bytes.count)
    for statement in parsed.statements { compiler.compile(statement, atTopLevel: true) }
    let result = compiler.unit.allocate()
    compiler.unit.emit(.loadConstant, result, d: compiler.unit.constant(.null), at: end)
    compiler.unit.emit(.returnValue, result, at: end)
    compiler.checkSize(at: end)
    guard compiler.problems.isEmpty else { throw CompilationFailure(problems: compiler.problems) }
    return CompiledSource(main: CodeUnit(compiler.unit), functions: compiler.functions, tests: compiler.tests)
  }

  /// Whether a source that was parsed and resolved without problems is certain to compile, as the lengths of its statements tell.
  ///
  /// No byte of a text makes for more than four registers, for names or between steps, or for more than eight instructions. To look at
  /// lengths takes next to no time, so that a text that is only checked need not be compiled.
  package static func isCertainToFit(_ parsed: ParsedSource, _ resolution: Resolution, source: SourceText)
    -> Bool
  {
    let half = UnitBuilder.mostRegisters / 2
    return source.bytes.count < UnitBuilder.mostInstructions / 8 && resolution.scopes[0].localCount < half
      && parsed.statements.allSatisfy { $0.span.range.count < half / 4 }
  }

  /// Compiles a condition that stands by itself. Throws the problem of one that is too large.
  package static func compile(
    condition: RowExpression, _ resolution: Resolution, source: SourceText, natives: NativeTable
  ) throws(CompilationFailure) -> RowFunction {
    let builder = UnitBuilder(name: source.name, localCount: 0)
    var compiler = Compiler(resolution: resolution, source: source, natives: natives, unit: builder)
    let row = compiler.compile(condition)
    guard compiler.problems.isEmpty else { throw CompilationFailure(problems: compiler.problems) }
    return RowFunction(unit: row.unit, captured: [], span: row.span, text: row.text)
  }

  mutating func checkSize(at span: SourceSpan) {
    if unit.overflowed { problems.append(SyntaxProblem(.tooLarge, at: span)) }
  }

  func binding(_ use: NameUse) -> NameBinding {
    resolution.bindings.indices.contains(use.id) ? resolution.bindings[use.id] : .unresolved
  }

  // MARK: Statements

  mutating func compile(_ statement: Statement, atTopLevel: Bool = false) {
    let mark = unit.used
    defer { unit.release(to: mark) }
    switch statement.kind {
    case .binding(let name, _, let pipeline): compileBinding(name, pipeline)
    case .assignment(let target, let pipeline): compileAssignment(target, pipeline)
    case .pipeline(let pipeline):
      let value = compile(pipeline)
      let isShown = atTopLevel && !showsItself(pipeline)
      // A value that comes from no command has nothing left to be done.
      if !isShown, !pipeline.endsInCommand { return }
      unit.emit(.finish, value, isShown ? 1 : 0, pipeline.hasOneStage ? 0 : 1, at: pipeline.span)
    case .ifElse(let value): compile(value, into: nil)
    case .tryCatch(let value): compile(value, into: nil)
    case .forLoop(let loop): compile(loop, at: statement.span)
    case .whileLoop(let condition, let body): compileWhile(condition, body, at: statement.span)
    case .breakLoop: compileBreak(at: statement.span)
    case .continueLoop:
      compileContinue(at: statement.span)
    case .returnValue(let pipeline): compileReturn(pipeline, at: statement.span)
    case .function(let function): compile(function)
    case .definition(let definition): compile(definition)
    case .importFile(let statement):
      guard let module = modules.popFirst() else { return }
      unit.modules.append(module)
      unit.emit(.runModule, d: unit.modules.count - 1, at: statement.pathSpan)
    case .test(let test): compile(test)
    }
  }

  private func showsItself(_ pipeline: Pipeline) -> Bool {
    guard case .command(let call) = pipeline.last else { return false }
    return call.signature.showsItsResult
  }

  private mutating func compileBinding(_ name: NameUse, _ pipeline: Pipeline) {
    switch binding(name) {
    case .local(let register):
      compile(pipeline, into: register)
      collect(register, of: pipeline)
      box(name)
    case .global(let slot):
      let value = compile(pipeline)
      collect(value, of: pipeline)
      unit.emit(.storeGlobal, value, d: slot, at: name.span)
    default: break
    }
  }

  private mutating func compileReturn(_ pipeline: Pipeline?, at span: SourceSpan) {
    let value: Int
    if let pipeline {
      value = compile(pipeline)
      collect(value, of: pipeline)
    } else {
      value = loadNull(at: span)
    }
    unit.emit(.returnValue, value, at: span)
  }

  /// Code that collects the rows a pipeline gave, and lets its exports be finished where it gave none.
  mutating func collect(_ value: Int, of pipeline: Pipeline) {
    guard pipeline.endsInCommand else { return }
    unit.emit(.collect, value, at: pipeline.span)
    if !pipeline.hasOneStage { unit.emit(.finish, value, 0, 1, at: pipeline.span) }
  }

  /// Puts the local of that name into a cell where functions share it.
  mutating func box(_ name: NameUse) {
    guard case .local(let register) = binding(name), isBoxed(register) else { return }
    unit.emit(.makeCell, register, at: name.span)
  }

  func isBoxed(_ register: Int) -> Bool {
    resolution.scopes.indices.contains(scopeID) && resolution.scopes[scopeID].boxed.contains(register)
  }

  mutating func loadNull(into target: Int? = nil, at span: SourceSpan) -> Int {
    let register = target ?? unit.allocate()
    unit.emit(.loadConstant, register, d: unit.constant(.null), at: span)
    return register
  }

  // MARK: Blocks

  /// Compiles a block; its last statement's value goes into `target` where one is wanted.
  mutating func compile(_ block: Block, into target: Int?) {
    guard let target else {
      for statement in block.statements { compile(statement) }
      return
    }
    for statement in block.statements.dropLast() { compile(statement) }
    let mark = unit.used
    defer { unit.release(to: mark) }
    switch block.statements.last?.kind {
    case .pipeline(let pipeline):
      compile(pipeline, into: target)
      if pipeline.endsInCommand { unit.emit(.collect, target, at: pipeline.span) }
    case .ifElse(let value): compile(value, into: target)
    case .tryCatch(let value): compile(value, into: target)
    default:
      if let last = block.statements.last { compile(last) }
      _ = loadNull(into: target, at: block.span)
    }
  }

  mutating func compile(_ value: IfElse, into target: Int?) {
    var ends: [Int] = []
    for branch in value.branches {
      let mark = unit.used
      let skip = compileJumpUnless(branch.condition)
      unit.release(to: mark)
      compile(branch.block, into: target)
      ends.append(unit.emit(.jump, at: branch.block.span))
      for jump in skip { unit.land(jump) }
    }
    if let otherwise = value.otherwise {
      compile(otherwise, into: target)
    } else if let target {
      _ = loadNull(into: target, at: value.span)
    }
    for jump in ends { unit.land(jump) }
  }

  mutating func compile(_ value: TryCatch, into target: Int?) {
    let register: Int
    if case .local(let local) = binding(value.name) { register = local } else { register = unit.allocate() }
    let handler = unit.emit(.pushHandler, register, at: value.span)
    unit.handlerDepth += 1
    compile(value.body, into: target)
    unit.handlerDepth -= 1
    unit.emit(.popHandler, at: value.body.span)
    let end = unit.emit(.jump, at: value.body.span)
    unit.land(handler)
    box(value.name)
    compile(value.handler, into: target)
    unit.land(end)
  }
}

extension Pipeline {
  /// Whether its value may be rows that were not read yet, or exports that wait for their end.
  var endsInCommand: Bool {
    if !hasOneStage { return true }
    if case .command = first { return true }
    return false
  }
}

package struct CompilationFailure: Error, Sendable {
  package var problems: [SyntaxProblem]
}
