// What can be wrong with a policy as a whole, and how it is said.

import TCBText

public enum PolicyError: Error, Sendable, Equatable {
  /// An index into the rules given.
  case ruleWithoutPattern(rule: Int)
  /// `rule` is an index into the rules given; nil is the default.
  case maxAgeNotPositive(rule: Int?)
  /// The shorter end of a limit is 0 or less.
  case limitNotPositive
  case limitReversed
  /// More than ``Policy/mostPatterns`` patterns, those of the extended policy included.
  case tooManyPatterns
  /// More than ``Policy/mostGlobs`` patterns with wildcards, those of the extended policy included.
  case tooManyGlobs

  public var message: String { wording.english }

  package var wording: Wording {
    switch self {
    case .ruleWithoutPattern: "a rule needs at least one pattern"
    case .maxAgeNotPositive: "`max_age` must be more than 0 seconds"
    case .limitNotPositive: "a limit on `max_age` must be more than 0 seconds"
    case .limitReversed: "a limit on `max_age` begins with the shorter time"
    case .tooManyPatterns: "a policy has at most \(Policy.mostPatterns) patterns"
    case .tooManyGlobs:
      "a policy has at most \(Policy.mostGlobs) patterns with wildcards, and fewer where they are longer than 64 bytes"
    }
  }
}
