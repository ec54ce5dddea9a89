// What could stand behind a dot at the prompt: fields of what stands before it, as far as the session has it already.

import TCBHost
import TCBLinks
import TCBRows
import TCBRuntime
import TCBSyntax

/// What stands before the dot.
enum DotReceiver: Sendable {
  case name(String)
  /// `it`, of rows that come from the pipeline's first stage, by its first word.
  case row(of: String)
}

/// Looks up fields and columns. Nothing of the text is run; of a csv the first rows are read where it is an ordinary file.
struct FieldFinder {
  let context: RunContext

  func fields(of receiver: DotReceiver) async -> [String] {
    switch receiver {
    case .name(let name):
      guard case .record(let record)? = value(name) else { return [] }
      return record.keys
    case .row(of: "links"): return withPathParts(LinkColumns.names)
    case .row(let name):
      guard let value = value(name), let names = await columns(of: value) else { return [] }
      return withPathParts(names)
    }
  }

  private func value(_ name: String) -> Value? {
    context.scope.entries[name].flatMap { context.globals[$0.slot] }
  }

  private func withPathParts(_ names: [String]) -> [String] {
    names.contains("path") ? names + PathPart.allCases.map(\.rawValue) : names
  }

  private func columns(of value: Value) async -> [String]? {
    guard let node = FileSetValue.node(of: value) else { return nil }
    return await columns(of: node)
  }

  /// A set's tree is bounded where sets are joined.
  private func columns(of node: FileSetValue.Node) async -> [String]? {
    switch node {
    case .csv(let path, let column, _, let isTSV):
      guard let status = try? context.host.fileStatus(path), status.kind == .file,
        let file = try? context.host.openFile(path)
      else { return nil }
      defer { file.close() }
      let reader = CSVReader(
        file, source: path, dialect: isTSV ? .tsv : .csv, required: column ?? "path", options: SourceOptions()
      )
      return await firstColumns(FileRowReader(reader, fileColumn: column ?? "path", current: nil))
    case .lines: return FileSetValue.columnsOfLines
    case .folder: return FileSetValue.columnsOfFolder
    case .list(let cells): return await firstColumns(CellsReader(cells, options: SourceOptions()))
    case .table(let rows): return rows.names
    case .union(let first, _), .difference(let first, _), .intersection(let first, _),
      .filtered(let first, _),
      .taken(let first, _), .skipped(let first, _):
      return await columns(of: first)
    }
  }

  private func firstColumns(_ reader: any RowReader) async -> [String]? { try? await reader.next()?.names }
}

extension Session {
  /// Candidates for the word that ends at the UTF-8 offset `cursor`, and where that word starts.
  package func candidates(in text: String, at cursor: Int) async -> (start: Int, candidates: [Candidate]) {
    let completer = Completer(vocabulary: vocabulary, scope: context.scope)
    guard let receiver = completer.receiver(in: text, at: cursor) else {
      return completer.candidates(in: text, at: cursor)
    }
    let fields = await FieldFinder(context: context).fields(of: receiver)
    return completer.candidates(in: text, at: cursor, behindDot: fields)
  }
}
