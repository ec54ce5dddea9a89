// `use` and `help`.

import TCBRuntime
import TCBSyntax
import TCBText

struct UseCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "use", "Says which environment bare paths are in from here on, or until the function ends it stands in.",
    [.labelled("env", "ENV", required: true, takes: .environment("`env`"), "the environment")],
    gives: .value(.null),
    examples: [CommandExample("use env demo", "bare paths are in `demo`")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let environment = try arguments.object("env", as: EnvironmentValue.self, "an environment")
    let isKept = environment.map { context.running?.keepForCall(.object($0)) ?? false } ?? false
    if !isKept { context.current = environment }
    return .null
  }
}

struct HelpCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "help",
    "Says what there is, how one command, definition or function is used, or what the code of an error means.",
    [.subject("NAME", kind: .names, "what to explain")], gives: .value(.null),
    examples: [
      CommandExample("help links", "how `links` is used"),
      CommandExample("help E0407", "what this error means"),
    ], showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let help = HelpText(context.vocabulary)
    guard let names = arguments.names(nil) else {
      try context.print(help.overview)
      return .null
    }
    for name in names { try context.print(try help.topic(name, in: context.language)) }
    return .null
  }
}
