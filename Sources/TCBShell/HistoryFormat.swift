// The lines of the history file: one entry a line, with `\\`, `\n` and `\r` for the bytes that
// would break a line. Our own choice. Bytes that are no such escape are taken as they are.

enum HistoryFormat {
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let backslash = UInt8(ascii: "\\")

  /// The entry as a line, newline included.
  static func line(for entry: String) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(entry.utf8.count + 8)
    for byte in entry.utf8 {
      switch byte {
      case newline: line += [backslash, UInt8(ascii: "n")]
      case carriageReturn: line += [backslash, UInt8(ascii: "r")]
      case backslash: line += [backslash, backslash]
      case 0: continue  // a C string ends here, and the editor's history holds C strings
      default: line.append(byte)
      }
    }
    line.append(newline)
    return line
  }

  /// The entries of a file's bytes, at most the last `limit`. Lines that are empty, too long or
  /// not UTF-8 are left out: a file damaged by a crash costs an entry, never the history.
  static func entries(in bytes: [UInt8], limit: Int) -> [String] {
    var entries: [String] = []
    bytes.withUnsafeBufferPointer { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let end = rest.firstIndex(of: newline) ?? rest.endIndex
        if let entry = entry(from: rest[..<end]), entry != entries.last { entries.append(entry) }
        rest = rest[min(end + 1, rest.endIndex)...]
      }
    }
    return entries.suffix(limit)
  }

  private static func entry(from line: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    guard !line.isEmpty, line.count <= 2 * History.maximumEntryBytes else { return nil }
    // Most lines are the entry itself; the prompt waits for all of them.
    if !line.contains(where: { $0 == backslash || $0 == 0 }) {
      return String(validating: line, as: UTF8.self)
    }
    let bytes = unescaped(line)
    return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
  }

  private static func unescaped(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(line.count)
    var escaped = false
    for byte in line where byte != 0 {
      guard escaped else {
        if byte == backslash { escaped = true } else { bytes.append(byte) }
        continue
      }
      escaped = false
      switch byte {
      case UInt8(ascii: "n"): bytes.append(newline)
      case UInt8(ascii: "r"): bytes.append(carriageReturn)
      case backslash: bytes.append(backslash)
      default: bytes += [backslash, byte]
      }
    }
    if escaped { bytes.append(backslash) }
    return bytes
  }
}
