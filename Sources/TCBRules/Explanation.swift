// Why a policy says what it says about a path. Made by testing every rule one by one, not by asking the index:
// slower, and a second opinion.

public struct Explanation: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    case decided
    case conditionFalse
    /// It decided too, by denying the file.
    case conditionFailed(String)
    /// Not reached: another rule had decided. Why it came after that one.
    case lost(Loss)
  }

  /// A rule that matches.
  public struct Candidate: Sendable, Hashable {
    /// An index into ``Policy/rules``.
    public var index: Int
    public var rule: Rule
    /// The most specific of its patterns that match.
    public var pattern: Pattern
    public var outcome: Outcome
  }

  /// The policy's name.
  public var policy: String
  public var path: String
  public var decision: Decision
  /// Every rule that matches, in winning order.
  public var candidates: [Candidate]
  public var limit: ClosedRange<Int64>?
  /// The policy has a default.
  public var hasFallback: Bool
}

extension Policy {
  /// Asks the same conditions in the same order as a decision does. Takes time in proportion to the number of
  /// rules.
  public func explanation(
    for path: String, where condition: (Condition) throws(ConditionError) -> Bool
  ) -> Explanation {
    var candidates: [Explanation.Candidate] = []
    var decider: (candidate: Explanation.Candidate, failure: ConditionError?)?
    for (index, pattern) in matching(path) {
      var candidate = Explanation.Candidate(
        index: index, rule: rules[index], pattern: pattern, outcome: .decided)
      if let winner = decider?.candidate {
        let loss = Standing(candidate).loss(to: Standing(winner))
        candidate.outcome = .lost(loss ?? .earlier)
      } else {
        do {
          let holds = try rules[index].condition.map { (it) throws(ConditionError) in try condition(it) }
          if holds ?? true { decider = (candidate, nil) } else { candidate.outcome = .conditionFalse }
        } catch {
          candidate.outcome = .conditionFailed(error.message)
          decider = (candidate, error)
        }
      }
      candidates.append(candidate)
    }
    let verdict = verdict(of: decider?.candidate.index, failure: decider?.failure)
    return Explanation(
      policy: name, path: path, decision: decision(verdict), candidates: candidates, limit: limit,
      hasFallback: fallback != nil)
  }

  /// For policies without conditions; see ``decision(for:)``.
  public func explanation(for path: String) -> Explanation {
    explanation(for: path, where: Self.unjudged)
  }

  /// The rules that match in winning order, each by the most specific of its patterns that do.
  private func matching(_ path: String) -> [(index: Int, pattern: Pattern)] {
    var path = path
    var found: [(index: Int, pattern: Pattern)] = []
    path.withUTF8 { bytes in
      for (index, rule) in rules.enumerated() {
        var best: Pattern?
        for pattern in rule.patterns where pattern.matches(bytes) {
          if let best, best.specificity >= pattern.specificity { continue }
          best = pattern
        }
        if let best { found.append((index, best)) }
      }
    }
    return found.sorted { one, other in
      let later = Standing(rules[other.index], at: other.index, by: other.pattern)
      return later.loss(to: Standing(rules[one.index], at: one.index, by: one.pattern)) != nil
    }
  }
}

extension Standing {
  fileprivate init(_ candidate: Explanation.Candidate) {
    self.init(candidate.rule, at: candidate.index, by: candidate.pattern)
  }
}
