// Expressions to code. Each gives the register its value is in: a local's own, or a temporary.

import TCBSyntax
import TCBText

extension Compiler {
  /// Compiles into a register of the expression's own choosing.
  mutating func compile(_ expression: Expression) -> Int {
    if case .name(let use) = expression.kind, case .local(let register) = binding(use), !isBoxed(register) {
      return register
    }
    let target = unit.allocate()
    compile(expression, into: target)
    return target
  }

  mutating func compile(_ expression: Expression, into target: Int) {
    if watch.isCancelled() { return }
    let mark = unit.used
    defer { unit.release(to: mark) }
    let span = expression.span
    switch expression.kind {
    case .null: load(.null, into: target, at: span)
    case .bool(let value): load(.bool(value), into: target, at: span)
    case .integer(let value):
      if let small = Int32(exactly: value) {
        unit.emit(.loadInteger, target, d: Int(small), at: span)
      } else {
        load(.int(value), into: target, at: span)
      }
    case .float(let value): load(.float(value), into: target, at: span)
    case .duration(let value): load(.duration(value), into: target, at: span)
    case .text(let value): load(.string(value), into: target, at: span)
    case .interpolation(let segments): compileInterpolation(segments, into: target, at: span)
    case .list(let elements): compileList(elements, into: target, at: span)
    case .record(let entries): compileRecord(entries, into: target, at: span)
    case .environment(let name): unit.emit(.loadEnvironment, target, d: unit.names.index(of: name), at: span)
    case .name(let use): compileName(use, into: target, at: span)
    case .negate(let operand): unit.emit(.negate, target, compile(operand), at: span)
    case .not(let operand): unit.emit(.not, target, compile(operand), at: span)
    case .binary(let operation, let left, let right):
      compileBinary(operation, left, right, into: target, at: span)
    case .and(let left, let right): compileShortCircuit(.jumpIfFalse, left, right, into: target)
    case .or(let left, let right): compileShortCircuit(.jumpIfTrue, left, right, into: target)
    case .coalesce(let left, let right):
      compile(left, into: target)
      let end = unit.emit(.jumpIfNotNull, target, at: left.span)
      compile(right, into: target)
      unit.land(end)
    case .field(let base, let name, let nameSpan, let optional):
      compileField(base, name, at: nameSpan, optional: optional, into: target)
    case .index(let base, let index, let optional):
      let list = compile(base)
      unit.emit(.index, target, list, compile(index), d: optional ? 1 : 0, at: span)
    case .call(let callee, let arguments): compileCall(callee, arguments, into: target, at: span)
    case .dotCall(let receiver, let use, let arguments):
      if isMember(receiver) { return compileCall(receiver, arguments, into: target, at: span) }
      let callee = Expression(kind: .name(use), span: use.span, height: 1)
      compileCall(callee, [receiver] + arguments, into: target, at: span)
    case .pipeline(let pipeline):
      compile(pipeline, into: target)
      if pipeline.endsInCommand { unit.emit(.collect, target, at: span) }
    case .ifElse(let value): compile(value, into: target)
    case .tryCatch(let value): compile(value, into: target)
    case .function(let function): compile(function, into: target, at: span)
    case .range, .invalid: load(.null, into: target, at: span)
    }
  }

  private mutating func load(_ value: Value, into target: Int, at span: SourceSpan) {
    unit.emit(.loadConstant, target, d: unit.constant(value), at: span)
  }

  private mutating func compileName(_ use: NameUse, into target: Int, at span: SourceSpan) {
    switch binding(use) {
    case .local(let register):
      if isBoxed(register) {
        unit.emit(.loadCell, target, register, at: span)
      } else if register != target {
        unit.emit(.move, target, register, at: span)
      }
    case .global(let slot), .member(let slot):
      unit.emit(.loadGlobal, target, unit.names.index(of: use.text), d: slot, at: span)
    case .row: unit.emit(.loadRow, target, at: span)
    case .rowEnvironment: unit.emit(.loadRowEnvironment, target, at: span)
    case .builtin(let name):
      let value = natives[name].map { Value.function(FunctionValue($0)) } ?? .null
      load(value, into: target, at: span)
    case .unresolved: load(.null, into: target, at: span)
    }
  }

