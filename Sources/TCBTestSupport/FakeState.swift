// What a fake host remembers.
import TCBHost

struct FakeState: Sendable {
  struct File: Sendable {
    var bytes: [UInt8]
    var modified: Int64
  }

  var time: Int64 = 1_767_225_600_000
  var variables: [String: String] = [:]
  var files: [String: File] = [:]
  var folders: Set<String> = ["", "/"]
  var extraEntries: [String: [FolderEntry]] = [:]
  var secrets: [String: [UInt8]] = [:]
  var programs: [[String]: Result<[UInt8], HostError>] = [:]
  var input: [UInt8] = []
  var output: [UInt8] = []
  var diagnostics: [UInt8] = []
  var terminal: TerminalSize?
  var readSize = Int.max
  var openWriters = 0
  var temporaryFiles = (made: 0, open: 0)
  var denied: Set<Capability> = []
  var unreadable: Set<String> = []
  var unwritable: Set<String> = []
  var readFailures: [String: (Int, HostError)] = [:]
  var space: Int?
  var outputIsClosed = false
  private var randomState: UInt64 = 0

  func require(_ capability: Capability, path: String?) throws(HostError) {
    if denied.contains(capability) { throw HostError(.denied(capability), path: path) }
  }

  mutating func put(_ bytes: [UInt8], at path: String) {
    let path = FakePath.normal(path)
    files[path] = File(bytes: bytes, modified: time)
    putFolder(FakePath.folder(of: path))
  }

  mutating func putFolder(_ path: String) {
    var path = path
    while folders.insert(path).inserted { path = FakePath.folder(of: path) }
  }

  func readFailure(at path: String) -> (Int, HostError)? { readFailures[FakePath.normal(path)] }

  func bytes(at given: String) throws(HostError) -> [UInt8] {
    let path = FakePath.normal(given)
    if folders.contains(path) { throw HostError(.isFolder, path: given) }
    guard let file = files[path] else { throw HostError(.notFound, path: given) }
    if unreadable.contains(path) { throw HostError(.notPermitted, path: given) }
    return file.bytes
  }

  func status(at path: String) -> FileStatus? {
    if let file = files[path] {
      return FileStatus(kind: .file, size: Int64(file.bytes.count), modified: file.modified)
    }
    return folders.contains(path) ? FileStatus(kind: .folder, size: 0, modified: time) : nil
  }

  func entries(of given: String) throws(HostError) -> [FolderEntry] {
    let folder = FakePath.normal(given)
    guard folders.contains(folder) else {
      throw HostError(files[folder] == nil ? .notFound : .notFolder, path: given)
    }
    if unreadable.contains(folder) { throw HostError(.notPermitted, path: given) }
    var entries = extraEntries[folder] ?? []
    for path in Array(files.keys) + Array(folders)
    where path != folder && !path.isEmpty && FakePath.folder(of: path) == folder {
      guard let status = status(at: path) else { continue }
      entries.append(FolderEntry(name: Array(FakePath.name(of: path).utf8), status: status))
    }
    return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  mutating func spend(_ count: Int, path: String?) throws(HostError) {
    guard let space else { return }
    guard count <= space else { throw HostError(.noSpace, path: path) }
    self.space = space - count
  }

  /// SplitMix64, from a fixed seed.
  mutating func nextRandomByte() -> UInt8 {
    randomState &+= 0x9E37_79B9_7F4A_7C15
    var value = randomState
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return UInt8(truncatingIfNeeded: value ^ (value >> 31))
  }
}

enum FakePath {
  static func normal(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func name(of path: String) -> Substring {
    guard let slash = path.lastIndex(of: "/") else { return path[...] }
    return path[path.index(after: slash)...]
  }
}
