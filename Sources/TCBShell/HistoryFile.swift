// The history on disk. Every entry is appended as it is kept, so that a killed shell loses none;
// several shells may append at once, and the file is cut back when it has grown too long.

import Glibc

package enum HistoryError: Error, Sendable, Equatable {
  case noHome
  case folder(String)
  case file(String, Int32)

  package var message: String {
    switch self {
    case .noHome: "history is not kept: neither `TCB_STATE` nor `HOME` is set"
    case .folder(let path): "history is not kept: cannot make the folder `\(path)`"
    case .file(let path, let code): "history is not kept: `\(path)`: \(String(cString: strerror(code)))"
    }
  }
}

package struct HistoryFile: Sendable {
  /// Only the end of a longer file is read.
  private static let maximumBytes = 4 * 1_024 * 1_024

  package let path: String
  private let limit: Int
  private var entryCount: Int

  /// Opens or creates `history` in `directory` and reads its entries, oldest first.
  package static func open(
    in directory: String?, limit: Int = History.maximumEntries
  ) throws(HistoryError) -> (file: HistoryFile, entries: [String]) {
    guard let directory else { throw .noHome }
    guard StateDirectory.create(directory) else { throw .folder(directory) }
    var file = HistoryFile(path: directory + "/history", limit: max(1, limit), entryCount: 0)
    let entries = try file.read()
    file.entryCount = entries.count
    return (file, entries.suffix(file.limit))
  }

  /// Adds one entry; now and then drops the oldest ones from the file.
  package mutating func append(_ entry: String) throws(HistoryError) {
    let lock = FileLock(path: path + ".lock")
    defer { lock?.release() }
    let descriptor = try opened(O_RDWR | O_APPEND)
    defer { close(descriptor) }
    var line = HistoryFormat.line(for: entry)
    // A shell killed while writing left half a line, which must not swallow this one.
    if Self.lacksFinalNewline(descriptor) { line.insert(UInt8(ascii: "\n"), at: 0) }
    try write(line, to: descriptor, path: path)
    entryCount += 1
    if entryCount > limit + limit / 2, lock != nil { try cutBack() }
  }

  private func read() throws(HistoryError) -> [String] {
    let descriptor = try opened(O_RDWR)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .file(path, errno) }
    let start = max(0, Int(status.st_size) - Self.maximumBytes)
    let bytes = try contents(of: descriptor, from: start)
    return HistoryFormat.entries(in: bytes, limit: Int.max)
  }

  private func contents(of descriptor: Int32, from start: Int) throws(HistoryError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1_024)
    var offset = start
    while bytes.count < Self.maximumBytes {
      let count = pread(descriptor, &chunk, chunk.count, offset)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .file(path, errno) }
      if count == 0 { break }
      bytes += chunk.prefix(count)
      offset += count
    }
    // Reading began in the middle of a line.
    if start > 0, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { bytes.removeFirst(end + 1) }
    return bytes
  }

  /// Reads what all shells wrote and replaces the file by its newest entries, in one step.
  private mutating func cutBack() throws(HistoryError) {
    let newest = try read().suffix(limit)
    let replacement = path + ".new"
    unlink(replacement)
    let descriptor = Glibc.open(replacement, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(replacement, errno) }
    defer { close(descriptor) }
    try write(newest.flatMap { HistoryFormat.line(for: $0) }, to: descriptor, path: replacement)
    guard rename(replacement, path) == 0 else { throw .file(path, errno) }
    entryCount = newest.count
  }

  /// Never waits (a pipe may stand in the file's place) and leaves the file to its owner alone.
  private func opened(_ flags: Int32) throws(HistoryError) -> Int32 {
    let descriptor = Glibc.open(path, flags | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw .file(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .file(path, EINVAL)
    }
    if status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
    return descriptor
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(HistoryError) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .file(path, errno) }
      written += count
    }
  }

  private static func lacksFinalNewline(_ descriptor: Int32) -> Bool {
    let size = lseek(descriptor, 0, SEEK_END)
    var last: UInt8 = 0
    return size > 0 && pread(descriptor, &last, 1, size - 1) == 1 && last != UInt8(ascii: "\n")
  }
}
