// From the command line to a session and back to an exit status.

import ArgumentParser
import Glibc
import Synchronization
import TCBEngine
import TCBHost
import TCBRuntime
import TCBShell
import TCBSyntax
import TCBText

package enum Program {
  /// What the process was started with, behind its own name. `CommandLine.arguments` comes with types that have to be made
  /// first, a thirtieth of a start.
  private static func processArguments() -> [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { CommandLine.unsafeArgv[$0].map { String(cString: $0) } }
  }

  /// Runs the program and gives its exit status: 0 done, 1 failed, 2 not understood, 3 some row failed, 128 and a
  /// signal's number when stopped by it.
  ///
  /// `network` is what this process has of the network; without any it becomes one that has, where it needs to.
  package static func main(network: Network?) -> Int32 {
    tuneAllocator()
    let arguments = processArguments()
    Network.set(network)
    self.arguments.withLock { $0 = arguments }
    if let status = plainly(arguments) { return status }
    let (own, scriptArguments) = splitAtScript(arguments)
    let command: any ParsableCommand
    do {
      command = try Root.parseAsRoot(own)
    } catch {
      if let word = own.first, let wording = whatIsNoCommand(word) {
        writeText("tcbsh: \(wording[.ofLocale])\n", to: STDERR_FILENO)
        return 2
      }
      return endParsing(error)
    }
    switch command {
    case let run as Run:
      let diagnostics = run.options.diagnostics
      return runFile(
        run.file, diagnostics.wording.language, asJSON: diagnostics.isData,
        in: Session(options: run.options, arguments: scriptArguments))
    case let check as Check: return CheckTool.run(check)
    case let format as Format: return FormatTool.run(format)
    case let test as Test: return TestTool.run(test)
    case let diff as DiffPolicies: return PolicyTool.diff(diff)
    case let doctor as DoctorToken: return TokenTool.doctor(doctor)
    case let covers as CoversPolicy: return PolicyTool.covers(covers)
    case let serve as Serve: return ServeTool.run(serve)
    case let replay as Replay: return ReplayTool.run(replay)
    case let command as Explain: return explain(command)
    case let help as Help:
      guard help.markdown else { return self.help(help.names, help.wording.language) }
      writeText(HelpText(EngineVocabulary.vocabulary).reference)
      return 0
    case let root as Root: return start(root)
    default:
      // The parser's own: what `--help` behind a command comes to.
      var command = command
      do { try command.run() } catch { return endParsing(error) }
      return 0
    }
  }

  /// What to say of a first word that is neither an option nor a command; nil where it is one of these.
  private static func whatIsNoCommand(_ word: String) -> Wording? {
    let commands = Root.configuration.subcommands.map {
      $0.configuration.commandName ?? "\($0)".lowercased()
    }
    guard !word.hasPrefix("-"), !commands.contains(word) else { return nil }
    if access(word, F_OK) == 0 { return "to run a file write `tcbsh run \(word)`" }
    if word.hasSuffix(".tcb"), let nearest = SystemHost().nearestPath(to: word) {
      return "there is no file `\(word)`; did you mean `tcbsh run \(nearest)`?"
    }
    if let nearest = NearestName.of(word, among: commands) {
      return "there is no command `\(word)`; did you mean `\(nearest)`?"
    }
    return "there is no command `\(word)`; `tcbsh --help` shows which there are"
  }

  /// As they were given to the process.
  private static let arguments = Mutex<[String]>([])

  /// Becomes the program with the network in it where a script needs that; what was read from standard input is read again there.
  static func enterNetwork(for source: SourceText?, isFromInput: Bool = false) {
    guard source.map(Network.isNeeded) ?? true else { return }
    Network.enter(arguments.withLock { $0 }, rereading: isFromInput ? source : nil)
  }

  /// What scripts and cron start a thousand times, without the argument parser, which takes 2 ms to look at it. Nil for
  /// anything that has options.
  private static func plainly(_ arguments: [String]) -> Int32? {
    guard arguments.count >= 2, !arguments[1].hasPrefix("-") else { return nil }
    switch arguments[0] {
    case "-c" where arguments.count == 2:
      return runCommands(arguments[1], in: Session.plain())
    case "run":
      return runFile(arguments[1], .ofLocale, in: Session.plain(arguments: Array(arguments.dropFirst(2))))
    default: return nil
    }
  }

  /// `--help` and `--version` are answers and go to standard output; anything else was not understood.
  private static func endParsing(_ error: any Error) -> Int32 {
    let message = Root.fullMessage(for: error)
    let isAnswer = Root.exitCode(for: error) == .success
    writeText(message + "\n", to: isAnswer ? STDOUT_FILENO : STDERR_FILENO)
    return isAnswer ? 0 : 2
  }

  private static func start(_ root: Root) -> Int32 {
    if let commands = root.commands {
      guard commands == "-" else {
        return runCommands(commands, in: Session(options: root.options))
      }
      return runStandardInput(root.options)
    }
    guard standardStreamsAreTerminals else { return runStandardInput(root.options) }
    enterNetwork(for: nil)
    let banner = "tcbsh \(programVersion)  —  help for what there is, Ctrl-D to leave"
    return runPrompt(session: EnginePrompt(Session(options: root.options)), banner: banner)
  }

  private static func runCommands(_ commands: String, in session: @autoclosure () -> Session) -> Int32 {
    let source = SourceText(name: "-c", commands)
    enterNetwork(for: source)
    return run(source, session())
  }

  private static func runStandardInput(_ options: RunOptions) -> Int32 {
    guard let source = read("-", options.diagnostics) else { return 2 }
    enterNetwork(for: source, isFromInput: true)
    return run(source, Session(options: options))
  }

  private static func runFile(
    _ file: String, _ language: TextLanguage, asJSON: Bool = false, in session: @autoclosure () -> Session
  ) -> Int32 {
    guard let source = read(file, language, asJSON: asJSON) else { return 2 }
    enterNetwork(for: source, isFromInput: file == "-")
    return run(source, session(), .script)
  }

  private static func run(_ source: SourceText, _ session: Session, _ mode: RunMode = .interactive) -> Int32 {
    let done = InterruptWatcher.install().finish { await session.run(source, mode: mode) }
    TemporaryFiles.removeAll()
    // The process ends: to take the session apart first would be time for nobody.
    _ = Unmanaged.passRetained(session)
    if let signal = done.stoppedBy { return 128 &+ signal }
    return done.value.exitStatus
  }

  private static func explain(_ command: Explain) -> Int32 {
    let language = command.wording.language
    for (index, code) in command.codes.enumerated() {
      do throws(RuntimeProblem) {
        writeText((index > 0 ? "\n" : "") + (try CodeCatalogue.entry(code)).text(in: language))
      } catch {
        return refuse(error, language)
      }
    }
    return 0
  }

  private static func help(_ names: [String], _ language: TextLanguage) -> Int32 {
    let help = HelpText(EngineVocabulary.vocabulary)
    guard !names.isEmpty else {
      writeText(help.overview)
      return 0
    }
    for name in names {
      do throws(RuntimeProblem) {
        writeText(try help.topic(name, in: language))
      } catch {
        return refuse(error, language)
      }
    }
    return 0
  }

  /// Says why something that was asked for by name is not there.
  static func refuse(_ problem: RuntimeProblem, _ language: TextLanguage) -> Int32 {
    let words = ([problem.message] + [problem.help].compactMap(\.self)).map { $0[language] }
    writeText("tcbsh: \(words.joined(separator: language == .chinese ? "；" : "; "))\n", to: STDERR_FILENO)
    return 2
  }

  /// Tells what no session was there to tell.
  static func tell(_ diagnostic: Diagnostic, _ language: TextLanguage, asJSON: Bool = false) {
    let text =
      asJSON
      ? DiagnosticJSON(sources: SourceMap(), language: language).render([diagnostic])
      : DiagnosticRenderer(sources: SourceMap(), usesColor: usesColor, language: language).render(diagnostic)
    writeText(text, to: STDERR_FILENO)
  }

  static func read(_ path: String, _ options: DiagnosticOptions) -> SourceText? {
    read(path, options.wording.language, asJSON: options.isData)
  }

  /// The text of a script, or nil once it has been said why there is none.
  static func read(_ path: String, _ language: TextLanguage, asJSON: Bool = false) -> SourceText? {
    let host = SystemHost()
    let name = path == "-" ? "standard input" : path
    do throws(HostError) {
      let file = try path == "-" ? host.standardInput() : host.openFile(path)
      defer { file.close() }
      return SourceText(name: name, bytes: try file.remainder(limit: Int(Int32.max), path: path))
    } catch {
      tell(
        Diagnostic(
          code: "E0601", "cannot read `\(name)`: \(error.wording)",
          help: .suggestion(error.reason == .notFound ? host.nearestPath(to: path) : nil)),
        language, asJSON: asJSON)
      return nil
    }
  }

  static var usesColor: Bool {
    isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && (processEnvironment("NO_COLOR") ?? "").isEmpty
      && processEnvironment("TERM") != "dumb"
  }
}

extension Session {
  /// A session over this machine, as the command line asks for it.
  init(options: RunOptions, arguments: [String] = [], host: (any Host)? = nil) {
    self.init(
      host: host ?? SystemHost(denied: options.denied), usesColor: Program.usesColor, arguments: arguments,
      settings: options.settings, diagnosticsAsJSON: options.diagnostics.isData,
      language: options.diagnostics.wording.language,
      transport: options.denied.contains(.net) ? nil : Network.current?.transport, executor: Workers.shared)
  }

  /// The same without options: a start that needs none does not pay for what the argument parser's types cost to be set up.
  static func plain(arguments: [String] = []) -> Session {
    Session(
      host: SystemHost(), usesColor: Program.usesColor, arguments: arguments, language: .ofLocale,
      transport: Network.current?.transport, executor: Workers.shared)
  }
}
