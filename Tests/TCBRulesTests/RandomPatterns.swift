// Random patterns and paths that meet often: a small alphabet, wildcards everywhere.

import TCBTestSupport

extension SeededGenerator {
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  mutating func pick(_ choices: [String]) -> String {
    choices[Int.random(in: 0..<choices.count, using: &self)]
  }

  mutating func joined(_ counts: ClosedRange<Int>, by separator: String = "", _ make: (inout Self) -> String)
    -> String
  {
    var parts: [String] = []
    for _ in 0..<Int.random(in: counts, using: &self) { parts.append(make(&self)) }
    return parts.joined(separator: separator)
  }

  /// Well formed, but its alternatives may meet in ways that are refused.
  mutating func pattern() -> String {
    if chance(4) { return joined(3...5) { $0.braces(depth: 2) } }
    let text = joined(1...4, by: "/") { $0.segment(depth: 0) }
    return chance(20) ? text + "/" : text
  }

  private mutating func segment(depth: Int) -> String {
    if chance(25) { return "**" }
    return joined(1...3) { $0.piece(depth: depth) }
  }

  private mutating func piece(depth: Int) -> String {
    switch Int.random(in: 0..<100, using: &self) {
    case ..<50: pick(["a", "b", "文", "字", ".", #"\*"#, #"\a"#, #"\{"#, "-"])
    case ..<65: "*"
    case ..<72: "**"
    case ..<80: "?"
    case ..<88: pick(["[ab]", "[!a]", "[a-文]", "[!字-文]", "[-b]", "[*,.]", "[+-9]"])
    default: depth < 3 ? braces(depth: depth) : "b"
    }
  }

  private mutating func braces(depth: Int) -> String {
    let inside = joined(1...3, by: ",") { generator in
      if generator.chance(12) { return "" }
      let text = generator.joined(1...2, by: "/") { $0.segment(depth: depth + 1) }
      return generator.chance(12) ? text + "/" : text
    }
    return inside.isEmpty ? "{a}" : "{\(inside)}"
  }

  mutating func path() -> String {
    let text = joined(1...4, by: "/") { $0.joined(1...3) { $0.letter() } }
    return chance(3) ? text + "/" : text
  }

  private mutating func letter() -> String { pick(["a", "a", "b", "文", "字", ".", "*", "-", "{", ","]) }

  /// A path one alternative is likely to match.
  mutating func path(like tokens: [ReferencePattern.Token]) -> String {
    var text = ""
    for token in tokens {
      switch token {
      case .literal(let scalar): text.unicodeScalars.append(scalar)
      case .one, .member: text += letter()
      case .run: text += joined(0...2) { $0.letter() }
      case .deep:
        if chance(70) { text += path() } else if text.hasSuffix("/") { text.removeLast() }
      }
    }
    if text.hasSuffix("/") || chance(10) { text += path() }
    if text.hasPrefix("/") { text.removeFirst() }
    return text
  }
}
