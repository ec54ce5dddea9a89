// `tcbsh policy diff` and `tcbsh policy covers`.

import Glibc
import TCBEngine
import TCBHost
import TCBRuntime
import TCBSyntax
import TCBText

enum PolicyTool {
  /// 0 no difference · 1 there are differences, or it was not found out whether · 2 a file was not understood.
  static func diff(_ command: DiffPolicies) -> Int32 {
    let old = part(command.old)
    let new = part(command.new)
    let one: PolicySource
    let other: PolicySource
    do throws(Ending) {
      one = try policies(in: old.file, command)
      other = try policies(in: new.file, command)
    } catch {
      return error.status
    }
    let (first, second) = (old.name ?? command.policy, new.name ?? command.policy)
    let done = InterruptWatcher.install().finish {
      do throws(RuntimeProblem) { return Compared.diff(try PolicyDiff(one, first, other, second)) } catch {
        return Compared.problem(error)
      }
    }
    if let signal = done.stoppedBy { return 128 &+ signal }
    switch done.value {
    case .diff(let diff):
      writeText(command.diagnostics.isData ? diff.json : diff.text(command.diagnostics.wording.language))
      return diff.isSame ? 0 : 1
    case .problem(let problem): return Program.refuse(problem, command.diagnostics.wording.language)
    }
  }

  private enum Compared: Sendable {
    case diff(PolicyDiff)
    case problem(RuntimeProblem)
  }

  /// 0 rules decide every file · 1 the default decides some, or rows name no file · 2 not understood.
  ///
  /// What the script defines may not reach the network.
  static func covers(_ command: CoversPolicy) -> Int32 {
    let isData = command.diagnostics.isData
    guard let source = Program.read(command.file, command.diagnostics) else { return 2 }
    let session = Session(
      host: SystemHost(denied: [.net]), usesColor: Program.usesColor,
      diagnosticsAsJSON: isData, language: command.diagnostics.wording.language)
    let done = InterruptWatcher.install().finish {
      await session.showFilesByDefault(
        in: source, files: command.files, policy: command.policy, as: command.shownAs,
        tellsData: isData)
    }
    TemporaryFiles.removeAll()
    if let signal = done.stoppedBy { return 128 &+ signal }
    return done.value
  }

  /// `FILE` or `FILE:POLICY`.
  private static func part(_ argument: String) -> (file: String, name: String?) {
    guard access(argument, F_OK) != 0, let colon = argument.lastIndex(of: ":") else { return (argument, nil) }
    return (String(argument[..<colon]), String(argument[argument.index(after: colon)...]))
  }

  /// It has been said what is wrong, or a signal came.
  private struct Ending: Error {
    var status: Int32
  }

  private static func policies(in file: String, _ command: DiffPolicies) throws(Ending) -> PolicySource {
    guard let source = Program.read(file, command.diagnostics) else { throw Ending(status: 2) }
    let session = Session(
      host: SystemHost(), usesColor: Program.usesColor, diagnosticsAsJSON: command.diagnostics.isData,
      language: command.diagnostics.wording.language)
    let watcher = InterruptWatcher.install()
    guard let found = watcher.answer({ await session.policies(in: source) }) else {
      throw Ending(status: watcher.statusOfGivenUp)
    }
    guard found.problems.isEmpty else {
      writeText(found.problems, to: STDERR_FILENO)
      throw Ending(status: 2)
    }
    return found
  }
}
