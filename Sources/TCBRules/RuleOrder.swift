// Which of two rules that match goes first, and why. Sorting and explaining ask the same question here, so that
// they cannot disagree.

/// Why a rule came after the one that decided: the first of these that applies.
public enum Loss: Sendable, Hashable {
  case lowerPriority(own: Int, winner: Int)
  case denyBeatsMaxAge
  case wholePathBeatsOther
  /// Bytes before the first wildcard.
  case shorterLiteralPrefix(own: Int, winner: Int)
  /// Bytes outside classes and braces.
  case lessLiteralText(own: Int, winner: Int)
  /// As specific as the winner, and written before it.
  case earlier
}

/// What the order of a rule depends on, given which of its patterns matched.
struct Standing {
  var priority: Int
  var isDeny: Bool
  var specificity: Specificity
  /// The rule's index in its policy.
  var rule: Int

  init(_ rule: Rule, at index: Int, by pattern: Pattern) {
    priority = rule.priority
    isDeny = rule.effect.isDeny
    specificity = pattern.specificity
    self.rule = index
  }

  /// Why this comes after `other`; nil where it comes before it or the two are one rule, equally specific.
  func loss(to other: Standing) -> Loss? {
    if priority != other.priority {
      return priority < other.priority ? .lowerPriority(own: priority, winner: other.priority) : nil
    }
    if isDeny != other.isDeny { return isDeny ? nil : .denyBeatsMaxAge }
    let own = specificity
    let winner = other.specificity
    if own.isWholePath != winner.isWholePath { return own.isWholePath ? nil : .wholePathBeatsOther }
    if own.literalPrefix != winner.literalPrefix {
      guard own.literalPrefix < winner.literalPrefix else { return nil }
      return .shorterLiteralPrefix(own: own.literalPrefix, winner: winner.literalPrefix)
    }
    if own.literalText != winner.literalText {
      guard own.literalText < winner.literalText else { return nil }
      return .lessLiteralText(own: own.literalText, winner: winner.literalText)
    }
    return rule < other.rule ? .earlier : nil
  }
}
