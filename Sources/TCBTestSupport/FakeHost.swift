// A host in memory, with faults on demand, for tests that need no file system and no clock.
import Synchronization
import TCBHost

/// Paths are compared without `./`, doubled slashes and `..`; a file's folders exist by themselves.
public final class FakeHost: Host {
  let state: Mutex<FakeState>

  public init(files: [String: String] = [:], variables: [String: String] = [:]) {
    var state = FakeState()
    state.variables = variables
    for (path, text) in files { state.put(Array(text.utf8), at: path) }
    self.state = Mutex(state)
  }

  // What the code under test calls.

  public func now() -> Int64 { state.withLock { $0.time } }

  public func environmentVariable(_ name: String) throws(HostError) -> String? {
    try state.withLock { (state) throws(HostError) in
      try state.require(.env, path: nil)
      return state.variables[name]
    }
  }

  public func openFile(_ path: String) throws(HostError) -> any FileReader {
    try state.withLock { (state) throws(HostError) -> FakeReader in
      try state.require(.read, path: path)
      let bytes = try state.bytes(at: path)
      return FakeReader(bytes, pieces: state.readSize, failure: state.readFailure(at: path))
    }
  }

  public func standardInput() throws(HostError) -> any FileReader {
    try state.withLock { (state) throws(HostError) -> FakeReader in
      try state.require(.read, path: nil)
      defer { state.input = [] }
      return FakeReader(state.input, pieces: state.readSize, failure: nil)
    }
  }

  public func fileStatus(_ path: String) throws(HostError) -> FileStatus? {
    try state.withLock { (state) throws(HostError) in
      try state.require(.read, path: path)
      return state.status(at: FakePath.normal(path))
    }
  }

  public func folderEntries(_ path: String) throws(HostError) -> [FolderEntry] {
    try state.withLock { (state) throws(HostError) in
      try state.require(.read, path: path)
      return try state.entries(of: path)
    }
  }

  public func createFile(_ path: String) throws(HostError) -> any FileWriter {
    try state.withLock { (state) throws(HostError) in
      try state.require(.write, path: path)
      if state.unwritable.contains(FakePath.normal(path)) { throw HostError(.notPermitted, path: path) }
      if state.status(at: FakePath.normal(path))?.kind == .folder { throw HostError(.isFolder, path: path) }
      state.openWriters += 1
    }
    return FakeWriter(host: self, path: path)
  }

  public func makeTemporaryFile() throws(HostError) -> any TemporaryFile {
    try state.withLock { (state) throws(HostError) in
      try state.require(.write, path: nil)
      state.temporaryFiles.open += 1
      state.temporaryFiles.made += 1
    }
    return FakeTemporaryFile(host: self)
  }

  public func writeOutput(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    try state.withLock { (state) throws(HostError) in
      if state.outputIsClosed { throw HostError(.closed) }
      try state.spend(bytes.count, path: nil)
      state.output.append(contentsOf: bytes)
    }
  }

  public func writeDiagnostics(_ bytes: UnsafeRawBufferPointer) {
    state.withLock { $0.diagnostics.append(contentsOf: bytes) }
  }

  public var outputTerminal: TerminalSize? { state.withLock { $0.terminal } }

  /// Different each time, the same in every run of a test.
  public func randomBytes(_ count: Int) -> [UInt8] {
    state.withLock { state in (0..<max(0, count)).map { _ in state.nextRandomByte() } }
  }

  public func replaceKeptSecret(named name: String, with secret: [UInt8]) throws(HostError) {
    try state.withLock { (state) throws(HostError) in
      try state.require(.write, path: name)
      state.secrets[name] = secret
    }
  }

  public func keptSecret(named name: String, make: () -> [UInt8]) throws(HostError) -> [UInt8] {
    if let kept = state.withLock({ $0.secrets[name] }) { return kept }
    let made = make()
    return try state.withLock { (state) throws(HostError) in
      if let kept = state.secrets[name] { return kept }
      try state.require(.write, path: name)
      state.secrets[name] = made
      return made
    }
  }

  public func keptSecretIfAny(named name: String) throws(HostError) -> [UInt8]? {
    try state.withLock { (state) throws(HostError) in
      try state.require(.read, path: name)
      return state.secrets[name]
    }
  }

  /// Programs write what ``FakeHost/setOutput(_:of:)`` says.
  public func output(of words: [String], limit: Int, within milliseconds: Int64) throws(HostError) -> [UInt8]
  {
    try state.withLock { (state) throws(HostError) in
      try state.require(.command, path: words.first)
      guard let output = state.programs[words] else { throw HostError(.notFound, path: words.first) }
      return try output.get()
    }
  }
}
