// What a policy says about one path.

/// The bare outcome, cheap to make and to copy: for a caller that decides millions and looks up the words of
/// the few it prints. See ``Policy/decision(_:)``.
public struct Verdict: Sendable, Hashable {
  /// In seconds, within the policy's limit; nil when denied.
  public var maxAge: Int64?
  /// What the rule or the default said, where the limit changed it.
  public var clampedFrom: Int64?
  /// The rule that decided, an index into ``Policy/rules``; nil when none did.
  public var rule: Int?
  /// The rule's condition could not be judged, which denies the file.
  public var failure: ConditionError?

  public var allowed: Bool { maxAge != nil }
}

public struct Decision: Sendable, Hashable {
  public var allowed: Bool
  /// In seconds, within the policy's limit; nil when denied.
  public var maxAge: Int64?
  /// Why the file is denied; nil when it is allowed, or denied by a rule that gives no reason.
  public var reason: String?
  /// The rule that decided, an index into ``Policy/rules``; nil when none did.
  public var rule: Int?
  /// The origin of that rule.
  public var origin: String?
  /// The winner's; a rule whose condition failed has won nothing and gives none.
  public var tags: [String]
  /// What the rule or the default said in seconds, where the limit changed it.
  public var clampedFrom: Int64?

  /// No rule decided: this is the policy's default, or the want of one.
  public var isFallback: Bool { rule == nil }
}
