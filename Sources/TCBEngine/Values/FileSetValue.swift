// File sets: descriptions of where files are listed, read each time they are used.

import TCBHost
import TCBLinks
import TCBRows
import TCBRuntime
import TCBSyntax

package final class FileSetValue: ForeignValue {
  indirect enum Node: Sendable {
    case csv(path: String, column: String?, strict: Bool, isTSV: Bool)
    case lines(path: String, strict: Bool)
    case folder(path: String, under: String, strict: Bool)
    case list([Cell])
    case table(CollectedRows)
    case union(Node, Node)
    case difference(Node, Node)
    case intersection(Node, Node)
    case filtered(Node, RowFunction)
    case taken(Node, Int)
    case skipped(Node, Int)
  }

  let node: Node

  /// Of `from lines`, and what every file set begins with.
  static let columnsOfLines = LinkColumns.ofFile
  /// Of `from dir`.
  static let columnsOfFolder = columnsOfLines + ["size", "modified"]

  init(_ node: Node) { self.node = node }

  package var typeName: String { "files" }
  package var displayText: String { "files \(Self.text(node))" }

  private static func text(_ node: Node) -> String {
    switch node {
    case .csv(let path, _, _, let isTSV): "from \(isTSV ? "tsv" : "csv") \(quoted(path))"
    case .lines(let path, _): "from lines \(quoted(path))"
    case .folder(let path, _, _): "from dir \(quoted(path))"
    case .list(let cells): "of a list of \(cells.count)"
    case .table(let rows): "of a table of \(rows.count)"
    case .union(let a, let b): "(\(text(a)) + \(text(b)))"
    case .difference(let a, let b): "(\(text(a)) - \(text(b)))"
    case .intersection(let a, let b): "(\(text(a)) & \(text(b)))"
    case .filtered(let a, let function): "\(text(a)) where \(function.text)"
    case .taken(let a, let count): "\(text(a)), the first \(count)"
    case .skipped(let a, let count): "\(text(a)), without the first \(count)"
    }
  }

  package func combined(_ operation: Opcode, with other: Value) throws(RuntimeProblem) -> Value? {
    guard let right = FileSetValue.node(of: other) else { return nil }
    switch operation {
    case .add: return .object(FileSetValue(try Self.bounded(.union(node, right))))
    case .subtract: return .object(FileSetValue(try Self.bounded(.difference(node, right))))
    case .intersect: return .object(FileSetValue(try Self.bounded(.intersection(node, right))))
    default: return nil
    }
  }

  /// Sets built in a loop would make a tree too high to read without recursion of any depth.
  static func bounded(_ node: Node) throws(RuntimeProblem) -> Node {
    guard height(node, limit: 200) <= 200 else { throw .valueTooDeep }
    return node
  }

  private static func height(_ node: Node, limit: Int) -> Int {
    guard limit > 0 else { return 1_000 }
    switch node {
    case .csv, .lines, .folder, .list, .table: return 1
    case .union(let a, let b), .difference(let a, let b), .intersection(let a, let b):
      return 1 + max(height(a, limit: limit - 1), height(b, limit: limit - 1))
    case .filtered(let a, _), .taken(let a, _), .skipped(let a, _): return 1 + height(a, limit: limit - 1)
    }
  }

  /// What a value that names files describes: a set, a list of paths or rows, one path, a table.
  static func node(of value: Value) -> Node? {
    switch value {
    case .foreign(let box):
      if let files = box.value as? FileSetValue { return files.node }
      if let table = box.value as? TableValue { return .table(table.rows) }
      return nil
    case .list(let list): return .list(list.elements.map(\.cell))
    case .text, .record: return .list([value.cell])
    default: return nil
    }
  }
}

/// Opens file sets for reading.
struct FileSetOpener {
  let context: RunContext
  /// The environment that bare paths are in.
  let current: LinkEnvironment?

  func reader(_ node: FileSetValue.Node) async throws(RuntimeProblem) -> any RowReader {
    switch node {
    case .csv(let path, let column, let strict, let isTSV):
      let file = try open(path)
      let name = displayName(path)
      let reader = CSVReader(
        file, source: name, dialect: isTSV ? .tsv : .csv, required: column ?? "path",
        options: options(strict, name))
      return FileRowReader(reader, fileColumn: column ?? "path", current: current)
    case .lines(let path, let strict):
      let name = displayName(path)
      return FileRowReader(
        LinesReader(try open(path), source: name, options: options(strict, name)), current: current)
    case .folder(let path, let under, let strict):
      try checkFolder(path)
      return FileRowReader(
        FolderReader(path, under: under, host: context.host, options: options(strict, path)), current: current
      )
    case .list(let cells):
      return FileRowReader.again(CellsReader(cells, options: options(false, "list")), current: current)
    case .table(let rows): return FileRowReader.again(rows.reader(), current: current)
    case .union(let a, let b): return ChainReader([try await reader(a), try await reader(b)])
    case .difference(let a, let b): return try await matching(a, b, keepsKnown: false)
    case .intersection(let a, let b): return try await matching(a, b, keepsKnown: true)
    case .filtered(let a, let function):
      return context.filter(try await reader(a), by: function)
    case .taken(let a, let count): return TakeReader(count, of: try await reader(a))
    case .skipped(let a, let count): return SkipReader(count, of: try await reader(a))
    }
  }

  private func matching(
    _ left: FileSetValue.Node, _ right: FileSetValue.Node, keepsKnown: Bool
  ) async throws(RuntimeProblem) -> any RowReader {
    var known: Set<ExactText> = []
    let other = try await reader(right)
    do throws(RowError) {
      while let batch = try await other.next() {
        for row in 0..<batch.count { known.insert(Self.identity(batch, row)) }
      }
    } catch {
      throw EngineProblem.source(error)
    }
    let keys = known
    return FilterReader(try await reader(left)) { batch in
      (0..<batch.count).filter { keys.contains(Self.identity(batch, $0)) == keepsKnown }
    }
  }

  /// The file id, or for a row that has none what it has instead.
  private static func identity(_ batch: RowBatch, _ row: Int) -> ExactText {
    if case .text(let id) = batch.cell(row, "fileid") { return ExactText(id) }
    if case .text(let path) = batch.cell(row, "path") { return ExactText("path:\(path)") }
    return ExactText("")
  }

  private func open(_ path: String) throws(RuntimeProblem) -> any FileReader {
    do throws(HostError) {
      return try path == "-" ? context.host.standardInput() : context.host.openFile(path)
    } catch {
      throw EngineProblem.unreadable(error, displayName(path), on: context.host)
    }
  }

  private func checkFolder(_ path: String) throws(RuntimeProblem) {
    do throws(HostError) {
      guard let status = try context.host.fileStatus(path) else { throw HostError(.notFound, path: path) }
      guard status.kind == .folder else { throw HostError(.notFolder, path: path) }
    } catch {
      throw EngineProblem.unreadable(error, path, on: context.host)
    }
  }

  private func displayName(_ path: String) -> String { path == "-" ? "standard input" : path }

  private func options(_ strict: Bool, _ name: String) -> SourceOptions {
    let unreadable = context.unreadable
    return SourceOptions(strict: strict) { unreadable.note($0) }
  }
}
