// Random policies whose rules often stand in one another's way.

import TCBRules
import TCBTestSupport

struct PolicyDraw {
  var rules: [Rule] = []
  /// The same rules for the reference.
  var reference: [ReferenceRule] = []

  /// Patterns that are short and meet in few ways, where everything about them is looked at.
  private let isSimple: Bool

  init(_ count: Int, simple: Bool = false, _ generator: inout SeededGenerator) {
    isSimple = simple
    for index in 0..<count { add(index, &generator) }
  }

  private mutating func add(_ index: Int, _ generator: inout SeededGenerator) {
    let wanted = generator.chance(75) ? 1 : 2
    var rule = ReferenceRule(patterns: [], isDeny: generator.chance(35), priority: 0, condition: nil)
    while rule.patterns.count < wanted {
      let text = isSimple ? generator.pick(Self.simple) : Self.pattern(&generator)
      guard (try? Pattern(text)) != nil else { continue }
      let alternatives = ReferencePattern.expanded(text)
      if alternatives.count <= 50 { rule.patterns.append((text, alternatives)) }
    }
    if generator.chance(20) { rule.priority = Int.random(in: -1...1, using: &generator) }
    if generator.chance(20) { rule.condition = index }
    reference.append(rule)
    rules.append(
      Rule(
        patterns: rule.patterns.compactMap { try? Pattern($0.text) },
        effect: rule.isDeny ? .deny(reason: nil) : .allow(maxAge: Int64.random(in: 1...3, using: &generator)),
        condition: rule.condition.map { Condition(index: $0, text: "c\($0)") }, priority: rule.priority,
        origin: "p:\(index)"))
  }

  private static let simple = [
    "a/", "a/b/", "文/", "a/?", "**", "*", "*/", "[!a]**", "**a", "{a,b}/**", "a**", "**/b", "*b*", "a*/b",
    "[ab]文", "a",
    "b", "a/b", "**/a/**", "{a,文}*", "?/*", "a/a", "ab",
  ]

  private static func pattern(_ generator: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<100, using: &generator) {
    case ..<30:
      generator.pick([
        "a/", "a/b/", "文/", "a/?", "**", "**/*", "*", "?", "*/", "[!a]**", "**a", "{a,b}/**", "a**",
      ])
    case ..<50: generator.path()
    default: generator.pattern()
    }
  }
}
