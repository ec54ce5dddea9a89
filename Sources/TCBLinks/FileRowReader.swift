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

  /// Rows that were read as files once (a table or a stream of `links`, say, or records made of its rows) name their file
  /// by `fileid`; `path` alone would put them in the environment in use.
  package static func again(_ source: any RowReader, current: LinkEnvironment?) -> FileRowReader {
    FileRowReader(MapReader(source, Self.namingFiles), current: current)
  }

  private static func namingFiles(_ batch: RowBatch) -> RowBatch {
    guard let ids = batch.column("fileid") else { return batch }
    // A row without an id keeps the path it was given.
    let files = (0..<batch.count).map { row -> Cell in
      let id = ids.cell(at: row)
      return id.isNull ? batch.cell(row, "path") : id
    }
    return batch.dropping(["fileid", "env"]).setting("path", to: Column(cells: files))
  }

  private func fileRows(_ batch: RowBatch) -> RowBatch {
    var paths = TextColumn()
    var ids = TextColumn()
    var environments = TextColumn()
    paths.reserve(rows: batch.count, bytes: batch.count * 32)
    ids.reserve(rows: batch.count, bytes: batch.count * 80)
    let prefix = current.map { Array("cloud://\($0.id).\($0.bucket)/".utf8) }
    if case .text(let texts)? = batch.column(fileColumn) {
      for row in 0..<batch.count {
        var isDone = false
        texts.read(row) { bytes in
          isDone =
            appendID(bytes, &paths, &ids, &environments)
            || appendBare(bytes, prefix, &paths, &ids, &environments)
        }
        if !isDone { append(texts.string(at: row) ?? "", &paths, &ids, &environments) }
      }
    } else {
      for row in 0..<batch.count {
        var text = Self.text(of: batch.cell(row, fileColumn))
        let isDone = text.withUTF8 { appendID(UnsafeRawBufferPointer($0), &paths, &ids, &environments) }
        if !isDone { append(text, &paths, &ids, &environments) }
      }
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

  /// Appends a well-formed id without making a String of any part of it; false where the row is anything else.
  private func appendID(
    _ bytes: UnsafeRawBufferPointer?, _ paths: inout TextColumn, _ ids: inout TextColumn,
    _ environments: inout TextColumn
  ) -> Bool {
    guard let bytes, Self.isID(bytes) else { return false }
    let text = Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self))
    guard let layout = try? FileIDLayout(of: text) else { return false }
    let environment = FileIDLayout.environmentStart..<layout.dot
    // INVARIANT of a layout: its offsets lie in the text, the slash before the end.
    paths.append(bytes: UnsafeRawBufferPointer(rebasing: bytes[(layout.slash + 1)...]))
    ids.append(bytes: bytes)
    environments.append(bytes: UnsafeRawBufferPointer(rebasing: bytes[environment]))
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
      // The id as given stands in `path`, since there is no telling what part of it was meant as one.
      paths.append(text)
      ids.appendNull()
      return environments.appendNull()
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
    switch cell {
    case .text(let text): text
    case .integer(let number): String(number)
    default: ""
    }
  }
}
