// What a test sets up in a fake host, and what it looks at afterwards.
import Synchronization
import TCBHost

extension FakeHost {
  /// Milliseconds since 1970; 2026-01-01T00:00:00Z at first.
  public var time: Int64 {
    get { state.withLock { $0.time } }
    set { state.withLock { $0.time = newValue } }
  }

  public func advance(milliseconds: Int64) { state.withLock { $0.time += milliseconds } }

  public func set(_ variable: String, to value: String?) {
    state.withLock { $0.variables[variable] = value }
  }

  /// What a program with these arguments writes, or how it fails.
  public func setOutput(_ output: Result<String, HostError>, of words: [String]) {
    state.withLock { $0.programs[words] = output.map { Array($0.utf8) } }
  }

  public func put(_ text: String, at path: String) { put(Array(text.utf8), at: path) }

  public func put(_ bytes: [UInt8], at path: String) { state.withLock { $0.put(bytes, at: path) } }

  public func putFolder(_ path: String) { state.withLock { $0.putFolder(FakePath.normal(path)) } }

  /// An entry whose name need not be UTF-8, or that is a link, a device or the like.
  public func putEntry(_ entry: FolderEntry, in folder: String) {
    state.withLock { state in
      state.putFolder(FakePath.normal(folder))
      state.extraEntries[FakePath.normal(folder), default: []].append(entry)
    }
  }

  public func remove(_ path: String) { state.withLock { $0.files[FakePath.normal(path)] = nil } }

  public func contents(_ path: String) -> String? {
    state.withLock { $0.files[FakePath.normal(path)] }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// The paths of all files, sorted.
  public var paths: [String] { state.withLock { $0.files.keys.sorted() } }

  public func setInput(_ text: String) { state.withLock { $0.input = Array(text.utf8) } }

  /// Readers give at most this many bytes at a time.
  public func setReadSize(_ size: Int) { state.withLock { $0.readSize = max(1, size) } }

  public func setTerminal(_ size: TerminalSize?) { state.withLock { $0.terminal = size } }

  public var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
  public var diagnostics: String { state.withLock { String(decoding: $0.diagnostics, as: UTF8.self) } }

  /// The text written since the last call.
  public func takeOutput() -> String {
    state.withLock { state in
      defer { state.output = [] }
      return String(decoding: state.output, as: UTF8.self)
    }
  }

  /// Writers that were neither committed nor discarded.
  public var openWriters: Int { state.withLock { $0.openWriters } }

  /// Temporary files that were made, and those of them that somebody holds.
  public var temporaryFiles: (made: Int, open: Int) { state.withLock { $0.temporaryFiles } }

  // Faults.

  public func deny(_ capabilities: Capability...) { state.withLock { $0.denied.formUnion(capabilities) } }

  /// Opening the file, or listing the folder, is not permitted.
  public func makeUnreadable(_ path: String) {
    state.withLock { _ = $0.unreadable.insert(FakePath.normal(path)) }
  }

  public func makeUnwritable(_ path: String) {
    state.withLock { _ = $0.unwritable.insert(FakePath.normal(path)) }
  }

  /// Reading the file fails with `error` once `bytes` of it have been read.
  public func failReading(_ path: String, after bytes: Int, with error: HostError) {
    state.withLock { $0.readFailures[FakePath.normal(path)] = (bytes, error) }
  }

  /// Files and output take this many more bytes, then there is no space left. Nil: no bound.
  public func setSpace(_ bytes: Int?) { state.withLock { $0.space = bytes } }

  public func closeOutput() { state.withLock { $0.outputIsClosed = true } }
}
