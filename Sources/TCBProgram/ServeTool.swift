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
    guard let source = Program.read(command.file, command.options.diagnostics) else { return 2 }
    let session = Session(options: command.options)
    let done = InterruptWatcher.install().finish { await serve(source, session, command) }
    TemporaryFiles.removeAll()
    return done.value
  }

  private static func serve(_ source: SourceText, _ session: Session, _ command: Serve) async -> Int32 {
    let language = command.options.diagnostics.wording.language
    let asJSON = command.options.diagnostics.isData
    let report = await session.run(source, mode: .script)
    guard report.exitStatus == 0 else { return report.exitStatus }
    var origin = command.baseURL
    while origin?.hasSuffix("/") == true { origin?.removeLast() }
    do throws(RuntimeProblem) {
      let (core, environments) = try await session.served(origin: origin)
      guard !environments.isEmpty else {
        Program.tell(
          Diagnostic(
            code: "E0730", "`\(command.file)` defines no environment that could be served",
            help: "define one: `env demo { … api embedded … }`"), language, asJSON: asJSON)
        return 1
      }
      guard let network = Network.current else {
        Program.tell(
          Diagnostic(
            code: "E0725", "the part of the program that reaches the network is not here",
            help: "put `tcbsh-net` beside `tcbsh`"), language, asJSON: asJSON)
        return 1
      }
      let trouble = await network.serve(core, ServerSettings(host: command.host, port: Int(command.port))) {
        port in
        let ids = environments.joined(separator: ", ")
        writeText("serving \(ids) on http://\(command.host):\(port)\n", to: STDERR_FILENO)
      }
      guard let trouble else { return 0 }
      Program.tell(
        Diagnostic(
          code: "E0731", "cannot listen on `\(command.host):\(Int(command.port))`: \(trouble)"),
        language, asJSON: asJSON)
      return 1
    } catch {
      Program.tell(Diagnostic(code: error.code, error.message, help: error.help), language, asJSON: asJSON)
      return 1
    }
  }
}
