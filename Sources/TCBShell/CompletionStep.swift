// What a Tab does, decided from the candidates.

package enum CompletionStep: Sendable, Equatable {
  /// Nothing more is known to follow.
  case none
  /// Several candidates and nothing to add; the next Tab lists them.
  case ambiguous
  /// Replaces so many Unicode scalars before the cursor.
  case replace(scalars: Int, with: String)
  case list([Completion])

  /// `line` is what the editor holds and `cursor` the UTF-8 offset in it; the session saw the
  /// lines `opened` before it too, and its `start` counts from their beginning.
  package init(
    line: String, cursor: Int, opened: String, start: Int, candidates: [Completion], isRepeated: Bool
  ) {
    let (begin, overflow) = start.subtractingReportingOverflow(opened.utf8.count)
    guard let first = candidates.first, !overflow, let typed = line.scalars(from: begin, to: cursor) else {
      self = .none
      return
    }
    let common = candidates.count == 1 ? first.text : Self.commonPrefix(of: candidates.map(\.text))
    let extends = common.utf8.count > typed.utf8.count && common.utf8.starts(with: typed.utf8)
    let corrects = candidates.count == 1 && !common.utf8.elementsEqual(typed.utf8)
    if extends || corrects {
      self = .replace(scalars: typed.unicodeScalars.count, with: common)
    } else if candidates.count == 1 {
      self = .none
    } else {
      self = isRepeated ? .list(candidates) : .ambiguous
    }
  }

  /// Ends at a character's edge: half of a family of emoji, or a letter without the accent that
  /// follows it, is not what anybody means.
  package static func commonPrefix(of words: [String]) -> String {
    guard var prefix = words.first.map({ Array($0) }) else { return "" }
    for word in words.dropFirst() {
      let shared = zip(prefix, word).prefix { $0.utf8.elementsEqual($1.utf8) }.count
      prefix.removeLast(prefix.count - shared)
    }
    return String(prefix)
  }
}

extension String {
  /// Nil unless both UTF-8 offsets are in the text, in order, and at scalars' edges.
  fileprivate func scalars(from begin: Int, to end: Int) -> String? {
    guard begin >= 0, begin <= end, end <= utf8.count else { return nil }
    let lower = utf8.index(startIndex, offsetBy: begin)
    let upper = utf8.index(startIndex, offsetBy: end)
    guard lower.samePosition(in: unicodeScalars) != nil, upper.samePosition(in: unicodeScalars) != nil else {
      return nil
    }
    return String(unicodeScalars[lower..<upper])
  }
}
