// A folder on the real file system that goes away with its owner.
import Glibc
import TCBHost

final class ScratchFolder {
  let path: String

  init() {
    var template = Array("/tmp/tcbsh-test-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/tmp/tcbsh-test"
    }
  }

  deinit { ScratchFolder.remove(path) }

  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// The names in the folder, hidden ones included.
  var names: [String] { ScratchFolder.names(in: path) }

  func mode(_ name: String) -> mode_t {
    var status = stat()
    return fstatat(AT_FDCWD, self(name), &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_mode : 0
  }

  private static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func remove(_ path: String) {
    for name in names(in: path) {
      if unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
    }
    rmdir(path)
  }
}

extension FileWriter {
  func write(_ text: String) throws { try Array(text.utf8).withUnsafeBytes { try write($0) } }
}

extension Host {
  func text(_ path: String) throws -> String {
    String(decoding: try contents(of: path, limit: 1 << 20), as: UTF8.self)
  }
}
