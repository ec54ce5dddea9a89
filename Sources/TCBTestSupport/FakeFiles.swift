// The readers and writers of a fake host.
import Synchronization
import TCBHost

final class FakeReader: FileReader {
  private var rest: ArraySlice<UInt8>
  private let pieces: Int
  private var failure: (left: Int, error: HostError)?

  init(_ bytes: [UInt8], pieces: Int, failure: (Int, HostError)?) {
    self.rest = bytes[...]
    self.pieces = pieces
    self.failure = failure.map { (left: $0.0, error: $0.1) }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(HostError) -> Int {
    var count = min(buffer.count, pieces, rest.count)
    if let failure {
      if failure.left <= 0 { throw failure.error }
      count = min(count, failure.left)
      self.failure = (left: failure.left - count, error: failure.error)
    }
    buffer.copyBytes(from: rest.prefix(count))
    rest = rest.dropFirst(count)
    return count
  }

  func close() { rest = [] }
}

final class FakeWriter: FileWriter {
  private let host: FakeHost
  private let path: String
  private var bytes: [UInt8] = []
  private var isOpen = true

  init(host: FakeHost, path: String) {
    self.host = host
    self.path = path
  }

  deinit { discard() }

  func write(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    guard isOpen else { throw HostError(.closed, path: path) }
    do throws(HostError) {
      try host.state.withLock { (state) throws(HostError) in try state.spend(bytes.count, path: path) }
    } catch {
      discard()
      throw error
    }
    self.bytes.append(contentsOf: bytes)
  }

  func commit() throws(HostError) {
    guard isOpen else { throw HostError(.closed, path: path) }
    isOpen = false
    host.state.withLock { state in
      state.openWriters -= 1
      state.put(bytes, at: path)
    }
  }

  func discard() {
    guard isOpen else { return }
    isOpen = false
    host.state.withLock { $0.openWriters -= 1 }
  }
}

/// Bytes in memory, counted as long as somebody holds them.
final class FakeTemporaryFile: TemporaryFile {
  private let host: FakeHost
  private let bytes = Mutex<[UInt8]>([])

  init(host: FakeHost) { self.host = host }

  deinit { host.state.withLock { $0.temporaryFiles.open -= 1 } }

  func append(_ added: UnsafeRawBufferPointer) throws(HostError) {
    try host.state.withLock { (state) throws(HostError) in try state.spend(added.count, path: nil) }
    bytes.withLock { $0.append(contentsOf: added) }
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(HostError) {
    let isThere = bytes.withLock { bytes in
      guard offset >= 0, offset + buffer.count <= bytes.count else { return false }
      buffer.copyBytes(from: bytes[offset..<(offset + buffer.count)])
      return true
    }
    if !isThere { throw HostError(.other(5)) }
  }
}
