// What a path that leads nowhere may have meant.

import TCBText

extension Host {
  /// The path of what lies in the same folder and is called most like the last part of `path`; nil where nothing is called like it,
  /// or the folder cannot be listed. It is told as `written`, another way to the same file, is.
  package func nearestPath(to path: String, written: String? = nil) -> String? {
    let last = LocalPath.lastPart(of: path)
    guard !last.isEmpty, let entries = try? folderEntries(LocalPath.folder(of: path)) else { return nil }
    let names = entries.lazy.map { String(decoding: $0.name, as: UTF8.self) }
    return NearestName.of(String(last), among: names).map { (written ?? path).dropLast(last.count) + $0 }
  }
}
