// From counts to a report: the lines that rules stand on, and tests for those that were not reached.

import TCBHost
import TCBRules
import TCBRuntime
import TCBSyntax

extension RuleCoverage {
  /// So many rules get a suggestion: finding one takes time, and nobody pastes a thousand.
  static let mostSuggestions = 50

  /// What was counted, for the policies that were asked and all that have been added.
  func report(in context: RunContext) -> CoverageReport {
    var lines: [SourceSpan: CoverageReport.Line] = [:]
    var indexes: [SourceID: LineIndex] = [:]
    var seen: Set<Int> = []
    var witness = RuleWitness(context)
    func line(_ place: SourceSpan, _ text: String, _ policy: String) -> CoverageReport.Line? {
      guard let source = context.sources[place.source] else { return nil }
      let index = indexes[place.source] ?? LineIndex(source)
      indexes[place.source] = index
      return CoverageReport.Line(
        source: source.name, line: index.line(at: Int(place.lower)) + 1, offset: Int(place.lower),
        text: context.secrets.redact(text), policy: policy)
    }
    for counts in policies {
      let policy = counts.policy
      for (rule, place) in zip(policy.policy.rules.indices, policy.places) {
        let written = policy.policy.rules[rule]
        guard var found = lines[place] ?? line(place, written.written, policy.policy.name) else { continue }
        found.decided += counts.decided[rule]
        // Policies that extend one another ask the same condition under the same number.
        if let condition = written.condition, seen.insert(condition.index).inserted {
          let outcomes = outcomes[condition.index] ?? Outcomes()
          found.outcomes = (
            (found.outcomes?.isTrue ?? 0) + outcomes.isTrue, (found.outcomes?.isFalse ?? 0) + outcomes.isFalse
          )
        }
        lines[place] = found
      }
      if let fallback = policy.policy.fallback, let place = policy.fallbackPlace,
        var found = lines[place] ?? line(place, "default \(fallback.written)", policy.policy.name)
      {
        found.decided += counts.byDefault
        lines[place] = found
      }
    }
    var left = Self.mostSuggestions
    for counts in policies where left > 0 {
      let policy = counts.policy
      for (rule, place) in zip(policy.policy.rules.indices, policy.places) where left > 0 {
        guard let found = lines[place], !found.isCovered, found.policy == policy.policy.name,
          found.suggestions.isEmpty
        else { continue }
        left -= 1
        lines[place]?.suggestions = witness.tests(of: rule, in: policy, missing: found).map(
          context.secrets.redact)
      }
      if let place = policy.fallbackPlace, let found = lines[place], !found.isCovered,
        found.suggestions.isEmpty
      {
        lines[place]?.suggestions = witness.testsOfDefault(of: policy).map(context.secrets.redact)
      }
    }
    return CoverageReport(Array(lines.values))
  }
}
