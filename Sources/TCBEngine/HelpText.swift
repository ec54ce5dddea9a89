// Help, made from the same declarations that commands are parsed from.

import TCBRuntime
import TCBSyntax

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
    text += "\nhelp NAME says more of one.\n"
    return text
  }

  private func rows(_ entries: [(name: String, summary: String)]) -> String {
    let width = entries.map(\.name.count).max() ?? 0
    return entries.sorted { $0.name < $1.name }.map { entry in
      "  \(entry.name)\(String(repeating: " ", count: width - entry.name.count))  \(entry.summary)\n"
    }.joined()
  }

  /// Throws `E0711` for a name that nothing has, with the nearest.
  package func topic(_ name: String) throws(RuntimeProblem) -> String {
    if let command = vocabulary.commands[name] { return about(command) }
    if let definition = vocabulary.definitions[name] { return about(definition) }
    if let function = vocabulary.functions[name] { return about(function) }
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
