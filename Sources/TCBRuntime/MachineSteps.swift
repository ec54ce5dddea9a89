// What the machine does less often: parts and makings of values, calls, iteration, and stopping for what must wait.

import TCBSyntax
import TCBText

extension Machine {
  func checkLimits() throws(RuntimeProblem) {
    ticks = Machine.tickLength
    if world.isCancelled { throw .cancelled }
    stepsLeft -= Machine.tickLength
    if stepsLeft <= 0 { throw .tooManySteps }
  }

  /// The instructions that are not in the loop itself.
  func executeRare(_ i: Instruction, _ unit: CodeUnit, _ r: UnsafeMutablePointer<Value>)
    throws(RuntimeProblem)
  {
    let a = Int(i.a)
    let b = Int(i.b)
    let c = Int(i.c)
    switch i.op {
    case .loadEnvironment: r[a] = try world.environmentVariable(unit.names[Int(i.d)])
    case .loadRow: r[a] = row?.record() ?? .null
    case .loadRowEnvironment: r[a] = row?.environment() ?? .null
    case .loadRowField:
      guard let value = row?.value(ofField: Int(i.d)) else {
        guard c == 0 else {
          r[a] = .null
          return
        }
        let name = unit.rowFields[Int(i.d)]
        throw .missingField(name, nearest: NearestName.of(name, among: row?.fieldNames ?? []))
      }
      r[a] = value
    case .field:
      let name = unit.names[Int(i.d)]
      if let value = try r[b].field(name) {
        r[a] = value
        return
      }
      guard c == 0 else {
        r[a] = .null
        return
      }
      if case .null = r[b] { throw .noFields("null", field: name) }
      throw .missingField(name, nearest: NearestName.of(name, among: r[b].fieldNames))
    case .index:
      if let value = try r[b].element(at: r[c]) {
        r[a] = value
        return
      }
      guard i.d == 0 else {
        r[a] = .null
        return
      }
      throw missingElement(of: r[b], at: r[c])
    case .setField: r[a] = try r[b].settingField(unit.names[Int(i.d)], to: r[c])
    case .setIndex: r[a] = try r[b].settingElement(at: r[c], to: r[Int(i.d)])
    case .makeList: r[a] = .list(try ListValue((b..<b + Int(i.d)).map { r[$0] }))
    case .joinLists:
      var elements: [Value] = []
      for part in b..<b + Int(i.d) {
        if case .list(let list) = r[part] { elements += list.elements }
        r[part] = .null
      }
      r[a] = .list(try ListValue(elements))
    case .makeRecord:
      let keys = unit.keyLists[Int(i.d)]
      r[a] = .record(try RecordValue(keys: keys, values: keys.indices.map { r[b + $0] }))
    case .interpolate: r[a] = try Machine.interpolated((b..<b + Int(i.d)).map { r[$0] })
    default: break
    }
  }

  private static func interpolated(_ parts: [Value]) throws(RuntimeProblem) -> Value {
    var text = ""
    var isSecret = false
    for part in parts {
      if case .text(let inner) = part { text += inner.string } else { text += part.displayText }
      isSecret = isSecret || part.holdsSecret
      if text.utf8.count > Value.greatestText { throw .tooLarge("\\(…)") }
    }
    return .text(TextValue(text, isSecret: isSecret))
  }

  private func missingElement(of container: Value, at index: Value) -> RuntimeProblem {
    switch (container, index) {
    case (.list(let list), .int(let wanted)): .indexOutOfRange(wanted, count: list.elements.count)
    case (_, .text(let key)):
      .missingField(key.string, nearest: NearestName.of(key.string, among: container.fieldNames))
    default: .badIndex(index.typeName, of: container.typeName)
    }
  }

  func matchesGlob(_ path: Value, _ pattern: Value) throws(RuntimeProblem) -> Bool {
    guard case .text(let path) = path, case .text(let pattern) = pattern else {
      throw .noOperator("matches", left: path.typeName, right: pattern.typeName)
    }
    return try world.path(path.string, matches: pattern.string)
  }

  // MARK: Calls

  /// Makes a frame for the function in register `function`, whose arguments stand behind it.
  func pushCall(result: Int, function: Int, argumentCount: Int) throws(RuntimeProblem) {
    guard case .function(let value) = registers[function] else {
      throw .notCallable(registers[function].typeName)
    }
    guard value.parameterCount == argumentCount else {
      let wanted = value.parameterCount == 1 ? "1 argument" : "\(value.parameterCount) arguments"
      throw .argumentCount(value.name, wanted: wanted, given: argumentCount)
    }
    guard frames.count < limits.depth else { throw .tooDeep(limits.depth) }
    // The arguments are where the callee's parameters are: its window begins at the first of them.
    let base = function + 1
    reserve(base + value.unit.registerCount)
    frames.append(Frame(unit: value.unit, pc: 0, base: base, result: result, iterators: iterators.count))
  }

