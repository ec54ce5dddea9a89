// What tools that ask about a script run of it: its definitions.

import TCBRuntime
import TCBSyntax

extension Session {
  /// Runs what a text defines and nothing else of it, but for `use`, which says where bare paths are. Nil where that went well; otherwise
  /// the status to end with: 2 where the text is not understood or what it defines fails, and else what
  /// ``RunReport/exitStatus`` says.
  package func define(_ source: SourceText) async -> Int32? {
    let prepared = prepare(source, .script, definesOnly: true)
    guard let compiled = prepared.compiled else {
      report(prepared.diagnostics)
      return 2
    }
    adopt(compiled, prepared)
    let ending = await execute(compiled.main, .script)
    if case .done = ending { return nil }
    return status(of: ending)
  }

  /// The status to end with where a tool could not do its work.
  func status(of ending: RunReport.Ending) -> Int32 {
    switch ending {
    case .failed, .notUnderstood: 2
    case .done, .cancelled, .outputClosed: RunReport(ending: ending, failedRows: 0).exitStatus
    }
  }
}
