// Where the words of a session go that a program listens to.

import Synchronization
import TCBHost

/// A piece of what a session writes.
public enum Output: Sendable, Hashable {
  /// What `print`, `show`, `explain` and their like write: what the script was run for.
  case text(String)
  /// What is told beside it, such as the lines of a source that could not be read; ends with a line end.
  case note(String)
}

/// The host of a session whose output the program takes.
struct ListeningHost: Host {
  private let host: any Host
  private let listener: Listener

  private final class Listener: Sendable {
    let take: @Sendable (Output) -> Void
    /// The beginning of a character whose end is still to come.
    private let begun = Mutex<[UInt8]>([])

    init(_ take: @escaping @Sendable (Output) -> Void) { self.take = take }

    func text(_ bytes: UnsafeRawBufferPointer) {
      let text = begun.withLock { begun in
        begun.append(contentsOf: bytes)
        let whole = begun.count - Self.unfinished(begun)
        let text = String(decoding: begun[..<whole], as: UTF8.self)
        begun.removeFirst(whole)
        return text
      }
      if !text.isEmpty { take(.text(text)) }
    }

    /// How many bytes at the end begin a character and do not end it.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
      for (back, byte) in bytes.reversed().prefix(3).enumerated() where byte & 0xC0 != 0x80 {
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        return length > back + 1 ? back + 1 : 0
      }
      return 0
    }
  }

  init(_ host: any Host, take: @escaping @Sendable (Output) -> Void) {
    self.host = host
    listener = Listener(take)
  }

  func writeOutput(_ bytes: UnsafeRawBufferPointer) { listener.text(bytes) }
  func writeDiagnostics(_ bytes: UnsafeRawBufferPointer) {
    listener.take(.note(String(decoding: bytes, as: UTF8.self)))
  }
  var outputTerminal: TerminalSize? { nil }

  func now() -> Int64 { host.now() }
  func environmentVariable(_ name: String) throws(HostError) -> String? { try host.environmentVariable(name) }
  func openFile(_ path: String) throws(HostError) -> any FileReader { try host.openFile(path) }
  func standardInput() throws(HostError) -> any FileReader { try host.standardInput() }
  func fileStatus(_ path: String) throws(HostError) -> FileStatus? { try host.fileStatus(path) }
  func folderEntries(_ path: String) throws(HostError) -> [FolderEntry] { try host.folderEntries(path) }
  func createFile(_ path: String) throws(HostError) -> any FileWriter { try host.createFile(path) }
  func localPath(of path: String) throws(HostError) -> String { try host.localPath(of: path) }
  func randomBytes(_ count: Int) -> [UInt8] { host.randomBytes(count) }
  func keptSecret(named name: String, make: () -> [UInt8]) throws(HostError) -> [UInt8] {
    try host.keptSecret(named: name, make: make)
  }
}
