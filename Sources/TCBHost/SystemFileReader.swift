// A file or standard input, read through its descriptor.
import Glibc

final class SystemFileReader: FileReader {
  private let descriptor: Int32
  private let path: String?
  private let closesDescriptor: Bool
  private var isOpen = true

  init(descriptor: Int32, path: String?, closesDescriptor: Bool) {
    self.descriptor = descriptor
    self.path = path
    self.closesDescriptor = closesDescriptor
  }

  deinit { close() }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(HostError) -> Int {
    guard isOpen else { return 0 }
    return try SystemCalls.read(descriptor, into: buffer, path: path)
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    if closesDescriptor { _ = Glibc.close(descriptor) }
  }
}
