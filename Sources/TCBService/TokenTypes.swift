// What token requests give and what they are refused with.

import TCBInterface

/// A token as a token request gives it.
package struct IssuedToken: Sendable, Equatable {
  package let token: Secret
  /// Seconds it is good for from now.
  package let expiresIn: Int64

  package init(token: Secret, expiresIn: Int64) {
    self.token = token
    self.expiresIn = expiresIn
  }
}

/// A merchant's token, with the refresh token that replaces the one used to get it. The new one must be kept
/// durably before anything else happens (documented).
package struct IssuedAuthorizerToken: Sendable, Equatable {
  package let token: Secret
  package let expiresIn: Int64
  package let refreshToken: Secret

  package init(token: Secret, expiresIn: Int64, refreshToken: Secret) {
    self.token = token
    self.expiresIn = expiresIn
    self.refreshToken = refreshToken
  }
}

/// A refused token request.
package struct TokenError: Error, Sendable, Equatable {
  /// The `errcode`.
  package let code: Int
  package let message: String

  package init(_ code: ErrorCode) {
    self.code = code.number
    self.message = code.text
  }
}

/// Times and bounds of tokens. Milliseconds.
enum TokenTerms {
  /// Documented: 7200 seconds, for every kind.
  static let lifetime: Int64 = 7200 * 1000
  /// Documented as about five minutes: how long a superseded token goes on working.
  static let overlap: Int64 = 300 * 1000
  /// Documented: a stable token is renewed five minutes before its end.
  static let renewal: Int64 = 300 * 1000
  /// Documented: forced refreshes of a stable token are this far apart.
  static let forcedRefreshPause: Int64 = 30 * 1000
  /// Ours: how long an ended token is remembered, so that it is told to have ended and not to be unknown.
  static let memory: Int64 = 86400 * 1000

  /// Documented: about 2,000 plain fetches a day.
  static let plainPerDay = 2_000
  static let stablePerDay = 500_000
  static let stablePerMinute = 10_000
  static let forcedPerDay = 20
  /// Documented: how often an account may have its counts set to nothing.
  static let clearingsPerMonth = 10
}
