// `tcbsh replay`.

import Glibc
import TCBEngine
import TCBHost
import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

enum ReplayTool {
  /// 0 every call was answered as it was recorded · 1 some were not, or there is no token · 2 the script or the record was not
  /// understood.
  static func run(_ command: Replay) -> Int32 {
    Program.enterNetwork(for: nil)
    let diagnostics = command.options.diagnostics
    guard let record = Program.read(command.record, diagnostics),
      let script = Program.read(command.script, diagnostics)
    else { return 2 }
    let session = Session(options: command.options)
    let done = InterruptWatcher.install().finish { await replay(record, script, session, command) }
    TemporaryFiles.removeAll()
    return done.value
  }

  private static func replay(
    _ record: SourceText, _ script: SourceText, _ session: Session, _ command: Replay
  ) async -> Int32 {
    if let status = await session.define(script) { return status }
    var count = Count()
    do throws(RuntimeProblem) {
      let replayer = try await session.replayer(to: command.address, token: command.token)
      for line in record.bytes.split(separator: UInt8(ascii: "\n")) {
        if Task.isCancelled { return 130 }
        switch RecordedCall.line(Array(line)) {
        case .other: count.others += 1
        case .unreadable: count.unreadable += 1
        case .call(let call): count.note(try await replayer.send(call), of: call)
        }
      }
    } catch {
      let diagnostics = command.options.diagnostics
      Program.tell(
        Diagnostic(code: error.code, error.message, help: error.help), diagnostics.wording.language,
        asJSON: diagnostics.isData)
      return 1
    }
    writeText(count.summary, to: STDOUT_FILENO)
    if count.calls == 0, count.unreadable > 0 { return 2 }
    return count.different == 0 ? 0 : 1
  }

  private struct Count {
    var calls = 0
    var different = 0
    var others = 0
    var unreadable = 0

    mutating func note(_ outcome: ReplayOutcome, of call: RecordedCall) {
      calls += 1
      let before = call.errorCode.map { "errcode \($0)" } ?? "no answer"
      let now: String
      switch outcome {
      case .answered(let code):
        if code == call.errorCode { return }
        now = "errcode \(code)"
      case .unanswered(let why):
        if call.errorCode == nil { return }
        now = "no answer, \(why.english)"
      }
      different += 1
      writeText("\(call.id): \(before), now \(now)\n", to: STDOUT_FILENO)
    }

    var summary: String {
      func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
      var text =
        "\(counted(calls, "call")) sent again, \(calls - different) answered as recorded, \(different) differently"
      if others > 0 { text += "; \(counted(others, "other request")) left out" }
      if unreadable > 0 { text += "; \(counted(unreadable, "line")) of no request" }
      return text + "\n"
    }
  }
}
