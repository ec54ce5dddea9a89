// Which entries are remembered. Where they are stored is the business of HistoryFile.

package struct History: Sendable {
  package static let maximumEntries = 2_000
  /// Longer entries are pasted data rather than something to call back. Bytes of UTF-8.
  package static let maximumEntryBytes = 64 * 1_024

  /// Oldest first.
  package private(set) var entries: [String]
  private let limit: Int

  package init(entries: [String] = [], limit: Int = History.maximumEntries) {
    self.limit = max(1, limit)
    self.entries = entries.suffix(self.limit)
  }

  /// Keeps `entry` unless a rule says otherwise; returns what was kept.
  ///
  /// `typed` is the entry as it was typed: a leading space there means "do not remember this".
  package mutating func keep(_ entry: String, typed: String) -> String? {
    guard typed.utf8.first != UInt8(ascii: " ") else { return nil }
    let kept = entry.withoutTrailingBlanks
    guard !kept.isEmpty, kept.utf8.count <= Self.maximumEntryBytes, kept != entries.last else { return nil }
    entries.append(kept)
    if entries.count > limit { entries.removeFirst(entries.count - limit) }
    return kept
  }
}

extension String {
  fileprivate var withoutTrailingBlanks: String {
    let blanks: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n")]
    let dropped = utf8.reversed().prefix { blanks.contains($0) }.count
    return String(decoding: utf8.dropLast(dropped), as: UTF8.self)
  }
}
