// A rule: what it matches, what it says, and the words a person needs to find it again.

/// What a rule, or a policy's default, says about a file.
public enum Effect: Sendable, Hashable {
  /// A link may live this many seconds; more than 0.
  case allow(maxAge: Int64)
  case deny(reason: String?)

  package var isDeny: Bool {
    if case .deny = self { true } else { false }
  }
}

/// A rule's `when`. The engine never looks into it: whoever asks for a decision says whether it is true.
public struct Condition: Sendable, Hashable {
  /// The caller's own number for it. A policy that extends another holds the conditions of both, so that
  /// numbers are best kept apart across all policies of a program.
  public var index: Int
  /// As written, for explanations.
  public var text: String

  public init(index: Int, text: String) {
    self.index = index
    self.text = text
  }
}

/// A condition could not be judged. The file is then denied, with the message as the reason.
public struct ConditionError: Error, Sendable, Hashable {
  public var message: String

  public init(message: String) {
    self.message = message
  }
}

public struct Rule: Sendable, Hashable {
  /// At least one; the most specific of those that match a path speaks for the rule.
  public var patterns: [Pattern]
  public var effect: Effect
  public var tags: [String]
  public var condition: Condition?
  /// The higher goes first, whatever else holds.
  public var priority: Int
  /// Where it was written, such as `site.tcb:12`.
  public var origin: String
  /// Its line as written, for explanations.
  public var text: String?

  public init(
    patterns: [Pattern], effect: Effect, tags: [String] = [], condition: Condition? = nil, priority: Int = 0,
    origin: String, text: String? = nil
  ) {
    self.patterns = patterns
    self.effect = effect
    self.tags = tags
    self.condition = condition
    self.priority = priority
    self.origin = origin
    self.text = text
  }
}
