// `print`, `show` and `export`.

import TCBExport
import TCBHost
import TCBLinks
import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

struct PrintCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "print", "Writes values to standard output, a space between two, and a line end.",
    [.subject("VALUE", takesPipe: true, repeats: true, "what to print")], gives: .value(.null),
    examples: [CommandExample(#"print "files:", 3"#, "files: 3")], showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    var words: [String] = []
    for value in arguments.values() { words.append(try await text(value, context)) }
    // What was stopped in the middle of being written out is not shown.
    if Task.isCancelled { throw .cancelled }
    try context.print(words.joined(separator: " ") + "\n")
    return .null
  }

  private func text(_ value: Value, _ context: RunContext) async throws(RuntimeProblem) -> String {
    guard case .foreign(let box) = value, let stream = box.value as? StreamValue else {
      return value.displayText
    }
    let rows = try await context.collect(stream)
    return rows.displayText
  }
}

private let formats = ["table", "json", "ndjson", "csv", "tsv", "markdown", "md", "urls", "svg", "dot"]

struct ShowCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "show",
    "Writes rows to standard output, as a table where nothing else is said; a policy is rows of its rules.",
    [
      .subject("ROWS", required: true, takesPipe: true, "the rows, or any value"),
      .labelled("as", "FORMAT", kind: .word(formats), "the format; `svg` and `dot` draw a policy"),
      .labelled("columns", "NAMES", kind: .names, "the columns to show, in this order"),
    ], gives: .value(.null),
    examples: [
      CommandExample("links products using site | show as json", "links as JSON on standard output"),
      CommandExample("show site as dot", "the policy as a tree, for Graphviz"),
    ],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let value = arguments.value() else { return .null }
    if let picture = arguments.word("as").flatMap(PolicyPicture.init) {
      try context.print(try picture.text(of: value))
      return .null
    }
    let format = arguments.word("as").flatMap(ExportFormat.init(name:)) ?? .table
    try await context.show(value, as: format, columns: arguments.names("columns"), isExplicit: true)
    return .null
  }
}

struct ExportCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "export", "Writes rows to a file, which appears whole or not at all, and gives them on.",
    [
      .subject("ROWS", required: true, takesPipe: true, takes: .rows, "the rows"),
      .labelled(
        "to", "PATH", required: true, takes: .init("the path to export to", "a string", .string),
        "the file; `-` is standard output"),
      .labelled("as", "FORMAT", kind: .word(formats), "the format, where the file's ending does not say it"),
      .labelled("columns", "NAMES", kind: .names, "the columns to write, in this order"),
    ], gives: .rows(.same),
    examples: [CommandExample(#"links products using site | export to "links.csv""#, "links as a csv file")],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let value = arguments.value() else { return .null }
    let path = try arguments.text("to", "the path to export to")
    if let picture = PolicyPicture(arguments.word("as"), path) {
      try write(try picture.text(of: value), try output(path, context), path)
      // Given on as what it is: it may be drawn once more, and is rows to everything else.
      return value
    }
    let format = try format(arguments.word("as"), path)
    let columns = arguments.names("columns")
    let (reader, typeName) = try await context.rows(of: value)
    let sink = makeSink(
      format, to: try output(path, context), options: context.tableOptions(), columns: columns)
    let tee = TeeReader(reader, sink: sink, path: path, columns: columns)
    context.unfinished.append(tee)
    return .object(StreamValue(tee, typeName: typeName))
  }

  private func write(_ text: String, _ output: ByteOutput, _ path: String) throws(RuntimeProblem) {
    do throws(ExportError) {
      try output.append { (bytes) throws(ExportError) in bytes.append(contentsOf: text.utf8) }
      try output.finish()
    } catch {
      throw EngineProblem.output(error, path)
    }
  }

  private func format(_ word: String?, _ path: String) throws(RuntimeProblem) -> ExportFormat {
    if let format = word.flatMap(ExportFormat.init(name:)) ?? ExportFormat(pathEnding: path) { return format }
    if path == "-" { return .table }
    throw .other(
      code: "E0805", message: "the ending of `\(path)` says no format",
      help: "say one: `as csv`, `as json`, `as urls` …")
  }

  private func output(_ path: String, _ context: RunContext) throws(RuntimeProblem) -> ByteOutput {
    if path == "-" {
      try context.flush()
      return ByteOutput(standardOutputOf: context.host, secrets: context.secrets)
    }
    do throws(HostError) {
      return ByteOutput(try context.host.createFile(path), secrets: context.secrets)
    } catch {
      throw EngineProblem.output(ExportError(.host(error)), path)
    }
  }
}

/// What is drawn of a policy.
private enum PolicyPicture: String {
  case svg, dot

  /// As the word says, or else the ending of the path.
  init?(_ word: String?, _ path: String) {
    let ending = path.utf8.lastIndex(of: UInt8(ascii: ".")).map {
      String(path[path.utf8.index(after: $0)...])
    }
    guard let picture = (word ?? ending).flatMap(PolicyPicture.init) else { return nil }
    self = picture
  }

