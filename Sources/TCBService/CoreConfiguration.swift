// What an API core is set up with: accounts and environments, as values.

import TCBInterface

/// An app with its own secret.
package struct AppConfiguration: Sendable {
  package var appID: String
  package var secret: SecretDigest
  /// Whether the app has enabled cloud development (85088 where not).
  package var hasCloud: Bool

  package init(appID: String, secret: Secret, hasCloud: Bool = true) {
    self.init(appID: appID, digest: SecretDigest(of: secret), hasCloud: hasCloud)
  }

  init(appID: String, digest: SecretDigest, hasCloud: Bool) {
    self.appID = appID
    self.secret = digest
    self.hasCloud = hasCloud
  }
}

/// The ticket a platform is sent every 10 minutes, good for 12 hours (documented).
package struct VerifyTicket: Sendable {
  package static let lifetime: Int64 = 12 * 3600 * 1000

  package var text: SecretDigest
  /// Milliseconds since 1970; nil is a ticket that never expires, for tests without a sender of tickets
  /// (ours).
  package var receivedAt: Int64?

  package init(_ text: Secret, receivedAt: Int64? = nil) {
    self.init(digest: SecretDigest(of: text), receivedAt: receivedAt)
  }

  init(digest: SecretDigest, receivedAt: Int64?) {
    self.text = digest
    self.receivedAt = receivedAt
  }
}

/// A third-party platform, which the interface calls a component.
package struct PlatformConfiguration: Sendable {
  package var appID: String
  package var secret: SecretDigest
  package var ticket: VerifyTicket
  package var hasCloud: Bool

  package init(appID: String, secret: Secret, ticket: VerifyTicket, hasCloud: Bool = true) {
    self.init(appID: appID, digest: SecretDigest(of: secret), ticket: ticket, hasCloud: hasCloud)
  }

  init(appID: String, digest: SecretDigest, ticket: VerifyTicket, hasCloud: Bool) {
    self.appID = appID
    self.secret = digest
    self.ticket = ticket
    self.hasCloud = hasCloud
  }
}

/// A merchant whose app a platform acts for, which the interface calls an authorizer.
package struct MerchantConfiguration: Sendable {
  /// The sets of which the call needs one (documented).
  package static let permissionSetsOfTheCall: Set<Int> = [49, 64]

  package var appID: String
  /// The appid of the platform that the merchant has authorized.
  package var platform: String
  /// What the platform holds; each authorizer token replaces it.
  package var refreshToken: SecretDigest
  /// Its text, from which a platform is told it again: as it was given, unless that was as a digest, or by the number it was made of.
  var refreshText: RefreshText
  /// What it held at the start. Where a merchant is set up again with the same one, the latest stays good.
  let firstRefreshToken: SecretDigest
  package var permissionSets: Set<Int>
  package var hasCloud: Bool

  package init(
    appID: String, platform: String, refreshToken: Secret, permissionSets: Set<Int>, hasCloud: Bool = true
  ) {
    let digest = SecretDigest(of: refreshToken)
    self.init(
      appID: appID, platform: platform, first: digest, latest: digest, text: .given(refreshToken),
      permissionSets: permissionSets, hasCloud: hasCloud)
  }

  enum RefreshText: Sendable {
    case given(Secret)
    case made(serial: UInt64)
    case unknown
  }

  init(
    appID: String, platform: String, first: SecretDigest, latest: SecretDigest, text: RefreshText,
    permissionSets: Set<Int>, hasCloud: Bool
  ) {
    refreshText = text
    self.appID = appID
    self.platform = platform
    (firstRefreshToken, refreshToken) = (first, latest)
    self.permissionSets = permissionSets
    self.hasCloud = hasCloud
  }
}

/// An environment: who owns it, what it holds, how its links are made.
package struct EnvironmentConfiguration: Sendable {
  package enum ReadAccess: Sendable, Equatable {
    /// Links carry a signature and expire.
    case `private`
    /// Links have no query and never expire.
    case `public`
  }

  /// 30 days, in seconds (ours: the documented bounds contradict each other).
  package static let defaultMaxAgeLimit: Int64 = 30 * 86400

  package var id: String
  package var bucket: String
  /// Added to the bucket in a link's host where the bucket does not end with it.
  package var account: String?
  /// The appid of the app, merchant or platform that owns it.
  package var owner: String
  package var read: ReadAccess
  package var primaryKey: SigningKey
  package var backupKey: SigningKey?
  /// The largest `max_age` a file may ask for, in seconds.
  package var maxAgeLimit: Int64
  /// V of the links' domain, in seconds.
  package var validity: Int64
  package var signatureForm: SignatureForm
  /// What links begin with, without a slash at the end; nil is `https://` and the environment's link host.
  package var linkOrigin: String?
  /// Whether `linkOrigin` follows from where a server runs, and so is not the environment's own.
  var hasOriginOfServer = false
  package var objects: any ObjectStore

  package init(
    id: String, bucket: String, account: String? = nil, owner: String, read: ReadAccess = .private,
    primaryKey: SigningKey, backupKey: SigningKey? = nil,
    maxAgeLimit: Int64 = EnvironmentConfiguration.defaultMaxAgeLimit, validity: Int64 = 0,
    signatureForm: SignatureForm = .encoded, linkOrigin: String? = nil, objects: any ObjectStore
  ) {
    self.id = id
    self.bucket = bucket
    self.account = account
    self.owner = owner
    self.read = read
    self.primaryKey = primaryKey
    self.backupKey = backupKey
    self.maxAgeLimit = maxAgeLimit
    self.validity = validity
    self.signatureForm = signatureForm
    self.linkOrigin = linkOrigin
    self.objects = objects
  }
}

/// All a core starts with; more can be added while it runs.
package struct CoreConfiguration: Sendable {
  package var apps: [AppConfiguration]
  package var platforms: [PlatformConfiguration]
  package var merchants: [MerchantConfiguration]
  package var environments: [EnvironmentConfiguration]
  /// Whether raw answers carry each file's id under `files` as well.
  package var answersCompatibly: Bool
  package var faults: FaultPlan
  package var quota: CallQuota

  package init(
    apps: [AppConfiguration] = [], platforms: [PlatformConfiguration] = [],
    merchants: [MerchantConfiguration] = [], environments: [EnvironmentConfiguration] = [],
    answersCompatibly: Bool = false, faults: FaultPlan = FaultPlan(), quota: CallQuota = CallQuota()
  ) {
    self.apps = apps
    self.platforms = platforms
    self.merchants = merchants
    self.environments = environments
    self.answersCompatibly = answersCompatibly
    self.faults = faults
    self.quota = quota
  }
}
