// The sentences of an explanation.

import TCBText

extension Loss {
  /// Says of the rule that lost why it did; lower case and without a full stop.
  public var sentence: String { wording.english }

  /// ``sentence`` in every language.
  package var wording: Wording {
    switch self {
    case .lowerPriority(let own, let winner): "its priority is \(own), the winner's \(winner)"
    case .denyBeatsMaxAge: "a `deny` goes before a `max_age` of the same priority"
    case .wholePathBeatsOther: "the winner names the whole path"
    case .shorterLiteralPrefix(let own, let winner):
      "it begins with \(bytes(own)) of literal text, the winner with \(winner)"
    case .lessLiteralText(let own, let winner):
      "it has \(bytes(own)) of literal text in all, the winner \(winner)"
    case .earlier: "it is as specific as the winner, which comes later"
    }
  }

  private func bytes(_ count: Int) -> Wording {
    count == 1 ? "1 byte" : "\(count) bytes"
  }
}

extension Explanation.Candidate {
  /// What became of this rule; lower case and without a full stop.
  public var sentence: String { wording.english }

  /// ``sentence`` in every language.
  package var wording: Wording {
    let condition: Wording = rule.condition.map { "`when \($0.text)`" } ?? "its condition"
    switch outcome {
    case .decided: return "decides"
    case .conditionFalse: return "\(condition) is false"
    case .conditionFailed(let message):
      // Whose message begins with the condition has said which it is.
      let own = "\(condition.english): "
      let reason = message.hasPrefix(own) ? String(message.dropFirst(own.count)) : message
      return "\(condition) failed, which denies the file: \(reason)"
    case .lost(let loss): return loss.wording
    }
  }
}

extension Explanation {
  /// What beside the rules had a part in the decision: the default or the want of one, the limit.
  public var notes: [String] {
    var notes: [String] = []
    if decision.isFallback {
      let why = candidates.isEmpty ? "no rule matches" : "no rule that matches applies"
      let then = hasFallback ? "decides by its default" : "has no default and denies"
      notes.append("\(why): policy `\(policy)` \(then)")
    }
    if let before = decision.clampedFrom, let after = decision.maxAge, let limit {
      let range = "\(Self.duration(limit.lowerBound))..\(Self.duration(limit.upperBound))"
      let said = "`max_age` \(Self.duration(before))"
      notes.append("\(said) is outside `limit` \(range) and becomes \(Self.duration(after))")
    }
    return notes
  }

  /// Seconds in the largest unit that fits them whole, as the language writes it.
  static func duration(_ seconds: Int64) -> String {
    let units: [(String, Int64)] = [("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60)]
    for (name, length) in units where seconds >= length && seconds % length == 0 {
      return "\(seconds / length)\(name)"
    }
    return "\(seconds)s"
  }
}
