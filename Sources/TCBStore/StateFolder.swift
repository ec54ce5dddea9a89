// The folder a state lies in: for its user alone, and for one process at a time.

import Glibc
import TCBService

/// Holds the folder until nobody holds this any more.
final class StateFolder: Sendable {
  let path: String
  private let lock: Int32

  /// Makes the folder, but none above it. Throws where it cannot be used, or another process uses it.
  init(_ path: String) throws(StateError) {
    self.path = path
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw StateFolder.error(path) }
    lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { throw StateFolder.error(path) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw StateError("another process uses the state in `\(path)`")
    }
    // What is made from here on, by SQLite among others, is for this user alone.
    guard chmod(path, 0o700) == 0 else { throw StateFolder.error(path) }
  }

  deinit { close(lock) }

  /// Unpredictable bytes, made once.
  func key(_ count: Int) throws(StateError) -> [UInt8] {
    let file = path + "/key"
    if let key = try read(file, count) { return key }
    // The system's generator, which is fit for keys.
    var generator = SystemRandomNumberGenerator()
    let key = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let draft = file + ".new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StateFolder.error(draft) }
    let isWritten = write(descriptor, key, count) == count && fsync(descriptor) == 0
    let error = StateFolder.error(draft)
    close(descriptor)
    guard isWritten else { throw error }
    guard rename(draft, file) == 0 else { throw StateFolder.error(file) }
    try sync()
    return key
  }

  private func read(_ file: String, _ count: Int) throws(StateError) -> [UInt8]? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw StateFolder.error(file)
    }
    defer { close(descriptor) }
    var key = [UInt8](repeating: 0, count: count)
    guard Glibc.read(descriptor, &key, count) == count else {
      throw StateError("`\(file)` is not the key it should be")
    }
    return key
  }

  /// That a file has this name is on the disk when this returns.
  private func sync() throws(StateError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StateFolder.error(path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StateFolder.error(path) }
  }

  private static func error(_ path: String) -> StateError {
    StateError("`\(path)`: \(String(cString: strerror(errno)))")
  }
}
