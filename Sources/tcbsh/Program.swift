// From the command line to a session and back to an exit status.

import ArgumentParser
import Glibc
import TCBEngine
import TCBHost
import TCBRuntime
import TCBShell
import TCBSyntax

enum Program {
  /// Runs the program and gives its exit status: 0 done, 1 failed, 2 not understood, 3 some row failed, 128 and a
  /// signal's number when stopped by it.
  static func main(_ arguments: [String]) -> Int32 {
    if let status = plainly(arguments) { return status }
    let (own, scriptArguments) = splitAtScript(arguments)
    let command: any ParsableCommand
    do {
      command = try Root.parseAsRoot(own)
    } catch {
      return endParsing(error)
    }
    switch command {
    case let run as Run:
      return runFile(run.file, SystemHost(denied: run.options.denied), scriptArguments)
    case let check as Check: return self.check(check.files)
    case let help as Help: return self.help(help.names)
    case let root as Root: return start(root)
    default: return endParsing(CleanExit.helpRequest())
    }
  }

  /// What scripts and cron start a thousand times, without the argument parser, which takes 2 ms to look at it. Nil for
  /// anything that has options.
  private static func plainly(_ arguments: [String]) -> Int32? {
    guard arguments.count >= 2, !arguments[1].hasPrefix("-") else { return nil }
    switch arguments[0] {
    case "-c" where arguments.count == 2:
      return run(SourceText(name: "-c", arguments[1]), SystemHost(), [], .interactive)
    case "run": return runFile(arguments[1], SystemHost(), Array(arguments.dropFirst(2)))
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
    let host = SystemHost(denied: root.options.denied)
    if let commands = root.commands {
      guard commands == "-" else { return run(SourceText(name: "-c", commands), host, [], .interactive) }
      return runStandardInput(host)
    }
    guard standardStreamsAreTerminals else { return runStandardInput(host) }
    let session = Session(host: host, usesColor: usesColor)
    let banner = "tcbsh \(programVersion)  —  help for what there is, Ctrl-D to leave"
    return runPrompt(session: EnginePrompt(session), banner: banner)
  }

  private static func runStandardInput(_ host: SystemHost) -> Int32 {
    guard let source = read("-", host) else { return 2 }
    return run(source, host, [], .interactive)
  }

  private static func runFile(_ file: String, _ host: SystemHost, _ arguments: [String]) -> Int32 {
    guard let source = read(file, SystemHost()) else { return 2 }
    return run(source, host, arguments, .script)
  }

  private static func run(_ source: SourceText, _ host: SystemHost, _ arguments: [String], _ mode: RunMode)
    -> Int32
  {
    let session = Session(host: host, usesColor: usesColor, arguments: arguments)
    let done = InterruptWatcher.install().finish { await session.run(source, mode: mode) }
    TemporaryFiles.removeAll()
    if let signal = done.stoppedBy { return 128 &+ signal }
    return done.value.exitStatus
  }

  private static func check(_ files: [String]) -> Int32 {
    var status: Int32 = 0
    for file in files {
      guard let source = read(file, SystemHost()) else {
        status = 2
        continue
      }
      let session = Session(host: SystemHost(), usesColor: usesColor)
      let text = InterruptWatcher.install().answer { await session.checkText(source) } ?? ""
      guard !text.isEmpty else { continue }
      status = 2
      writeText(text, to: STDERR_FILENO)
    }
    return status
  }

  private static func help(_ names: [String]) -> Int32 {
    let help = HelpText(EngineVocabulary.vocabulary)
    guard !names.isEmpty else {
      writeText(help.overview)
      return 0
    }
    for name in names {
      do throws(RuntimeProblem) {
        writeText(try help.topic(name))
      } catch {
        let suggestion = error.help.map { "; \($0)" } ?? ""
        writeText("tcbsh: \(error.message)\(suggestion)\n", to: STDERR_FILENO)
        return 2
      }
    }
    return 0
  }

  /// The text of a script, or nil once it has been said why there is none.
  private static func read(_ path: String, _ host: SystemHost) -> SourceText? {
    let name = path == "-" ? "standard input" : path
    do throws(HostError) {
      let file = try path == "-" ? host.standardInput() : host.openFile(path)
      defer { file.close() }
      return SourceText(name: name, bytes: try file.remainder(limit: Int(Int32.max), path: path))
    } catch {
      writeText("error[E0601]: cannot read `\(name)`: \(error.message)\n", to: STDERR_FILENO)
      return nil
    }
  }

  private static var usesColor: Bool {
    isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && (processEnvironment("NO_COLOR") ?? "").isEmpty
      && processEnvironment("TERM") != "dumb"
  }
}
