// A session: runs scripts and prompt entries, one at a time, and keeps what they define.

import TCBExport
import TCBHost
import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

/// How a run ended.
package struct RunReport: Sendable {
  package enum Ending: Sendable {
    case done
    /// It ran and met an error, `verify` refused a link, or `doctor` a token.
    case failed
    /// It was not run: the text has mistakes.
    case notUnderstood
    case cancelled
    /// Standard output was closed by whoever read it.
    case outputClosed
  }

  package var ending: Ending
  /// Rows of any `links` of the run that were `failed`.
  package var failedRows: Int

  /// 0 done · 1 failed · 2 not understood · 3 some row failed · 130 interrupted · 141 the reader of the output left.
  package var exitStatus: Int32 {
    switch ending {
    case .done: failedRows > 0 ? 3 : 0
    case .failed: 1
    case .notUnderstood: 2
    case .cancelled: 130
    case .outputClosed: 141
    }
  }
}

/// Whether results of pipelines are shown and names may be defined anew.
package enum RunMode: Sendable {
  case script
  /// `-c` and the prompt.
  case interactive
}

/// Runs scripts, one at a time, and keeps what they define: environments, policies, functions, values.
///
/// A program makes one with ``Engine/session(output:)``. Sessions are independent of one another and run side by side.
public actor Session {
  let context: RunContext
  private let natives: NativeTable
  private let usesColor: Bool
  private let settings: [Setting]
  private let diagnosticsAsJSON: Bool
  /// How long a run that a program started may take.
  let timeLimit: Duration?
  /// Who runs next, of the runs that a program started.
  var turns = Turns()
  /// Files imported so far, by path.
  private var modules: [String: ImportedModule] = [:]
  /// Kept, because to take a large tree apart takes time that a program which only checks does not need to spend.
  private var lastChecked: Prepared?

  /// A session over `host`, which grants everything it can read, write or reach.
  ///
  /// `settings` replace the values of the top-level `let`s of these names. `limits` bound each run by itself. `parts` are
  /// those of the engine of a program that embeds it.
  package init(
    host: any Host, usesColor: Bool = false, arguments: [String] = [], settings: [Setting] = [],
    diagnosticsAsJSON: Bool = false, language: TextLanguage = .english, limits: RunLimits = RunLimits(),
    parts: Engine.Parts? = nil, rowMemory: Int? = nil, transport: (any HTTPTransport)? = nil,
    executor: (any TaskExecutor)? = nil
  ) {
    let context = RunContext(
      host: host, vocabulary: parts?.extensions.vocabulary ?? EngineVocabulary.vocabulary,
      language: parts?.language ?? language)
    if let parts {
      context.hostCommands = parts.extensions.commands
      context.linkService = parts.linkService
    }
    timeLimit = parts?.limits.boundedTime
    context.usesColor = usesColor
    context.limits = limits
    if let bound = rowMemory ?? parts?.limits.rows { context.rowMemory = max(1, bound) }
    context.transport = transport
    context.executor = executor
    self.context = context
    self.usesColor = usesColor
    self.settings = settings
    self.diagnosticsAsJSON = diagnosticsAsJSON
    context.unreadable.asJSON = diagnosticsAsJSON
    // INVARIANT: functions run on the session's executor, as everything of the context does.
    let box = ContextBox(context)
    let added = parts?.extensions.functions ?? []
    natives = NativeTable { Builtins.all { box.context } + added.map { $0.native { box.context } } }
    context.natives = natives
    let slot = context.scope.define("args", keyword: "let", isVariable: false, span: nil)
    context.globals.grow(to: context.scope.names)
    context.globals[slot] = .list(of: arguments.map(Value.string))
  }

  /// Carries the context into functions without keeping it alive.
  private final class ContextBox: @unchecked Sendable {
    // Only read by functions of the session whose context it is, on that session's executor.
    private(set) weak var context: RunContext?
    init(_ context: RunContext) { self.context = context }
  }

  /// What is wrong with a text, as far as can be known without running it.
  package func check(_ source: SourceText) -> [Diagnostic] {
    let saved = context.sources
    defer { context.sources = saved }
    return checked(source).diagnostics
  }

  /// The same, as text; empty where nothing is wrong.
  package func checkText(_ source: SourceText) -> String {
    let saved = context.sources
    defer { context.sources = saved }
    return render(checked(source).diagnostics)
  }

  /// What is wrong with a text, and what lint finds in the policies of one that is understood.
  package func checkWithLint(_ source: SourceText) -> CheckReport {
    let saved = context.sources
    defer { context.sources = saved }
    var prepared = checked(source, keepsTrees: true)
    if prepared.isUnderstood {
      prepared.diagnostics = SourceLint.findings(in: prepared.checked, besides: prepared.diagnostics)
    }
    lastChecked = prepared
    // What was given up is told nothing of.
    if Task.isCancelled { return CheckReport([], isUnderstood: true, text: render) }
    return CheckReport(prepared.diagnostics, isUnderstood: prepared.isUnderstood, text: render)
  }

  /// What is wrong with how a text is written, names and imports aside, as text.
  package func syntaxText(_ source: SourceText) -> String {
    let saved = context.sources
    defer { context.sources = saved }
    let id = context.sources.add(source)
    return render(Parser.parse(source, id: id, vocabulary: context.vocabulary).problems.map(\.diagnostic))
  }

  /// Runs a text to its end; prints its output and its errors.
  package func run(_ source: SourceText, mode: RunMode) async -> RunReport {
    context.failedRows = 0
    context.refusedLinks = 0
    context.refusedTokens = 0
    let prepared = prepare(source, mode)
    if Task.isCancelled { return RunReport(ending: .cancelled, failedRows: 0) }
    guard let compiled = prepared.compiled else {
      report(prepared.diagnostics)
      return RunReport(ending: .notUnderstood, failedRows: 0)
    }
    adopt(compiled, prepared)
    let ending = await execute(compiled.main, mode)
    context.unreadable.finish()
    return RunReport(ending: ending, failedRows: context.failedRows)
  }

  /// Runs a text and then its tests, each whatever became of those before; says how each ended.
  ///
  /// `tell` learns how each test ended, and says whether to go on.
  package func test(
    _ source: SourceText, _ options: TestOptions = TestOptions(),
    tell: @escaping @Sendable (TestResult) -> Bool = { _ in true }
  ) async -> TestReport {
    let prepared = prepare(source, .script)
    if Task.isCancelled { return TestReport(ending: .cancelled) }
    guard let compiled = prepared.compiled else {
      report(prepared.diagnostics)
      return TestReport(ending: .notUnderstood)
    }
    adopt(compiled, prepared)
    let ending = await execute(compiled.main, .script)
    guard case .done = ending else { return TestReport(ending: ending) }
    let coverage = options.countsCoverage ? RuleCoverage() : nil
    context.coverage = coverage
    defer { context.coverage = nil }
    let tester = Tester(
      context: context, options: options, render: { self.renderBoth($0) },
      tell: { result in
        // What the test printed stands before how it ended.
        do throws(HostError) { try self.context.output.flush() } catch { return false }
        return tell(result)
      })
    var tests = await tester.run(compiled.tests)
    context.unreadable.finish()
    do throws(HostError) { try context.output.flush() } catch { return TestReport(ending: .outputClosed) }
    if let coverage {
      context.coverage = nil
      for policy in context.definedPolicies() { coverage.add(policy) }
      tests.coverage = coverage.report(in: context)
    }
    return tests
  }

  private func renderBoth(_ diagnostics: [Diagnostic]) -> (text: String, objects: [String]) {
    let text = DiagnosticRenderer(sources: context.sources, usesColor: usesColor, language: context.language)
    let objects = DiagnosticJSON(sources: context.sources, language: context.language)
    return (
      context.secrets.redact(text.render(diagnostics)),
      diagnostics.map { String(context.secrets.redact(objects.render([$0])).dropLast()) }
    )
  }

  /// Whether the text stops in the middle of something.
  package func isIncomplete(_ text: String) -> Bool {
    let source = SourceText(name: "prompt", text)
    let parsed = Parser.parse(
      source, id: SourceID(0), vocabulary: context.vocabulary, boundNames: boundNames, isPrompt: true)
    return parsed.incomplete != nil
  }

  /// An entry as it may be kept: without known secrets, and without texts that stand where secrets stand.
  package func redacted(_ text: String) -> String {
    context.secrets.redact(SecretTexts.masking(text, with: SecretRegistry.mask))
  }

  /// The names that entries so far have given values to.
  package var boundNames: Set<String> {
    // Nearly every start has none yet, and a set would have to be set up to say so.
    context.scope.entries.count > 1 ? Set(context.scope.exports.keys).subtracting(["args"]) : []
  }

  package var vocabulary: Vocabulary { context.vocabulary }

  /// Names of the session by the keyword that defined them.
  package func names(definedBy keyword: String) -> [String] {
    context.scope.entries.filter { $0.value.keyword == keyword }.keys.sorted()
  }

  // MARK: Before running

  struct Prepared {
    var parsed: ParsedSource
    var resolution: Resolution
    /// Nothing keeps it from being run.
    var isUnderstood: Bool
    /// Nil where it is not understood, or was only to be checked.
    var compiled: CompiledSource?
    var scope: GlobalScope { resolution.scope }
    var diagnostics: [Diagnostic]
    /// Files that it imports and nobody imported before.
    var modules: [String: ImportedModule] = [:]
    /// The text and the files that it imports, where they were to be kept.
    var checked: [CheckedSource] = []
  }

  /// Reads, resolves and compiles a text. Nothing of the session changes but its list of sources. Where the task is cancelled this
  /// ends early, and what it gives is worth nothing.
  /// With `definesOnly` statements that define nothing are left out. What is `onlyChecked` is compiled only where it may be too
  /// large for it.
  func prepare(
    _ source: SourceText, _ mode: RunMode, keepsTrees: Bool = false, definesOnly: Bool = false,
    onlyChecked: Bool = false
  ) -> Prepared {
    let id = context.sources.add(source)
    var parsed = Parser.parse(source, id: id, vocabulary: context.vocabulary, boundNames: boundNames)
    var importer = Importer(
      context: context, natives: natives, known: modules, scope: context.scope, keepsTrees: keepsTrees)
    let imports = importer.open(&parsed, from: source, boundNames: boundNames)
    if definesOnly { parsed.statements.removeAll { !$0.defines } }
    let unset = mode == .script ? Setting.apply(settings, to: &parsed, vocabulary: context.vocabulary) : []
    SecretLiterals(host: context.host, secrets: context.secrets).register(in: parsed.statements)
    let resolution = Resolver.resolve(
      parsed, in: importer.scope, vocabulary: context.vocabulary, isPrompt: mode == .interactive,
      imports: imports.map(\.exports))
    var problems = parsed.problems + importer.problems
    problems += Importer.settled(resolution.problems, of: parsed, imports)
    var compiled: CompiledSource?
    if problems.isEmpty, !onlyChecked || !Compiler.isCertainToFit(parsed, resolution, source: source) {
      do throws(CompilationFailure) {
        compiled = try Compiler.compile(
          parsed, resolution, source: source, natives: natives, modules: imports.compactMap(\.site))
      } catch {
        problems = error.problems
      }
    }
    let diagnostics = problems.sorted {
      ($0.span.source.index, $0.span.lower) < ($1.span.source.index, $1.span.lower)
    }
    return Prepared(
      parsed: parsed, resolution: resolution, isUnderstood: problems.isEmpty && unset.isEmpty,
      compiled: unset.isEmpty ? compiled : nil,
      diagnostics: diagnostics.map(\.diagnostic) + unset,
      modules: importer.known,
      checked: keepsTrees
        ? [CheckedSource(text: source, parsed: parsed, resolution: resolution)] + importer.checked : [])
  }

  /// What running a text would look at before anything runs, and what is certain to fail when it does.
  private func checked(_ source: SourceText, keepsTrees: Bool = false) -> Prepared {
    var prepared = prepare(source, .script, keepsTrees: keepsTrees, onlyChecked: true)
    let faults = TypeChecker.faults(
      in: prepared.parsed, prepared.resolution, vocabulary: context.vocabulary,
      readsPatterns: !prepared.isUnderstood)
    guard !faults.isEmpty else { return prepared }
    prepared.diagnostics = (prepared.diagnostics + faults.map(\.diagnostic)).sorted {
      ($0.span?.source.index ?? 0, $0.span?.lower ?? 0) < ($1.span?.source.index ?? 0, $1.span?.lower ?? 0)
    }
    return prepared
  }

  func adopt(_ compiled: CompiledSource, _ prepared: Prepared) {
    context.scope = prepared.scope
    context.globals.grow(to: prepared.scope.names)
    let added = prepared.modules.filter { modules[$0.key] == nil }.values
    modules = prepared.modules
    for function in added.flatMap(\.functions) + compiled.functions {
      context.globals[function.slot] = .function(function.value)
    }
  }

  func report(_ diagnostics: [Diagnostic]) {
    try? context.output.flush()
    context.output.writeDiagnostics(render(diagnostics))
  }

  /// As text, with every known secret replaced.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    if diagnosticsAsJSON {
      return context.secrets.redact(
        DiagnosticJSON(sources: context.sources, language: context.language).render(diagnostics))
    }
    return context.secrets.redact(
      DiagnosticRenderer(sources: context.sources, usesColor: usesColor, language: context.language).render(
        diagnostics))
  }

  // MARK: Running

  func execute(_ unit: CodeUnit, _ mode: RunMode) async -> RunReport.Ending {
    let executor = Executor(context, mode)
    var ending: RunReport.Ending
    do throws(RuntimeFault) {
      try await executor.run(unit)
      ending = context.refusedLinks + context.refusedTokens > 0 ? .failed : .done
    } catch {
      ending = end(with: error)
    }
    context.unfinished = []
    do throws(HostError) { try context.output.flush() } catch {
      ending =
        error.reason == .closed
        ? .outputClosed
        : end(with: RuntimeFault(EngineProblem.output(.init(.host(error)), "standard output"), at: nil))
    }
    return ending
  }

  func end(with fault: RuntimeFault) -> RunReport.Ending {
    if fault.problem == .cancelled { return .cancelled }
    if fault.problem == EngineProblem.outputClosed { return .outputClosed }
    report(fault.diagnostics)
    return .failed
  }
}
