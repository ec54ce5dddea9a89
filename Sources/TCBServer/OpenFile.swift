// A file on its way to somebody: open while any part of its answer is.

import Glibc

/// A regular file, opened for reading; closed when nobody holds it any more.
package final class OpenFile: Sendable {
  private let descriptor: Int32
  package let size: Int64
  /// Seconds since 1970.
  package let modified: Int64
  /// Another one once the file was changed.
  package let tag: String

  /// `path` is a real one: no symbolic link is followed at its end. Nil for what is no regular file or cannot be read.
  package init?(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    var status = stat()
    let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    size = Int64(status.st_size)
    modified = Int64(status.st_mtim.tv_sec)
    tag = "\"\(size)-\(status.st_mtim.tv_sec)-\(status.st_mtim.tv_nsec)\""
    if !isRegular { return nil }
  }

  deinit { close(descriptor) }

  /// Fewer bytes than asked for where the file has been cut short; nil where it cannot be read. Waits for the disk.
  package func read(_ count: Int, at offset: Int64) -> [UInt8]? {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(
          descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset) + off_t(filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { failed = true }
        guard got > 0 else { return }
        filled += got
      }
    }
    return failed ? nil : bytes
  }
}
