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
}

package final class Machine {
  struct Frame {
    var unit: CodeUnit
    var pc: Int
    var base: Int
    /// The absolute register that takes the result.
    var result: Int
    /// Iterators open when the frame began; a return closes those above.
    var iterators: Int
  }

  enum Iterator {
    case list(ListValue, next: Int)
    case record(RecordValue, next: Int)
    case rows(any RowCursor)
  }

  let world: any MachineWorld
  let limits: RunLimits
  package var globals: Globals
  /// The row that `it` is, while a row expression runs.
  var row: (any RowFields)?
  /// Whether anything may wait here: not in a row expression.
  var maySuspend = true

  var registers: UnsafeMutablePointer<Value>
  var registerCapacity: Int
  var frames: [Frame] = []
  var iterators: [Iterator] = []
  /// What the host keeps for functions that are under way, with how many frames there are inside each.
  private var scopes: [(depth: Int, value: Value)] = []
  /// The depth of the last scope, apart from it because every return looks at it. 0 without one.
  private(set) var scopedDepth = 0
  /// Where the value goes that `resume(with:)` brings.
  var awaited: Int?
  var stepsLeft: Int
  /// Jumps back and calls until cancellation and the step limit are looked at again.
  var ticks = Machine.tickLength

  static let tickLength = 4_096

  package init(world: any MachineWorld, globals: Globals, limits: RunLimits = RunLimits()) {
    self.world = world
    self.globals = globals
    self.limits = limits
    stepsLeft = limits.steps ?? Int.max
    registerCapacity = 256
    registers = .allocate(capacity: registerCapacity)
    registers.initialize(repeating: .null, count: registerCapacity)
  }

  deinit {
    registers.deinitialize(count: registerCapacity)
    registers.deallocate()
  }

  /// Runs the main text of a source up to its first stop.
  package func start(_ unit: CodeUnit) throws(RuntimeFault) -> Step {
    frames.removeAll()
    iterators.removeAll()
    scopes.removeAll()
    scopedDepth = 0
    reserve(unit.registerCount)
    frames.append(Frame(unit: unit, pc: 0, base: 0, result: 0, iterators: 0))
    return try run()
  }

  /// What was kept last for a function that is still under way.
  package var scoped: Value? { scopes.last?.value }

  /// Keeps a value until the function that is running returns; false outside of functions.
  package func keepForCall(_ value: Value) -> Bool {
    guard frames.count > 1 else { return false }
    if scopedDepth == frames.count { scopes.removeLast() }
    scopes.append((frames.count, value))
    scopedDepth = frames.count
    return true
  }

  func endScopes() {
    while let last = scopes.last, last.depth > frames.count { scopes.removeLast() }
    scopedDepth = scopes.last?.depth ?? 0
  }

  package func resume(with value: Value) throws(RuntimeFault) -> Step {
    if let awaited, awaited < registerCapacity { registers[awaited] = value }
    awaited = nil
    return try run()
  }

  package func resume() throws(RuntimeFault) -> Step { try run() }

  package func resume(with cursor: any RowCursor) throws(RuntimeFault) -> Step {
    iterators.append(.rows(cursor))
    return try run()
  }

  /// The value of a row expression for one row. Throws what it met; nothing in it may wait.
  package func evaluate(_ function: RowFunction, for row: any RowFields) throws(RuntimeFault) -> Value {
    self.row = row
    maySuspend = false
    frames.removeAll(keepingCapacity: true)
    iterators.removeAll(keepingCapacity: true)
    reserve(function.unit.registerCount)
    for captured in function.captured { registers[captured.register] = captured.value }
    frames.append(Frame(unit: function.unit, pc: 0, base: 0, result: 0, iterators: 0))
    switch try run() {
    case .finished(let value): return value
    default: throw RuntimeFault(.commandPerRow, at: function.span)
    }
  }

  /// The fault with the place the machine is at and the calls around it.
  func fault(_ problem: RuntimeProblem) -> RuntimeFault {
    var fault = RuntimeFault(problem, at: place(of: frames.count - 1))
    for index in frames.indices.dropFirst().reversed().prefix(64) {
      guard let span = place(of: index - 1) else { continue }
      let call = Diagnostic.Call(function: frames[index].unit.name, span: span)
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

  private func place(of index: Int) -> SourceSpan? {
    guard frames.indices.contains(index) else { return nil }
    let frame = frames[index]
    let position = frame.pc - 1
    return frame.unit.spans.indices.contains(position) ? frame.unit.spans[position] : nil
  }

  func reserve(_ count: Int) {
    guard count > registerCapacity else { return }
    let capacity = max(count, registerCapacity * 2)
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    larger.moveInitialize(from: registers, count: registerCapacity)
    (larger + registerCapacity).initialize(repeating: .null, count: capacity - registerCapacity)
    registers.deallocate()
    registers = larger
    registerCapacity = capacity
  }
}

/// The values of a session's top-level names, by slot; nil before the definition has run.
package final class Globals {
  package var values: [Value?] = []
  package var names: [String] = []

  package init() {}

  package func grow(to names: [String]) {
    self.names = names
    while values.count < names.count { values.append(nil) }
  }
}
