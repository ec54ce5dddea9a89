// Rows of a source to rows of a file set: every row says which file it is, before anything else it knows.

import TCBInterface
import TCBRows

/// Puts `path`, `fileid` and `env` before the columns of a source.
///
/// The column that holds the files may have paths below the bucket or whole ids. A path takes the environment in use; one
/// that is not well formed keeps its row, with `fileid` null, and fails when a link is asked for. A source column that is
/// called like a field of every file row becomes `source_NAME`.
package final class FileRowReader: RowReader {
  private let source: any RowReader
  private let fileColumn: String
  private let current: LinkEnvironment?

  /// The fields that every file row has. The last three are made from the path when they are asked for.
  package static let builtInNames: Set<String> = ["path", "fileid", "env", "name", "ext", "dir"]

  package init(_ source: any RowReader, fileColumn: String = "path", current: LinkEnvironment?) {
    self.source = source
    self.fileColumn = fileColumn
    self.current = current
  }

  package func next() async throws(RowError) -> RowBatch? {
    guard let batch = try await source.next() else { return nil }
    return fileRows(batch)
  }

  private func fileRows(_ batch: RowBatch) -> RowBatch {
    var paths = TextColumn()
    var ids = TextColumn()
    var environments = TextColumn()
    paths.reserve(rows: batch.count, bytes: batch.count * 32)
    ids.reserve(rows: batch.count, bytes: batch.count * 80)
    let prefix = current.map { Array("cloud://\($0.id).\($0.bucket)/".utf8) }
    let column = batch.column(fileColumn)
    for row in 0..<batch.count {
      let text: String
      switch column {
      case .text(let texts):
        let done = texts.withBytes(at: row) { bytes in
          appendBare(bytes, prefix, &paths, &ids, &environments)
        }
        if done { continue }
        text = texts.string(at: row) ?? ""
      default:
        text = Self.text(of: batch.cell(row, fileColumn))
      }
      append(text, &paths, &ids, &environments)
    }
    var columns: [(name: String, column: Column)] = [
      ("path", .text(paths)), ("fileid", .text(ids)), ("env", .text(environments)),
    ]
    for (name, column) in zip(batch.names, batch.columns) where name != fileColumn {
      columns.append((Self.builtInNames.contains(name) ? "source_\(name)" : name, column))
    }
    return RowBatch(columns, count: batch.count, lines: batch.lines)
  }

  /// Appends a well-formed bare path without making a String of it; false where the row is anything else.
  private func appendBare(
    _ bytes: UnsafeRawBufferPointer?, _ prefix: [UInt8]?, _ paths: inout TextColumn, _ ids: inout TextColumn,
    _ environments: inout TextColumn
  ) -> Bool {
    guard let bytes, let prefix, let current, !Self.isID(bytes), Self.isWellFormed(bytes) else {
      return false
    }
    paths.append(bytes: bytes)
    withUnsafeTemporaryAllocation(byteCount: prefix.count + bytes.count, alignment: 1) { id in
      id.copyBytes(from: prefix)
      UnsafeMutableRawBufferPointer(rebasing: id[prefix.count...]).copyMemory(from: bytes)
      ids.append(bytes: UnsafeRawBufferPointer(id))
    }
    environments.append(current.id)
    return true
  }

  private static func isID(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let scheme: StaticString = "cloud://"
    guard bytes.count >= scheme.utf8CodeUnitCount else { return false }
    return (0..<scheme.utf8CodeUnitCount).allSatisfy { bytes[$0] == scheme.utf8Start[$0] }
  }

  private static func isWellFormed(_ bytes: UnsafeRawBufferPointer) -> Bool {
    do throws(FileIDError) {
      try FileID.check(path: Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
      return true
    } catch {
      return false
    }
  }

  private func append(
    _ text: String, _ paths: inout TextColumn, _ ids: inout TextColumn, _ environments: inout TextColumn
  ) {
    if text.utf8.starts(with: "cloud://".utf8) {
      guard let id = try? FileID(parsing: text) else {
        // The id as given stands in `path`, since there is no telling what part of it was meant as one.
        paths.append(text)
        ids.appendNull()
        return environments.appendNull()
      }
      paths.append(id.path)
      ids.append(text)
      return environments.append(id.environment)
    }
    paths.append(text)
    if let current, let id = try? FileID(environment: current.id, bucket: current.bucket, path: text) {
      ids.append(id.text)
    } else {
      ids.appendNull()
    }
    if let current { environments.append(current.id) } else { environments.appendNull() }
  }

  private static func text(of cell: Cell) -> String {
    if case .text(let text) = cell { return text }
    if case .integer(let number) = cell { return String(number) }
    return ""
  }
}

/// The parts of a path that file rows offer as fields.
package enum PathParts {
  /// Behind the last `/`.
  package static func name(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// Behind the last `.` of the name, without it; empty where there is none or the name begins with its only one.
  package static func ext(_ path: String) -> String {
    let name = name(path)
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.utf8.startIndex else { return "" }
    return String(name[name.utf8.index(after: dot)...])
  }

  /// Before the last `/`; empty at the root.
  package static func dir(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(path[..<slash])
  }

  package static func part(_ name: String, of path: String) -> String? {
    switch name {
    case "name": self.name(path)
    case "ext": ext(path)
    case "dir": dir(path)
    default: nil
    }
  }
}
