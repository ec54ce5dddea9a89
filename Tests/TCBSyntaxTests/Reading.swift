// How the tests of this module read a text: with a small vocabulary that has one of everything.

import TCBSyntax

let vocabulary = Vocabulary(
  commands: [
    CommandSignature(
      "print", "", [.subject("VALUE", takesPipe: true, repeats: true, "")], showsItsResult: true),
    CommandSignature(
      "show", "",
      [
        .subject("ROWS", required: true, takesPipe: true, ""),
        .labelled("as", "FORMAT", kind: .word(["table", "json"]), ""),
        .labelled("columns", "NAMES", kind: .names, ""), .labelled("wide", "", kind: .flag, ""),
      ], showsItsResult: true),
    CommandSignature(
      "where", "",
      [
        .subject("CONDITION", kind: .perRow, required: true, ""),
        .labelled("from", "ROWS", takesPipe: true, ""),
      ]),
    CommandSignature("count", "", [.subject("ROWS", required: true, takesPipe: true, "")]),
    CommandSignature(
      "links", "",
      [
        .subject("FILES", required: true, takesPipe: true, ""), .labelled("using", "POLICY", ""),
        .labelled("in", "ENV", ""),
      ]),
  ].map(DeclaredCommand.init),
  definitions: [
    DefinitionSignature(
      "env", "",
      body: .clauses([
        ClauseSignature("id", "ID", required: true, ""),
        ClauseSignature("api", [[.literal("embedded"), .literal("any")], [.expression("URL")]], ""),
        ClauseSignature("key", "KEY", ""),
      ])),
    DefinitionSignature(
      "token", "",
      head: [
        ClauseSignature(
          "from",
          [
            [.literal("app"), .block([ClauseSignature("secret", "SECRET", required: true, "")])],
            [.literal("nothing")],
          ], required: true, "")
      ], body: .none),
    DefinitionSignature(
      "files", "", head: [ClauseSignature("from", [[.literal("csv"), .expression("PATH")]], "")],
      body: .pipeline),
    DefinitionSignature("policy", "", head: [ClauseSignature("extends", "POLICY", "")], body: .policy),
  ].map(DeclaredDefinition.init),
  functions: [
    FunctionSignature("length", ["value"], ""), FunctionSignature("decide", ["file", "policy"], ""),
  ])

extension DeclaredCommand {
  init(_ signature: CommandSignature) { self.init(signature.name, signature) }
}

extension DeclaredDefinition {
  init(_ signature: DefinitionSignature) { self.init(signature.keyword, signature) }
}

/// A text read to its end: parsed, and resolved when that went well.
struct Reading {
  let source: SourceText
  let id: SourceID
  let sources: SourceMap
  let parsed: ParsedSource
  let problems: [SyntaxProblem]

  init(_ bytes: [UInt8], name: String = "t.tcb", isPrompt: Bool = false) {
    source = SourceText(name: name, bytes: bytes)
    var map = SourceMap()
    id = map.add(source)
    sources = map
    parsed = Parser.parse(source, id: id, vocabulary: vocabulary, isPrompt: isPrompt)
    let resolution = Resolver.resolve(parsed, in: GlobalScope(), vocabulary: vocabulary)
    problems = parsed.problems.isEmpty ? resolution.problems : parsed.problems
  }

  init(_ text: String, name: String = "t.tcb", isPrompt: Bool = false) {
    self.init(Array(text.utf8), name: name, isPrompt: isPrompt)
  }

  var codes: [String] { problems.map(\.kind.code) }

  /// `E0201@3` for a problem that begins on line 3.
  var places: [String] {
    let lines = LineIndex(source)
    return problems.map { "\($0.kind.code)@\(lines.position(at: Int($0.span.lower)).line)" }
  }

  /// Each problem's code and the text it is about.
  var marked: [String] { problems.map { "\($0.kind.code) \(source.text($0.span.range))" } }

  func rendered(usesColor: Bool = false, width: Int = 100) -> String {
    DiagnosticRenderer(sources: sources, usesColor: usesColor, width: width).render(
      problems.map(\.diagnostic))
  }
}
