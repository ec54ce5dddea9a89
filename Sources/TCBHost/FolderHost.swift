// The host of a program that lends scripts one folder and nothing else of the machine.
import Glibc

/// Grants one folder of this machine, the clock and the variables it is given; nothing else.
///
/// Paths are relative to the folder. An absolute path, `~`, and whatever leads out of the folder, by `..` or by a symbolic
/// link, is ``HostError/Reason/denied(_:)``. A link that stays inside is followed. What a path leads to is looked at just before it
/// is used, so that whoever may make links in the folder at that moment may lead out of it; a script cannot make links.
///
/// Standard input, standard output and secrets kept between runs are denied. What scripts print goes to a program through the
/// output of its sessions.
public struct FolderHost: Host {
  /// The folder's real path.
  public let folder: String
  private let mayWrite: Bool
  private let variables: [String: String]
  private let system = SystemHost()

  /// Lends `folder`, which must exist, to be read and, where `writable` is true, to be written.
  ///
  /// `variables` is what a script sees as `$NAME`; no variable of the process is seen. Throws ``HostError/Reason/notFound`` or
  /// ``HostError/Reason/notFolder``.
  public init(_ folder: String, writable: Bool = false, variables: [String: String] = [:]) throws(HostError) {
    guard let real = FolderHost.realPath(of: try LocalPath.expanded(folder)) else {
      throw HostError(errno: errno, path: folder)
    }
    guard let status = SystemCalls.status(of: real), status.st_mode & S_IFMT == S_IFDIR else {
      throw HostError(.notFolder, path: folder)
    }
    self.folder = real
    mayWrite = writable
    self.variables = variables
  }

  public func now() -> Int64 { system.now() }

  public func environmentVariable(_ name: String) throws(HostError) -> String? { variables[name] }

  public func openFile(_ path: String) throws(HostError) -> any FileReader {
    let place = try place(of: path, for: .read)
    return try told(as: path) { () throws(HostError) in try system.openFile(place) }
  }

  /// Denied.
  public func standardInput() throws(HostError) -> any FileReader { throw HostError(.denied(.read)) }

  public func fileStatus(_ path: String) throws(HostError) -> FileStatus? {
    let place: String
    do throws(HostError) { place = try self.place(of: path, for: .read) } catch {
      // Nothing is there where the folder around it is missing.
      if error.reason == .notFound || error.reason == .notFolder { return nil }
      throw error
    }
    return try told(as: path) { () throws(HostError) in try system.fileStatus(place) }
  }

  public func folderEntries(_ path: String) throws(HostError) -> [FolderEntry] {
    let place = try place(of: path, for: .read)
    let entries = try told(as: path) { () throws(HostError) in try system.folderEntries(place) }
    return entries.map { entry in
      guard entry.isLink else { return entry }
      let real = FolderHost.realPath(of: LocalPath.joined(place, String(decoding: entry.name, as: UTF8.self)))
      if let real, isInside(real) { return entry }
      // Nothing is told of what lies outside, not even how large it is.
      return FolderEntry(
        name: entry.name, status: FileStatus(kind: .other, size: 0, modified: 0), isLink: true)
    }
  }

  public func createFile(_ path: String) throws(HostError) -> any FileWriter {
    guard mayWrite else { throw HostError(.denied(.write), path: path) }
    let place = try place(of: path, for: .write)
    return try told(as: path) { () throws(HostError) in try system.createFile(place) }
  }

  /// Where the folder may be written: a file without a name, outside of the folder.
  public func makeTemporaryFile() throws(HostError) -> any TemporaryFile {
    guard mayWrite else { throw HostError(.denied(.write)) }
    return try system.makeTemporaryFile()
  }

  public func localPath(of path: String) throws(HostError) -> String { try place(of: path, for: .read) }

  public func writeOutput(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    throw HostError(.denied(.write))
  }

  public func writeDiagnostics(_ bytes: UnsafeRawBufferPointer) {}

  public var outputTerminal: TerminalSize? { nil }

  public func randomBytes(_ count: Int) -> [UInt8] { SystemRandomness.bytes(count) }

  public func keptSecret(named name: String, make: () -> [UInt8]) throws(HostError) -> [UInt8] {
    throw HostError(.denied(.write))
  }

  /// Where a path of a script is on this machine: inside of the folder, whatever links there are on the way.
  private func place(of path: String, for capability: Capability) throws(HostError) -> String {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw HostError(.invalidPath, path: path) }
    let outside = HostError(.denied(capability), path: path)
    if path.hasPrefix("/") || path == "~" || path.hasPrefix("~/") { throw outside }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      guard part == ".." else {
        parts.append(part)
        continue
      }
      guard parts.popLast() != nil else { throw outside }
    }
    guard let last = parts.popLast() else { return folder }
    let above = parts.isEmpty ? folder : LocalPath.joined(folder, parts.joined(separator: "/"))
    guard let real = FolderHost.realPath(of: above) else { throw HostError(errno: errno, path: path) }
    guard isInside(real) else { throw outside }
    let place = LocalPath.joined(real, last)
    guard let status = SystemCalls.linkStatus(of: place) else {
      // What is not there yet may be made; what cannot be looked at is refused by whoever opens it.
      return path.hasSuffix("/") ? place + "/" : place
    }
    guard status.st_mode & S_IFMT == S_IFLNK else { return place }
    // A link that leads nowhere would be followed by what makes a file there.
    guard let target = FolderHost.realPath(of: place), isInside(target) else { throw outside }
    return target
  }

  private func isInside(_ real: String) -> Bool {
    real.utf8.elementsEqual(folder.utf8) || real.utf8.starts(with: (folder == "/" ? "/" : folder + "/").utf8)
  }

  /// With the path as the script gave it, so that no error says where the folder is.
  private func told<Result>(
    as path: String, _ body: () throws(HostError) -> Result
  ) throws(HostError) -> Result {
    do throws(HostError) { return try body() } catch { throw HostError(error.reason, path: path) }
  }

  private static func realPath(of path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(validatingCString: real)
  }
}
