// Pipelines, commands and definitions to code: where the machine will stop, and where it finds the arguments then.

import TCBSyntax

extension Compiler {
  mutating func compile(_ pipeline: Pipeline) -> Int {
    if let expression = pipeline.onlyExpression {
      // A copy, because what follows may collect it in place.
      let target = unit.allocate()
      compile(expression, into: target)
      return target
    }
    let target = unit.allocate()
    compile(pipeline, into: target)
    return target
  }

  mutating func compile(_ pipeline: Pipeline, into target: Int) {
    compile(pipeline.first, into: target)
    for stage in pipeline.rest { compile(stage, into: target) }
  }

  private mutating func compile(_ stage: Pipeline.Stage, into target: Int) {
    let mark = unit.used
    switch stage {
    case .expression(let expression): compile(expression, into: target)
    case .command(let call): compile(call, into: target)
    }
    unit.release(to: mark)
  }

  /// What was piped in is in `target`, which the command's own result replaces.
  private mutating func compile(_ call: CommandCall, into target: Int) {
    var arguments: [SiteArgument] = []
    for argument in call.arguments {
      switch argument {
      case .absent: arguments.append(.absent)
      case .piped: arguments.append(.registers([target]))
      case .expressions(let expressions):
        arguments.append(.registers(expressions.map { compileArgument($0) }))
      case .perRow(let row): arguments.append(.row(compile(row)))
      case .names(let names): arguments.append(.names(names.map(\.text)))
      case .word(let word, _): arguments.append(.word(word))
      case .flag: arguments.append(.flag)
      }
    }
    unit.commands.append(CommandSite(call: call, arguments: arguments))
    unit.emit(.command, target, d: unit.commands.count - 1, at: call.nameSpan)
  }

  private mutating func compileArgument(_ expression: Expression) -> Int {
    let register = unit.allocate()
    compile(expression, into: register)
    return register
  }

  mutating func compile(_ row: RowExpression) -> RowUnit {
    let span = row.expression.span
    let code = compileApart(named: "it", scope: row.scope, isRow: true, at: span) { compiler in
      let result = compiler.unit.allocate()
      compiler.compile(row.expression, into: result)
      compiler.unit.emit(.returnValue, result, at: span)
      compiler.unit.terms = compiler.terms(of: row.expression)
    }
    let captures = resolution.scopes[row.scope].captures
    return RowUnit(unit: code, captures: captures, span: span, text: source.text(span.range))
  }

  // MARK: Definitions

  mutating func compile(_ definition: Definition) {
    guard case .global(let slot) = binding(definition.name) else { return }
    var registers: [Int] = []
    var rows: [RowUnit] = []
    for clause in definition.head { compile(clause, &registers) }
    switch definition.body {
    case .none: break
    case .clauses(let clauses): for clause in clauses { compile(clause, &registers) }
    case .pipeline(let pipeline):
      let value = compile(pipeline)
      if pipeline.endsInCommand { unit.emit(.collect, value, at: pipeline.span) }
      registers.append(value)
    case .policy(let lines):
      for line in lines { compile(line, &registers, &rows) }
    }
    unit.definitions.append(
      DefinitionSite(definition: definition, slot: slot, registers: registers, rows: rows))
    unit.emit(.definition, d: unit.definitions.count - 1, at: definition.name.span)
  }

  private mutating func compile(_ clause: Clause, _ registers: inout [Int]) {
    for value in clause.values {
      switch value {
      case .expression(let expression): registers.append(compileArgument(expression))
      case .name: break
      case .block(let clauses): for inner in clauses { compile(inner, &registers) }
      }
    }
  }

  private mutating func compile(_ line: PolicyLine, _ registers: inout [Int], _ rows: inout [RowUnit]) {
    switch line.kind {
    case .defaultLifetime(let value): registers.append(compileArgument(value))
    case .defaultDeny(let reason): if let reason { registers.append(compileArgument(reason)) }
    case .limit(let lower, let upper):
      registers.append(compileArgument(lower))
      registers.append(compileArgument(upper))
    case .rule(let rule):
      switch rule.effect {
      case .lifetime(let value): registers.append(compileArgument(value))
      case .deny(let reason): if let reason { registers.append(compileArgument(reason)) }
      }
      if let condition = rule.condition { rows.append(compile(condition)) }
      if let priority = rule.priority { registers.append(compileArgument(priority)) }
    }
  }
}
