// Policies as values, and what asking one gives.

import TCBRules
import TCBRuntime
import TCBSyntax

package final class PolicyValue: ForeignValue {
  package let policy: Policy
  /// By the index that the policy's rules know them under; of the policies it extends too.
  let conditions: [Int: RowFunction]

  /// Where each rule is written, in the order of the policy's rules.
  let places: [SourceSpan]
  /// Where its default is written; nil where it has none.
  let fallbackPlace: SourceSpan?

  init(_ policy: Policy, conditions: [Int: RowFunction], places: [SourceSpan], fallbackPlace: SourceSpan?) {
    self.policy = policy
    self.conditions = conditions
    self.places = places
    self.fallbackPlace = fallbackPlace
  }

  package var typeName: String { "policy" }
  package var displayText: String {
    "policy \(policy.name) of \(policy.rules.count) \(policy.rules.count == 1 ? "rule" : "rules")"
  }
}

extension Value {
  /// A decision as the language shows it: lifetimes are durations.
  static func decision(_ decision: Decision, path: String) -> Value {
    func lifetime(_ seconds: Int64?) -> Value {
      guard let seconds else { return .null }
      let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
      return .duration(overflow ? Int64.max : milliseconds)
    }
    return .record([
      ("path", .string(path)), ("allowed", .bool(decision.allowed)), ("max_age", lifetime(decision.maxAge)),
      ("reason", decision.reason.map(Value.string) ?? .null),
      ("rule", decision.origin.map(Value.string) ?? .null),
      ("tags", .list(of: decision.tags.map(Value.string))), ("clamped", .bool(decision.clampedFrom != nil)),
    ])
  }
}
