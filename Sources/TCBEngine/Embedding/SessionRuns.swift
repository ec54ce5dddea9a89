// What a program does with a session: run scripts, read rows, give and get values.

import TCBHost
import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

/// What came of a run that met no error.
public struct RunResult: Sendable {
  /// What the last statement comes to, where that is an expression or a pipeline; null otherwise. Rows are a list of records:
  /// ``Session/rows(_:name:)`` does not hold them all.
  public var value: ScriptValue
  /// How many rows of any `links` of the run were `failed`.
  public var failedRows: Int
  /// How many links `verify` refused.
  public var refusedLinks: Int
}

extension Session {
  /// Runs a script to its end. What it defines stays, for later runs of this session.
  ///
  /// Runs of one session wait for one another; those of different sessions do not. A run ends when its task is cancelled. While it
  /// computes it holds its thread, so that a program should not run more endless scripts at once than it has processors.
  ///
  /// - Parameters:
  ///   - script: The text, at most 2 GiB. The session keeps one that defines something or holds functions or conditions, to tell places
  ///     in it.
  ///   - name: What errors call the script; its `import` paths are relative to the folder of this name.
  /// - Throws: ``ScriptError``: of mistakes in the text before anything ran, or of what ended the run. What the script printed and
  ///   defined before that stays.
  @discardableResult
  public func run(_ script: String, name: String = "script") async throws(ScriptError) -> RunResult {
    try await inTurn { () throws(ScriptError) in
      let deadline = deadline
      return try await bounded(by: deadline) { await self.evaluate(script, name) }
    }
  }

  /// Runs a script whose last statement is a pipeline, and gives that pipeline's rows one by one.
  ///
  /// All but the last statement has run when this returns; the pipeline runs as its rows are read. In between the session may run
  /// other scripts. Parameters and errors are those of ``run(_:name:)``; a last statement that has no rows is an error (`E0417`).
  public func rows(_ script: String, name: String = "script") async throws(ScriptError) -> Rows {
    let open = try await inTurn { () throws(ScriptError) in
      let deadline = deadline
      return try await bounded(by: deadline) { await self.openRows(script, name, deadline) }
    }
    return Rows(open) { () throws(ScriptError) in try await self.batchInTurn(of: open) }
  }

  /// What is wrong with a script, as far as can be known without running it; empty where nothing is. Names that the session knows
  /// are known to the script. Files it imports are read.
  public func check(_ script: String, name: String = "script") -> [ScriptDiagnostic] {
    let saved = context.sources
    defer { context.sources = saved }
    let diagnostics = prepare(SourceText(name: name, script), .script).diagnostics
    return exchange.exchanged(diagnostics)
  }

  /// Defines a name for the scripts to come, as `let` does; what had the name before is replaced.
  ///
  /// Throws where `name` is no name of the language (`E0216`), or the value is larger (`E0906`) or deeper (`E0903`) than values may
  /// be.
  public func set(_ name: String, to value: ScriptValue) async throws(ScriptError) {
    try await inTurn { () throws(ScriptError) in
      guard name.isScriptName else {
        throw failure(.other(code: "E0216", message: "`\(name)` cannot be a name", help: nil))
      }
      do throws(RuntimeProblem) {
        let exchanged = try value.exchanged()
        let slot = context.scope.define(name, keyword: "let", isVariable: false, span: nil)
        context.globals.grow(to: context.scope.names)
        context.globals[slot] = exchanged
      } catch {
        throw failure(error)
      }
    }
  }

  /// The value of a name that scripts of this session defined; nil where there is none. Rows are a list of records.
  ///
  /// Throws only ``ScriptError/Kind/cancelled``, while it waits for a run, and what ``run(_:name:)`` throws inside of a command.
  public func value(of name: String) async throws(ScriptError) -> ScriptValue? {
    try await inTurn { () throws(ScriptError) in
      guard let slot = context.scope.entries[name]?.slot else { return nil }
      return context.globals[slot].map { ScriptValue($0) }
    }
  }
}

// MARK: One at a time, and in time

extension Session {
  /// The sessions in whose runs the program's own commands are under way here.
  @TaskLocal static var busy: [ObjectIdentifier] = []

  private func inTurn<Result>(
    _ body: () async throws(ScriptError) -> Result
  ) async throws(ScriptError) -> Result {
    try await takeTurn()
    defer { turns.end() }
    return try await body()
  }

  private func takeTurn() async throws(ScriptError) {
    if Session.busy.contains(ObjectIdentifier(self)) {
      throw failure(
        .other(
          code: "E0909", message: "a command cannot use the session that runs it",
          help: "make a session of its own for it"))
    }
    if turns.take() { return }
    let number = turns.number()
    let isMine = await withTaskCancellationHandler {
      await withCheckedContinuation { turns.wait(number, $0) }
    } onCancel: {
      Task { await self.giveUpTurn(number) }
    }
    if !isMine { throw failure(.cancelled) }
  }

  private func giveUpTurn(_ number: Int) { turns.giveUp(number) }

  private var deadline: ContinuousClock.Instant? { timeLimit.map { .now.advanced(by: $0) } }

  /// Cancels what is not done by a time, and then tells that it took too long.
  private func bounded<Outcome: Sendable>(
    by deadline: ContinuousClock.Instant?,
    _ body: @escaping @Sendable () async -> Result<Outcome, ScriptError>
  ) async throws(ScriptError) -> Outcome {
    guard let deadline else { return try await body().get() }
    let result = await withTaskGroup(of: Result<Outcome, ScriptError>?.self) { group in
      group.addTask { await body() }
      group.addTask {
        try? await Task.sleep(until: deadline, clock: .continuous)
        return nil
      }
      var isLate = false
      while let ended = await group.next() {
        group.cancelAll()
        if let result = ended { return (result, isLate) }
        isLate = !Task.isCancelled
      }
      return (Result<Outcome, ScriptError>.failure(failure(.cancelled)), isLate)
    }
    if case (.failure(let error), true) = result, error.kind == .cancelled { throw failure(.outOfTime) }
    return try result.0.get()
  }
}

