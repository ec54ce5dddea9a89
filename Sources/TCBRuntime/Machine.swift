// The register machine: its state, and how a run starts, stops for what must wait, and goes on.
//
// One machine runs one thing at a time and recurses in none of Swift's frames: calls of the language are `Frame`s on its
// own stack, so their depth is a limit with an error.

import TCBSyntax

/// Bounds of a run.
package struct RunLimits: Sendable {
  /// Calls within calls.
  package var depth = 10_000
  /// Jumps back and calls, which is what a loop or recursion without end consists of. Nil: unbounded.
  package var steps: Int? = nil
  /// Milliseconds of wall time. Nil: unbounded.
  package var time: Int64? = nil
  /// Bytes that the values of the run may take, as far as they can be reached from its names; one that stands in two
  /// places counts twice. Nil: bounded by the size of each value only.
  package var memory: Int? = nil

  package init() {}
}

/// Why the machine stopped.
package enum Step {
  case finished(Value)
  /// Wants `resume(with:)` and the command's result.
  case command(CommandRequest)
  /// Wants `resume(with:)` and the value that the definition's name takes.
  case definition(DefinitionRequest)
  /// Wants `resume(with:)` and the collected table.
  case collect(any ForeignValue, at: SourceSpan)
  /// The end of a pipeline statement, with its value; wants `resume()`.
  case statement(Value, isShown: Bool, at: SourceSpan)
  /// Wants `resume(with cursor:)`.
  case openCursor(any ForeignValue, at: SourceSpan)
  /// Wants `resume()` once the cursor has rows or is at its end.
  case refill(any RowCursor, at: SourceSpan)
}

package struct CommandRequest {
  package var site: CommandSite
  package var arguments: [RequestArgument]
  package var span: SourceSpan

  package enum RequestArgument {
    case absent
    case values([Value])
    case row(RowFunction)
    case names([String])
    case word(String)
    case flag
  }
}

package struct DefinitionRequest {
  package var site: DefinitionSite
  package var values: [Value]
  package var rows: [RowFunction]
}

/// Rows being gone over by a `for`. Used by one machine at a time.
package protocol RowCursor: AnyObject {
  /// The next row, or nil when the buffer is empty.
  func takeRow() -> Value?
  var isAtEnd: Bool { get }
}

/// What the machine asks the world for without waiting.
package protocol MachineWorld: Sendable {
  func environmentVariable(_ name: String) throws(RuntimeProblem) -> Value
  func path(_ path: String, matches pattern: String) throws(RuntimeProblem) -> Bool
  /// Whether the run is to stop.
  var isCancelled: Bool { get }
  /// Milliseconds, of any origin.
  func now() -> Int64
  /// The name of the source and the line of a place, for scripts that look at an error.
  func line(of span: SourceSpan) -> (source: String, line: Int)?
}

extension MachineWorld {
  package func now() -> Int64 { 0 }
  package func line(of span: SourceSpan) -> (source: String, line: Int)? { nil }
}

