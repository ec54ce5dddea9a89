// Which rules have decided something, and what their conditions came to.

import TCBRules
import TCBRuntime
import TCBSyntax

/// Counts, for every policy that was asked. Belongs to one session.
final class RuleCoverage {
  /// What a `when` came to.
  struct Outcomes {
    var isTrue = 0
    var isFalse = 0
  }

  /// A policy's own counts.
  struct Counts {
    let policy: PolicyValue
    /// By rule.
    var decided: [Int]
    var byDefault = 0
  }

  private var counts: [ObjectIdentifier: Counts] = [:]
  /// Places in `counts` in the order in which policies came.
  private var order: [ObjectIdentifier] = []
  /// By the number of the condition.
  private(set) var outcomes: [Int: Outcomes] = [:]

  var policies: [Counts] { order.compactMap { counts[$0] } }

  /// Begins to count a policy, which is covered in nothing until something asks it.
  func add(_ policy: PolicyValue) {
    let id = ObjectIdentifier(policy)
    if counts[id] != nil { return }
    order.append(id)
    counts[id] = Counts(policy: policy, decided: Array(repeating: 0, count: policy.policy.rules.count))
  }

  /// A rule of the policy has decided, or where `rule` is nil its default.
  func note(_ policy: PolicyValue, _ rule: Int?) {
    add(policy)
    let id = ObjectIdentifier(policy)
    guard let rule else {
      counts[id]?.byDefault += 1
      return
    }
    counts[id]?.decided[rule] += 1
  }

  /// Takes over what another has counted.
  func merge(_ other: RuleCoverage) {
    for more in other.policies {
      add(more.policy)
      let id = ObjectIdentifier(more.policy)
      counts[id]?.byDefault += more.byDefault
      for (rule, decided) in more.decided.enumerated() where decided > 0 {
        counts[id]?.decided[rule] += decided
      }
    }
    for (condition, more) in other.outcomes {
      outcomes[condition, default: Outcomes()].isTrue += more.isTrue
      outcomes[condition, default: Outcomes()].isFalse += more.isFalse
    }
  }

  func note(_ condition: Condition, _ isTrue: Bool) {
    if isTrue {
      outcomes[condition.index, default: Outcomes()].isTrue += 1
    } else {
      outcomes[condition.index, default: Outcomes()].isFalse += 1
    }
  }
}