  /// Whether an expression names an imported file, of which the dot behind it picks a name.
  private func isMember(_ receiver: Expression) -> Bool {
    guard case .name(let use) = receiver.kind, case .member = binding(use) else { return false }
    return true
  }

  private mutating func compileField(
    _ base: Expression, _ name: String, at nameSpan: SourceSpan, optional: Bool, into target: Int
  ) {
    if isMember(base) { return compile(base, into: target) }
    if case .name(let use) = base.kind, case .row = binding(use) {
      let field = isRow ? unit.rowFields.index(of: name) : unit.names.index(of: name)
      unit.emit(isRow ? .loadRowField : .loadRowNamed, target, 0, optional ? 1 : 0, d: field, at: nameSpan)
    } else {
      let record = compile(base)
      unit.emit(.field, target, record, optional ? 1 : 0, d: unit.names.index(of: name), at: nameSpan)
    }
  }

  private mutating func compileBinary(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, into target: Int,
    at span: SourceSpan
  ) {
    if isRow, operation == .equal || operation == .notEqual,
      case .field(let base, let name, _, false) = left.kind,
      case .name(let use) = base.kind, case .row = binding(use), case .text(let text) = right.kind
    {
      let constant = unit.constant(.string(text))
      if constant <= Int(UInt16.max) {
        unit.emit(
          .rowTextEquals, target, constant, operation == .equal ? 0 : 1, d: unit.rowFields.index(of: name),
          at: span)
        return
      }
    }
    let a = compile(left)
    if case .integer(let value) = right.kind, let small = Int32(exactly: value), small != .min {
      switch operation {
      case .add:
        _ = unit.emit(.addInteger, target, a, d: Int(small), at: span)
        return
      // What fails is told as the subtraction it was written as: `c` marks it.
      case .subtract:
        _ = unit.emit(.addInteger, target, a, 1, d: Int(-small), at: span)
        return
      default: break
      }
    }
    unit.emit(operation.opcode, target, a, compile(right), at: span)
  }

  private mutating func compileShortCircuit(
    _ jump: Opcode, _ left: Expression, _ right: Expression, into target: Int
  ) {
    compile(left, into: target)
    let end = unit.emit(jump, target, at: left.span)
    compile(right, into: target)
    unit.emit(.checkBool, target, at: right.span)
    unit.land(end)
  }

  private mutating func compileInterpolation(_ segments: [TextSegment], into target: Int, at span: SourceSpan)
  {
    let first = unit.allocate(segments.count)
    for (offset, segment) in segments.enumerated() {
      switch segment {
      case .text(let text): load(.string(text), into: first + offset, at: span)
      case .value(let value): compile(value, into: first + offset)
      }
    }
    unit.emit(.interpolate, target, first, d: segments.count, at: span)
  }

  /// A long list is made of parts, and these of parts in turn, so that its length asks for few registers and each
  /// element is copied a few times only.
  private mutating func compileList(_ elements: [Expression], into target: Int, at span: SourceSpan) {
    compileList(elements[...], into: target, at: span)
  }

  private mutating func compileList(_ elements: ArraySlice<Expression>, into target: Int, at span: SourceSpan)
  {
    let mark = unit.used
    defer { unit.release(to: mark) }
    let partCount = 64
    guard elements.count > partCount else {
      let first = unit.allocate(elements.count)
      for (offset, element) in elements.enumerated() { compile(element, into: first + offset) }
      unit.emit(.makeList, target, first, d: elements.count, at: span)
      return
    }
    let partLength = (elements.count + partCount - 1) / partCount
    let first = unit.allocate(partCount)
    var rest = elements
    var made = 0
    while !rest.isEmpty {
      compileList(rest.prefix(partLength), into: first + made, at: span)
      rest = rest.dropFirst(partLength)
      made += 1
    }
    unit.emit(.joinLists, target, first, d: made, at: span)
  }

