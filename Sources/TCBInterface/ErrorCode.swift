// The numbers a call or a token request can be answered with, and what follows from each.

/// A known `errcode`, or a known per-file `status` that is one of the family's codes.
public enum ErrorCode: Int, Sendable, CaseIterable {
  case ok = 0
  case busy = -1
  case system = -1000
  case unknownError = -501_000
  case cloudSystem = -501_001
  case cloudTimedOut = -501_002
  case cloudRequestQuota = -501_003
  case cloudConcurrencyQuota = -501_004
  case badEnvironment = -501_005
  case badParameter = -501_007
  case badObject = -501_009
  case storageRequestFailed = -503_001
  case storageNotPermitted = -503_002
  case storageFileMissing = -503_003
  case invalidCredential = 40001
  case invalidAppID = 40013
  case invalidAccessToken = 40014
  case invalidArguments = 40097
  case missingParameter = 40101
  case invalidAppSecret = 40125
  case addressNotListed = 40164
  case secretFrozen = 40243
  case accessTokenMissing = 41001
  case accessTokenExpired = 42001
  case requiresPOST = 43002
  case emptyBody = 44002
  case dailyQuota = 45009
  case calledTooOften = 45011
  case dataFormat = 47001
  case notAuthorized = 48001
  case clearingUsedUp = 48006
  case componentAddressNotListed = 61004
  case ticketExpired = 61005
  case ticketInvalid = 61006
  case permissionSetMissing = 61007
  case invalidComponent = 61011
  case refreshTokenInvalid = 61023
  case pathUnknown = 76021
  case pathNotPermitted = 76022
  case cloudNotEnabled = 85088

  /// Nil for a number this table does not know.
  public init?(number: Int) {
    self.init(rawValue: number)
  }

  /// As it stands in an answer.
  public var number: Int { rawValue }
}

/// Where a fact about the interface comes from.
public enum Provenance: Sendable {
  /// The interface's public documentation says so.
  case documented
  /// Seen in public use.
  case observed
  /// A choice made here, where neither says anything.
  case ours
}

extension ErrorCode {
  /// Whether the same call, sent again later, may succeed: time-outs, trouble on the other side, rate limits. A day's quota comes
  /// back too late for that.
  public var isTransient: Bool {
    switch self {
    case .busy, .system, .unknownError, .cloudSystem, .cloudTimedOut, .cloudRequestQuota,
      .cloudConcurrencyQuota, .storageRequestFailed, .calledTooOften:
      true
    default: false
    }
  }

  /// Whether fewer calls at a time are what would help.
  package var meansOverload: Bool {
    switch self {
    case .cloudRequestQuota, .cloudConcurrencyQuota, .calledTooOften: true
    default: false
    }
  }

  /// Whether the token is to be renewed before the call is sent again.
  public var meansTokenIsBad: Bool {
    switch self {
    case .invalidCredential, .invalidAccessToken, .accessTokenExpired: true
    default: false
    }
  }

  /// Where the number and its meaning come from.
  public var provenance: Provenance {
    switch self {
    case .cloudSystem, .cloudRequestQuota, .cloudConcurrencyQuota, .badEnvironment, .badObject,
      .storageRequestFailed, .storageNotPermitted, .storageFileMissing, .secretFrozen:
      .observed
    default: .documented
    }
  }

  /// Where ``text`` comes from: documentation gives many of these numbers no English words, or several.
  public var textProvenance: Provenance {
    switch self {
    case .ok, .busy, .system, .invalidCredential, .invalidAccessToken, .invalidArguments, .missingParameter,
      .accessTokenMissing, .accessTokenExpired, .requiresPOST, .emptyBody, .dataFormat, .cloudNotEnabled,
      .invalidAppID, .addressNotListed, .dailyQuota, .calledTooOften, .notAuthorized,
      .componentAddressNotListed, .permissionSetMissing, .clearingUsedUp, .pathUnknown:
      .documented
    case .storageFileMissing: .observed
    default: .ours
    }
  }
}
