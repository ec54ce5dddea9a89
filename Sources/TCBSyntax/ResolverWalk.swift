// The resolver's way through the tree. Its recursion is bounded by the parser's limits on depth and height.

import TCBText

extension Resolver {
  mutating func resolve(_ statement: Statement, atTopLevel: Bool) {
    switch statement.kind {
    case .binding(let name, let isVariable, let pipeline):
      resolve(pipeline)
      if !atTopLevel { declareLocal(name, isVariable: isVariable) }
    case .assignment(let target, let pipeline):
      resolve(pipeline)
      resolveTarget(target)
    case .pipeline(let pipeline): resolve(pipeline)
    case .ifElse(let value): resolve(value)
    case .forLoop(let loop):
      resolve(loop.sequence)
      inScope { resolver in
        for name in loop.names { resolver.declareLocal(name, isVariable: true) }
        for statement in loop.body.statements { resolver.resolve(statement, atTopLevel: false) }
      }
    case .whileLoop(let condition, let body):
      resolve(condition)
      resolve(body)
    case .breakLoop, .continueLoop: break
    case .returnValue(let pipeline):
      if let pipeline { resolve(pipeline) }
    case .tryCatch(let value): resolve(value)
    case .function(let function): resolve(function)
    case .importFile: break
    case .test(let test): resolve(test)
    case .definition(let definition): resolve(definition)
    }
  }

  mutating func resolve(_ block: Block) {
    inScope { resolver in
      for statement in block.statements { resolver.resolve(statement, atTopLevel: false) }
    }
  }

  mutating func resolve(_ value: IfElse) {
    for branch in value.branches {
      resolve(branch.condition)
      resolve(branch.block)
    }
    if let otherwise = value.otherwise { resolve(otherwise) }
  }

  mutating func resolve(_ value: TryCatch) {
    resolve(value.body)
    inScope { resolver in
      resolver.declareLocal(value.name, isVariable: true)
      for statement in value.handler.statements { resolver.resolve(statement, atTopLevel: false) }
    }
  }

  /// The target of an assignment: its name must be a `var`, or a parameter.
  private mutating func resolveTarget(_ target: Expression) {
    switch target.kind {
    case .name(let use):
      if let local = local(use.word, in: contexts.count - 1) {
        origins[local.origin].isAssigned = true
        if !local.isVariable { report(.assignedConstant(use.text), at: use.span, other: local.span) }
      } else if let entry = output.scope.entries[use.text], !entry.isVariable || entry.isImported {
        report(.assignedConstant(use.text), at: use.span, other: entry.span)
      }
      resolve(use, isTarget: true)
      switch output.bindings[use.id] {
      case .builtin, .row, .rowEnvironment: report(.assignedConstant(use.text), at: use.span)
      default: break
      }
    case .field(let base, _, _, _): resolveTarget(base)
    case .index(let base, let index, _):
      resolveTarget(base)
      resolve(index)
    default: resolve(target)
    }
  }

  mutating func resolve(_ pipeline: Pipeline) {
    resolve(pipeline.first)
    for stage in pipeline.rest { resolve(stage) }
  }

  private mutating func resolve(_ stage: Pipeline.Stage) {
    switch stage {
    case .expression(let expression): resolve(expression)
    case .command(let call): resolve(call)
    }
  }

  private mutating func resolve(_ call: CommandCall) {
    noteCommand(call.signature.name, at: call.nameSpan)
    for argument in call.arguments {
      switch argument {
      case .expressions(let expressions): for expression in expressions { resolve(expression) }
      case .perRow(let row): resolve(row)
      case .absent, .piped, .names, .word, .flag: break
      }
    }
  }

  mutating func resolve(_ expression: Expression) {
    if watch.isCancelled() { return }
    switch expression.kind {
    case .null, .bool, .integer, .float, .duration, .text, .environment, .invalid: break
    case .interpolation(let segments):
      for case .value(let value) in segments { resolve(value) }
    case .list(let elements): for element in elements { resolve(element) }
    case .record(let entries): for entry in entries { resolve(entry.value) }
    case .name(let use): resolve(use)
    case .negate(let operand), .not(let operand): resolve(operand)
    case .field(let base, let name, let nameSpan, _):
      if !resolveMember(base, name, at: nameSpan, isCalled: false) { resolve(base) }
    case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right),
      .coalesce(let left, let right), .range(let left, let right), .index(let left, let right, _):
      resolve(left)
      resolve(right)
    case .call(let callee, let arguments):
      if case .name(let use) = callee.kind { noteCall(use) }
      resolve(callee)
      for argument in arguments { resolve(argument) }
    case .dotCall(let receiver, let use, let arguments):
      if !resolveMember(receiver, use.text, at: use.span, isCalled: true) {
        resolve(receiver)
        noteCall(use)
        resolve(use)
      }
      for argument in arguments { resolve(argument) }
    case .pipeline(let pipeline): resolve(pipeline)
    case .ifElse(let value): resolve(value)
    case .tryCatch(let value): resolve(value)
    case .function(let function): resolve(function, as: .closure)
    }
  }

  // MARK: Definitions

  private mutating func resolve(_ definition: Definition) {
    resolve(definition.head)
    switch definition.body {
    case .none: break
    case .clauses(let clauses): resolve(clauses)
    case .pipeline(let pipeline): resolve(pipeline)
    case .policy(let lines): for line in lines { resolve(line) }
    }
  }

  private mutating func resolve(_ clauses: [Clause]) {
    for clause in clauses {
      for value in clause.values {
        switch value {
        case .expression(let expression): resolve(expression)
        case .name: break
        case .block(let inner): resolve(inner)
        }
      }
    }
  }

  private mutating func resolve(_ line: PolicyLine) {
    switch line.kind {
    case .defaultLifetime(let value): resolve(value)
    case .defaultDeny(let reason): if let reason { resolve(reason) }
    case .limit(let lower, let upper):
      resolve(lower)
      resolve(upper)
    case .rule(let rule):
      switch rule.effect {
      case .lifetime(let value): resolve(value)
      case .deny(let reason): if let reason { resolve(reason) }
      }
      if let condition = rule.condition { resolve(condition, isCondition: true) }
      if let priority = rule.priority { resolve(priority) }
    }
  }
}
