// The rules of patterns and policies written down as plainly as they can be: alternatives are multiplied out,
// matching tries everything, and deciding tests every rule. Small inputs only.

import TCBRules

enum ReferencePattern {
  enum Token: Equatable {
    case literal(Unicode.Scalar)
    case one
    case member([ClosedRange<UInt32>], negated: Bool)
    case run
    case deep
  }

  // MARK: Reading

  /// Every way to choose among the alternatives. The text is known to be well formed.
  static func expanded(_ text: String) -> [[Token]] {
    var rest = Array(text.unicodeScalars)[...]
    return sequence(&rest, inBraces: false)
  }

  private static func sequence(_ rest: inout ArraySlice<Unicode.Scalar>, inBraces: Bool) -> [[Token]] {
    var results: [[Token]] = [[]]
    while let next = rest.first {
      if inBraces, next == "," || next == "}" { break }
      rest.removeFirst()
      let choices: [[Token]]
      switch next {
      case "{": choices = braces(&rest)
      case "?": choices = [[.one]]
      case "[": choices = [[member(&rest)]]
      case "*" where rest.first == "*":
        rest.removeFirst()
        choices = [[.deep]]
      case "*": choices = [[.run]]
      case "\\": choices = [[.literal(rest.removeFirst())]]
      default: choices = [[.literal(next)]]
      }
      results = results.flatMap { result in choices.map { result + $0 } }
    }
    return results
  }

  private static func braces(_ rest: inout ArraySlice<Unicode.Scalar>) -> [[Token]] {
    var choices: [[Token]] = []
    while true {
      choices += sequence(&rest, inBraces: true)
      if rest.removeFirst() == "}" { return choices }
    }
  }

  private static func member(_ rest: inout ArraySlice<Unicode.Scalar>) -> Token {
    var ranges: [ClosedRange<UInt32>] = []
    let negated = rest.first == "!"
    if negated { rest.removeFirst() }
    while rest.first != "]" {
      let lower = rest.removeFirst()
      if rest.first == "-", rest.dropFirst().first != "]" {
        rest.removeFirst()
        ranges.append(lower.value...rest.removeFirst().value)
      } else {
        ranges.append(lower.value...lower.value)
      }
    }
    rest.removeFirst()
    return .member(ranges, negated: negated)
  }

  /// No alternative is empty, begins with `/`, or has an empty segment, a `.` or a `..`.
  static func isAcceptable(_ alternatives: [[Token]]) -> Bool {
    alternatives.allSatisfy { tokens in
      var segments = tokens.split(separator: .literal("/"), omittingEmptySubsequences: false)
      if segments.count > 1, segments.last?.isEmpty == true { segments.removeLast() }
      return segments.allSatisfy {
        $0 != [] && $0 != [.literal(".")] && $0 != [.literal("."), .literal(".")]
      }
    }
  }

  // MARK: Matching

  static func matches(_ alternatives: [[Token]], _ path: String) -> Bool {
    let path = Array(path.unicodeScalars)
    return alternatives.contains { tokens in
      var attempt = Attempt(tokens: tokens, path: path)
      return attempt.matches(0, 0)
    }
  }

  /// Tries everything, but nothing twice.
  private struct Attempt {
    let tokens: [Token]
    let path: [Unicode.Scalar]
    var failed: [Bool]

    init(tokens: [Token], path: [Unicode.Scalar]) {
      self.tokens = tokens
      self.path = path
      failed = [Bool](repeating: false, count: (tokens.count + 2) * (path.count + 1))
    }

    /// Whether the tokens from `i` match the path from `j` to its end.
    mutating func matches(_ i: Int, _ j: Int) -> Bool {
      let mark = i * (path.count + 1) + j
      if failed[mark] { return false }
      let isMatch = tried(i, j)
      failed[mark] = !isMatch
      return isMatch
    }

    private mutating func tried(_ i: Int, _ j: Int) -> Bool {
      if i == tokens.count { return j == path.count || tokens.last == .literal("/") }
      let isInside = j < path.count
      switch tokens[i] {
      case .literal(let scalar): return isInside && path[j] == scalar && matches(i + 1, j + 1)
      case .one: return isInside && path[j] != "/" && matches(i + 1, j + 1)
      case .member(let ranges, let negated):
        guard isInside, path[j] != "/" else { return false }
        return ranges.contains { $0.contains(path[j].value) } != negated && matches(i + 1, j + 1)
      case .run:
        return matches(i + 1, j) || isInside && path[j] != "/" && matches(i, j + 1)
      case .deep:
        let opens = i == 0 || tokens[i - 1] == .literal("/")
        let isWhole = opens && i + 1 < tokens.count && tokens[i + 1] == .literal("/")
        if isWhole, matches(i + 2, j) { return true }
        var next = j
        while next <= path.count {
          if isWhole {
            if next < path.count, path[next] == "/", matches(i + 2, next + 1) { return true }
          } else if matches(i + 1, next) {
            return true
          }
          next += 1
        }
        return false
      }
    }
  }

  // MARK: Specificity

  /// Comparable as it stands: whole path, bytes before a wildcard, bytes outside classes and braces.
  static func specificity(_ text: String) -> [Int] {
    var rest = Array(text.unicodeScalars)[...]
    var depth = 0
    var isWild = false
    var prefix = 0
    var total = 0
    while let next = rest.popFirst() {
      switch next {
      case "{":
        depth += 1
        isWild = true
      case "}" where depth > 0: depth -= 1
      case "," where depth > 0: break
      case "?", "*": isWild = true
      case "[":
        isWild = true
        _ = member(&rest)
      default:
        let literal = next == "\\" ? rest.removeFirst() : next
        guard depth == 0 else { continue }
        total += String(literal).utf8.count
        if !isWild { prefix += String(literal).utf8.count }
      }
    }
    return [!isWild && text.utf8.last != 0x2F ? 1 : 0, prefix, total]
  }
}

/// What the reference makes of a path: the rule, how its condition ended, and which conditions were asked.
struct ReferenceOutcome: Equatable {
  var rule: Int?
  var failure: String?
  var asked: [Int] = []
}

struct ReferenceRule {
  var patterns: [(text: String, alternatives: [[ReferencePattern.Token]])]
  var isDeny: Bool
  var priority: Int
  var condition: Int?

  /// What sorts this rule for a path, greatest first; nil where it does not match.
  func key(for path: String, at index: Int) -> [Int]? {
    let matching = patterns.filter { ReferencePattern.matches($0.alternatives, path) }
    let best = matching.map { ReferencePattern.specificity($0.text) }.max { $0.lexicographicallyPrecedes($1) }
    return best.map { [priority, isDeny ? 1 : 0] + $0 + [index] }
  }

  static func outcome(
    _ rules: [ReferenceRule], _ path: String, where condition: (Int) throws(ConditionError) -> Bool
  ) -> ReferenceOutcome {
    let matching = rules.enumerated().compactMap { index, rule in
      rule.key(for: path, at: index).map { (index: index, key: $0) }
    }
    var outcome = ReferenceOutcome()
    for (index, _) in matching.sorted(by: { $1.key.lexicographicallyPrecedes($0.key) }) {
      do {
        if let wanted = rules[index].condition {
          outcome.asked.append(wanted)
          guard try condition(wanted) else { continue }
        }
        outcome.rule = index
      } catch {
        outcome.rule = index
        outcome.failure = error.message
      }
      return outcome
    }
    return outcome
  }
}
