// `tcbsh serve`.

import Glibc
import TCBEngine
import TCBHost
import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

enum ServeTool {
  /// 0 stopped by a signal · 1 the script failed, or nobody can listen there · 2 the script was not understood.
  static func run(_ command: Serve) -> Int32 {
    Program.enterNetwork(for: nil)
    let source: SourceText
    if let file = command.file {
      guard let read = Program.read(file, command.options.diagnostics) else { return 2 }
      source = read
    } else {
      source = SourceText(name: "serve", "")
    }
    let session = Session(options: command.options)
    let (reload, hadTerminal) = (ServerReload(), Self.hasTerminal)
    // Calls under way have the time that the server gives them, and a little more.
    let done = InterruptWatcher.install().finish(grace: 35_000) {
      await serve(source, session, command, reload)
    } onHangUp: {
      // The end of a terminal says the same as whoever wants files read again.
      if hadTerminal, !Self.hasTerminal { return false }
      reload.request()
      return true
    }
    TemporaryFiles.removeAll()
    return done.value
  }

  /// Whether this process belongs to a terminal that is there.
  private static var hasTerminal: Bool {
    let descriptor = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }

  private static func serve(
    _ source: SourceText, _ session: Session, _ command: Serve, _ reload: ServerReload
  ) async -> Int32 {
    let report = await session.run(source, mode: .script)
    guard report.exitStatus == 0 else { return report.exitStatus }
    let options = command.server
    var origin = options.baseURL
    while origin?.hasSuffix("/") == true { origin?.removeLast() }
    let settings: ServerSettings
    let core: APICore
    let environments: [String]
    do throws(ServerOptionError) { settings = try options.settings() } catch {
      return tell(
        Diagnostic(code: "E0732", "the server cannot be set up: \(error.message)"), command)
    }
    do throws(RuntimeProblem) { (core, environments) = try await session.served(origin: origin) } catch {
      return tell(Diagnostic(code: error.code, error.message, help: error.help), command)
    }
    guard !environments.isEmpty || command.hasOtherDefinitions else {
      return tell(
        Diagnostic(
          code: "E0730", "`\(command.file ?? "")` defines no environment that could be served",
          help: "define one: `env demo { … api embedded … }`"), command)
    }
    core.leadLinks(below: origin)
    if let quota = options.quota(core.callQuota) { core.callQuota = quota }
    guard let network = Network.current else {
      return tell(
        Diagnostic(
          code: "E0725", "the part of the program that reaches the network is not here",
          help: "put `tcbsh-net` beside `tcbsh`"), command)
    }
    let trouble = await network.serve(core, settings, reload) { port in
      let ids = core.names.environments.joined(separator: ", ")
      writeText(
        "serving \(ids.isEmpty ? "nothing yet" : ids) on \(options.address(port: port))\n", to: STDERR_FILENO)
    }
    switch trouble {
    case nil: return 0
    case .setUp(let reason)?:
      return tell(Diagnostic(code: "E0732", "the server cannot be set up: \(reason)"), command)
    case .listen(let reason)?:
      let place = "\(options.host):\(Int(options.port))"
      return tell(Diagnostic(code: "E0731", "cannot listen on `\(place)`: \(reason)"), command)
    }
  }

  private static func tell(_ diagnostic: Diagnostic, _ command: Serve) -> Int32 {
    let diagnostics = command.options.diagnostics
    Program.tell(diagnostic, diagnostics.wording.language, asJSON: diagnostics.isData)
    return 1
  }
}
