// A file that is written beside its final place and moved there at the end.
import Glibc

final class SystemFileWriter: FileWriter {
  private static let blockSize = 64 * 1024

  /// Where the bytes go until `commit()`; nil when they go straight to a device or a pipe.
  struct Temporary {
    var path: String
    var target: String
    var slot: Int?
  }

  private let path: String
  private var descriptor: Int32
  private let temporary: Temporary?
  private let registry: TemporaryFiles
  private var buffer: [UInt8] = []
  private var isOpen = true

  init(path: String, descriptor: Int32, temporary: Temporary?, registry: TemporaryFiles) {
    self.path = path
    self.descriptor = descriptor
    self.temporary = temporary
    self.registry = registry
  }

  deinit { discard() }

  func write(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    guard isOpen else { throw HostError(.closed, path: path) }
    if buffer.count + bytes.count < SystemFileWriter.blockSize {
      buffer.append(contentsOf: bytes)
      return
    }
    do throws(HostError) {
      try flush()
      try SystemCalls.write(descriptor, bytes, path: path)
    } catch {
      discard()
      throw error
    }
  }

  func commit() throws(HostError) {
    guard isOpen else { throw HostError(.closed, path: path) }
    do throws(HostError) {
      try flush()
      if let temporary { try publish(temporary) }
    } catch {
      discard()
      throw error
    }
    close()
  }

  func discard() {
    guard isOpen else { return }
    if let temporary { unlink(temporary.path) }
    close()
  }

  private func publish(_ temporary: Temporary) throws(HostError) {
    guard SystemCalls.repeating({ fsync(descriptor) }) == 0 else { throw HostError(errno: errno, path: path) }
    guard rename(temporary.path, temporary.target) == 0 else { throw HostError(errno: errno, path: path) }
    // The name itself survives a power cut only once its folder is written too; not every file system can.
    let folder = open(LocalPath.folder(of: temporary.target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      _ = Glibc.close(folder)
    }
  }

  private func flush() throws(HostError) {
    try buffer.withUnsafeBufferPointer { (bytes) throws(HostError) in
      try SystemCalls.write(descriptor, UnsafeRawBufferPointer(bytes), path: path)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func close() {
    isOpen = false
    registry.remove(temporary?.slot)
    _ = Glibc.close(descriptor)
  }
}