  func text(of value: Value) throws(RuntimeProblem) -> String {
    guard case .foreign(let box) = value, let policy = box.value as? PolicyValue else {
      throw .wrongType("what is drawn", wanted: "a policy", found: value.typeName)
    }
    let tree = PolicyTree(policy.policy)
    return self == .svg ? PolicySVG(tree).text : PolicyDOT.text(tree)
  }
}

/// Writes rows to a sink as they pass by.
package final class TeeReader: RowReader {
  private let source: any RowReader
  private var sink: (any RowSink)?
  private let path: String
  private let columns: [String]?

  init(_ source: any RowReader, sink: any RowSink, path: String, columns: [String]?) {
    self.source = source
    self.sink = sink
    self.path = path
    self.columns = columns
  }

  package func next() async throws(RowError) -> RowBatch? {
    do throws(RowError) {
      let batch = try await source.next()
      do throws(ExportError) {
        if let batch {
          try sink?.write(batch.addingPathParts(columns))
        } else {
          try sink?.finish()
          sink = nil
        }
      } catch {
        throw RowError(.other(SinkFailure(error: error, path: path)), source: path)
      }
      return batch
    } catch {
      // Letting go of the sink discards the file: none appears that holds only some of the rows.
      sink = nil
      throw error
    }
  }

  /// Reads what nobody else did, so that the file is whole.
  func finishReading() async throws(RowError) {
    while sink != nil, try await next() != nil {}
  }
}

extension RowBatch {
  /// With the parts of the path that were asked for by name and are no columns.
  func addingPathParts(_ wanted: [String]?) -> RowBatch {
    var batch = self
    for name in wanted ?? [] where PathPart(rawValue: name) != nil && batch.index(of: name) == nil {
      guard let path = column("path") else { continue }
      let parts = path.cells.map { cell -> String? in
        if case .text(let text) = cell { PathParts.part(name, of: text) } else { nil }
      }
      batch.set(name, to: .texts(parts))
    }
    return batch
  }
}

extension RunContext {
  /// What a table of links shows unless columns are chosen.
  static let linkColumns = ["path", "status", "max_age", "expires_at", "code", "message", "url"]

  /// Shows any value: rows in `format`, everything else as it prints.
  func show(
    _ value: Value, as format: ExportFormat, columns: [String]? = nil, isExplicit: Bool
  ) async throws(RuntimeProblem) {
    let isRows: Bool
    switch value {
    case .foreign(let box):
      isRows =
        box.value is StreamValue || box.value is TableValue || box.value is FileSetValue
        || (isExplicit && box.value is PolicyValue)
    case .list: isRows = isExplicit
    default: isRows = false
    }
    guard isRows else {
      if case .null = value, !isExplicit { return }
      let text = isExplicit ? value.displayText : value.literalText
      if Task.isCancelled { throw .cancelled }
      return try print(text + "\n")
    }
    let (reader, typeName) = try await rows(of: value)
    try await write(
      reader, as: format, columns: columns, preferred: typeName == "links" ? Self.linkColumns : [])
  }

  func show(_ rows: CollectedRows, as format: ExportFormat) throws(RuntimeProblem) {
    try flush()
    let sink = makeSink(
      format, to: ByteOutput(standardOutputOf: host, secrets: secrets), options: tableOptions())
    let batches: [RowBatch]
    do throws(RowError) { batches = try rows.batches() } catch { throw EngineProblem.source(error) }
    do throws(ExportError) {
      for batch in batches { try sink.write(batch) }
      try sink.finish()
    } catch {
      throw EngineProblem.output(error, "-")
    }
  }

  private func write(
    _ reader: any RowReader, as format: ExportFormat, columns: [String]?, preferred: [String]
  ) async throws(RuntimeProblem) {
    try flush()
    let output = ByteOutput(standardOutputOf: host, secrets: secrets)
    let sink = makeSink(format, to: output, options: tableOptions(preferred: preferred), columns: columns)
    let tee = TeeReader(reader, sink: sink, path: "-", columns: columns)
    do throws(RowError) { try await tee.finishReading() } catch { throw EngineProblem.source(error) }
  }

  /// A stream as a table.
  func collect(_ stream: StreamValue) async throws(RuntimeProblem) -> TableValue {
    let (reader, typeName) = try await rows(of: .object(stream))
    do throws(RowError) {
      return TableValue(try await CollectedRows(reading: reader, in: rowRoom), typeName: typeName)
    } catch {
      throw EngineProblem.source(error)
    }
  }

  /// Reads a stream to its end and keeps nothing.
  func drain(_ stream: StreamValue) async throws(RuntimeProblem) {
    guard let reader = stream.take() else { return }
    do throws(RowError) { while try await reader.next() != nil {} } catch {
      throw EngineProblem.source(error)
    }
  }
}
