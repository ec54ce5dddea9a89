// What the machine does less often: parts and makings of values, calls, iteration, and stopping for what must wait.

import TCBSyntax
import TCBText

extension Machine {
  func checkLimits() throws(RuntimeProblem) {
    state.pointee.ticks = Machine.tickLength
    if world.isCancelled { throw .cancelled }
    stepsLeft -= Machine.tickLength
    if stepsLeft <= 0 { throw .tooManySteps }
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
    iterators.removeLast(max(0, iterators.count - handler.iterators))
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
        Handler(depth: frameCount, target: Int(i.d), register: register, iterators: iterators.count))
      noteOpen()
    case .popHandler: handlers.removeLast()
    case .closeIterator: iterators.removeLast()
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
    case .interpolate: r[a] = try Machine.interpolated(UnsafeBufferPointer(start: r + b, count: Int(i.d)))
    default: break
    }
  }

  private static func interpolated(_ parts: UnsafeBufferPointer<Value>) throws(RuntimeProblem) -> Value {
    var length = 0
    var isSecret = false
    var others: [String] = []
    for part in parts {
      switch part {
      case .text(let inner):
        length += inner.string.utf8.count
        isSecret = isSecret || inner.isSecret
      case .int: length += 20
      default:
        let text = part.displayText
        length += text.utf8.count
        others.append(text)
        isSecret = isSecret || part.holdsSecret
      }
      if length > Value.greatestText { throw .tooLarge("\\(…)") }
    }
    // Written where it will stay: a text grown part by part would be moved on the way.
    let text = String(unsafeUninitializedCapacity: length) { buffer in
      var end = 0
      var next = others[...]
      for part in parts {
        switch part {
        case .text(let inner): end += copy(inner.string, to: buffer, at: end)
        case .int(let number): end += write(number, to: buffer, at: end)
        default: end += copy(next.popFirst() ?? "", to: buffer, at: end)
        }
      }
      return end
    }
    return .text(TextValue(text, isSecret: isSecret))
  }

  private static func copy(_ text: String, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int
  {
    var text = text
    return text.withUTF8 { bytes in
      _ = UnsafeMutableBufferPointer(rebasing: buffer[start...]).update(fromContentsOf: bytes)
      return bytes.count
    }
  }

  private static func write(_ number: Int64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int)
    -> Int
  {
    var rest = number.magnitude
    var digits = 1
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    let length = digits + (number < 0 ? 1 : 0)
    rest = number.magnitude
    for offset in 0..<digits {
      buffer[start + length - 1 - offset] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    if number < 0 { buffer[start] = UInt8(ascii: "-") }
    return length
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
    if path.isSecret || pattern.isSecret { throw .secretUsed("a comparison") }
    return try world.path(path.string, matches: pattern.string)
  }

  /// The top-level name that an instruction changes. Throws `E0410` before its definition has run.
  private func global(_ i: Instruction, _ unit: CodeUnit) throws(RuntimeProblem) -> UnsafeMutablePointer<
    Value
  > {
    let place = globals.base + Int(i.d)
    if case .absent = place.pointee { throw .noValueYet(globals.names[Int(i.d)]) }
    return place
  }

  private func matchesRegex(_ text: Value, _ pattern: Value) throws(RuntimeProblem) -> Bool {
    guard case .text(let text) = text, case .text(let pattern) = pattern else {
      throw .noOperator("=~", left: text.typeName, right: pattern.typeName)
    }
    if text.isSecret || pattern.isSecret { throw .secretUsed("a comparison") }
    let world = self.world
    if let known = expressions[pattern.string] {
      return try known.isFound(in: text.string) { world.isCancelled }
    }
    let expression = try RegularExpression(pattern.string)
    // Expressions made from data could be without number.
    if expressions.count > 200 { expressions = [:] }
    expressions[pattern.string] = expression
    return try expression.isFound(in: text.string) { world.isCancelled }
  }

  // MARK: Iteration

  enum Advance {
    case element
    case end
    case refill(any RowCursor)
  }

  func advanceIterator(_ i: Instruction, base: Int) throws(RuntimeProblem) -> Advance {
    guard let iterator = iterators.last?.value else { return .end }
    let first = base + Int(i.a)
    let wantsTwo = i.c == 1
    switch iterator {
    case .list(let list, let next):
      if wantsTwo { throw .notIterable("list", pairs: true) }
      guard next < list.elements.count else { return .end }
      self[first] = list.elements[next]
      iterators[iterators.count - 1].value = .list(list, next: next + 1)
    case .record(let record, let next):
      guard next < record.keys.count else { return .end }
      self[first] = .string(record.keys[next])
      if wantsTwo { self[base + Int(i.b)] = record.values[next] }
      iterators[iterators.count - 1].value = .record(record, next: next + 1)
    case .rows(let cursor):
      if wantsTwo { throw .notIterable("table", pairs: true) }
      guard let row = cursor.takeRow() else { return cursor.isAtEnd ? .end : .refill(cursor) }
      self[first] = row
    }
    return .element
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

  func open(_ iterator: Iterator) {
    iterators.append((frameCount, iterator))
    noteOpen()
  }

  private func openIterator(over value: Value, at span: SourceSpan) throws(RuntimeProblem) -> Step? {
    switch value {
    case .list(let list): open(.list(list, next: 0))
    case .record(let record): open(.record(record, next: 0))
    case .foreign(let box):
      guard maySuspend else { throw .commandPerRow }
      return .openCursor(box.value, at: span)
    default: throw .notIterable(value.typeName, pairs: false)
    }
    return nil
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

extension Value {
  /// What it comes to, in values.
  var weight: Int {
    if case .shared(let local) = self { return local.value.weight }
    return Extent.weight(of: self)
  }

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
