// Drives the machine: runs it to its next stop, does what it waits for, gives it the result.

import TCBExport
import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

struct Executor {
  private let context: RunContext
  private let mode: RunMode

  init(_ context: RunContext, _ mode: RunMode) {
    self.context = context
    self.mode = mode
  }

  /// Runs a unit to its end and gives what it comes to.
  @discardableResult
  func run(_ unit: CodeUnit) async throws(RuntimeFault) -> Value {
    let machine = context.machine()
    context.running = machine
    var step = try machine.start(unit)
    while true {
      if Task.isCancelled { throw RuntimeFault(.cancelled, at: nil) }
      if case .finished(let value) = step {
        // Of a pipeline inside an expression, which has no end of its own.
        try await locating(machine, nil) { () throws(RuntimeProblem) in try await context.finishExports() }
        return value
      }
      step = try await answer(step, machine)
    }
  }

  /// What the last pipeline of a text comes to, before anything of it was read or shown.
  struct Last {
    var value: Value
    var isShown: Bool
    var span: SourceSpan
  }

  /// Runs a unit up to what its last pipeline gives, which is at `span`; nil where there is none.
  func run(_ unit: CodeUnit, upTo span: SourceSpan?) async throws(RuntimeFault) -> Last? {
    let machine = context.machine()
    context.running = machine
    var step = try machine.start(unit)
    while true {
      if Task.isCancelled { throw RuntimeFault(.cancelled, at: nil) }
      if case .statement(let value, let isShown, let place) = step, place == span {
        return Last(value: value, isShown: isShown, span: place)
      }
      if case .finished = step {
        try await locating(machine, nil) { () throws(RuntimeProblem) in try await context.finishExports() }
        return nil
      }
      step = try await answer(step, machine)
    }
  }

  /// Does what a stop waits for. What it meets goes to the script's `catch`, if there is one around.
  private func answer(_ step: Step, _ machine: Machine) async throws(RuntimeFault) -> Step {
    let next: Next
    do throws(RuntimeFault) { next = try await perform(step, machine) } catch {
      // Whatever the statement was about to write is not written.
      context.unfinished = []
      return try machine.resume(throwing: error)
    }
    switch next {
    case .value(let value): return try machine.resume(with: value)
    case .cursor(let cursor): return try machine.resume(with: cursor)
    case .nothing: return try machine.resume()
    }
  }

  private enum Next {
    case nothing
    case value(Value)
    case cursor(any RowCursor)
  }

  private func perform(_ step: Step, _ machine: Machine) async throws(RuntimeFault) -> Next {
    switch step {
    case .finished: return .nothing
    case .command(let request):
      do throws(RuntimeFault) { try request.checkDemands() } catch {
        throw machine.located(error.problem, at: error.span)
      }
      return .value(
        try await locating(machine, request.span) { () throws(RuntimeProblem) in try await perform(request) })
    case .definition(let request):
      try await define(request)
      return .nothing
    case .collect(let foreign, let span):
      return .value(
        try await locating(machine, span) { () throws(RuntimeProblem) in try await collect(foreign) })
    case .statement(let value, let isShown, let span):
      try await locating(machine, span) { () throws(RuntimeProblem) in try await finish(value, isShown) }
      return .nothing
    case .openCursor(let foreign, let span):
      let reader = try await locating(machine, span) { () throws(RuntimeProblem) in
        try await context.rows(of: .object(foreign)).0
      }
      return .cursor(ReaderCursor(reader))
    case .refill(let cursor, let span):
      try await locating(machine, span) { () throws(RuntimeProblem) in try await refill(cursor) }
      return .nothing
    }
  }

  /// Gives a problem its place and the calls around it, unless it has a place of its own.
  private func locating<Result>(
    _ machine: Machine, _ span: SourceSpan?, _ body: () async throws(RuntimeProblem) -> Result
  ) async throws(RuntimeFault) -> Result {
    do throws(RuntimeProblem) { return try await body() } catch {
      let own = context.faultInRow
      context.faultInRow = nil
      if let own, own.problem == error { throw own }
      throw machine.located(error, at: span)
    }
  }

  private func perform(_ request: CommandRequest) async throws(RuntimeProblem) -> Value {
    let name = request.site.call.signature.name
    let command: (any Command)? = EngineVocabulary.commandsByName[name] ?? context.hostCommands[name]
    guard let command else {
      throw EngineProblem.unknown("command", name, nearest: nil)
    }
    return try await command.run(Arguments(request: request), in: context)
  }

  private func define(_ request: DefinitionRequest) async throws(RuntimeFault) {
    let value: any ForeignValue
    switch request.site.definition.signature.keyword {
    case "env": value = try await EnvironmentDefinition.value(request, in: context)
    case "token": value = try TokenDefinition.value(request, in: context)
    case "files": value = try await FilesDefinition.value(request, in: context)
    case "fault": value = try FaultDefinition.value(request, in: context)
    default: value = try PolicyDefinition.value(request, in: context)
    }
    context.globals[request.site.slot] = .object(value)
    // A prompt's `env` defined anew takes the place of the one in use.
    if let environment = value as? EnvironmentValue, context.current?.name == environment.name {
      context.current = environment
    }
  }

  private func collect(_ foreign: any ForeignValue) async throws(RuntimeProblem) -> Value {
    guard let stream = foreign as? StreamValue else { return .object(foreign) }
    let table = try await context.collect(stream)
    try await context.finishExports()
    return .object(table)
  }

  private func finish(_ value: Value, _ isShown: Bool) async throws(RuntimeProblem) {
    if mode == .interactive, isShown {
      try await context.show(value, as: .table, isExplicit: false)
    } else if case .foreign(let box) = value, let stream = box.value as? StreamValue {
      try await context.drain(stream)
    }
    try await context.finishExports()
    if mode == .interactive { try context.flush() }
  }

  private func refill(_ cursor: any RowCursor) async throws(RuntimeProblem) {
    guard let cursor = cursor as? ReaderCursor else { return }
    do throws(RowError) { try await cursor.refill() } catch { throw EngineProblem.source(error) }
  }
}
