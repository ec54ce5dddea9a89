// `tcbsh check`.

import Glibc
import TCBEngine
import TCBHost
import TCBSyntax
import TCBText

enum CheckTool {
  /// 0 nothing of the level that fails · 1 lint found something of it · 2 a text was not understood.
  static func run(_ command: Check) -> Int32 {
    var status: Int32 = 0
    // A signal ends it all.
    for file in command.files where status < 128 { status = max(status, check(file, command)) }
    return status
  }

  /// What is found goes to standard error as text, and to standard output as data: there it is what was asked for.
  private static func check(_ file: String, _ command: Check) -> Int32 {
    guard let source = Program.read(file, command.diagnostics) else { return 2 }
    let asJSON = command.diagnostics.isData
    let session = Session(
      host: SystemHost(), usesColor: Program.usesColor, diagnosticsAsJSON: asJSON,
      language: command.diagnostics.wording.language)
    // The program ends soon: taking apart what it has read would take as long as reading a part of it.
    _ = Unmanaged.passRetained(session)
    let watcher = InterruptWatcher.install()
    guard let report = watcher.answer({ await session.checkWithLint(source) }) else {
      return watcher.statusOfGivenUp
    }
    if !report.text.isEmpty { writeText(report.text, to: asJSON ? STDOUT_FILENO : STDERR_FILENO) }
    guard report.isUnderstood else { return 2 }
    guard let worst = report.worst, let failing = command.failLevel.severity else { return 0 }
    return worst >= failing ? 1 : 0
  }
}

extension Check.FailLevel {
  /// Nil where no finding of lint makes a check fail.
  fileprivate var severity: Diagnostic.Severity? {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .note
    case .never: nil
    }
  }
}
