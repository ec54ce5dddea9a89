// What the machine does less often: parts and makings of values, calls, iteration, and stopping for what must wait.

import TCBSyntax
import TCBText

extension Machine {
  func checkLimits() throws(RuntimeProblem) {
    state.pointee.ticks = Machine.tickLength
    if world.isCancelled { throw .cancelled }
    stepsLeft -= Machine.tickLength
    if stepsLeft <= 0 { throw .tooManySteps }
    if stepsOfRow < Int.max {
      stepsLeftOfRow -= Machine.tickLength
      if stepsLeftOfRow <= 0 { throw .tooManyStepsForRow(stepsOfRow) }
    }
    if let time = limits.time, world.now() - startedAt > time { throw .outOfTime }
    if let memory = limits.memory, weight() > memory / 16 { throw .outOfMemory(memory) }
  }

  /// What can be reached from the registers in use and from the top-level names, in values of sixteen bytes.
  private func weight() -> Int {
    let frame = state.pointee.frames[max(0, frameCount - 1)]
    let used =
      frameCount == 0 ? 0 : frame.base + frame.header.pointee.unit.takeUnretainedValue().registerCount
    var total = 0
    for index in 0..<min(used, state.pointee.registerCapacity) { total += self[index].weight }
    return globals.values.reduce(total) { $0 + $1.weight }
  }

  // MARK: Errors

  /// Goes to the `try` around the place that met the fault; throws it where there is none, or where nothing catches it.
  func recover(from fault: RuntimeFault) throws(RuntimeFault) {
    guard fault.problem.isCatchable, let handler = handlers.last else {
      reset()
      throw fault
    }
    handlers.removeLast()
    state.pointee.frameCount = handler.depth
    closeAbove()
    state.pointee.iterators.cut(to: handler.iterators)
    let frame = state.pointee.frames + (frameCount - 1)
    frame.pointee.pc = frame.pointee.header.pointee.code + handler.target
    self[handler.register] = error(fault)
  }

