// Listing a folder.
import Glibc

extension SystemHost {
  public func folderEntries(_ path: String) throws(HostError) -> [FolderEntry] {
    try require(.read, path: path)
    guard let folder = opendir(try LocalPath.expanded(path)) else {
      throw HostError(errno: errno, path: path)
    }
    defer { closedir(folder) }
    var entries: [FolderEntry] = []
    while true {
      // readdir tells its end from an error by errno alone.
      errno = 0
      guard let entry = readdir(folder) else { break }
      if let found = SystemHost.entry(entry, in: dirfd(folder)) { entries.append(found) }
    }
    guard errno == 0 else { throw HostError(errno: errno, path: path) }
    return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// Nil for `.`, `..` and a file that went away while the folder was being read.
  private static func entry(_ entry: UnsafeMutablePointer<dirent>, in folder: Int32) -> FolderEntry? {
    withUnsafePointer(to: &entry.pointee.d_name) { tuple -> FolderEntry? in
      let name = UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self)
      let bytes = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
      if bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "."), UInt8(ascii: ".")] { return nil }
      var status = stat()
      guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
      guard status.st_mode & S_IFMT == S_IFLNK else {
        return FolderEntry(name: bytes, status: FileStatus(status))
      }
      var target = stat()
      // A link that leads nowhere keeps its own status, whose kind is `other`.
      if fstatat(folder, name, &target, 0) == 0 { status = target }
      return FolderEntry(name: bytes, status: FileStatus(status), isLink: true)
    }
  }
}
