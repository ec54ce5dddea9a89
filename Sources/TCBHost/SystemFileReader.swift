// A file or standard input, read through its descriptor.
import Glibc

final class SystemFileReader: FileReader {
  private let descriptor: Int32
  private let path: String?
  private let closesDescriptor: Bool
  private var isOpen = true
  /// Only what is no ordinary file can keep its reader waiting without end.
  private let canWait: Bool

  init(descriptor: Int32, path: String?, closesDescriptor: Bool) {
    self.descriptor = descriptor
    self.path = path
    self.closesDescriptor = closesDescriptor
    var status = stat()
    canWait = fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
  }

  deinit { close() }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(HostError) -> Int {
    guard isOpen else { return 0 }
    if canWait { try waitForInput() }
    return try SystemCalls.read(descriptor, into: buffer, path: path)
  }

  /// A read itself is deaf to cancellation, so that it begins only when there is something to read.
  private func waitForInput() throws(HostError) {
    while true {
      if Task.isCancelled { throw HostError(.cancelled, path: path) }
      var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&polled, 1, 20) != 0, polled.revents != 0 { return }
    }
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    if closesDescriptor { _ = Glibc.close(descriptor) }
  }
}
