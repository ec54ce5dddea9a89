// Making a file that appears whole or not at all.
import Glibc

extension SystemHost {
  /// A regular file is written beside its target and renamed onto it, with the mode of the file it
  /// replaces. A link is followed and stays a link. A device or a pipe is written straight to.
  public func createFile(_ path: String) throws(HostError) -> any FileWriter {
    try require(.write, path: path)
    let local = try LocalPath.expanded(path)
    guard !local.hasSuffix("/") else { throw HostError(.isFolder, path: path) }
    let existing = SystemCalls.status(of: local)
    switch existing.map({ $0.st_mode & S_IFMT }) {
    case S_IFDIR: throw HostError(.isFolder, path: path)
    case nil: break
    case S_IFREG:
      // Renaming needs no right to the old file, but replacing what one may not write would surprise.
      guard access(local, W_OK) == 0 else { throw HostError(errno: errno, path: path) }
    default: return try openDirectly(local, path: path)
    }
    let target = try LocalPath.resolvingLinks(local, asGiven: path)
    return try openBeside(target, mode: existing?.st_mode, path: path)
  }

  private func openDirectly(_ local: String, path: String) throws(HostError) -> SystemFileWriter {
    let descriptor = SystemCalls.repeating { open(local, O_WRONLY | O_CLOEXEC | O_NOCTTY) }
    guard descriptor >= 0 else { throw HostError(errno: errno, path: path) }
    return SystemFileWriter(path: path, descriptor: descriptor, temporary: nil, registry: registry)
  }

  private func openBeside(
    _ target: String, mode: mode_t?, path: String
  ) throws(HostError) -> SystemFileWriter {
    for _ in 0..<16 {
      let name = temporaryName(for: LocalPath.lastPart(of: target))
      let beside = LocalPath.joined(LocalPath.folder(of: target), name)
      // Registered first: a signal between the two calls finds nothing to unlink, which is harmless.
      let slot = registry.add(beside)
      let descriptor = SystemCalls.repeating { open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
      guard descriptor >= 0 else {
        let code = errno
        registry.remove(slot)
        if code == EEXIST { continue }
        throw HostError(errno: code, path: path)
      }
      if let mode { fchmod(descriptor, mode & 0o7777) }
      let temporary = SystemFileWriter.Temporary(path: beside, target: target, slot: slot)
      return SystemFileWriter(path: path, descriptor: descriptor, temporary: temporary, registry: registry)
    }
    throw HostError(.other(EEXIST), path: path)
  }

  /// `.NAME.tcbsh-RANDOM`, with NAME cut so that the whole stays within the 255 bytes of a file name.
  func temporaryName(for name: Substring) -> String {
    var shown = name
    while shown.utf8.count > 200 { shown.removeLast() }
    let random = randomBytes(6).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }
    return ".\(shown).tcbsh-\(random.joined())"
  }
}
