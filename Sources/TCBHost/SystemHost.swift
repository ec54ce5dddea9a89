// The host of an ordinary process: POSIX through the C library.
import Glibc

/// Grants everything but what it was told to deny.
///
/// `~/` at the start of a path is `$HOME`. Writing to a pipe that nobody reads is
/// ``HostError/Reason/closed`` only in a process that ignores `SIGPIPE`; the program sees to that.
public struct SystemHost: Host {
  let denied: Set<Capability>
  let registry: TemporaryFiles

  /// A host without the capabilities in `denied`. It reaches all files that the process may.
  public init(denied: Set<Capability> = []) {
    self.init(denied: denied, temporaryFiles: .inUse)
  }

  package init(denied: Set<Capability>, temporaryFiles: TemporaryFiles) {
    self.denied = denied
    self.registry = temporaryFiles
  }

  func require(_ capability: Capability, path: String? = nil) throws(HostError) {
    if denied.contains(capability) { throw HostError(.denied(capability), path: path) }
  }

  public func now() -> Int64 { SystemClock().now() }

  public func environmentVariable(_ name: String) throws(HostError) -> String? {
    try require(.env)
    guard !name.isEmpty, !name.utf8.contains(0), let value = getenv(name) else { return nil }
    return String(cString: value)
  }

  public func openFile(_ path: String) throws(HostError) -> any FileReader {
    try require(.read, path: path)
    let local = try LocalPath.expanded(path)
    // Opening a pipe that nobody writes to would wait for a writer, whatever becomes of the task.
    let descriptor = SystemCalls.repeating { open(local, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw HostError(errno: errno, path: path) }
    let reader = SystemFileReader(descriptor: descriptor, path: path, closesDescriptor: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw HostError(errno: errno, path: path) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw HostError(.isFolder, path: path) }
    return reader
  }

  /// Counts as reading: a denied ``Capability/read`` refuses it.
  public func standardInput() throws(HostError) -> any FileReader {
    try require(.read)
    return SystemFileReader(descriptor: STDIN_FILENO, path: nil, closesDescriptor: false)
  }

  public func fileStatus(_ path: String) throws(HostError) -> FileStatus? {
    try require(.read, path: path)
    if let status = SystemCalls.status(of: try LocalPath.expanded(path)) { return FileStatus(status) }
    guard errno == ENOENT || errno == ENOTDIR else { throw HostError(errno: errno, path: path) }
    return nil
  }

  public func localPath(of path: String) throws(HostError) -> String {
    try require(.read, path: path)
    return try LocalPath.expanded(path)
  }

  public func writeOutput(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    do throws(HostError) {
      if SystemCalls.mayWait(STDOUT_FILENO) {
        try SystemCalls.writePatiently(STDOUT_FILENO, bytes)
      } else {
        try SystemCalls.write(STDOUT_FILENO, bytes, path: nil)
      }
    } catch {
      // A process started without a standard output has nobody reading either.
      throw error.reason == .other(EBADF) ? HostError(.closed) : error
    }
  }

  public func writeDiagnostics(_ bytes: UnsafeRawBufferPointer) {
    try? SystemCalls.write(STDERR_FILENO, bytes, path: nil)
  }

  public var outputTerminal: TerminalSize? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      // Serial lines and some emulators do not know their size; 80 by 24 is what terminals once were.
      return TerminalSize(columns: 80, rows: 24)
    }
    return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  public func randomBytes(_ count: Int) -> [UInt8] { SystemRandomness.bytes(count) }
}
