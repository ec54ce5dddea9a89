// Every command, definition and function there is. A new one is added here and nowhere else.

import TCBSyntax

package enum EngineVocabulary {
  /// A command with its name beside it, by which it is made when a text first uses it: a start makes none that it does not use.
  private struct Entry {
    let declared: DeclaredCommand
    let make: @Sendable () -> any Command

    init<Built: BuiltInCommand>(_ name: String, _: Built.Type) {
      declared = DeclaredCommand(name, Built.signature)
      make = { Built() }
    }
  }

  private static let entries = [
    Entry("links", LinksCommand.self), Entry("plan", PlanCommand.self), Entry("explain", ExplainCommand.self),
    Entry("cover", CoverCommand.self), Entry("print", PrintCommand.self), Entry("show", ShowCommand.self),
    Entry("export", ExportCommand.self), Entry("verify", VerifyCommand.self),
    Entry("doctor", DoctorCommand.self), Entry("fail", FailCommand.self), Entry("assert", AssertCommand.self),
    Entry("expect", ExpectCommand.self), Entry("use", UseCommand.self), Entry("help", HelpCommand.self),
    Entry("where", WhereCommand.self), Entry("take", TakeCommand.self), Entry("skip", SkipCommand.self),
    Entry("count", CountCommand.self), Entry("select", SelectCommand.self), Entry("drop", DropCommand.self),
    Entry("rename", RenameCommand.self), Entry("set", SetCommand.self), Entry("sort", SortCommand.self),
    Entry("distinct", DistinctCommand.self), Entry("sample", SampleCommand.self),
    Entry("summarize", SummarizeCommand.self), Entry("first", FirstCommand.self),
    Entry("collect", CollectCommand.self),
  ]

  package static let commands = entries.map(\.declared)

  package static let definitions = [
    DeclaredDefinition("env", EnvironmentDefinition.signature),
    DeclaredDefinition("token", TokenDefinition.signature),
    DeclaredDefinition("files", FilesDefinition.signature),
    DeclaredDefinition("policy", PolicyDefinition.signature),
    DeclaredDefinition("fault", FaultDefinition.signature),
  ]

  package static let vocabulary = Vocabulary(
    commands: commands, definitions: definitions, functions: Builtins.signatures)

  static let commandsByName = Dictionary(uniqueKeysWithValues: entries.map { ($0.declared.name, $0.make()) })
}
