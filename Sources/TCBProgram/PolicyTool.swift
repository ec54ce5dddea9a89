// `tcbsh policy diff`.

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
    guard let one = policies(in: old.file, command), let other = policies(in: new.file, command) else {
      return 2
    }
    do throws(RuntimeProblem) {
      let diff = try PolicyDiff(one, old.name ?? command.policy, other, new.name ?? command.policy)
      writeText(command.diagnostics.isData ? diff.json : diff.text)
      return diff.isSame ? 0 : 1
    } catch {
      return Program.refuse(error, command.diagnostics.wording.language)
    }
  }

  /// `FILE` or `FILE:POLICY`.
  private static func part(_ argument: String) -> (file: String, name: String?) {
    guard access(argument, F_OK) != 0, let colon = argument.lastIndex(of: ":") else { return (argument, nil) }
    return (String(argument[..<colon]), String(argument[argument.index(after: colon)...]))
  }

  /// Nil once it has been said what is wrong.
  private static func policies(in file: String, _ command: DiffPolicies) -> PolicySource? {
    guard let source = Program.read(file, command.diagnostics) else { return nil }
    let session = Session(
      host: SystemHost(), usesColor: Program.usesColor, diagnosticsAsJSON: command.diagnostics.isData,
      language: command.diagnostics.wording.language)
    guard let found = InterruptWatcher.install().answer({ await session.policies(in: source) }) else {
      return nil
    }
    guard found.problems.isEmpty else {
      writeText(found.problems, to: STDERR_FILENO)
      return nil
    }
    return found
  }
}
