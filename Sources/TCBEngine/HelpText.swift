// Help, made from the same declarations that commands are parsed from.

import TCBRuntime
import TCBSyntax
import TCBText

package struct HelpText: Sendable {
  let vocabulary: Vocabulary

  package init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  package var overview: String {
    var text = "Commands\n"
    text += rows(vocabulary.commands.values.map { ($0.name, $0.summary) })
    text += "\nDefinitions\n"
    text += rows(vocabulary.definitions.values.map { ($0.keyword, $0.summary) })
    text += "\nFunctions\n"
    text += rows(vocabulary.functions.values.map { ($0.usage, $0.summary) })
    text += "\nhelp NAME says more of one, and help CODE what an error means.\n"
    return text
  }

  private func rows(_ entries: [(name: String, summary: String)]) -> String {
    let width = entries.map(\.name.count).max() ?? 0
    return entries.sorted { $0.name < $1.name }.map { entry in
      "  \(entry.name)\(String(repeating: " ", count: width - entry.name.count))  \(entry.summary)\n"
    }.joined()
  }

  /// What is known of a name or, in that language, of an error's code. Throws `E0711` for a name that nothing has, with the nearest.
  package func topic(_ name: String, in language: TextLanguage) throws(RuntimeProblem) -> String {
    if let command = vocabulary.commands[name] { return about(command) }
    if let definition = vocabulary.definitions[name] { return about(definition) }
    if let function = vocabulary.functions[name] { return about(function) }
    if let entry = CodeCatalogue.entries.first(where: { $0.code == name }) { return entry.text(in: language) }
    let names =
      Array(vocabulary.commands.keys) + Array(vocabulary.definitions.keys) + Array(vocabulary.functions.keys)
    throw EngineProblem.unknown("command, definition or function", name, nearest: nearest(name, in: names))
  }

  private func about(_ command: CommandSignature) -> String {
    var text = "\(command.usage)\n  \(command.summary)\n"
    let parts = command.parameters.map { parameter in
      (parameter.usage, parameter.summary + (parameter.takesPipe ? " (or what is piped in)" : ""))
    }
    if !parts.isEmpty { text += "\n" + rowsInOrder(parts) }
    return text + examples(command.examples)
  }

  private func about(_ definition: DefinitionSignature) -> String {
    var text = "\(definition.keyword) NAME …\n  \(definition.summary)\n"
    var clauses = definition.head
    if case .clauses(let block) = definition.body { clauses += block }
    let lines = clauses.flatMap { clause in
      clause.usages.enumerated().map { ($0.element, $0.offset == 0 ? clause.summary : "") }
    }
    if !lines.isEmpty { text += "\n" + rowsInOrder(lines) }
    return text + examples(definition.examples)
  }

  private func about(_ function: FunctionSignature) -> String {
    "\(function.usage)\n  \(function.summary)\n" + examples(function.examples)
  }

  private func rowsInOrder(_ entries: [(name: String, summary: String)]) -> String {
    let width = min(entries.map(\.name.count).max() ?? 0, 44)
    return entries.map { entry in
      let padding = String(repeating: " ", count: max(0, width - entry.name.count))
      return entry.summary.isEmpty ? "  \(entry.name)\n" : "  \(entry.name)\(padding)  \(entry.summary)\n"
    }.joined()
  }

  private func examples(_ examples: [CommandExample]) -> String {
    guard !examples.isEmpty else { return "" }
    return "\n" + examples.map { "  # \($0.says)\n" + indented($0.code) }.joined(separator: "\n")
  }

  private func indented(_ code: String) -> String {
    code.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
  }
}

extension HelpText {
  /// Everything there is as Markdown: docs/reference.md.
  package var reference: String {
    var text =
      "# Reference\n\nMade from the declarations themselves by `scripts/make-reference`. The examples are run by the tests.\n"
    text += "\n## Commands\n"
    for command in vocabulary.commands.values.sorted(by: { $0.name < $1.name }) {
      text += section(command.name, command.usage, command.summary)
      text += table(
        command.parameters.map { ($0.usage, $0.summary + ($0.takesPipe ? " (or what is piped in)" : "")) })
      text += examples(command.examples.map { ($0.code, "# \($0.says)") })
    }
    text += "\n## Definitions\n"
    for definition in vocabulary.definitions.values.sorted(by: { $0.keyword < $1.keyword }) {
      text += section(definition.keyword, "\(definition.keyword) NAME …", definition.summary)
      var clauses = definition.head
      if case .clauses(let block) = definition.body { clauses += block }
      text += table(clauses.flatMap { clause in clause.usages.map { ($0, clause.summary) } })
      text += examples(definition.examples.map { ($0.code, "# \($0.says)") })
    }
    text += "\n## Functions\n"
    for function in vocabulary.functions.values.sorted(by: { $0.name < $1.name }) {
      text += section(function.name, function.usage, function.summary)
      text += examples(function.examples.map { ($0.code, "# \($0.says)") })
    }
    return text
  }

  private func section(_ name: String, _ usage: String, _ summary: String) -> String {
    "\n### \(name)\n\n`\(usage)`\n\n\(summary)\n"
  }

  private func table(_ rows: [(String, String)]) -> String {
    guard !rows.isEmpty else { return "" }
    func cell(_ text: String) -> String {
      text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
    return "\n| | |\n|---|---|\n" + rows.map { "| `\(cell($0.0))` | \(cell($0.1)) |\n" }.joined()
  }

  private func examples(_ examples: [(code: String, says: String)]) -> String {
    guard !examples.isEmpty else { return "" }
    return "\n```\n" + examples.map { "\($0.code)   \($0.says)\n" }.joined() + "```\n"
  }
}
