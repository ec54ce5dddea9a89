// Room outside of memory: for rows that are too many to be held.
import Glibc

/// A file without a name, which nobody else sees and which is gone with its last reference.
///
/// What was appended may be read by several at once; only one appends.
public protocol TemporaryFile: AnyObject, Sendable {
  /// Adds bytes at the end.
  func append(_ bytes: UnsafeRawBufferPointer) throws(HostError)
  /// Fills all of `buffer` with the bytes from `offset` on; a file that ends before is an error.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(HostError)
}

extension Host {
  /// Denies it.
  public func makeTemporaryFile() throws(HostError) -> any TemporaryFile {
    throw HostError(.denied(.write))
  }
}

extension SystemHost {
  /// A file in `$TMPDIR`, or else in `/var/tmp`, whose name is taken away as soon as it is open, so that nothing of it is left
  /// however the process ends. Counts as writing.
  public func makeTemporaryFile() throws(HostError) -> any TemporaryFile {
    try require(.write)
    let folders = [getenv("TMPDIR").map { String(cString: $0) }, "/var/tmp", "/tmp"]
    var failure = HostError(.notFound, path: "/tmp")
    for case let folder? in folders where !folder.isEmpty {
      let path = LocalPath.joined(folder, temporaryName(for: "rows"))
      // Known to who cleans up on a signal, for the moment that it has a name.
      let slot = registry.add(path)
      defer { registry.remove(slot) }
      let descriptor = SystemCalls.repeating { open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
      guard descriptor >= 0 else {
        failure = HostError(errno: errno, path: folder)
        continue
      }
      unlink(path)
      return SystemTemporaryFile(descriptor: descriptor, folder: folder)
    }
    throw failure
  }
}

private final class SystemTemporaryFile: TemporaryFile {
  private let descriptor: Int32
  private let folder: String

  init(descriptor: Int32, folder: String) {
    self.descriptor = descriptor
    self.folder = folder
  }

  deinit { _ = close(descriptor) }

  func append(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    try SystemCalls.write(descriptor, bytes, path: folder)
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(HostError) {
    var done = 0
    while let base = buffer.baseAddress, done < buffer.count {
      let count = SystemCalls.repeating { pread(descriptor, base + done, buffer.count - done, offset + done) }
      guard count >= 0 else { throw HostError(errno: errno, path: folder) }
      guard count > 0 else { throw HostError(.other(EIO), path: folder) }
      done += count
    }
  }
}
