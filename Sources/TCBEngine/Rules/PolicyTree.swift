// The rules of a policy as a tree of folders, which is what pictures of it are drawn from.

import TCBRules
import TCBText

/// A folder, a file or a pattern, with the rules that are written for it and what lies below.
struct PolicyTree {
  struct Node {
    /// The part of the path or pattern behind the parent's.
    var name: String
    var rules: [Line] = []
    var children: [Int] = []
  }

  /// What a rule says, in the few words that fit a picture.
  struct Line {
    var effect: String
    var isDeny: Bool
    /// Condition, tags and priority.
    var details: String
    var origin: String
  }

  /// More than a person looks at; a policy of more is cut, and says so.
  static let mostNodes = 1_000

  /// The first is the root, which stands for every path.
  private(set) var nodes: [Node]
  /// Rules, by pattern, that found no room.
  private(set) var omitted = 0
  private let policy: Policy
  private var places: [[Key: Int]] = [[:]]

  private struct Key: Hashable {
    var bytes: [UInt8]
  }

  init(_ policy: Policy) {
    self.policy = policy
    nodes = [Node(name: policy.name)]
    nodes[0].rules = [Self.fallback(of: policy)]
    for rule in policy.rules {
      for pattern in rule.patterns { add(rule, pattern) }
    }
    compress()
    let names = nodes.map(\.name)
    for index in nodes.indices { nodes[index].children.sort { names[$0] < names[$1] } }
    if omitted > 0 {
      nodes[0].children.append(nodes.count)
      nodes.append(Node(name: "… and \(omitted) more \(omitted == 1 ? "pattern" : "patterns")"))
    }
  }

  private static func fallback(of policy: Policy) -> Line {
    guard let fallback = policy.fallback else {
      return Line(effect: "deny", isDeny: true, details: "what no rule matches", origin: policy.name)
    }
    return Line(
      effect: words(of: fallback, within: policy.limit), isDeny: fallback.isDeny, details: "by default",
      origin: policy.name)
  }

  private mutating func add(_ rule: Rule, _ pattern: Pattern) {
    var node = 0
    for step in Self.steps(of: pattern.text) {
      let key = Key(bytes: Array(step.utf8))
      if let known = places[node][key] {
        node = known
        continue
      }
      guard nodes.count < Self.mostNodes else {
        omitted += 1
        return
      }
      nodes.append(Node(name: step))
      places.append([:])
      nodes[node].children.append(nodes.count - 1)
      places[node][key] = nodes.count - 1
      node = nodes.count - 1
    }
    nodes[node].rules.append(line(rule))
  }

  /// The folders that a pattern begins with, each with its `/`, and what is left: a name, or what has wildcards.
  private static func steps(of pattern: String) -> [String] {
    var steps: [String] = []
    var step = String.UnicodeScalarView()
    var isQuoted = false
    var isWild = false
    for scalar in pattern.unicodeScalars {
      step.append(scalar)
      if isQuoted {
        isQuoted = false
      } else if scalar == "\\" {
        isQuoted = true
      } else if "?*[{".unicodeScalars.contains(scalar) {
        isWild = true
      } else if scalar == "/", !isWild {
        steps.append(String(step))
        step = String.UnicodeScalarView()
      }
    }
    return step.isEmpty ? steps : steps + [String(step)]
  }

  private func line(_ rule: Rule) -> Line {
    var details: [String] = []
    if let condition = rule.condition { details.append("when \(condition.text)") }
    if !rule.tags.isEmpty { details.append("tag \(rule.tags.joined(separator: ", "))") }
    if rule.priority != 0 { details.append("priority \(rule.priority)") }
    if case .deny(let reason?) = rule.effect { details.insert(reason, at: 0) }
    return Line(
      effect: Self.words(of: rule.effect, within: policy.limit), isDeny: rule.effect.isDeny,
      details: details.joined(separator: "  "), origin: rule.origin)
  }

  /// The lifetime, and what the limit makes of it.
  private static func words(of effect: Effect, within limit: ClosedRange<Int64>?) -> String {
    guard case .allow(let seconds) = effect else { return "deny" }
    let said = effect.lifetimeWritten
    guard let limit, !limit.contains(seconds) else { return said }
    let kept = Effect.allow(maxAge: min(max(seconds, limit.lowerBound), limit.upperBound))
    return "\(said) → \(kept.lifetimeWritten)"
  }

  /// A folder that only leads to another is no node of its own.
  private mutating func compress() {
    for index in nodes.indices {
      for place in nodes[index].children.indices {
        var child = nodes[index].children[place]
        while nodes[child].rules.isEmpty, nodes[child].children.count == 1,
          let only = nodes[child].children.first
        {
          nodes[only].name = nodes[child].name + nodes[only].name
          nodes[child].children = []
          child = only
        }
        nodes[index].children[place] = child
      }
    }
  }

  /// The nodes that are reached from the root, parents before their children.
  var order: [Int] {
    var order: [Int] = []
    var pending = [0]
    while let node = pending.popLast() {
      order.append(node)
      pending += nodes[node].children.reversed()
    }
    return order
  }
}

extension Effect {
  /// `2h`, without the word before it; `deny`.
  fileprivate var lifetimeWritten: String {
    let words = written
    return words.hasPrefix("max_age ") ? String(words.dropFirst("max_age ".count)) : words
  }
}

/// Cut to so many columns of a terminal, with `…` in place of what is left out.
func shortened(_ text: String, to columns: Int) -> String {
  guard DisplayWidth.of(text) > columns else { return text }
  var result = ""
  var width = 1
  for character in text {
    width += DisplayWidth.of(String(character))
    if width > columns { break }
    result.append(character)
  }
  return result + "…"
}
