// What a policy says about all files of one path: one decision after another, each under a condition, up to one without.

/// What a policy says where a rule decides, or where none does.
public struct PolicyOutcome: Sendable, Hashable {
  /// In seconds, within the policy's limit; nil where it denies.
  public var maxAge: Int64?
  /// The lifetime as written, where what it comes to is not known; two of these are the same when their texts are.
  public var unknownLifetime: String?
  public var reason: String?
  public var tags: [String]

  public init(maxAge: Int64?, unknownLifetime: String? = nil, reason: String? = nil, tags: [String] = []) {
    self.maxAge = maxAge
    self.unknownLifetime = unknownLifetime
    self.reason = reason
    self.tags = tags
  }
}

/// A decision that holds where its condition does and those before it do not.
public struct ConditionalOutcome: Sendable, Hashable {
  /// The text of its condition; nil where it has none.
  public var condition: String?
  public var outcome: PolicyOutcome
}

/// The decisions of a policy about one path, best first; the last has no condition.
struct DecisionList: Sendable, Hashable {
  private(set) var decisions: [ConditionalOutcome] = []
  private(set) var isComplete = false

  /// Adds what the next rule says. A condition that was asked before is not asked again: it was false.
  mutating func append(_ decision: ConditionalOutcome) {
    guard !isComplete else { return }
    if let condition = decision.condition {
      if decisions.contains(where: { $0.condition == condition }) { return }
    } else {
      isComplete = true
    }
    decisions.append(decision)
  }

  /// How a decision came about.
  private struct Way {
    /// What conditions come out as.
    var assumed: [String: Assumed] = [:]
    /// Nil where a condition fails, which denies the file with its message.
    var outcome: PolicyOutcome?
  }

  private enum Assumed {
    case holds, doesNotHold, fails
  }

  /// Every way to a decision.
  private var ways: [Way] {
    var ways: [Way] = []
    var before: [String: Assumed] = [:]
    for decision in decisions {
      guard let condition = decision.condition else {
        ways.append(Way(assumed: before, outcome: decision.outcome))
        break
      }
      var holding = before
      holding[condition] = .holds
      ways.append(Way(assumed: holding, outcome: decision.outcome))
      holding[condition] = .fails
      ways.append(Way(assumed: holding, outcome: nil))
      before[condition] = .doesNotHold
    }
    return ways
  }

  enum Difference {
    case none
    /// Whatever conditions come out as, unless one fails.
    case always
    /// Perhaps: it depends on what conditions come out as, and on whether they can.
    case depends
  }

  /// Compares what two lists come to, whatever their conditions come out as; conditions are taken to be independent.
  func difference(from other: DecisionList) -> Difference {
    if self == other { return .none }
    var isSame = false
    var isDifferent = false
    for one in ways {
      for two in other.ways {
        // Both must be possible at once.
        let fits = one.assumed.allSatisfy { condition, assumed in
          two.assumed[condition].map { $0 == assumed } ?? true
        }
        guard fits else { continue }
        guard one.outcome != nil || two.outcome != nil else {
          // Both are denied with an error: of the same condition that is the same.
          if failing(one) != failing(two) { isDifferent = true }
          continue
        }
        if one.outcome == two.outcome { isSame = true } else { isDifferent = true }
      }
    }
    return isDifferent ? (isSame ? .depends : .always) : .none
  }

  private func failing(_ way: Way) -> String? { way.assumed.first { $0.value == .fails }?.key }
}