  private mutating func compileRecord(_ entries: [RecordEntry], into target: Int, at span: SourceSpan) {
    let first = unit.allocate(entries.count)
    for (offset, entry) in entries.enumerated() { compile(entry.value, into: first + offset) }
    unit.keyLists.append(entries.map(\.key))
    unit.emit(.makeRecord, target, first, d: unit.keyLists.count - 1, at: span)
  }

  private mutating func compileCall(
    _ callee: Expression, _ arguments: [Expression], into target: Int, at span: SourceSpan
  ) {
    if case .name(let use) = callee.kind, case .builtin(let name) = binding(use), let native = natives[name] {
      unit.builtins.append(native)
      let function = unit.builtins.count - 1
      if arguments.count == 1, let local = plainLocal(arguments[0]) {
        // Taken where it is.
        unit.emit(.callBuiltin, target, local, 1 | Instruction.keepsArguments, d: function, at: span)
        return
      }
      let first = unit.allocate(arguments.count)
      for (offset, argument) in arguments.enumerated() { compile(argument, into: first + offset) }
      unit.emit(.callBuiltin, target, first, arguments.count, d: function, at: span)
      return
    }
    let function = unit.allocate(arguments.count + 1)
    if case .name(let use) = callee.kind, case .global(let slot) = binding(use),
      let entry = resolution.scope.entries[use.text], entry.slot == slot, entry.keyword == "fn"
    {
      for (offset, argument) in arguments.enumerated() { compile(argument, into: function + 1 + offset) }
      unit.emit(.callGlobal, target, function, arguments.count, d: slot, at: span)
      return
    }
    compile(callee, into: function)
    for (offset, argument) in arguments.enumerated() { compile(argument, into: function + 1 + offset) }
    unit.emit(.call, target, function, arguments.count, at: span)
  }

  /// The register of a local that nothing shares, where the expression is one.
  private func plainLocal(_ expression: Expression) -> Int? {
    guard case .name(let use) = expression.kind, case .local(let register) = binding(use), !isBoxed(register)
    else {
      return nil
    }
    return register
  }

  // MARK: Conditions

  /// Code that jumps when `condition` is false; gives the jumps that wait for their target.
  mutating func compileJumpUnless(_ condition: Expression) -> [Int] {
    switch condition.kind {
    case .binary(let operation, let left, let right)
    where operation.unlessOpcode != nil && !isRowText(left, right):
      let a = compile(left)
      if case .integer(let value) = right.kind, let small = Int16(exactly: value),
        let jump = operation.unlessIntegerOpcode
      {
        return [unit.emit(jump, a, 0, Int(UInt16(bitPattern: small)), at: condition.span)]
      }
      return [unit.emit(operation.unlessOpcode ?? .unlessEqual, a, compile(right), at: condition.span)]
    case .and(let left, let right):
      let mark = unit.used
      let first = compileJumpUnless(left)
      unit.release(to: mark)
      return first + compileJumpUnless(right)
    default:
      let value = compile(condition)
      return [unit.emit(.jumpIfFalse, value, at: condition.span)]
    }
  }

  private func isRowText(_ left: Expression, _ right: Expression) -> Bool {
    guard isRow, case .field = left.kind, case .text = right.kind else { return false }
    return true
  }
}

extension Expression {
  /// Whether its code writes its register in its last instruction only, so that the register may be that of a local
  /// which the expression reads.
  var writesLast: Bool {
    switch kind {
    case .and, .or, .coalesce, .pipeline, .ifElse, .tryCatch, .invalid, .range: false
    default: true
    }
  }
}
