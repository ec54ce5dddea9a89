// The words a text may use: commands, definitions and functions, found by name, or by the number that a word has in its source.

import Synchronization

/// A command by its name, which is all that most texts need to know of it: what it looks like is made when it is asked for.
package struct DeclaredCommand: Sendable {
  package let name: String
  package let signature: @Sendable () -> CommandSignature

  /// `signature` should keep what it made.
  package init(_ name: String, _ signature: @autoclosure @escaping @Sendable () -> CommandSignature) {
    self.name = name
    self.signature = signature
  }
}

/// The same of a definition, by its word. Of one type for both the runtime would make two at each start.
package struct DeclaredDefinition: Sendable {
  package let keyword: String
  package let signature: @Sendable () -> DefinitionSignature

  package init(_ keyword: String, _ signature: @autoclosure @escaping @Sendable () -> DefinitionSignature) {
    self.keyword = keyword
    self.signature = signature
  }
}

/// The words a session knows: its commands, definitions and built-in functions.
package struct Vocabulary: Sendable {
  private let commandList: [DeclaredCommand]
  private let definitionList: [DeclaredDefinition]
  private let tables: Tables
  /// The words of the language and of this vocabulary, with which every source begins.
  package private(set) var words = WordTable.language
  /// By the number of a word of `words`: its place in the lists, or -1.
  private var roles: [Role] = []

  private struct Role {
    var command: Int16 = -1
    var definition: Int16 = -1
  }

  /// Of two of one name the later stays. `functions` is asked when a text first uses a name that may be one's.
  package init(
    commands: [DeclaredCommand], definitions: [DeclaredDefinition],
    functions: @autoclosure @escaping @Sendable () -> [FunctionSignature]
  ) {
    commandList = commands
    definitionList = definitions
    tables = Tables(commands, definitions, functions)
    for (index, command) in commands.enumerated() {
      setRole(of: command.name) { $0.command = Int16(clamping: index) }
    }
    for (index, definition) in definitions.enumerated() {
      setRole(of: definition.keyword) { $0.definition = Int16(clamping: index) }
    }
  }

  /// The same words and more.
  package func adding(commands: [CommandSignature] = [], functions: [FunctionSignature] = []) -> Vocabulary {
    Vocabulary(
      commands: commandList + commands.map { DeclaredCommand($0.name, $0) }, definitions: definitionList,
      functions: Array(self.functions.values) + functions)
  }

  private mutating func setRole(of name: String, _ change: (inout Role) -> Void) {
    let word = Int(words.number(name))
    while roles.count <= word { roles.append(Role()) }
    change(&roles[word])
  }

  func command(_ word: WordTable.Word) -> CommandSignature? {
    guard word < roles.count, roles[Int(word)].command >= 0 else { return nil }
    return commandList[Int(roles[Int(word)].command)].signature()
  }

  func definition(_ word: WordTable.Word) -> DefinitionSignature? {
    guard word < roles.count, roles[Int(word)].definition >= 0 else { return nil }
    return definitionList[Int(roles[Int(word)].definition)].signature()
  }

  package var commands: [String: CommandSignature] { tables.named.commands }
  package var definitions: [String: DefinitionSignature] { tables.named.definitions }
  package var functions: [String: FunctionSignature] { tables.named.functions }

  /// Everything by its name, made when it is first asked for: most starts of the program end before that.
  private final class Tables: Sendable {
    struct Named {
      var commands: [String: CommandSignature] = [:]
      var definitions: [String: DefinitionSignature] = [:]
      var functions: [String: FunctionSignature] = [:]
    }

    private let made = Mutex<Named?>(nil)
    private let commands: [DeclaredCommand]
    private let definitions: [DeclaredDefinition]
    private let functions: @Sendable () -> [FunctionSignature]

    init(
      _ commands: [DeclaredCommand], _ definitions: [DeclaredDefinition],
      _ functions: @escaping @Sendable () -> [FunctionSignature]
    ) {
      self.commands = commands
      self.definitions = definitions
      self.functions = functions
    }

    var named: Named {
      made.withLock { made in
        if let made { return made }
        var named = Named()
        for command in commands { named.commands[command.name] = command.signature() }
        for definition in definitions { named.definitions[definition.keyword] = definition.signature() }
        for function in functions() { named.functions[function.name] = function }
        made = named
        return named
      }
    }
  }
}
