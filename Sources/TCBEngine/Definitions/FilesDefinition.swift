// `files NAME from …` and `files NAME = …`: file sets.

import TCBRuntime
import TCBSyntax
import TCBText

enum FilesDefinition {
  private static let path = ValueDemand("the path", "a string", .string)

  static let signature = DefinitionSignature(
    "files", "A file set: where files are listed. A description, read anew each time it is used.",
    head: [
      ClauseSignature(
        "from",
        [
          [.literal("csv"), .expression("PATH", takes: path)],
          [.literal("tsv"), .expression("PATH", takes: path)],
          [.literal("lines"), .expression("PATH", takes: path)],
          [.literal("dir"), .expression("FOLDER", takes: path)],
        ],
        required: true,
        "a csv or tsv file with a header, a file with a path a line, a folder; `-` is standard input"),
      ClauseSignature(
        "column", "NAME", takes: .text("column"), "the column that holds the files, where it is not `path`"),
      ClauseSignature("under", "PREFIX", takes: .text("under"), "where a folder's files lie in the bucket"),
      ClauseSignature("strict", [[]], "a line that cannot be read ends the run instead of being left out"),
    ],
    body: .pipeline,
    examples: [
      CommandExample(#"files products from csv "products.csv" column "image""#, "a column of a csv file"),
      CommandExample(#"files urgent = ["A.png", "docs/说明.pdf"]"#, "a list"),
    ])

  static func value(_ request: DefinitionRequest, in context: RunContext) async throws(RuntimeFault)
    -> FileSetValue
  {
    let definition = request.site.definition
    if case .pipeline(let pipeline) = definition.body {
      let value = request.values.last ?? .null
      guard let node = FileSetValue.node(of: value) else {
        throw RuntimeFault(
          .wrongType("a file set", wanted: "files or a list", found: value.typeName), at: pipeline.span)
      }
      return FileSetValue(node)
    }
    let clauses = ClauseValues(definition, request.values)
    guard let from = clauses.entry("from"), let (value, span) = from.values.first else {
      throw RuntimeFault(
        EngineProblem.badClause("from", "a file set needs it, or `=`"), at: definition.name.span)
    }
    guard case .text(let path) = value else {
      throw RuntimeFault(.wrongType("the path", wanted: "a string", found: value.typeName), at: span)
    }
    return FileSetValue(try node(from.literals, path.string, clauses))
  }

  private static func node(
    _ literals: [String], _ path: String, _ clauses: ClauseValues
  ) throws(RuntimeFault) -> FileSetValue.Node {
    let kind = literals.first ?? ""
    let strict = clauses.entry("strict") != nil
    try refuse("column", unless: kind == "csv" || kind == "tsv", kind, clauses)
    try refuse("under", unless: kind == "dir", kind, clauses)
    switch kind {
    case "csv", "tsv":
      return .csv(path: path, column: try clauses.text("column"), strict: strict, isTSV: kind == "tsv")
    case "lines": return .lines(path: path, strict: strict)
    default: return .folder(path: path, under: try clauses.text("under") ?? "", strict: strict)
    }
  }

  private static func refuse(
    _ word: String, unless isFitting: Bool, _ kind: String, _ clauses: ClauseValues
  ) throws(RuntimeFault) {
    guard !isFitting, let entry = clauses.entry(word) else { return }
    throw RuntimeFault(EngineProblem.badClause(word, "it means nothing for `from \(kind)`"), at: entry.span)
  }
}
