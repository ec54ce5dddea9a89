// Going through history: step by step, and by searching.

/// What Up and Down call back. Begins below the newest entry, at the line being typed.
package struct HistoryWalk: Sendable {
  private let entries: [String]
  private var index: Int
  private var draft = ""

  package init(entries: [String]) {
    self.entries = entries
    index = entries.count
  }

  /// Nil at the oldest entry. `line` is what the editor holds; it comes back at the other end.
  package mutating func older(than line: String) -> String? {
    guard index > 0 else { return nil }
    if index == entries.count { draft = line }
    index -= 1
    return entries[index]
  }

  /// Nil at the line being typed.
  package mutating func newer() -> String? {
    guard index < entries.count else { return nil }
    index += 1
    return index == entries.count ? draft : entries[index]
  }
}

/// What Ctrl-R finds: the newest entry that contains what was typed, then older ones.
package struct HistorySearch: Sendable {
  package struct Match: Sendable, Equatable {
    package var entry: String
    /// What the entry has before the wanted text.
    package var before: String
  }

  package private(set) var wanted = ""
  package private(set) var match: Match?
  private let entries: [String]
  private var index: Int

  package init(entries: [String]) {
    self.entries = entries
    index = entries.count
  }

  /// False when nothing contains the longer text; what was found before stays.
  package mutating func add(_ scalar: Unicode.Scalar) -> Bool {
    wanted.unicodeScalars.append(scalar)
    return find(upTo: min(index, entries.count - 1))
  }

  /// Takes back the last character and begins again at the newest entry.
  package mutating func erase() {
    guard !wanted.isEmpty else { return }
    wanted.removeLast()
    match = nil
    index = entries.count
    _ = find(upTo: entries.count - 1)
  }

  /// Goes on to an older entry, another one than is shown; false when there is none.
  package mutating func older() -> Bool {
    var next = index - 1
    while next >= 0, entries[next] == match?.entry { next -= 1 }
    return find(upTo: next)
  }

  private mutating func find(upTo newest: Int) -> Bool {
    guard !wanted.isEmpty else { return false }
    var candidate = newest
    while candidate >= 0 {
      if let before = entries[candidate].text(before: wanted) {
        index = candidate
        match = Match(entry: entries[candidate], before: before)
        return true
      }
      candidate -= 1
    }
    return false
  }
}

/// Up and Down inside a text of several lines.
package enum LineMotion {
  /// How many scalars the cursor moves to stand a line higher; nil on the first line.
  package static func up(before: String) -> Int? {
    let lines = before.scalarLines
    guard lines.count > 1, let current = lines.last else { return nil }
    let above = lines[lines.count - 2]
    return -(current.count + 1 + max(0, above.count - current.count))
  }

  /// The same downwards; nil on the last line.
  package static func down(before: String, after: String) -> Int? {
    let rest = after.scalarLines
    guard rest.count > 1, let column = before.scalarLines.last?.count else { return nil }
    return rest[0].count + 1 + min(rest[1].count, column)
  }
}

extension String {
  fileprivate var scalarLines: [Substring.UnicodeScalarView] {
    unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// What precedes the first occurrence of `wanted`; nil when there is none.
  fileprivate func text(before wanted: String) -> String? {
    let bytes = Array(utf8)
    let sought = Array(wanted.utf8)
    guard let first = sought.first, bytes.count >= sought.count else { return nil }
    for start in 0...(bytes.count - sought.count) where bytes[start] == first {
      if bytes[start..<(start + sought.count)].elementsEqual(sought) {
        return String(decoding: bytes[..<start], as: UTF8.self)
      }
    }
    return nil
  }
}
