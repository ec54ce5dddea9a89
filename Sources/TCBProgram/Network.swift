// What reaches the network: linked into `tcbsh-net`, which `tcbsh` becomes where a script needs it.

import Glibc
import Synchronization
import TCBHost
import TCBService
import TCBSyntax

/// What the network part of the program can do.
package final class Network: Sendable {
  package typealias Serve =
    @Sendable (
      _ core: APICore, _ settings: ServerSettings, _ reload: ServerReload,
      _ ready: @escaping @Sendable (Int) -> Void
    ) async -> Trouble?

  /// What kept a server from serving, as one sentence.
  package enum Trouble: Sendable {
    /// What it was told cannot be done.
    case setUp(String)
    /// Nobody can listen there.
    case listen(String)
  }

  let transport: any HTTPTransport
  /// Serves a core until the task is cancelled; gives what kept it from serving, if anything did.
  let serve: Serve

  package init(transport: any HTTPTransport, serve: @escaping Serve) {
    self.transport = transport
    self.serve = serve
  }

  private static let present = Mutex<Network?>(nil)

  /// Of this process; nil in `tcbsh` itself.
  static var current: Network? { present.withLock { $0 } }

  static func set(_ network: Network?) { present.withLock { $0 = network } }
}

extension Network {
  /// Whether a text may define an environment at an address, which the small program cannot ask. Better too often than once too
  /// seldom: a file that is imported is not looked at and may define one.
  static func isNeeded(by source: SourceText) -> Bool {
    source.bytes.withUnsafeBufferPointer { bytes in
      var index = 0
      while index < bytes.count {
        switch bytes[index] {
        case UInt8(ascii: "a") where isWord("api", bytes, at: index):
          if !isWord("embedded", bytes, at: skippingBlanks(bytes, from: index + 3)) { return true }
        case UInt8(ascii: "i") where isWord("import", bytes, at: index): return true
        default: break
        }
        index += 1
      }
      return false
    }
  }

  private static func isWord(_ word: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool
  {
    func isPartOfWord(_ index: Int) -> Bool {
      guard bytes.indices.contains(index) else { return false }
      let byte = bytes[index]
      return (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || byte == 0x5F
    }
    let end = start + word.utf8CodeUnitCount
    guard start >= 0, end <= bytes.count, !isPartOfWord(start - 1), !isPartOfWord(end) else { return false }
    return word.withUTF8Buffer { UnsafeBufferPointer(rebasing: bytes[start..<end]).elementsEqual($0) }
  }

  private static func skippingBlanks(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    return index
  }

  /// Becomes the program with the network in it, unless this is it or it is not there; then it returns. `input` is what was read
  /// of standard input and is to be read again.
  static func enter(_ arguments: [String], rereading input: SourceText? = nil) {
    guard current == nil, let folder = programFolder else { return }
    let path = folder + "/tcbsh-net"
    guard access(path, X_OK) == 0 else { return }
    if let input, !restoreInput(input.bytes) { return }
    var pointers = ([path] + arguments).map { strdup($0) } + [nil]
    execv(path, &pointers)
    for pointer in pointers { free(pointer) }
  }

  private static var programFolder: String? {
    guard let path = realpath("/proc/self/exe", nil) else { return nil }
    defer { free(path) }
    let text = String(cString: path)
    return text.lastIndex(of: "/").map { String(text[..<$0]) }
  }

  /// Standard input becomes a file that nobody else can open, with what was read of it.
  private static func restoreInput(_ bytes: [UInt8]) -> Bool {
    var name = Array("/tmp/tcbsh-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0, unlink(name) == 0 else { return false }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return lseek(descriptor, 0, SEEK_SET) == 0 && dup2(descriptor, STDIN_FILENO) >= 0
  }
}
