// `tcbsh policy diff`: what two files' policies decide differently, as text and as data.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

package struct PolicyDiff: Sendable {
  /// Two policies, and what they decide differently.
  struct Pair: Sendable {
    var old: (file: String, name: String, policy: Policy)
    var new: (file: String, name: String, policy: Policy)
    var comparison: PolicyComparison
    /// Lifetimes and conditions that could only be compared by how they are written: `max_age …`, `when …`.
    var unknown: [String]
  }

  private(set) var pairs: [Pair] = []
  /// Policies that one of the files lacks: the file that has it, and its name.
  private(set) var alone: [(file: String, name: String, isOld: Bool)] = []

  /// Compares one policy of each file: those named, or the only ones; without names, where there are several, each with the
  /// one of the same name.
  package init(
    _ old: PolicySource, _ oldName: String?, _ new: PolicySource, _ newName: String?
  ) throws(RuntimeProblem) {
    if oldName == nil, newName == nil, old.policies.count != 1 || new.policies.count != 1 {
      for policy in old.policies {
        let name = policy.definition.name.text
        if let other = new.policies.first(where: { $0.definition.name.text == name }) {
          pairs.append(try Self.pair(old, policy, new, other))
        } else {
          alone.append((old.name, name, true))
        }
      }
      for policy in new.policies {
        let name = policy.definition.name.text
        let isKnown = old.policies.contains { $0.definition.name.text == name }
        if !isKnown { alone.append((new.name, name, false)) }
      }
      return
    }
    let one = try Self.chosen(old, oldName ?? newName)
    let other = try Self.chosen(new, newName ?? oldName)
    pairs = [try Self.pair(old, one, new, other)]
  }

  private static func chosen(_ source: PolicySource, _ name: String?) throws(RuntimeProblem) -> StaticPolicy {
    if let name { return try source.policy(name) }
    guard source.policies.count == 1 else { return try source.policy("") }
    return source.policies[0]
  }

  private static func pair(
    _ old: PolicySource, _ one: StaticPolicy, _ new: PolicySource, _ other: StaticPolicy
  ) throws(RuntimeProblem) -> Pair {
    let first = try one.side()
    let second = try other.side()
    let lifetimes = Set(first.unknownLifetimes.values).intersection(second.unknownLifetimes.values)
    let conditions = one.namingConditions.intersection(other.namingConditions)
    let unknown = lifetimes.sorted().map { "max_age \($0)" } + conditions.sorted().map { "when \($0)" }
    return Pair(
      old: (old.name, one.definition.name.text, first.policy),
      new: (new.name, other.definition.name.text, second.policy),
      comparison: PolicyComparison(first, second), unknown: unknown)
  }

  /// Every path is decided alike. That is shown, but for what ``text`` says was only compared by its text.
  package var isSame: Bool { alone.isEmpty && pairs.allSatisfy(\.comparison.isSame) }

  // MARK: As text

  package func text(_ language: TextLanguage) -> String {
    func words(_ wording: Wording) -> String { wording[language] }
    var text = ""
    for pair in pairs {
      if !text.isEmpty { text += "\n" }
      text += "--- \(pair.old.file) \(pair.old.name)\n+++ \(pair.new.file) \(pair.new.name)\n"
      for difference in pair.comparison.differences { text += Self.text(difference, pair, language) }
      for pattern in pair.comparison.undecided {
        text += "\(Self.visible(pattern.text))\n  \(words("not decided: it would take too long"))\n"
      }
      if pair.comparison.isSame { text += words("no difference") + "\n" }
      for clause in pair.unknown {
        text += words("note: `\(Self.visible(clause))` was compared by its text") + "\n"
      }
    }
    for (file, name, isOld) in alone {
      text += "\(isOld ? "-" : "+") \(words("policy \(name) is only in \(file)"))\n"
    }
    return text.isEmpty ? words("no policies") + "\n" : text
  }

  /// Beyond so many patterns a text shows the first few; the data has all of them.
  private static let mostShown = 20
  private static let fewShown = 3

  private static func text(_ difference: PolicyDifference, _ pair: Pair, _ language: TextLanguage) -> String {
    func words(_ wording: Wording) -> String { wording[language] }
    func list(_ patterns: [Pattern]) -> String {
      let shown = patterns.count > mostShown ? fewShown : patterns.count
      let text = patterns.prefix(shown).map { visible($0.text) }.joined(separator: ", ")
      return shown < patterns.count ? text + words(" and \(patterns.count - shown) more patterns") : text
    }
    var head = difference.matching.map { visible($0.text) }.joined(separator: words(" and "))
    if !difference.among.isEmpty {
      if !head.isEmpty { head += words(" and one of ") }
      head += list(difference.among)
    }
    if !difference.except.isEmpty { head += words(" but not ") + list(difference.except) }
    let old = "\(text(difference.old, language))  \(place(difference.oldRule, pair.old.policy, language))"
    let new = "\(text(difference.new, language))  \(place(difference.newRule, pair.new.policy, language))"
    let depends =
      difference.dependsOnConditions
      ? "  \(words("perhaps: it depends on what the conditions come out as"))\n" : ""
    return "\(head)\n  - \(old)\n  + \(new)\n\(depends)  \(words("such as \(visible(difference.path))"))\n"
  }

  /// What a rule says stays as it is written; only the word between two decisions is translated.
  private static func text(_ decisions: [ConditionalOutcome], _ language: TextLanguage) -> String {
    let otherwise: Wording = ", else "
    return decisions.map { decision in
      let outcome = decision.outcome
      var text = "deny"
      if let seconds = outcome.maxAge {
        text = "max_age \(Value.seconds(seconds).displayText)"
      } else if let lifetime = outcome.unknownLifetime {
        text = "max_age \(lifetime)"
      } else if let reason = outcome.reason {
        text += " \(DiagnosticJSON.quoted(reason))"
      }
      if !outcome.tags.isEmpty { text += " tag \(outcome.tags.joined(separator: ", "))" }
      return decision.condition.map { "\(text) when \(visible($0))" } ?? text
    }.joined(separator: otherwise[language])
  }

  private static func place(_ rule: Int?, _ policy: Policy, _ language: TextLanguage) -> String {
    guard let rule, policy.rules.indices.contains(rule) else { return ("(default)" as Wording)[language] }
    return "(\(policy.rules[rule].origin))"
  }

  /// A path or a pattern cannot steer the terminal it is shown on.
  private static func visible(_ text: String) -> String {
    let isPlain = !text.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }
    return isPlain ? text : DiagnosticJSON.quoted(text)
  }

  // MARK: As data

  /// An object a line: a difference each, or that there is none.
  package var json: String {
    var lines: [String] = []
    for pair in pairs {
      let policy = "\"policy\":\(DiagnosticJSON.quoted(pair.new.name))"
      for difference in pair.comparison.differences {
        lines.append("{\(policy),\(Self.json(difference, pair))}")
      }
      for pattern in pair.comparison.undecided {
        lines.append("{\(policy),\"undecided\":\(DiagnosticJSON.quoted(pattern.text))}")
      }
      if pair.comparison.isSame {
        lines.append("{\(policy),\"same\":true,\"comparedByText\":\(Self.list(pair.unknown))}")
      }
    }
    for (file, name, _) in alone {
      lines.append("{\"policy\":\(DiagnosticJSON.quoted(name)),\"onlyIn\":\(DiagnosticJSON.quoted(file))}")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func list(_ texts: [String]) -> String {
    "[\(texts.map(DiagnosticJSON.quoted).joined(separator: ","))]"
  }

  private static func json(_ difference: PolicyDifference, _ pair: Pair) -> String {
    [
      "\"matches\":\(list(difference.matching.map(\.text)))",
      "\"among\":\(list(difference.among.map(\.text)))",
      "\"except\":\(list(difference.except.map(\.text)))",
      "\"path\":\(DiagnosticJSON.quoted(difference.path))",
      "\"old\":\(json(difference.old, difference.oldRule, pair.old.policy))",
      "\"new\":\(json(difference.new, difference.newRule, pair.new.policy))",
      "\"depends\":\(difference.dependsOnConditions)",
    ].joined(separator: ",")
  }

  private static func json(_ decisions: [ConditionalOutcome], _ rule: Int?, _ policy: Policy) -> String {
    let outcomes = decisions.map { decision in
      let outcome = decision.outcome
      let isAllowed = outcome.maxAge != nil || outcome.unknownLifetime != nil
      return [
        "{\"when\":\(decision.condition.map(DiagnosticJSON.quoted) ?? "null")", "\"allowed\":\(isAllowed)",
        "\"max_age\":\(outcome.maxAge.map(String.init) ?? outcome.unknownLifetime.map(DiagnosticJSON.quoted) ?? "null")",
        "\"reason\":\(outcome.reason.map(DiagnosticJSON.quoted) ?? "null")",
        "\"tags\":\(list(outcome.tags))}",
      ].joined(separator: ",")
    }
    let origin = rule.flatMap { policy.rules.indices.contains($0) ? policy.rules[$0].origin : nil }
    return
      "{\"decisions\":[\(outcomes.joined(separator: ","))],\"rule\":\(origin.map(DiagnosticJSON.quoted) ?? "null")}"
  }
}

extension Value {
  /// A lifetime of so many seconds.
  fileprivate static func seconds(_ seconds: Int64) -> Value {
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    return .duration(overflow ? Int64.max : milliseconds)
  }
}