  func callBuiltin(_ native: NativeFunction, _ arguments: ArraySlice<Value>) throws(RuntimeProblem) -> Value {
    let signature = native.signature
    guard arguments.count >= signature.requiredCount, arguments.count <= signature.parameters.count else {
      throw .argumentCount(signature.name, wanted: "\(signature.usage)", given: arguments.count)
    }
    return try native.body(arguments)
  }

  // MARK: Iteration

  enum Advance {
    case element
    case end
    case refill(any RowCursor)
  }

  func advanceIterator(_ i: Instruction, base: Int) throws(RuntimeProblem) -> Advance {
    guard let iterator = iterators.last else { return .end }
    let first = base + Int(i.a)
    let wantsTwo = i.c == 1
    switch iterator {
    case .list(let list, let next):
      if wantsTwo { throw .notIterable("list with two names") }
      guard next < list.elements.count else { return .end }
      registers[first] = list.elements[next]
      iterators[iterators.count - 1] = .list(list, next: next + 1)
    case .record(let record, let next):
      guard next < record.keys.count else { return .end }
      registers[first] = .string(record.keys[next])
      if wantsTwo { registers[base + Int(i.b)] = record.values[next] }
      iterators[iterators.count - 1] = .record(record, next: next + 1)
    case .rows(let cursor):
      if wantsTwo { throw .notIterable("table with two names") }
      guard let row = cursor.takeRow() else { return cursor.isAtEnd ? .end : .refill(cursor) }
      registers[first] = row
    }
    return .element
  }

  // MARK: Stopping

  /// The stop that an instruction asks for, or nil where it turns out that nothing has to wait.
  func suspend(_ i: Instruction, _ unit: CodeUnit, base: Int) throws(RuntimeProblem) -> Step? {
    let register = base + Int(i.a)
    let span = unit.spans[frames[frames.count - 1].pc - 1]
    switch i.op {
    case .command:
      guard maySuspend else { throw .commandPerRow }
      awaited = register
      return .command(request(unit.commands[Int(i.d)], base: base, at: span))
    case .definition:
      guard maySuspend else { throw .commandPerRow }
      let site = unit.definitions[Int(i.d)]
      let rows = site.rows.map { function($0, base: base) }
      return .definition(
        DefinitionRequest(site: site, values: site.registers.map { registers[base + $0] }, rows: rows))
    case .collect:
      guard case .foreign(let box) = registers[register], box.value.isStream else { return nil }
      guard maySuspend else { throw .commandPerRow }
      awaited = register
      return .collect(box.value, at: span)
    case .finish:
      guard maySuspend else { return nil }
      let value = registers[register]
      if i.b == 0, i.c == 0 {
        guard case .foreign(let box) = value, box.value.isStream else { return nil }
      }
      return .statement(value, isShown: i.b == 1, at: span)
    default:
      return try openIterator(over: registers[register], at: span)
    }
  }

  private func openIterator(over value: Value, at span: SourceSpan) throws(RuntimeProblem) -> Step? {
    switch value {
    case .list(let list): iterators.append(.list(list, next: 0))
    case .record(let record): iterators.append(.record(record, next: 0))
    case .foreign(let box):
      guard maySuspend else { throw .commandPerRow }
      return .openCursor(box.value, at: span)
    default: throw .notIterable(value.typeName)
    }
    return nil
  }

  private func request(_ site: CommandSite, base: Int, at span: SourceSpan) -> CommandRequest {
    let arguments = site.arguments.map { argument -> CommandRequest.RequestArgument in
      switch argument {
      case .absent: .absent
      case .registers(let list): .values(list.map { registers[base + $0] })
      case .row(let row): .row(function(row, base: base))
      case .names(let names): .names(names)
      case .word(let word): .word(word)
      case .flag: .flag
      }
    }
    return CommandRequest(site: site, arguments: arguments, span: span)
  }

  private func function(_ row: RowUnit, base: Int) -> RowFunction {
    let captured = row.captures.map { (register: $0.inner, value: registers[base + $0.outer]) }
    return RowFunction(unit: row.unit, captured: captured, span: row.span, text: row.text)
  }
}

extension Value {
  /// This record with one field changed or added.
  func settingField(_ name: String, to value: Value) throws(RuntimeProblem) -> Value {
    guard case .record(let record) = self else { throw .noFields(typeName, field: name) }
    var keys = record.keys
    var values = record.values
    if let position = record.position(of: name) {
      values[position] = value
    } else {
      keys.append(name)
      values.append(value)
    }
    return .record(try RecordValue(keys: keys, values: values))
  }

  /// This list or record with one element changed; a list is never lengthened by it.
  func settingElement(at index: Value, to value: Value) throws(RuntimeProblem) -> Value {
    switch (self, index) {
    case (.record, .text(let key)): return try settingField(key.string, to: value)
    case (.list(let list), .int(let wanted)):
      let position = wanted < 0 ? wanted + Int64(list.elements.count) : wanted
      guard position >= 0, position < list.elements.count else {
        throw .indexOutOfRange(wanted, count: list.elements.count)
      }
      var elements = list.elements
      elements[Int(position)] = value
      return .list(try ListValue(elements))
    default: throw .badIndex(index.typeName, of: typeName)
    }
  }
}
