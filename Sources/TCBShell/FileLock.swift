// Keeps shells from appending to a history that another one is replacing.

import Glibc

struct FileLock {
  private let descriptor: Int32

  /// Nil when the lock could not be had within about a tenth of a second: whoever holds it may be
  /// stopped, and the prompt does not wait for that.
  init?(path: String) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { return nil }
    for _ in 0..<50 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
      guard errno == EWOULDBLOCK || errno == EINTR else { break }
      usleep(2_000)
    }
    close(descriptor)
    return nil
  }

  /// Closing gives the lock back.
  func release() {
    close(descriptor)
  }
}
