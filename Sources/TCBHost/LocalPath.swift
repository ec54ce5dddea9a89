// Paths as this machine reads them.
import Glibc

enum LocalPath {
  /// `~` and `~/` become the home folder. An empty path, one with a zero byte, or `~` without a home
  /// folder cannot be used.
  static func expanded(_ path: String) throws(HostError) -> String {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw HostError(.invalidPath, path: path) }
    guard path == "~" || path.hasPrefix("~/") else { return path }
    guard let home = environment("HOME") else { throw HostError(.invalidPath, path: path) }
    return home + path.dropFirst()
  }

  /// A variable that is set to something.
  static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The folder that holds the last part of `path`.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func lastPart(of path: String) -> Substring {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path[...] }
    return path[path.utf8.index(after: slash)...]
  }

  static func joined(_ folder: String, _ name: some StringProtocol) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// The path at the end of a chain of symbolic links, which need not exist yet.
  static func resolvingLinks(_ path: String, asGiven given: String) throws(HostError) -> String {
    var current = path
    // 40 is the kernel's own bound for a chain of links.
    for _ in 0..<40 {
      guard let status = SystemCalls.linkStatus(of: current), status.st_mode & S_IFMT == S_IFLNK else {
        return current
      }
      guard let target = linkTarget(of: current) else { throw HostError(errno: errno, path: given) }
      current = target.hasPrefix("/") ? target : joined(folder(of: current), target)
    }
    throw HostError(.invalidPath, path: given)
  }

  private static func linkTarget(of path: String) -> String? {
    var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = target.withUnsafeMutableBytes { bytes -> Int in
      guard let base = bytes.baseAddress else { return -1 }
      return readlink(path, base.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    return count > 0 ? String(decoding: target[..<count], as: UTF8.self) : nil
  }
}
