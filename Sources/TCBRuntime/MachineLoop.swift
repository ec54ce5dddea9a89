// The loop over instructions. Kept in one function over locals: state that the loop touches each step must not be
// reached through the class. What is rare is in MachineSteps.swift.

import TCBSyntax

extension Machine {
  func run() throws(RuntimeFault) -> Step {
    while true {
      let fault: RuntimeFault
      do throws(RuntimeProblem) {
        return try loop()
      } catch {
        fault = self.fault(error)
      }
      try recover(from: fault)
    }
  }

  private func loop() throws(RuntimeProblem) -> Step {
    let s = state
    guard s.pointee.frameCount > 0 else { return .finished(.null) }
    var frame = s.pointee.frames + (s.pointee.frameCount - 1)
    var code = frame.pointee.header.pointee.code
    var constants = frame.pointee.header.pointee.constants
    var pc = frame.pointee.pc
    var r = s.pointee.registers + frame.pointee.base
    let globals = self.globals.base
    let depth = limits.depth
    // INVARIANT: the frame on top of the stack has the current `pc` whenever anything outside this function looks.
    defer { if s.pointee.frameCount > 0 { s.pointee.frames[s.pointee.frameCount - 1].pc = pc } }

    while true {
      let i = pc.pointee
      pc += 1
      switch i.op {
      case .loadConstant:
        // In a loop the register mostly has it already, from the turn before.
        let constant = constants + Int(i.d)
        if !Value.isSame(constant, r + Int(i.a)) { r[Int(i.a)] = constant.pointee }
      case .loadInteger: Machine.set(r + Int(i.a), Int64(i.d))
      case .move:
        if case .int(let x) = r[Int(i.b)] { Machine.set(r + Int(i.a), x) } else { r[Int(i.a)] = r[Int(i.b)] }
      case .loadGlobal:
        let source = globals + Int(i.d)
        // In a loop or a recursion the function that is called is in its register already: counting its references down
        // and up again would cost more than the call.
        if Value.isSame(source, r + Int(i.a)) { continue }
        if case .absent = source.pointee { throw .noValueYet(unit(of: frameCount - 1).names[Int(i.b)]) }
        r[Int(i.a)] = source.pointee
      case .storeGlobal: globals[Int(i.d)] = r[Int(i.a)]

      case .add:
        if case .int(let x) = r[Int(i.b)], case .int(let y) = r[Int(i.c)] {
          let (sum, overflow) = x.addingReportingOverflow(y)
          if !overflow {
            Machine.set(r + Int(i.a), sum)
            // A sum ends many a loop: its next turn is done here, which spares finding out what comes next.
            let next = pc.pointee
            guard next.op == .rangeNext, s.pointee.ticks > 1 else { continue }
            s.pointee.ticks &-= 1
            pc = Machine.advance(r + Int(next.a), below: r + Int(next.b)) ? code + Int(next.d) : pc + 1
            continue
          }
        }
        if i.a == i.b, i.a != i.c {
          try Value.add(r[Int(i.c)], to: &r[Int(i.a)])
        } else {
          r[Int(i.a)] = try Value.arithmetic(.add, r[Int(i.b)], r[Int(i.c)])
        }
      case .addInteger:
        if case .int(let x) = r[Int(i.b)] {
          let (sum, overflow) = x.addingReportingOverflow(Int64(i.d))
          if !overflow {
            Machine.set(r + Int(i.a), sum)
            continue
          }
        }
        r[Int(i.a)] =
          i.c == 0
          ? try Value.arithmetic(.add, r[Int(i.b)], .int(Int64(i.d)))
          : try Value.arithmetic(.subtract, r[Int(i.b)], .int(-Int64(i.d)))
      case .subtract:
        if case .int(let x) = r[Int(i.b)], case .int(let y) = r[Int(i.c)] {
          let (difference, overflow) = x.subtractingReportingOverflow(y)
          if !overflow {
            Machine.set(r + Int(i.a), difference)
            continue
          }
        }
        r[Int(i.a)] = try Value.arithmetic(.subtract, r[Int(i.b)], r[Int(i.c)])
      case .multiply, .divide, .floorDivide, .remainder, .intersect:
        r[Int(i.a)] = try Value.arithmetic(i.op, r[Int(i.b)], r[Int(i.c)])
      case .append: try Value.append(r[Int(i.b)], to: &r[Int(i.a)])
      case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
        r[Int(i.a)] = .bool(try Machine.compare(i.op, r[Int(i.b)], r[Int(i.c)]))
      case .negate: r[Int(i.a)] = try Value.negated(r[Int(i.b)])
      case .not:
        guard case .bool(let value) = r[Int(i.b)] else { throw .notABool(r[Int(i.b)].typeName) }
        r[Int(i.a)] = .bool(!value)

      case .rowTextEquals:
        guard case .text(let text) = constants[Int(i.b)], let row,
          let isEqual = row.field(Int(i.d), equals: text)
        else {
          try executeRare(i, unit(of: frameCount - 1), r)
          continue
        }
        r[Int(i.a)] = .bool(isEqual == (i.c == 0))
      case .jump:
        let target = code + Int(i.d)
        if target < pc {
          s.pointee.ticks &-= 1
          if s.pointee.ticks <= 0 { try checkLimits() }
        }
        pc = target
      case .jumpIfFalse:
        guard case .bool(let value) = r[Int(i.a)] else { throw .notABool(r[Int(i.a)].typeName) }
        if !value { pc = code + Int(i.d) }
      case .jumpIfTrue:
        guard case .bool(let value) = r[Int(i.a)] else { throw .notABool(r[Int(i.a)].typeName) }
        if value { pc = code + Int(i.d) }
      case .jumpIfNotNull:
        if case .null = r[Int(i.a)] {} else { pc = code + Int(i.d) }
      case .unlessEqual:
        if case .int(let x) = r[Int(i.a)], case .int(let y) = r[Int(i.b)] {
          if !(x == y) { pc = code + Int(i.d) }
        } else if !Value.areEqual(in: r + Int(i.a), r + Int(i.b)) {
          pc = code + Int(i.d)
        }
      case .unlessNotEqual:
        if case .int(let x) = r[Int(i.a)], case .int(let y) = r[Int(i.b)] {
          if !(x != y) { pc = code + Int(i.d) }
        } else if Value.areEqual(in: r + Int(i.a), r + Int(i.b)) {
          pc = code + Int(i.d)
        }
      case .unlessLess:
        if case .int(let x) = r[Int(i.a)], case .int(let y) = r[Int(i.b)] {
          if !(x < y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.less, r[Int(i.a)], r[Int(i.b)]) {
          pc = code + Int(i.d)
        }
      case .unlessLessEqual:
        if case .int(let x) = r[Int(i.a)], case .int(let y) = r[Int(i.b)] {
          if !(x <= y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.lessEqual, r[Int(i.a)], r[Int(i.b)]) {
          pc = code + Int(i.d)
        }
      case .unlessGreater:
        if case .int(let x) = r[Int(i.a)], case .int(let y) = r[Int(i.b)] {
          if !(x > y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.greater, r[Int(i.a)], r[Int(i.b)]) {
          pc = code + Int(i.d)
        }
      case .unlessGreaterEqual:
        if case .int(let x) = r[Int(i.a)], case .int(let y) = r[Int(i.b)] {
          if !(x >= y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.greaterEqual, r[Int(i.a)], r[Int(i.b)]) {
          pc = code + Int(i.d)
        }
      case .unlessEqualTo:
        let y = Int64(Int16(bitPattern: i.c))
        if case .int(let x) = r[Int(i.a)] {
          if !(x == y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.equal, r[Int(i.a)], .int(y)) {
          pc = code + Int(i.d)
        }
      case .unlessNotEqualTo:
        let y = Int64(Int16(bitPattern: i.c))
        if case .int(let x) = r[Int(i.a)] {
          if !(x != y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.notEqual, r[Int(i.a)], .int(y)) {
          pc = code + Int(i.d)
        }
      case .unlessLessThan:
        let y = Int64(Int16(bitPattern: i.c))
        if case .int(let x) = r[Int(i.a)] {
          if !(x < y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.less, r[Int(i.a)], .int(y)) {
          pc = code + Int(i.d)
        }
      case .unlessAtMost:
        let y = Int64(Int16(bitPattern: i.c))
        if case .int(let x) = r[Int(i.a)] {
          if !(x <= y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.lessEqual, r[Int(i.a)], .int(y)) {
          pc = code + Int(i.d)
        }
      case .unlessGreaterThan:
        let y = Int64(Int16(bitPattern: i.c))
        if case .int(let x) = r[Int(i.a)] {
          if !(x > y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.greater, r[Int(i.a)], .int(y)) {
          pc = code + Int(i.d)
        }
      case .unlessAtLeast:
        let y = Int64(Int16(bitPattern: i.c))
        if case .int(let x) = r[Int(i.a)] {
          if !(x >= y) { pc = code + Int(i.d) }
        } else if try !Machine.compare(.greaterEqual, r[Int(i.a)], .int(y)) {
          pc = code + Int(i.d)
        }
      case .checkBool:
        guard case .bool = r[Int(i.a)] else { throw .notABool(r[Int(i.a)].typeName) }

      case .rangeStart:
        guard case .int(let first) = r[Int(i.a)], case .int(let last) = r[Int(i.b)] else { throw .badRange }
        if first > last { pc = code + Int(i.d) }
      case .rangeNext:
        s.pointee.ticks &-= 1
        if s.pointee.ticks <= 0 { try checkLimits() }
        if Machine.advance(r + Int(i.a), below: r + Int(i.b)) { pc = code + Int(i.d) }

      case .call, .callGlobal:
        s.pointee.ticks &-= 1
        if s.pointee.ticks <= 0 { try checkLimits() }
        frame.pointee.pc = pc
        let base = frame.pointee.base &+ Int(i.b) &+ 1
        let result = frame.pointee.base &+ Int(i.a)
        let count = s.pointee.frameCount
        if count >= depth { throw .tooDeep(depth) }
        let place = i.op == .call ? r + Int(i.b) : globals + Int(i.d)
        let plain = Value.function(in: place)?._withUnsafeGuaranteedRef { function in
          function.parameterCount == Int(i.c) ? function.plainHeader : nil
        }
        if let header = plain, count < s.pointee.frameCapacity,
          base &+ header.pointee.registerCount <= s.pointee.registerCapacity
        {
          frame += 1
          code = header.pointee.code
          frame.initialize(to: Frame(header: header, pc: code, base: base, result: result))
          s.pointee.frameCount = count &+ 1
          constants = header.pointee.constants
          pc = code
          r += Int(i.b) + 1
          continue
        }
        if i.op == .callGlobal {
          if case .absent = place.pointee { throw .noValueYet(self.globals.names[Int(i.d)]) }
          r[Int(i.b)] = place.pointee
        }
        try call(result: result, function: base - 1, argumentCount: Int(i.c))
        frame = s.pointee.frames + (s.pointee.frameCount - 1)
        code = frame.pointee.header.pointee.code
        constants = frame.pointee.header.pointee.constants
        pc = frame.pointee.pc
        r = s.pointee.registers + frame.pointee.base
      case .returnValue:
        let result = frame.pointee.result
        s.pointee.frameCount &-= 1
        if s.pointee.openDepth > s.pointee.frameCount { closeAbove() }
        if s.pointee.frameCount == 0 { return .finished(r[Int(i.a)]) }
        if case .int(let x) = r[Int(i.a)] {
          Machine.set(s.pointee.registers + result, x)
        } else {
          s.pointee.registers[result] = r[Int(i.a)]
        }
        frame -= 1
        code = frame.pointee.header.pointee.code
        constants = frame.pointee.header.pointee.constants
        pc = frame.pointee.pc
        r = s.pointee.registers + frame.pointee.base
      case .callBuiltin:
        frame.pointee.pc = pc
        let native = frame.pointee.header.pointee.builtins[Int(i.d)]
        // The unit keeps the function alive.
        if let body = native._withUnsafeGuaranteedRef({ $0.plain }) {
          let first = r + Int(i.b)
          let count = i.argumentCount
          try native._withUnsafeGuaranteedRef { $0 }.check(argumentCount: count)
          let value = try body(ArgumentList(UnsafeBufferPointer(start: first, count: count)))
          // A list that stays behind in a register would be copied when it grows.
          if !i.keepsArguments { for register in 0..<count { first[register] = .null } }
          r[Int(i.a)] = value
          continue
        }
        fallthrough
      case .drive, .runModule:
        frame.pointee.pc = pc
        try leave(i)
        frame = s.pointee.frames + (s.pointee.frameCount - 1)
        code = frame.pointee.header.pointee.code
        constants = frame.pointee.header.pointee.constants
        pc = frame.pointee.pc
        r = s.pointee.registers + frame.pointee.base

      case .command, .definition, .collect, .finish, .openIterator:
        frame.pointee.pc = pc
        if let step = try suspend(i, unit(of: frameCount - 1), base: frame.pointee.base) { return step }
      case .index:
        if Value.loadPart(of: r + Int(i.b), at: r + Int(i.c), into: r + Int(i.a), orNull: i.d != 0) {
          continue
        }
        try executeRare(i, unit(of: frameCount - 1), r)
      case .iteratorNext:
        s.pointee.ticks &-= 1
        if s.pointee.ticks <= 0 { try checkLimits() }
        if i.c == 0, let iterator = s.pointee.iterators.top, let list = iterator.pointee.list {
          let next = iterator.pointee.next
          let isThere = list._withUnsafeGuaranteedRef { list in
            guard next < list.elements.count else { return false }
            r[Int(i.a)] = list.elements[next]
            return true
          }
          if isThere { iterator.pointee.next = next &+ 1 } else { pc = code + Int(i.d) }
          continue
        }
        frame.pointee.pc = pc
        switch try advanceIterator(i, base: frame.pointee.base) {
        case .element: break
        case .end: pc = code + Int(i.d)
        case .refill(let cursor):
          pc -= 1
          return .refill(cursor, at: unit(of: frameCount - 1).spans[pc - code])
        }
      default:
        try executeRare(i, unit(of: frameCount - 1), r)
      }
    }
  }

  /// Stores a whole number; what was there needs no more than being overwritten where it was one too.
  @inline(__always)
  private static func set(_ register: UnsafeMutablePointer<Value>, _ value: Int64) {
    if case .int = register.pointee {
      register.initialize(to: .int(value))
    } else {
      register.pointee = .int(value)
    }
  }

  /// Counts a loop's counter on while it is below its bound, and says whether it was.
  @inline(__always)
  private static func advance(
    _ register: UnsafeMutablePointer<Value>, below bound: UnsafeMutablePointer<Value>
  ) -> Bool {
    // INVARIANT: nothing but this writes the counter and the bound, which were whole numbers at the start.
    let counter = Value.wholeNumber(in: register)
    guard counter.pointee < Value.wholeNumber(in: bound).pointee else { return false }
    counter.pointee &+= 1
    return true
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
