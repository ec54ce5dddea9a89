// What a program sets up once: the language with its own words added, and what scripts may reach and take.

import TCBHost
import TCBService
import TCBSyntax
import TCBText

/// The language as a program offers it to its scripts.
///
/// An engine is a value: set up once, then copied about freely. Each ``session(output:)`` it makes is independent of the others and
/// keeps what the engine was when it was made.
///
/// ```swift
/// var engine = Engine(host: try FolderHost("site"), limits: Limits(steps: 10_000_000, time: .seconds(30)))
/// try engine.add(HostFunction("discount", ["price", "percent"], summary: "A price less so many percent.") { call in
///   .float(try call.float("price") * (100 - try call.float("percent")) / 100)
/// })
/// let value = try await engine.session().run("discount(80, 25)").value   // 60.0
/// ```
public struct Engine: Sendable {
  /// What scripts may reach of the world. Nothing is granted that it does not grant.
  public var host: any Host
  /// What one run may take.
  public var limits: Limits
  /// Who answers when scripts ask for links, in place of the API core in this process; nil for that core. It is asked for every
  /// environment of a script, with the token that the environment's definition names.
  public var linkService: (any LinkService)?
  /// What errors are told in.
  public var language: MessageLanguage
  private(set) var extensions = Extensions()

  /// What a program adds to the language.
  struct Extensions: Sendable {
    var vocabulary = EngineVocabulary.vocabulary
    var functions: [HostFunction] = []
    var commands: [String: HostCommand] = [:]
  }

  /// What a session takes over of its engine. By reference, since the program's own sessions have none: to find out how an engine
  /// is copied, as a field that may be nil, costs each start of it.
  package final class Parts: Sendable {
    let extensions: Extensions
    let linkService: (any LinkService)?
    let language: TextLanguage
    let limits: Limits

    init(_ engine: Engine) {
      extensions = engine.extensions
      linkService = engine.linkService
      language = engine.language.ofTexts
      limits = engine.limits
    }
  }

  /// An engine whose scripts reach what `host` grants, which is nothing unless one is given, within `limits`, and whose errors are
  /// told in `language`.
  public init(
    host: any Host = NoHost(), limits: Limits = Limits(), linkService: (any LinkService)? = nil,
    language: MessageLanguage = .english
  ) {
    self.host = host
    self.limits = limits
    self.language = language
    self.linkService = linkService
  }

  /// Adds a function to the language. Throws where its name or one of its parameters' is no name, or a function has it.
  public mutating func add(_ function: HostFunction) throws(DeclarationError) {
    let name = function.signature.name
    try DeclarationError.check([name] + function.signature.parameters)
    try DeclarationError.checkUnlike(function.signature.parameters)
    guard extensions.vocabulary.functions[name] == nil else { throw .taken(name) }
    extensions.functions.append(function)
    extensions.vocabulary = extensions.vocabulary.adding(functions: [function.signature])
  }

  /// Adds a command to the language. Throws where its name or one of its parts' is no name, two parts have the same or two
  /// are subjects, or a command or definition has its name.
  public mutating func add(_ command: HostCommand) throws(DeclarationError) {
    let name = command.signature.name
    let labels = command.signature.labels
    try DeclarationError.check([name] + labels)
    try DeclarationError.checkUnlike(labels)
    let subjects = command.signature.parameters.filter { $0.label == nil }
    guard subjects.count <= 1 else { throw .taken(subjects[1].placeholder) }
    guard extensions.vocabulary.commands[name] == nil, extensions.vocabulary.definitions[name] == nil else {
      throw .taken(name)
    }
    extensions.commands[name] = command
    extensions.vocabulary = extensions.vocabulary.adding(commands: [command.signature])
  }

  /// A new session, in which nothing is defined yet.
  ///
  /// `output` is called for what its scripts write, in order, on whatever thread they run; it should not take long. Without it
  /// what they write goes to the host, which may deny it, as ``TCBHost/NoHost`` and ``TCBHost/FolderHost`` do (`E0905`).
  public func session(output: (@Sendable (Output) -> Void)? = nil) -> Session {
    Session(
      host: output.map { ListeningHost(host, take: $0) } ?? host, limits: limits.ofRun, parts: Parts(self))
  }

  /// What is wrong with a script, as far as can be known without running it; empty where nothing is. Files it imports are read.
  public func check(_ script: String, name: String = "script") async -> [ScriptDiagnostic] {
    await session().check(script, name: name)
  }

  /// The script in the one layout that scripts have. Throws ``ScriptError/Kind/notUnderstood`` where it has mistakes, those about
  /// names apart.
  public func format(_ script: String, name: String = "script") throws(ScriptError) -> String {
    let source = SourceText(name: name, script)
    if let text = Formatter.format(source, vocabulary: extensions.vocabulary) { return text }
    var sources = SourceMap()
    let id = sources.add(source)
    let parsed = Parser.parse(source, id: id, vocabulary: extensions.vocabulary)
    throw ScriptError(
      .notUnderstood, parsed.problems.map(\.diagnostic),
      in: DiagnosticExchange(sources: sources, secrets: SecretRegistry(), language: language.ofTexts))
  }
}

/// A language that errors are told in. Their codes, places and data are the same in each, and so is what a script's own `catch`
/// sees, which is English: what a script does never depends on who reads its errors.
public enum MessageLanguage: String, Sendable, CaseIterable {
  /// English.
  case english = "en"
  /// Simplified Chinese.
  case chinese = "zh"

  var ofTexts: TextLanguage {
    switch self {
    case .english: .english
    case .chinese: .chinese
    }
  }
}

/// Why a word cannot be added to the language.
public enum DeclarationError: Error, Sendable, Hashable {
  /// A name is ASCII letters, digits and `_`, does not begin with a digit, and is no word of the language.
  case notAName(String)
  /// Something has the name already.
  case taken(String)

  static func check(_ names: [String]) throws(DeclarationError) {
    for name in names where !name.isScriptName { throw .notAName(name) }
  }

  static func checkUnlike(_ names: [String]) throws(DeclarationError) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted { throw .taken(name) }
  }
}

extension DeclarationError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .notAName(let name): "`\(name)` cannot be a name in scripts"
    case .taken(let name): "`\(name)` is taken already"
    }
  }
}

extension String {
  /// Whether scripts may use it as a name.
  var isScriptName: Bool {
    guard let first = utf8.first, !(0x30...0x39).contains(first) else { return false }
    let isPlain = utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x5F
    }
    guard isPlain else { return false }
    return Parser.parse(
      SourceText(name: "", "let \(self) = null"), id: SourceID(0), vocabulary: EngineVocabulary.vocabulary
    ).problems.isEmpty
  }
}
