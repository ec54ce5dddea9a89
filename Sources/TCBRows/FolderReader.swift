// Rows from a local folder: its files, all the way down.
import TCBHost

/// Gives `path` (below the folder, with the prefix before it), `size` and `modified`, in the byte order of
/// the paths. Linked files are files; linked folders are not entered, so a cycle ends nothing.
package final class FolderReader: RowReader {
  private struct Level {
    /// Below the folder, ending in a slash; empty for the folder itself.
    var path: String
    var entries: [FolderEntry]
    var next = 0
  }

  private let host: any Host
  private let folder: String
  private let prefix: String
  private let options: SourceOptions
  private var levels: [Level] = []
  private var hasBegun = false

  /// `under` is the folder in the bucket; a slash is put after it where it has none.
  package init(
    _ folder: String, under: String = "", host: any Host, options: SourceOptions = SourceOptions()
  ) {
    self.host = host
    self.folder = folder
    self.prefix = under.isEmpty || under.hasSuffix("/") ? under : under + "/"
    self.options = options
  }

  package func next() async throws(RowError) -> RowBatch? {
    do throws(RowError) {
      try stopWhenCancelled(folder)
      if !hasBegun { try begin() }
      return try batch()
    } catch {
      levels = []
      throw error
    }
  }

  private func begin() throws(RowError) {
    hasBegun = true
    do throws(HostError) {
      levels = [Level(path: "", entries: FolderReader.sorted(try host.folderEntries(folder)))]
    } catch {
      throw RowError(.host(error), source: folder)
    }
  }

  private func batch() throws(RowError) -> RowBatch? {
    var paths = TextColumn()
    var sizes = ValueColumn<Int64>()
    var times = ValueColumn<Int64>()
    while paths.count < RowBatch.usualCount, let (path, entry) = takeEntry() {
      guard let name = String(validating: entry.name, as: UTF8.self) else {
        try leaveOut(.nameNotUTF8(shown: path + String(decoding: entry.name, as: UTF8.self)))
        continue
      }
      switch entry.status.kind {
      case .file:
        paths.append(prefix + path + name)
        sizes.append(entry.status.size)
        times.append(entry.status.modified)
      case .folder where entry.isLink: continue
      case .folder: try enter(path + name)
      case .other: try leaveOut(.notAFile(path: path + name))
      }
    }
    guard paths.count > 0 else { return nil }
    return RowBatch([("path", .text(paths)), ("size", .integer(sizes)), ("modified", .time(times))])
  }

  /// The next entry in order, and the path of the folder it is in.
  private func takeEntry() -> (path: String, entry: FolderEntry)? {
    while let level = levels.last {
      if level.next < level.entries.count {
        levels[levels.count - 1].next += 1
        return (level.path, level.entries[level.next])
      }
      levels.removeLast()
    }
    return nil
  }

  private func enter(_ path: String) throws(RowError) {
    do throws(HostError) {
      let local = folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
      let entries = FolderReader.sorted(try host.folderEntries(local))
      levels.append(Level(path: path + "/", entries: entries))
    } catch {
      try leaveOut(.folder(path: path, error))
    }
  }

  /// A folder sorts as its name with a slash, which is how the paths below it go on: `a.txt` comes before
  /// `a/x`, as a bucket lists them.
  private static func sorted(_ entries: [FolderEntry]) -> [FolderEntry] {
    let keyed = entries.map { entry in
      (key: entry.status.kind == .folder ? entry.name + [UInt8(ascii: "/")] : entry.name, entry: entry)
    }
    return keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.entry)
  }

  private func leaveOut(_ reason: UnreadableLine.Reason) throws(RowError) {
    try options.leaveOut(UnreadableLine(source: folder, line: 0, reason: reason))
  }
}
