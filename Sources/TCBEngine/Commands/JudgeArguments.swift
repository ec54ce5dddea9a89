// What `explain` and `cover` are told: files, the policy that judges them, and where bare paths are.

import TCBRuntime
import TCBSyntax
import TCBText

struct JudgeArguments {
  let files: Value
  let policy: PolicyValue
  let environment: EnvironmentValue?

  /// The parts that say it; `files` tells what may be judged.
  static func parameters(files: String) -> [Parameter] {
    [
      .subject("FILES", required: true, takesPipe: true, takes: .filesOfAnyKind, files),
      .labelled("using", "POLICY", required: true, takes: .policy("`using`"), "the rules"),
      environmentParameter,
    ]
  }

  /// Where bare paths are.
  static let environmentParameter = Parameter.labelled(
    "in", "ENV", takes: .environment("`in`"), "the environment of bare paths, in place of the one in use")

  /// Nil where there is no policy or nothing to judge, which has been told before.
  init?(_ arguments: Arguments) throws(RuntimeProblem) {
    guard let policy = try arguments.object("using", as: PolicyValue.self, "a policy"),
      let files = arguments.value()
    else {
      return nil
    }
    self.policy = policy
    self.files = files
    environment = try arguments.object("in", as: EnvironmentValue.self, "an environment")
  }
}
