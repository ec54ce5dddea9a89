// Checked tree to code: statements and blocks. Expressions are in CompilerExpressions.swift, commands in CompilerSites.swift.

import TCBSyntax

/// Code for a source, ready to run in its session.
package struct CompiledSource: Sendable {
  package let main: CodeUnit
  /// The functions it defines, with the slots their names have.
  package let functions: [(slot: Int, value: FunctionValue)]
}

package struct Compiler {
  let resolution: Resolution
  let source: SourceText
  let natives: [String: NativeFunction]
  var unit: UnitBuilder
  var functions: [(slot: Int, value: FunctionValue)] = []
  /// The main text keeps its outermost names in globals; everywhere else all names are locals.
  var isMain = true
  var problems: [SyntaxProblem] = []

  /// Compiles a source that was parsed and resolved without problems.
  ///
  /// Throws the problems of what is too large to be compiled.
  package static func compile(
    _ parsed: ParsedSource, _ resolution: Resolution, source: SourceText, natives: [String: NativeFunction]
  ) throws(CompilationFailure) -> CompiledSource {
    let builder = UnitBuilder(name: source.name, localCount: resolution.mainLocalCount)
    var compiler = Compiler(resolution: resolution, source: source, natives: natives, unit: builder)
    let end = SourceSpan(source: parsed.id, lower: source.bytes.count, upper: source.bytes.count)
    for statement in parsed.statements { compiler.compile(statement, atTopLevel: true) }
    let result = compiler.unit.allocate()
    compiler.unit.emit(.loadConstant, result, d: compiler.unit.constant(.null), at: end)
    compiler.unit.emit(.returnValue, result, at: end)
    compiler.checkSize(at: end)
    guard compiler.problems.isEmpty else { throw CompilationFailure(problems: compiler.problems) }
    return CompiledSource(main: CodeUnit(compiler.unit), functions: compiler.functions)
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
      unit.emit(.finish, value, isShown ? 1 : 0, pipeline.stages.count > 1 ? 1 : 0, at: pipeline.span)
    case .ifElse(let value): compile(value, into: nil)
    case .forLoop(let loop): compile(loop, at: statement.span)
    case .whileLoop(let condition, let body): compileWhile(condition, body, at: statement.span)
    case .breakLoop: compileBreak(at: statement.span)
    case .continueLoop:
      if let loop = unit.loops.last { unit.emit(.jump, d: loop.continueTarget, at: statement.span) }
    case .returnValue(let pipeline): compileReturn(pipeline, at: statement.span)
    case .function(let function): compile(function)
    case .definition(let definition): compile(definition)
    }
  }

  private func showsItself(_ pipeline: Pipeline) -> Bool {
    guard case .command(let call)? = pipeline.stages.last else { return false }
    return call.signature.showsItsResult
  }

  private mutating func compileBinding(_ name: NameUse, _ pipeline: Pipeline) {
    switch binding(name) {
    case .local(let register):
      compile(pipeline, into: register)
      collect(register, of: pipeline)
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
    unit.emit(.collect, value, at: pipeline.span)
    if pipeline.stages.count > 1 { unit.emit(.finish, value, 0, 1, at: pipeline.span) }
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
      unit.emit(.collect, target, at: pipeline.span)
    case .ifElse(let value): compile(value, into: target)
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

  // MARK: Loops

  private mutating func compileWhile(_ condition: Expression, _ body: Block, at span: SourceSpan) {
    let start = unit.here
    let mark = unit.used
    let exits = compileJumpUnless(condition)
    unit.release(to: mark)
    unit.loops.append(.init(continueTarget: start, hasIterator: false))
    compile(body, into: nil)
    unit.emit(.jump, d: start, at: span)
    for exit in exits { unit.land(exit) }
    for jump in unit.loops.removeLast().breaks { unit.land(jump) }
  }

  private mutating func compile(_ loop: ForLoop, at span: SourceSpan) {
    if case .range(let lower, let upper) = loop.sequence.kind, loop.names.count == 1 {
      return compileRangeLoop(loop, lower, upper, at: span)
    }
    let sequence = compile(loop.sequence)
    unit.emit(.openIterator, sequence, at: loop.sequence.span)
    let start = unit.here
    let first = register(of: loop.names[0])
    let second = loop.names.count > 1 ? register(of: loop.names[1]) : 0
    let next = unit.emit(.iteratorNext, first, second, loop.names.count > 1 ? 1 : 0, at: loop.sequence.span)
    unit.loops.append(.init(continueTarget: start, hasIterator: true))
    compile(loop.body, into: nil)
    unit.emit(.jump, d: start, at: span)
    unit.land(next)
    for jump in unit.loops.removeLast().breaks { unit.land(jump) }
    unit.emit(.closeIterator, at: span)
  }

  private mutating func compileRangeLoop(
    _ loop: ForLoop, _ lower: Expression, _ upper: Expression, at span: SourceSpan
  ) {
    let counter = unit.allocate()
    let bound = unit.allocate()
    compile(lower, into: counter)
    unit.emit(.checkInteger, counter, at: lower.span)
    compile(upper, into: bound)
    unit.emit(.checkInteger, bound, at: upper.span)
    let start = unit.here
    let next = unit.emit(.rangeNext, register(of: loop.names[0]), counter, bound, at: loop.sequence.span)
    unit.loops.append(.init(continueTarget: start, hasIterator: false))
    compile(loop.body, into: nil)
    unit.emit(.jump, d: start, at: span)
    unit.land(next)
    for jump in unit.loops.removeLast().breaks { unit.land(jump) }
  }

  private func register(of name: NameUse) -> Int {
    if case .local(let register) = binding(name) { return register }
    return 0
  }

  private mutating func compileBreak(at span: SourceSpan) {
    guard !unit.loops.isEmpty else { return }
    unit.loops[unit.loops.count - 1].breaks.append(unit.emit(.jump, at: span))
  }

  // MARK: Functions

  private mutating func compile(_ function: FunctionDefinition) {
    guard case .global(let slot) = binding(function.name) else { return }
    let localCount = resolution.functionLocalCounts[function.name.id] ?? function.parameters.count
    let outer = (unit, isMain)
    unit = UnitBuilder(name: function.name.text, localCount: localCount)
    isMain = false
    let result = unit.allocate()
    compile(function.body, into: result)
    unit.emit(.returnValue, result, at: function.body.span)
    checkSize(at: function.name.span)
    let value = FunctionValue(
      name: function.name.text, unit: CodeUnit(unit), parameterCount: function.parameters.count)
    functions.append((slot, value))
    (unit, isMain) = outer
  }
}

package struct CompilationFailure: Error, Sendable {
  package var problems: [SyntaxProblem]
}
