// The host of a script under test: the machine's own, with the output kept where several run at once, and with a note of
// what was read, which is what is watched.

import Glibc
import Synchronization
import TCBHost

final class TestHost: Host {
  /// What a script wrote, in the order it did.
  private enum Piece {
    case output([UInt8])
    case diagnostics([UInt8])
  }

  private struct State {
    var pieces: [Piece] = []
    var paths: Set<String> = []
    var isClosed = false
  }

  private let inner: SystemHost
  /// Whether what is written waits for `release()`.
  private let isKept: Bool
  /// Whether a script's own output goes to standard error, since standard output is for a program.
  private let isData: Bool
  private let state = Mutex(State())

  init(_ inner: SystemHost, isKept: Bool, isData: Bool) {
    self.inner = inner
    self.isKept = isKept
    self.isData = isData
  }

  /// The files and folders that were looked at, whether they were there or not.
  var paths: Set<String> { state.withLock { $0.paths } }

  func note(path: String) { _ = state.withLock { $0.paths.insert(path) } }

  /// Writes to standard output what the tests themselves say; false once nobody reads it.
  func tell(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    do throws(HostError) { try put(.output(bytes)) } catch { return false }
    return true
  }

  func tellAside(_ text: String) {
    do throws(HostError) { try put(.diagnostics(Array(text.utf8))) } catch { return }
  }

  /// Writes what was kept; false once nobody reads it.
  func release() -> Bool {
    let pieces = state.withLock { state in
      defer { state.pieces = [] }
      return state.pieces
    }
    do throws(HostError) { for piece in pieces { try write(piece) } } catch { return false }
    return true
  }

  private func put(_ piece: Piece) throws(HostError) {
    if isKept { state.withLock { $0.pieces.append(piece) } } else { try write(piece) }
  }

  private func write(_ piece: Piece) throws(HostError) {
    switch piece {
    case .output(let bytes):
      try bytes.withUnsafeBufferPointer { (bytes) throws(HostError) in
        try inner.writeOutput(UnsafeRawBufferPointer(bytes))
      }
    case .diagnostics(let bytes): bytes.withUnsafeBytes { inner.writeDiagnostics($0) }
    }
  }

  // MARK: Host

  func writeOutput(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    try put(isData ? .diagnostics(Array(bytes)) : .output(Array(bytes)))
  }

  func writeDiagnostics(_ bytes: UnsafeRawBufferPointer) {
    do throws(HostError) { try put(.diagnostics(Array(bytes))) } catch { return }
  }

  func openFile(_ path: String) throws(HostError) -> any FileReader {
    note(path: path)
    return try inner.openFile(path)
  }

  func fileStatus(_ path: String) throws(HostError) -> FileStatus? {
    note(path: path)
    return try inner.fileStatus(path)
  }

  func folderEntries(_ path: String) throws(HostError) -> [FolderEntry] {
    note(path: path)
    return try inner.folderEntries(path)
  }

  func localPath(of path: String) throws(HostError) -> String {
    note(path: path)
    return try inner.localPath(of: path)
  }

  func now() -> Int64 { inner.now() }
  func environmentVariable(_ name: String) throws(HostError) -> String? {
    try inner.environmentVariable(name)
  }
  func standardInput() throws(HostError) -> any FileReader { try inner.standardInput() }
  func createFile(_ path: String) throws(HostError) -> any FileWriter { try inner.createFile(path) }
  var outputTerminal: TerminalSize? { isData ? nil : inner.outputTerminal }
  func randomBytes(_ count: Int) -> [UInt8] { inner.randomBytes(count) }

  func keptSecret(named name: String, make: () -> [UInt8]) throws(HostError) -> [UInt8] {
    try inner.keptSecret(named: name, make: make)
  }

  func replaceKeptSecret(named name: String, with secret: [UInt8]) throws(HostError) {
    try inner.replaceKeptSecret(named: name, with: secret)
  }

  func keptSecretIfAny(named name: String) throws(HostError) -> [UInt8]? {
    try inner.keptSecretIfAny(named: name)
  }

  func lockKeptSecret(
    named name: String, within milliseconds: Int64
  ) async throws(HostError) -> KeptLock? {
    try await inner.lockKeptSecret(named: name, within: milliseconds)
  }

  func output(of words: [String], limit: Int, within milliseconds: Int64) throws(HostError) -> [UInt8] {
    try inner.output(of: words, limit: limit, within: milliseconds)
  }
}
