// Every command, definition and function there is. A new one is added here and nowhere else.

import TCBSyntax

package enum EngineVocabulary {
  static let commands: [any Command] = [
    LinksCommand(), PlanCommand(), ExplainCommand(), CoverCommand(), PrintCommand(), ShowCommand(),
    ExportCommand(),
    VerifyCommand(), DoctorCommand(), FailCommand(), AssertCommand(), AssertCommand("expect"),
    UseCommand(), HelpCommand(), WhereCommand(), TakeCommand(), SkipCommand(), CountCommand(),
    SelectCommand(), DropCommand(), RenameCommand(), SetCommand(), SortCommand(), DistinctCommand(),
    SampleCommand(),
    SummarizeCommand(), FirstCommand(), CollectCommand(),
  ]

  package static let definitions = [
    DeclaredDefinition("env", EnvironmentDefinition.signature),
    DeclaredDefinition("token", TokenDefinition.signature),
    DeclaredDefinition("files", FilesDefinition.signature),
    DeclaredDefinition("policy", PolicyDefinition.signature),
    DeclaredDefinition("fault", FaultDefinition.signature),
  ]

  package static let vocabulary = Vocabulary(
    commands: commands.map(\.signature), definitions: definitions, functions: Builtins.signatures)

  static let commandsByName = Dictionary(uniqueKeysWithValues: commands.map { ($0.signature.name, $0) })
}
