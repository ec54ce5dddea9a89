// Where a session's words go: data to standard output, all else to standard error, secrets to neither.

import TCBHost

package final class SessionOutput {
  private let host: any Host
  private let secrets: SecretRegistry
  /// Whoever watches a terminal sees each line when it is written.
  private let isWatched: Bool
  private var buffer: [UInt8] = []

  static let blockSize = 16 * 1_024

  init(host: any Host, secrets: SecretRegistry) {
    self.host = host
    self.secrets = secrets
    isWatched = host.outputTerminal != nil
  }

  /// Throws when standard output is closed or full.
  func write(_ text: String) throws(HostError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.blockSize || isWatched && buffer.last == UInt8(ascii: "\n") { try flush() }
  }

  /// Passes on everything written so far. Called before anything else writes to standard output, and at the end.
  func flush() throws(HostError) {
    guard !buffer.isEmpty else { return }
    let bytes = secrets.isEmpty ? buffer : secrets.redact(buffer)
    buffer.removeAll(keepingCapacity: true)
    try bytes.withUnsafeBufferPointer { (bytes) throws(HostError) in
      try host.writeOutput(UnsafeRawBufferPointer(bytes))
    }
  }

  func writeDiagnostics(_ text: String) {
    let redacted = secrets.redact(text)
    Array(redacted.utf8).withUnsafeBytes { host.writeDiagnostics($0) }
  }
}
