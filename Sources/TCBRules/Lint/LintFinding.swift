// What lint has to say about a policy.

/// One thing about a policy that is probably not what was meant.
public struct LintFinding: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// Others decide whatever it matches.
    case neverDecides
    /// The same, and the policy it extends is what leaves it nothing.
    case overriddenByBase
    /// It says of the same files what the policy that is extended says of them.
    case repeatsBase
    /// Another rule says the same of the same files.
    case duplicate
    /// No legal path is matched.
    case matchesNoPath
    /// Nothing but the order of the two says which decides, and they say different things.
    case decidedByOrder
    /// The limit changes it for every file.
    case outsideLimit(said: Int64, becomes: Int64)
    /// It denies and does not say why.
    case denyWithoutReason
    /// The rules decide every path.
    case fallbackNeverDecides
    /// To find out would take more work than is allowed.
    case undecided
  }

  public var kind: Kind
  /// An index into ``Policy/rules``; nil is the policy's default.
  public var rule: Int?
  /// The one of the rule's patterns that this is about, where others of them are as they should be.
  public var pattern: Int?
  /// The other rules that it takes to see why: indices into ``Policy/rules``.
  public var others: [Int] = []
  /// A path that shows it.
  public var path: String?

  init(_ kind: Kind, rule: Int?, pattern: Int? = nil, others: [Int] = [], path: String? = nil) {
    self.kind = kind
    self.rule = rule
    self.pattern = pattern
    self.others = others
    self.path = path
  }
}