  /// What a script sees of an error.
  private func error(_ fault: RuntimeFault) -> Value {
    let problem = fault.problem
    let place = fault.span.flatMap { world.line(of: $0) }
    var fields: [(String, Value)] = [
      ("code", .string(problem.code)), ("message", .string(problem.message.english)),
      ("file", place.map { .string($0.source) } ?? .null),
      ("line", place.map { .int(Int64($0.line)) } ?? .null),
      ("note", problem.help.map { Value.string($0.english) } ?? .null),
    ]
    if case .raised(let raised) = problem, let record = raised.record {
      for (key, value) in zip(record.keys, record.values) where !fields.contains(where: { $0.0 == key }) {
        fields.append((key, value))
      }
    }
    return .record(fields)
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
    case .loadRowNamed:
      let name = unit.names[Int(i.d)]
      if let value = row?.value(named: name) {
        r[a] = value
      } else if c == 1 {
        r[a] = .null
      } else {
        throw .missingField(name, nearest: NearestName.of(name, among: row?.fieldNames ?? []))
      }
    case .rowTextEquals:
      // Only where the row has no such field: the loop does the rest.
      let name = unit.rowFields[Int(i.d)]
      throw .missingField(name, nearest: NearestName.of(name, among: row?.fieldNames ?? []))
    case .isIn: r[a] = .bool(try Value.contains(r[b], in: r[c]))
    case .matchesGlob: r[a] = .bool(try matchesGlob(r[b], r[c]))
    case .matchesRegex: r[a] = .bool(try matchesRegex(r[b], r[c]))
    case .makeFunction:
      let site = unit.closures[Int(i.d)]
      r[a] = .function(
        FunctionValue(
          name: site.unit.name, unit: site.unit, parameterCount: site.parameterCount,
          requiredCount: site.requiredCount, captured: site.captures.map { ($0.inner, r[$0.outer]) }))
    case .makeCell: r[a] = .shared(SharedLocal(r[a]))
    case .loadCell: if case .shared(let cell) = r[b] { r[a] = cell.value }
    case .storeCell: if case .shared(let cell) = r[a] { cell.value = r[b] }
    case .pushHandler:
      let register = state.pointee.frames[frameCount - 1].base + a
      handlers.append(
        Handler(
          depth: frameCount, target: Int(i.d), register: register, iterators: state.pointee.iterators.count))
      noteOpen()
    case .popHandler: handlers.removeLast()
    case .closeIterator: state.pointee.iterators.cut(to: state.pointee.iterators.count - 1)
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
    case .setLocalField: try Value.set(r[b], atField: unit.constant(Int(i.d)), in: &r[a])
    case .setLocalIndex: try Value.set(r[b], at: r[c], in: &r[a])
    case .setGlobalField: try Value.set(r[b], atField: unit.constant(a), in: &global(i, unit).pointee)
    case .setGlobalIndex: try Value.set(r[b], at: r[c], in: &global(i, unit).pointee)
    case .appendGlobal: try Value.append(r[b], to: &global(i, unit).pointee)
    case .addGlobal: try Value.add(r[b], to: &global(i, unit).pointee)
    case .setField: r[a] = try r[b].settingField(TextValue(unit.names[Int(i.d)]), to: r[c])
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
    case .interpolate: r[a] = try Machine.interpolated(UnsafeBufferPointer(start: r + b, count: Int(i.d)))
    default: break
    }
  }

  private func missingElement(of container: Value, at index: Value) -> RuntimeProblem {
    switch (container, index) {
    case (.list(let list), .int(let wanted)): .indexOutOfRange(wanted, count: list.elements.count)
    case (_, .text(let key)):
      .missingField(key.string, nearest: NearestName.of(key.string, among: container.fieldNames))
    default: .badIndex(index.typeName, of: container.typeName)
    }
  }

  /// The top-level name that an instruction changes. Throws `E0410` before its definition has run.
  private func global(_ i: Instruction, _ unit: CodeUnit) throws(RuntimeProblem) -> UnsafeMutablePointer<
    Value
  > {
    let place = globals.base + Int(i.d)
    if case .absent = place.pointee { throw .noValueYet(globals.names[Int(i.d)]) }
    return place
  }

  // MARK: Stopping

  /// The stop that an instruction asks for, or nil where it turns out that nothing has to wait.
  func suspend(_ i: Instruction, _ unit: CodeUnit, base: Int) throws(RuntimeProblem) -> Step? {
    let register = base + Int(i.a)
    let span = unit.spans[unit.index(of: state.pointee.frames[frameCount - 1].pc) - 1]
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
        DefinitionRequest(site: site, values: site.registers.map { self[base + $0] }, rows: rows))
    case .collect:
      guard case .foreign(let box) = self[register], box.value.isStream else { return nil }
      guard maySuspend else { throw .commandPerRow }
      awaited = register
      return .collect(box.value, at: span)
    case .finish:
      guard maySuspend else { return nil }
      let value = self[register]
      if i.b == 0, i.c == 0 {
        guard case .foreign(let box) = value, box.value.isStream else { return nil }
      }
      return .statement(value, isShown: i.b == 1, at: span)
    default:
      return try openIterator(over: self[register], at: span)
    }
  }

  private func request(_ site: CommandSite, base: Int, at span: SourceSpan) -> CommandRequest {
    let arguments = site.arguments.map { argument -> CommandRequest.RequestArgument in
      switch argument {
      case .absent: .absent
      case .registers(let list): .values(list.map { self[base + $0] })
      case .row(let row): .row(function(row, base: base))
      case .names(let names): .names(names)
      case .word(let word): .word(word)
      case .flag: .flag
      }
    }
    return CommandRequest(site: site, arguments: arguments, span: span)
  }

  private func function(_ row: RowUnit, base: Int) -> RowFunction {
    let captured = row.captures.map { (register: $0.inner, value: self[base + $0.outer]) }
    return RowFunction(unit: row.unit, captured: captured, span: row.span, text: row.text)
  }
}
