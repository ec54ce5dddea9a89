// The paths that no rule of either policy matches, where the defaults differ and there are too many rules to go through every
// way in which they meet.

extension PolicyComparison {
  /// Finds a path that no pattern matches, or shows that there is none. Few patterns say so: those that the paths tried so far
  /// were matched by.
  mutating func compareDefaults() {
    guard let all = try? Pattern("**"), let before = old.entries.last, let after = new.entries.last else {
      return
    }
    var seen: Set<Pattern> = []
    // As they are written, since the first of them may be all that is read.
    let patterns = [old, new].flatMap { $0.entries.dropLast().sorted { ($0.rule ?? 0) < ($1.rule ?? 0) } }
      .map(\.pattern).filter { seen.insert($0).inserted }
    var tried: [Pattern] = []
    while true {
      switch answer([all], avoiding: tried) {
      case .none, .tooLong: return
      case .undecided:
        if !undecided.contains(all) { undecided.append(all) }
        return
      case .path(let path):
        // Of those that match it the one that says the least of a path: it leaves the fewest to try.
        let widest = patterns.lazy.filter { $0.matches(path) }.min { $0.specificity < $1.specificity }
        if let widest {
          tried.append(widest)
          continue
        }
        differences.append(
          PolicyDifference(
            matching: [all], except: self.widest(patterns), path: path,
            old: [ConditionalOutcome(condition: nil, outcome: before.outcome)],
            new: [ConditionalOutcome(condition: nil, outcome: after.outcome)], dependsOnConditions: false))
        return
      }
    }
  }
}

/// Folders, for telling which patterns match nothing outside them.
struct PlainFolders {
  private var beginnings: Set<ArraySlice<UInt8>> = []

  /// Those of the patterns that are nothing but a folder.
  init(_ patterns: [Pattern]) {
    for pattern in patterns where pattern.isPlain && pattern.text.utf8.last == UInt8(ascii: "/") {
      beginnings.insert(pattern.beginning)
    }
  }

  /// Whether a pattern matches only what lies in one of them, and is not that itself.
  func hold(_ pattern: Pattern) -> Bool {
    let beginning = pattern.beginning
    let isFolder = pattern.isPlain && beginning.last == UInt8(ascii: "/")
    for index in beginning.indices where beginning[index] == UInt8(ascii: "/") {
      if isFolder, index == beginning.index(before: beginning.endIndex) { return false }
      if beginnings.contains(beginning[...index]) { return true }
    }
    return false
  }
}
