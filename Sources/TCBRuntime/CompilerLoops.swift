// Loops and functions to code.

import TCBSyntax

extension Compiler {
  private mutating func beginLoop(continuesAt target: Int?) {
    unit.loops.append(.init(continueTarget: target, handlerDepth: unit.handlerDepth))
  }

  private mutating func endLoop() {
    for jump in unit.loops.removeLast().breaks { unit.land(jump) }
  }

  /// Leaves the `try` blocks that stand inside of the loop.
  private mutating func leaveHandlers(of loop: UnitBuilder.Loop, at span: SourceSpan) {
    for _ in 0..<max(0, unit.handlerDepth - loop.handlerDepth) { unit.emit(.popHandler, at: span) }
  }

  mutating func compileBreak(at span: SourceSpan) {
    guard let loop = unit.loops.last else { return }
    leaveHandlers(of: loop, at: span)
    unit.loops[unit.loops.count - 1].breaks.append(unit.emit(.jump, at: span))
  }

  mutating func compileContinue(at span: SourceSpan) {
    guard let loop = unit.loops.last else { return }
    leaveHandlers(of: loop, at: span)
    let jump = unit.emit(.jump, d: loop.continueTarget ?? 0, at: span)
    if loop.continueTarget == nil { unit.loops[unit.loops.count - 1].continues.append(jump) }
  }

  mutating func compileWhile(_ condition: Expression, _ body: Block, at span: SourceSpan) {
    let start = unit.here
    let mark = unit.used
    let exits = compileJumpUnless(condition)
    unit.release(to: mark)
    beginLoop(continuesAt: start)
    compile(body, into: nil)
    unit.emit(.jump, d: start, at: span)
    for exit in exits { unit.land(exit) }
    endLoop()
  }

  mutating func compile(_ loop: ForLoop, at span: SourceSpan) {
    if case .range(let lower, let upper) = loop.sequence.kind, loop.names.count == 1 {
      return compileRangeLoop(loop, lower, upper, at: span)
    }
    let sequence = compile(loop.sequence)
    unit.emit(.openIterator, sequence, at: loop.sequence.span)
    let start = unit.here
    let first = register(of: loop.names[0])
    let second = loop.names.count > 1 ? register(of: loop.names[1]) : 0
    let next = unit.emit(.iteratorNext, first, second, loop.names.count > 1 ? 1 : 0, at: loop.sequence.span)
    for name in loop.names { box(name) }
    beginLoop(continuesAt: start)
    compile(loop.body, into: nil)
    unit.emit(.jump, d: start, at: span)
    unit.land(next)
    endLoop()
    unit.emit(.closeIterator, at: span)
  }

  private mutating func compileRangeLoop(
    _ loop: ForLoop, _ lower: Expression, _ upper: Expression, at span: SourceSpan
  ) {
    let element = register(of: loop.names[0])
    // A name that nobody assigns and nothing shares can do the counting itself.
    let isCounter = !isBoxed(element) && !resolution.scopes[scopeID].assigned.contains(element)
    let counter = isCounter ? element : unit.allocate()
    let bound = unit.allocate()
    compile(lower, into: counter)
    compile(upper, into: bound)
    let start = unit.emit(.rangeStart, counter, bound, at: loop.sequence.span)
    let body = unit.here
    if !isCounter {
      unit.emit(.move, element, counter, at: loop.names[0].span)
      box(loop.names[0])
    }
    beginLoop(continuesAt: nil)
    compile(loop.body, into: nil)
    for jump in unit.loops[unit.loops.count - 1].continues { unit.land(jump) }
    unit.emit(.rangeNext, counter, bound, d: body, at: span)
    unit.land(start)
    endLoop()
  }

  private func register(of name: NameUse) -> Int {
    if case .local(let register) = binding(name) { return register }
    return 0
  }

  // MARK: Functions

  mutating func compile(_ definition: FunctionDefinition) {
    guard case .global(let slot) = binding(definition.name) else { return }
    let function = definition.function
    let code = compileUnit(named: definition.name.text, of: function, at: definition.name.span)
    let value = FunctionValue(
      name: definition.name.text, unit: code, parameterCount: function.parameters.count,
      requiredCount: function.requiredCount)
    functions.append((slot, value))
  }

  mutating func compile(_ function: FunctionLiteral, into target: Int, at span: SourceSpan) {
    let code = compileUnit(named: "fn", of: function, at: span)
    let captures = resolution.scopes[function.scope].captures
    unit.closures.append(
      ClosureSite(
        unit: code, parameterCount: function.parameters.count, requiredCount: function.requiredCount,
        captures: captures))
    unit.emit(.makeFunction, target, d: unit.closures.count - 1, at: span)
  }