// MARK: Running

extension Session {
  private func evaluate(_ script: String, _ name: String) async -> Result<RunResult, ScriptError> {
    let sources = context.sources
    var leavesNothing = false
    defer {
      context.unreadable.finish()
      // Nothing can speak of its places any more, and a session may run a million of these.
      if leavesNothing { context.sources = sources }
    }
    do throws(ScriptError) {
      let last = try await execute(script, name, leavesNothing: &leavesNothing)
      let value = try await settled(last)
      return .success(
        RunResult(value: value, failedRows: context.failedRows, refusedLinks: context.refusedLinks))
    } catch {
      return .failure(error)
    }
  }

  private func openRows(
    _ script: String, _ name: String, _ deadline: ContinuousClock.Instant?
  ) async -> Result<OpenRows, ScriptError> {
    do throws(ScriptError) {
      var leavesNothing = false
      let last = try await execute(script, name, leavesNothing: &leavesNothing)
      do throws(RuntimeProblem) {
        let reader = try await context.rows(of: last?.value ?? .null).reader
        let exports = context.unfinished
        context.unfinished = []
        return .success(OpenRows(reader, exports: exports, deadline: deadline))
      } catch {
        throw failure(error, at: last?.span)
      }
    } catch {
      context.unfinished = []
      context.unreadable.finish()
      return .failure(error)
    }
  }

  /// Runs all of a script but what its last pipeline leaves to be read. `leavesNothing` is set where no value can lead back to
  /// the text from then on.
  private func execute(
    _ script: String, _ name: String, leavesNothing: inout Bool
  ) async throws(ScriptError) -> Executor.Last? {
    context.failedRows = 0
    context.refusedLinks = 0
    context.untold = nil
    context.session = self
    let prepared = prepare(SourceText(name: name, script), .script)
    leavesNothing = prepared.compiled == nil || prepared.isPlain
    if Task.isCancelled { throw failure(.cancelled) }
    guard let compiled = prepared.compiled else {
      throw ScriptError(.notUnderstood, prepared.diagnostics, in: exchange)
    }
    adopt(compiled, prepared)
    var last: Executor.Last?
    var fault: RuntimeFault?
    do throws(RuntimeFault) {
      last = try await Executor(context, .script).run(compiled.main, upTo: prepared.lastPipeline)
    } catch {
      context.unfinished = []
      fault = error
    }
    try flush()
    if let fault { throw failure(fault) }
    return last
  }

  /// What a run comes to; what a command left to be read for its own sake is read and not kept.
  private func settled(_ last: Executor.Last?) async throws(ScriptError) -> ScriptValue {
    guard let last else { return .null }
    do throws(RuntimeProblem) {
      var value = last.value
      if case .foreign(let box) = value, let stream = box.value as? StreamValue {
        if last.isShown {
          value = .object(try await context.collect(stream))
        } else {
          try await context.drain(stream)
        }
      }
      try await context.finishExports()
      return last.isShown ? ScriptValue(value) : .null
    } catch {
      context.unfinished = []
      throw failure(error, at: last.span)
    }
  }

  private func batchInTurn(of open: OpenRows) async throws(ScriptError) -> RowBatch? {
    try await inTurn { () throws(ScriptError) in
      try await bounded(by: open.deadline) {
        do throws(ScriptError) { return .success(try await self.batch(of: open)) } catch {
          return .failure(error)
        }
      }
    }
  }

  /// The next batch of rows that are open, for whoever has the turn.
  func batch(of open: OpenRows) async throws(ScriptError) -> RowBatch? {
    do throws(RowError) {
      let batch = try await open.next()
      if batch == nil { context.unreadable.finish() }
      return batch
    } catch {
      throw failure(EngineProblem.source(error))
    }
  }

  private func flush() throws(ScriptError) {
    do throws(RuntimeProblem) { try context.flush() } catch { throw failure(error) }
  }
}

extension Session.Prepared {
  /// Where the last statement is, if that is a pipeline.
  fileprivate var lastPipeline: SourceSpan? {
    if case .pipeline(let pipeline)? = parsed.statements.last?.kind { pipeline.span } else { nil }
  }

  /// Whether it only computes: without definitions, and without functions or conditions that could be kept.
  fileprivate var isPlain: Bool {
    parsed.scopeCount == 1
      && parsed.statements.allSatisfy { if case .pipeline = $0.kind { true } else { false } }
  }
}

// MARK: Errors

extension Session {
  fileprivate var exchange: DiagnosticExchange {
    DiagnosticExchange(sources: context.sources, secrets: context.secrets, language: context.language)
  }

  /// At the place that a row expression met it, or else at `span`.
  private func failure(_ problem: RuntimeProblem, at span: SourceSpan? = nil) -> ScriptError {
    let own = context.faultInRow
    context.faultInRow = nil
    if let own, own.problem == problem { return failure(own) }
    return failure(RuntimeFault(problem, at: span))
  }

  private func failure(_ fault: RuntimeFault) -> ScriptError {
    ScriptError(
      ScriptError.Kind(fault.problem), fault.diagnostics, in: exchange, fault: fault,
      underlying: context.untoldError(behind: fault.problem))
  }
}