package final class Machine {
  /// A call that is under way. Trivial, so that pushing one is a few stores: the unit is kept alive by the function in
  /// the register below the frame's own, by the top-level name it has, or by `root`.
  struct Frame {
    var header: UnsafeMutablePointer<UnitHeader>
    var pc: UnsafeMutablePointer<Instruction>
    var base: Int
    /// The absolute register that takes the result.
    var result: Int
  }

  /// Where an error goes that is met inside of a `try`.
  struct Handler {
    var depth: Int
    var target: Int
    /// The absolute register that takes the error.
    var register: Int
    var iterators: Int
  }

  /// What the loop touches all the time. Behind a pointer, where access costs no check for exclusivity.
  struct State {
    var registers: UnsafeMutablePointer<Value>
    var registerCapacity: Int
    var frames: UnsafeMutablePointer<Frame>
    var frameCapacity: Int
    var frameCount = 0
    /// No frame above this depth has anything open that must be closed when it returns.
    var openDepth = 0
    var iterators = IteratorStack()
    /// Jumps back and calls until the limits are looked at again.
    var ticks = Machine.tickLength
  }

  let world: any MachineWorld
  let limits: RunLimits
  package let globals: Globals
  /// The row that `it` is, while a row expression runs.
  var row: (any RowFields)?
  /// Whether anything may wait here: not in a row expression.
  var maySuspend = true

  let state: UnsafeMutablePointer<State>
  /// What the lowest frame runs.
  private var root: CodeUnit?
  // Each knows the depth of the frame that opened it; that frame's return closes it.
  var handlers: [Handler] = []
  var drivers: [(depth: Int, value: any CallDriver)] = []
  var expressions: [String: RegularExpression] = [:]
  /// What the host keeps for functions that are under way, with how many frames there are inside each.
  var scopes: [(depth: Int, value: Value)] = []
  /// Where the value goes that `resume(with:)` brings.
  var awaited: Int?
  var stepsLeft: Int
  /// What each row expression may take of them.
  package var stepsOfRow = Int.max
  var stepsLeftOfRow = Int.max
  let startedAt: Int64

  static let tickLength = 4_096
  private static let firstFrames = 64

  package init(world: any MachineWorld, globals: Globals, limits: RunLimits = RunLimits()) {
    self.world = world
    self.globals = globals
    self.limits = limits
    stepsLeft = limits.steps ?? Int.max
    startedAt = limits.time == nil ? 0 : world.now()
    let capacity = 256
    let registers = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    registers.initialize(repeating: .null, count: capacity)
    state = .allocate(capacity: 1)
    state.initialize(
      to: State(
        registers: registers, registerCapacity: capacity, frames: .allocate(capacity: Machine.firstFrames),
        frameCapacity: Machine.firstFrames))
  }

  deinit {
    state.pointee.registers.deinitialize(count: state.pointee.registerCapacity)
    state.pointee.registers.deallocate()
    state.pointee.frames.deallocate()
    state.pointee.iterators.destroy()
    state.deallocate()
  }

  var frameCount: Int { state.pointee.frameCount }

  /// The register with this number among all frames'.
  subscript(register: Int) -> Value {
    get { state.pointee.registers[register] }
    set { state.pointee.registers[register] = newValue }
  }

  /// Runs the main text of a source up to its first stop.
  package func start(_ unit: CodeUnit) throws(RuntimeFault) -> Step {
    reset()
    root = unit
    enter(unit)
    return try run()
  }

  /// Forgets everything that is under way.
  func reset() {
    state.pointee.frameCount = 0
    state.pointee.openDepth = 0
    state.pointee.iterators.cut(to: 0)
    handlers.removeAll(keepingCapacity: true)
    drivers.removeAll(keepingCapacity: true)
    scopes.removeAll(keepingCapacity: true)
  }

  private func enter(_ unit: CodeUnit) {
    reserve(unit.registerCount)
    let start = unit.header.pointee.code + (unit.entries.last ?? 0)
    push(Frame(header: unit.header, pc: start, base: 0, result: 0))
  }

  func push(_ frame: Frame) {
    if frameCount == state.pointee.frameCapacity {
      let capacity = frameCount * 2
      let larger = UnsafeMutablePointer<Frame>.allocate(capacity: capacity)
      larger.moveInitialize(from: state.pointee.frames, count: frameCount)
      state.pointee.frames.deallocate()
      state.pointee.frames = larger
      state.pointee.frameCapacity = capacity
    }
    (state.pointee.frames + frameCount).initialize(to: frame)
    state.pointee.frameCount += 1
  }

  /// What was kept last for a function that is still under way.
  package var scoped: Value? { scopes.last?.value }

  /// Keeps a value until the function that is running returns; false outside of functions.
  package func keepForCall(_ value: Value) -> Bool {
    guard frameCount > 1 else { return false }
    if scopes.last?.depth == frameCount { scopes.removeLast() }
    scopes.append((frameCount, value))
    noteOpen()
    return true
  }

  /// To be called when the frame on top has opened something.
  func noteOpen() { state.pointee.openDepth = max(state.pointee.openDepth, frameCount) }

  /// Closes what frames above the top one have opened.
  func closeAbove() {
    let depth = frameCount
    while let last = state.pointee.iterators.top, last.pointee.depth > depth {
      state.pointee.iterators.cut(to: state.pointee.iterators.count - 1)
    }
    while let last = handlers.last, last.depth > depth { handlers.removeLast() }
    while let last = drivers.last, last.depth > depth { drivers.removeLast() }
    while let last = scopes.last, last.depth > depth { scopes.removeLast() }
    let deepest = [
      state.pointee.iterators.top?.pointee.depth, handlers.last?.depth, drivers.last?.depth,
      scopes.last?.depth,
    ]
    state.pointee.openDepth = deepest.reduce(0) { max($0, $1 ?? 0) }
  }

  package func resume(with value: Value) throws(RuntimeFault) -> Step {
    if let awaited, awaited < state.pointee.registerCapacity { self[awaited] = value }
    awaited = nil
    return try run()
  }

  package func resume() throws(RuntimeFault) -> Step { try run() }

  package func resume(with cursor: any RowCursor) throws(RuntimeFault) -> Step {
    open(.rows(cursor))
    return try run()
  }

  /// Goes on where a script catches what the last stop met; throws it where none does.
  package func resume(throwing fault: RuntimeFault) throws(RuntimeFault) -> Step {
    awaited = nil
    try recover(from: fault)
    return try run()
  }

  /// The value of a row expression for one row. Throws what it met; nothing in it may wait.
  package func evaluate(_ function: RowFunction, for row: any RowFields) throws(RuntimeFault) -> Value {
    // A million rows come through the same object: what is set already is not set again.
    if self.row !== row { self.row = row }
    maySuspend = false
    stepsLeftOfRow = stepsOfRow
    if state.pointee.openDepth > 0 || frameCount > 0 { reset() }
    if root !== function.unit { root = function.unit }
    enter(function.unit)
    for captured in function.captured { self[captured.register] = captured.value }
    switch try run() {
    case .finished(let value): return value
    default: throw RuntimeFault(.commandPerRow, at: function.span)
    }
  }

  /// The fault with the place the machine is at and the calls around it.
  func fault(_ problem: RuntimeProblem) -> RuntimeFault {
    var fault = RuntimeFault(problem, at: place(of: frameCount - 1))
    for index in (0..<frameCount).dropFirst().reversed().prefix(64) {
      guard let span = place(of: index - 1), unit(of: index) !== Machine.driverUnit else { continue }
      let call = Diagnostic.Call(function: unit(of: index).name, span: span)
      // A recursion is told once.
      if call != fault.calls.last { fault.calls.append(call) }
      if fault.calls.count == 8 { break }
    }
    return fault
  }

  /// For a fault that a stop met: with the calls around the place where the machine waits.
  package func located(_ problem: RuntimeProblem, at span: SourceSpan?) -> RuntimeFault {
    var located = fault(problem)
    if let span { located.span = span }
    return located
  }

  func unit(of index: Int) -> CodeUnit {
    state.pointee.frames[index].header.pointee.unit.takeUnretainedValue()
  }

  /// The place of the instruction that a frame executed last. A function that is written in Swift has none of its own:
  /// what it meets is told at its call.
  private func place(of index: Int) -> SourceSpan? {
    var index = index
    while index >= 0 {
      let unit = unit(of: index)
      let position = unit.index(of: state.pointee.frames[index].pc) - 1
      if unit.spans.indices.contains(position), unit !== Machine.driverUnit { return unit.spans[position] }
      index -= 1
    }
    return nil
  }

  func reserve(_ count: Int) {
    guard count > state.pointee.registerCapacity else { return }
    let capacity = max(count, state.pointee.registerCapacity * 2)
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    let old = state.pointee.registerCapacity
    larger.moveInitialize(from: state.pointee.registers, count: old)
    (larger + old).initialize(repeating: .null, count: capacity - old)
    state.pointee.registers.deallocate()
    state.pointee.registers = larger
    state.pointee.registerCapacity = capacity
  }
}

/// The values of a session's top-level names, by slot.
package final class Globals {
  /// `absent` before the definition has run. Behind a pointer that stays where it is while a machine runs.
  private(set) var base: UnsafeMutablePointer<Value> = .allocate(capacity: 0)
  package private(set) var names: [String] = []
  /// Imported files that have run.
  var modulesRun: Set<Int> = []

  package init() {}

  deinit {
    base.deinitialize(count: names.count)
    base.deallocate()
  }

  /// Makes room for all of a session's names. Not while a machine runs.
  package func grow(to names: [String]) {
    let old = self.names.count
    self.names = names
    guard names.count > old else { return }
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: names.count)
    larger.moveInitialize(from: base, count: old)
    (larger + old).initialize(repeating: .absent, count: names.count - old)
    base.deallocate()
    base = larger
  }

  /// Nil before the definition has run.
  package subscript(slot: Int) -> Value? {
    get {
      guard names.indices.contains(slot) else { return nil }
      if case .absent = base[slot] { return nil }
      return base[slot]
    }
    set {
      guard names.indices.contains(slot) else { return }
      base[slot] = newValue ?? .absent
    }
  }

  package var values: [Value] { names.indices.compactMap { self[$0] } }
}