  private mutating func compileUnit(named name: String, of function: FunctionLiteral, at span: SourceSpan)
    -> CodeUnit
  {
    compileApart(named: name, scope: function.scope, at: span) { compiler in
      compiler.unit.entries = []
      for parameter in function.parameters {
        guard let value = parameter.defaultValue else { continue }
        compiler.unit.entries.append(compiler.unit.here)
        compiler.compile(value, into: compiler.register(of: parameter.name))
      }
      compiler.unit.entries.append(compiler.unit.here)
      for parameter in function.parameters { compiler.box(parameter.name) }
      compiler.compileReturning(function.body)
    }
  }

  /// A block that the function ends with: each way through it returns by itself.
  private mutating func compileReturning(_ block: Block) {
    switch block.statements.last?.kind {
    case .pipeline(let pipeline):
      for statement in block.statements.dropLast() { compile(statement) }
      let mark = unit.used
      defer { unit.release(to: mark) }
      if let expression = pipeline.onlyExpression {
        if case .ifElse(let value) = expression.kind { return compileReturning(value) }
        _ = unit.emit(.returnValue, compile(expression), at: expression.span)
        return
      }
      let value = compile(pipeline)
      unit.emit(.collect, value, at: pipeline.span)
      unit.emit(.returnValue, value, at: pipeline.span)
    case .ifElse(let value):
      for statement in block.statements.dropLast() { compile(statement) }
      compileReturning(value)
    default:
      let mark = unit.used
      defer { unit.release(to: mark) }
      let result = unit.allocate()
      compile(block, into: result)
      unit.emit(.returnValue, result, at: block.span)
    }
  }

  private mutating func compileReturning(_ value: IfElse) {
    for branch in value.branches {
      let mark = unit.used
      let skip = compileJumpUnless(branch.condition)
      unit.release(to: mark)
      compileReturning(branch.block)
      for jump in skip { unit.land(jump) }
    }
    guard let otherwise = value.otherwise else {
      let mark = unit.used
      defer { unit.release(to: mark) }
      _ = unit.emit(.returnValue, loadNull(at: value.span), at: value.span)
      return
    }
    compileReturning(otherwise)
  }

  /// Compiles what runs in registers of its own.
  mutating func compileApart(
    named name: String, scope: Int, isRow: Bool = false, at span: SourceSpan, _ body: (inout Compiler) -> Void
  ) -> CodeUnit {
    let outer = (isMain, scopeID, self.isRow)
    // Swapped, not copied: each of its lists would be held twice and counted.
    var builder = UnitBuilder(name: name, localCount: resolution.scopes[scope].localCount)
    swap(&unit, &builder)
    (isMain, scopeID, self.isRow) = (false, scope, isRow)
    body(&self)
    checkSize(at: span)
    swap(&unit, &builder)
    (isMain, scopeID, self.isRow) = outer
    return CodeUnit(builder)
  }

  // MARK: Tests

  mutating func compile(_ test: TestBlock) {
    switch test.body {
    case .statements(let code):
      let code = compileApart(named: test.title, scope: code.scope, at: test.titleSpan) { compiler in
        compiler.compile(code.block, into: nil)
        let result = compiler.loadNull(at: test.titleSpan)
        compiler.unit.emit(.returnValue, result, at: test.titleSpan)
      }
      tests.append(CompiledTest(title: test.title, span: test.titleSpan, unit: code, lines: nil))
    case .policy(let policy, let code, let lines):
      let code = compileApart(named: test.title, scope: code.scope, at: test.titleSpan) { compiler in
        func list(_ elements: [Expression], _ span: SourceSpan) -> Expression {
          Expression(kind: .list(elements), span: span, height: (elements.map(\.height).max() ?? 0) + 1)
        }
        func atom(_ kind: Expression.Kind, _ span: SourceSpan) -> Expression {
          Expression(kind: kind, span: span, height: 1)
        }
        let table = lines.map { line in
          switch line.expected {
          case .lifetime(let value): list([line.file, atom(.text("max_age"), line.span), value], line.span)
          case .deny(let reason):
            list(
              [line.file, atom(.text("deny"), line.span), reason ?? atom(.null, line.span)], line.span)
          }
        }
        let result = compiler.unit.allocate()
        let span = test.titleSpan
        compiler.compile(list([atom(.name(policy), policy.span), list(table, span)], span), into: result)
        compiler.unit.emit(.returnValue, result, at: span)
      }
      tests.append(CompiledTest(title: test.title, span: test.titleSpan, unit: code, lines: lines))
    }
  }
}
