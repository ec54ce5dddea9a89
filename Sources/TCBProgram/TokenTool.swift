// `tcbsh token`: what a person does about tokens from outside of scripts.

import Glibc
import TCBEngine
import TCBHost
import TCBSyntax
import TCBText

enum TokenTool {
  /// 0 nothing is wrong · 1 something is · 2 not understood.
  static func doctor(_ command: DoctorToken) -> Int32 {
    let diagnostics = command.options.diagnostics
    guard let source = Program.read(command.file, diagnostics) else { return 2 }
    Program.enterNetwork(for: source)
    let session = Session(options: command.options)
    let done = InterruptWatcher.install().finish {
      await session.diagnose(source, token: command.name, environment: command.environment)
    }
    TemporaryFiles.removeAll()
    if let signal = done.stoppedBy { return 128 &+ signal }
    return done.value
  }
}
