// Calls: frames for functions of the language, arguments for those written in Swift, and drivers, which are functions
// written in Swift that call others.

import TCBSyntax
import TCBText

extension Machine {
  /// What a driver's frame runs: its driver, over and over. Register 0 takes the result of what the driver called, whose
  /// function and arguments stand behind it.
  static let driverUnit: CodeUnit = {
    var builder = UnitBuilder(name: "", localCount: 8)
    builder.emit(.drive, at: SourceSpan(source: SourceID(0), lower: 0, upper: 0))
    return CodeUnit(builder)
  }()

  /// Makes a frame for the function in register `function`, whose arguments stand behind it; one written in Swift is
  /// done when this returns.
  func call(result: Int, function: Int, argumentCount: Int) throws(RuntimeProblem) {
    guard case .function(let value) = state.pointee.registers[function] else {
      throw .notCallable(state.pointee.registers[function].typeName)
    }
    guard let unit = value.unit else {
      return try callNative(value, result: result, first: function + 1, count: argumentCount)
    }
    // The arguments are where the callee's parameters are: its window begins at the first of them.
    let base = function + 1
    reserve(base + unit.registerCount)
    var start = unit.header.pointee.code
    if value.plainHeader == nil || value.parameterCount != argumentCount {
      start += try entry(of: value, unit, base: base, argumentCount: argumentCount)
    }
    push(Frame(header: unit.header, pc: start, base: base, result: result))
  }

  /// Where the code of a function begins with so many arguments. Puts what it closed over into its registers.
  private func entry(of value: FunctionValue, _ unit: CodeUnit, base: Int, argumentCount: Int)
    throws(RuntimeProblem) -> Int
  {
    guard argumentCount >= value.requiredCount, argumentCount <= value.parameterCount else {
      throw .argumentCount(value.name, wanted: value.wantedArguments, given: argumentCount)
    }
    for (register, captured) in value.captured { self[base + register] = captured }
    let index = argumentCount - value.requiredCount
    return unit.entries.indices.contains(index) ? unit.entries[index] : 0
  }

  private func callNative(_ value: FunctionValue, result: Int, first: Int, count: Int) throws(RuntimeProblem)
  {
    guard let native = value.native else { return }
    try callNative(native, result: result, first: first, count: count)
  }

  /// Calls a function written in Swift with the registers from `first` on, which are cleared: a list that stays behind
  /// in one would be copied when it grows.
  private func callNative(_ native: NativeFunction, result: Int, first: Int, count: Int)
    throws(RuntimeProblem)
  {
    try native.check(argumentCount: count)
    let arguments = ArgumentList(UnsafeBufferPointer(start: state.pointee.registers + first, count: count))
    switch native.kind {
    case .plain(let body):
      let value = try body(arguments)
      for register in first..<first + count { self[register] = .null }
      self[result] = value
    case .driver(let make):
      let driver = try make(arguments)
      guard frameCount < limits.depth else { throw .tooDeep(limits.depth) }
      let frame = state.pointee.frames[frameCount - 1]
      let base = max(
        frame.base + frame.header.pointee.unit.takeUnretainedValue().registerCount, first + count)
      reserve(base + Machine.driverUnit.registerCount)
      self[base] = .absent
      let header = Machine.driverUnit.header
      push(Frame(header: header, pc: header.pointee.code, base: base, result: result))
      drivers.append((frameCount, driver))
      noteOpen()
    }
  }

  /// The instructions after which another frame may be on top.
  func leave(_ i: Instruction) throws(RuntimeProblem) {
    let frame = state.pointee.frames[frameCount - 1]
    switch i.op {
    case .callBuiltin:
      let native = frame.header.pointee.unit.takeUnretainedValue().builtins[Int(i.d)]
      try callNative(
        native, result: frame.base + Int(i.a), first: frame.base + Int(i.b), count: i.argumentCount)
    case .runModule:
      let module = frame.header.pointee.unit.takeUnretainedValue().modules[Int(i.d)]
      guard globals.modulesRun.insert(module.id).inserted else { return }
      let base = frame.base + frame.header.pointee.unit.takeUnretainedValue().registerCount
      // Nobody looks at what a file's own text comes to.
      reserve(base + module.unit.registerCount)
      let header = module.unit.header
      push(Frame(header: header, pc: header.pointee.code, base: base, result: base))
    default: try drive(frame)
    }
  }

  private func drive(_ frame: Frame) throws(RuntimeProblem) {
    state.pointee.ticks &-= 1
    if state.pointee.ticks <= 0 { try checkLimits() }
    guard let driver = drivers.last?.value else { return }
    var given: Value?
    if case .absent = self[frame.base] {} else { given = self[frame.base] }
    switch try driver.next(given) {
    case .call(let function, let arguments):
      // The driver is asked again when what it calls returns.
      state.pointee.frames[frameCount - 1].pc = frame.header.pointee.code
      self[frame.base + 1] = function
      for (index, argument) in arguments.prefix(6).enumerated() { self[frame.base + 2 + index] = argument }
      guard frameCount < limits.depth else { throw .tooDeep(limits.depth) }
      try call(result: frame.base, function: frame.base + 1, argumentCount: min(arguments.count, 6))
    case .done(let value):
      state.pointee.frameCount -= 1
      closeAbove()
      self[frame.result] = value
    }
  }
}

extension FunctionValue {
  var wantedArguments: Wording {
    FunctionValue.wantedArguments(required: requiredCount, total: parameterCount)
  }

  /// What a call of a function with so many parameters is told that it takes.
  package static func wantedArguments(required requiredCount: Int, total parameterCount: Int) -> Wording {
    let most: Wording = parameterCount == 1 ? "1 argument" : "\(parameterCount) arguments"
    return requiredCount == parameterCount ? most : "\(requiredCount) to \(most)"
  }
}
