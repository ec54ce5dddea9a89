// Secrets that are made once and kept in the state folder of the user.
import Glibc

extension SystemHost {
  /// A kept secret is never longer than this; what is, was not written here.
  private static let longestSecret = 64 * 1024

  /// Lies in `$TCB_STATE`, else `$XDG_STATE_HOME/tcbsh`, else `~/.local/state/tcbsh`. Reading it needs
  /// ``Capability/read``, making it ``Capability/write``; finding the folder needs nothing.
  public func keptSecret(named name: String, make: () -> [UInt8]) throws(HostError) -> [UInt8] {
    try require(.read, path: name)
    let (folder, path) = try SystemHost.place(ofSecret: name)
    if let kept = try SystemHost.kept(path) { return kept }
    try require(.write, path: path)
    try SystemHost.makeFolders(folder)
    // link(2) never replaces: of two processes one wins, and both read what it wrote.
    try write(make(), besides: path, in: folder) { link($0, $1) == 0 || errno == EEXIST }
    // Read back rather than returned: another process may have been first, and its secret stands.
    guard let kept = try SystemHost.kept(path) else { throw HostError(.notFound, path: path) }
    return kept
  }

  /// In the same folder, for the user alone, and on the disk when this returns. Needs ``Capability/write``.
  public func replaceKeptSecret(named name: String, with secret: [UInt8]) throws(HostError) {
    try require(.write, path: name)
    let (folder, path) = try SystemHost.place(ofSecret: name)
    try SystemHost.makeFolders(folder)
    try write(secret, besides: path, in: folder) { rename($0, $1) == 0 }
  }

  public func keptSecretIfAny(named name: String) throws(HostError) -> [UInt8]? {
    try require(.read, path: name)
    return try SystemHost.kept(try SystemHost.place(ofSecret: name).path)
  }

  /// The lock is a file beside the secret. Whoever ends, however it ends, has it no longer. Needs ``Capability/write``.
  public func lockKeptSecret(
    named name: String, within milliseconds: Int64
  ) async throws(HostError) -> KeptLock? {
    try require(.write, path: name)
    let (folder, path) = try SystemHost.place(ofSecret: name + ".lock")
    try SystemHost.makeFolders(folder)
    let descriptor = SystemCalls.repeating { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw HostError(errno: errno, path: path) }
    let lock = KeptLock(descriptor)
    var waited: Int64 = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw HostError(errno: errno, path: path) }
      guard waited < milliseconds else { throw HostError(.tooLate, path: path) }
      let pause = min(50, 5 + waited / 10)
      do { try await Task.sleep(for: .milliseconds(pause)) } catch { throw HostError(.cancelled, path: path) }
      waited += pause
    }
    return lock
  }

  private static func place(ofSecret name: String) throws(HostError) -> (folder: String, path: String) {
    guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(0),
      !name.utf8.contains(UInt8(ascii: "/"))
    else { throw HostError(.invalidPath, path: name) }
    let folder = try SystemHost.stateFolder()
    return (folder, LocalPath.joined(folder, name))
  }

  static func stateFolder() throws(HostError) -> String {
    if let folder = LocalPath.environment("TCB_STATE") { return try LocalPath.expanded(folder) }
    // The XDG base directory specification says that a relative path there is to be ignored.
    if let state = LocalPath.environment("XDG_STATE_HOME"), state.hasPrefix("/") {
      return LocalPath.joined(state, "tcbsh")
    }
    return try LocalPath.expanded("~/.local/state/tcbsh")
  }

  private static func kept(_ path: String) throws(HostError) -> [UInt8]? {
    let descriptor = SystemCalls.repeating { open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw HostError(errno: errno, path: path)
    }
    let reader = SystemFileReader(descriptor: descriptor, path: path, closesDescriptor: true)
    defer { reader.close() }
    let secret = try reader.remainder(limit: longestSecret, path: path)
    // An empty key would sign nothing; better to say so than to use it.
    guard !secret.isEmpty else { throw HostError(.other(EINVAL), path: path) }
    return secret
  }

  /// Makes each missing folder on the way, for the user alone.
  private static func makeFolders(_ folder: String) throws(HostError) {
    var missing: [String] = []
    var current = folder
    while current != "/", current != ".", SystemCalls.status(of: current) == nil {
      missing.append(current)
      current = LocalPath.folder(of: current)
    }
    for folder in missing.reversed() where mkdir(folder, 0o700) != 0 && errno != EEXIST {
      throw HostError(errno: errno, path: folder)
    }
  }

  /// Writes a file with another name first; `publish` gives it its own, and says whether it has it.
  private func write(
    _ secret: [UInt8], besides path: String, in folder: String, publish: (String, String) -> Bool
  ) throws(HostError) {
    let beside = LocalPath.joined(folder, temporaryName(for: LocalPath.lastPart(of: path)))
    let slot = registry.add(beside)
    defer {
      unlink(beside)
      registry.remove(slot)
    }
    let descriptor = SystemCalls.repeating { open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw HostError(errno: errno, path: path) }
    defer { _ = close(descriptor) }
    try secret.withUnsafeBufferPointer { (bytes) throws(HostError) in
      try SystemCalls.write(descriptor, UnsafeRawBufferPointer(bytes), path: path)
    }
    guard fsync(descriptor) == 0, publish(beside, path) else { throw HostError(errno: errno, path: path) }
    // The name is on the disk only once its folder is.
    let opened = SystemCalls.repeating { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard opened >= 0 else { throw HostError(errno: errno, path: path) }
    defer { _ = close(opened) }
    guard fsync(opened) == 0 else { throw HostError(errno: errno, path: path) }
  }
}
