// The system calls that need a loop around them.
import Glibc

enum SystemCalls {
  /// Repeats a call that a signal interrupted.
  static func repeating<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }

  /// Waits until a descriptor that someone else made non-blocking can go on.
  static func wait(for descriptor: Int32, events: Int32) {
    var poll = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
    _ = repeating { Glibc.poll(&poll, 1, -1) }
  }

  /// Reads what is at hand; 0 at the end.
  static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, path: String?
  ) throws(HostError) -> Int {
    guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
    while true {
      let count = repeating { Glibc.read(descriptor, base, buffer.count) }
      if count >= 0 { return count }
      guard errno == EAGAIN else { throw HostError(errno: errno, path: path) }
      wait(for: descriptor, events: Int32(POLLIN))
    }
  }

  /// Writes all of `bytes`.
  static func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, path: String?
  ) throws(HostError) {
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0 {
      let count = repeating { Glibc.write(descriptor, base, rest.count) }
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EAGAIN {
        wait(for: descriptor, events: Int32(POLLOUT))
      } else {
        throw HostError(errno: errno, path: path)
      }
    }
  }

  /// Writes all of `bytes` to where it may wait for whoever reads, in pieces that do not, and looks at cancellation between them.
  static func writePatiently(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(HostError) {
    // What poll(2) calls writable has room for this much in a pipe.
    let piece = 4_096
    var rest = bytes
    while !rest.isEmpty {
      var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      while poll(&polled, 1, 20) <= 0 || polled.revents == 0 {
        if Task.isCancelled { throw HostError(.cancelled) }
      }
      let next = UnsafeRawBufferPointer(rebasing: rest.prefix(piece))
      try write(descriptor, next, path: nil)
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(next.count))
    }
  }

  /// Whether writing may wait: to all but files. What nobody can write to does not wait either: in a process that was started
  /// without a standard output another descriptor may have its number.
  static func mayWait(_ descriptor: Int32) -> Bool {
    var status = stat()
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0, flags & O_ACCMODE != O_RDONLY else { return false }
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  /// What is at `path`, following links; nil with `errno` set when that cannot be told.
  static func status(of path: String) -> stat? {
    var status = stat()
    return repeating { fstatat(AT_FDCWD, path, &status, 0) } == 0 ? status : nil
  }

  /// The same for the link itself.
  static func linkStatus(of path: String) -> stat? {
    var status = stat()
    return repeating { fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW) } == 0 ? status : nil
  }
}

extension FileStatus {
  init(_ status: stat) {
    let kind: FileKind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
    let seconds = Int64(status.st_mtim.tv_sec)
    let milliseconds = Int64(status.st_mtim.tv_nsec) / 1_000_000
    self.init(kind: kind, size: Int64(status.st_size), modified: seconds &* 1000 &+ milliseconds)
  }
}
