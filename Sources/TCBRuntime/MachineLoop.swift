// The loop over instructions. Kept in one function over locals: state that the loop touches each step must not be
// reached through the class. What is rare is in MachineSteps.swift.

import TCBSyntax

extension Machine {
  func run() throws(RuntimeFault) -> Step {
    do throws(RuntimeProblem) {
      return try loop()
    } catch {
      let located = fault(error)
      frames.removeAll(keepingCapacity: true)
      iterators.removeAll(keepingCapacity: true)
      throw located
    }
  }

  private func loop() throws(RuntimeProblem) -> Step {
    guard var frame = frames.last else { return .finished(.null) }
    var unit = frame.unit
    var pc = frame.pc
    var r = registers + frame.base
    // INVARIANT: the frame on top of the stack has the current `pc` whenever anything outside this function looks.
    defer { if !frames.isEmpty { frames[frames.count - 1].pc = pc } }

    while true {
      let i = unit.code[pc]
      pc += 1
      switch i.op {
      case .loadConstant: r[Int(i.a)] = unit.constants[Int(i.d)]
      case .loadInteger: r[Int(i.a)] = .int(Int64(i.d))
      case .move: r[Int(i.a)] = r[Int(i.b)]
      case .loadGlobal:
        guard let value = globals.values[Int(i.d)] else { throw .noValueYet(unit.names[Int(i.b)]) }
        r[Int(i.a)] = value
      case .storeGlobal: globals.values[Int(i.d)] = r[Int(i.a)]

      case .add:
        if case .int(let x) = r[Int(i.b)], case .int(let y) = r[Int(i.c)] {
          let (sum, overflow) = x.addingReportingOverflow(y)
          if !overflow {
            r[Int(i.a)] = .int(sum)
            continue
          }
        }
        r[Int(i.a)] = try Value.arithmetic(i.op, r[Int(i.b)], r[Int(i.c)])
      case .subtract:
        if case .int(let x) = r[Int(i.b)], case .int(let y) = r[Int(i.c)] {
          let (difference, overflow) = x.subtractingReportingOverflow(y)
          if !overflow {
            r[Int(i.a)] = .int(difference)
            continue
          }
        }
        r[Int(i.a)] = try Value.arithmetic(i.op, r[Int(i.b)], r[Int(i.c)])
      case .multiply, .divide, .floorDivide, .remainder, .intersect:
        r[Int(i.a)] = try Value.arithmetic(i.op, r[Int(i.b)], r[Int(i.c)])
      case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
        r[Int(i.a)] = .bool(try Machine.compare(i.op, r[Int(i.b)], r[Int(i.c)]))
      case .isIn: r[Int(i.a)] = .bool(try Value.contains(r[Int(i.b)], in: r[Int(i.c)]))
      case .matchesGlob: r[Int(i.a)] = .bool(try matchesGlob(r[Int(i.b)], r[Int(i.c)]))
      case .negate: r[Int(i.a)] = try Value.negated(r[Int(i.b)])
      case .not:
        guard case .bool(let value) = r[Int(i.b)] else { throw .notABool(r[Int(i.b)].typeName) }
        r[Int(i.a)] = .bool(!value)

      case .jump:
        let target = Int(i.d)
        if target < pc { try tick() }
        pc = target
      case .jumpIfFalse:
        guard case .bool(let value) = r[Int(i.a)] else { throw .notABool(r[Int(i.a)].typeName) }
        if !value { pc = Int(i.d) }
      case .jumpIfTrue:
        guard case .bool(let value) = r[Int(i.a)] else { throw .notABool(r[Int(i.a)].typeName) }
        if value { pc = Int(i.d) }
      case .jumpIfNotNull:
        if case .null = r[Int(i.a)] {} else { pc = Int(i.d) }
      case .jumpUnless:
        let comparison = Opcode(rawValue: i.c) ?? .equal
        if case .int(let x) = r[Int(i.a)], case .int(let y) = r[Int(i.b)] {
          if !Machine.compare(comparison, x, y) { pc = Int(i.d) }
        } else if try !Machine.compare(comparison, r[Int(i.a)], r[Int(i.b)]) {
          pc = Int(i.d)
        }
      case .checkBool:
        guard case .bool = r[Int(i.a)] else { throw .notABool(r[Int(i.a)].typeName) }

      case .rangeNext:
        guard case .int(let counter) = r[Int(i.b)], case .int(let bound) = r[Int(i.c)], counter <= bound
        else {
          pc = Int(i.d)
          continue
        }
        r[Int(i.a)] = .int(counter)
        // Past the largest integer the loop is over: null is no counter.
        r[Int(i.b)] = counter == Int64.max ? .null : .int(counter + 1)
      case .checkInteger:
        guard case .int = r[Int(i.a)] else { throw .badRange }

      case .call:
        try tick()
        frames[frames.count - 1].pc = pc
        try pushCall(result: frame.base + Int(i.a), function: frame.base + Int(i.b), argumentCount: Int(i.c))
        frame = frames[frames.count - 1]
        unit = frame.unit
        pc = 0
        r = registers + frame.base
      case .returnValue:
        let value = r[Int(i.a)]
        let finished = frames.removeLast()
        if scopedDepth > frames.count { endScopes() }
        iterators.removeLast(max(0, iterators.count - finished.iterators))
        guard let caller = frames.last else { return .finished(value) }
        frame = caller
        unit = frame.unit
        pc = frame.pc
        registers[finished.result] = value
        r = registers + frame.base
      case .callBuiltin:
        let first = Int(i.b)
        let arguments = (first..<first + Int(i.c)).map { r[$0] }
        r[Int(i.a)] = try callBuiltin(unit.builtins[Int(i.d)], arguments[...])

      case .command, .definition, .collect, .finish, .openIterator:
        frames[frames.count - 1].pc = pc
        if let step = try suspend(i, unit, base: frame.base) { return step }
      case .iteratorNext:
        frames[frames.count - 1].pc = pc
        switch try advanceIterator(i, base: frame.base) {
        case .element: break
        case .end: pc = Int(i.d)
        case .refill(let cursor):
          pc -= 1
          return .refill(cursor, at: unit.spans[pc])
        }
        try tick()
      case .closeIterator:
        if !iterators.isEmpty { iterators.removeLast() }
      default:
        try executeRare(i, unit, r)
      }
    }
  }

  /// Counts a jump back or a call, and now and then looks whether the run may go on.
  @inline(__always)
  private func tick() throws(RuntimeProblem) {
    ticks &-= 1
    if ticks <= 0 { try checkLimits() }
  }

  static func compare(_ op: Opcode, _ x: Int64, _ y: Int64) -> Bool {
    switch op {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .lessEqual: x <= y
    case .greater: x > y
    default: x >= y
    }
  }

  static func compare(_ op: Opcode, _ left: Value, _ right: Value) throws(RuntimeProblem) -> Bool {
    switch op {
    case .equal: return Value.areEqual(left, right)
    case .notEqual: return !Value.areEqual(left, right)
    default:
      guard let order = try Value.order(left, right) else { return false }
      switch op {
      case .less: return order < 0
      case .lessEqual: return order <= 0
      case .greater: return order > 0
      default: return order >= 0
      }
    }
  }
}
