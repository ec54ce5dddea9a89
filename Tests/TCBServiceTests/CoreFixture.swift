// A core with every kind of account, a clock that stands still, and known keys.

import Synchronization
import TCBInterface
import TCBService
import Testing

/// A clock that a test sets. Milliseconds.
final class TestClock: Sendable {
  private let now: Mutex<Int64>

  init(_ now: Int64) { self.now = Mutex(now) }

  func read() -> Int64 { now.withLock { $0 } }
  func advance(seconds: Int64) { now.withLock { $0 += seconds * 1000 } }
}

struct CoreFixture {
  static let appSecret = Secret("app-secret")
  static let platformSecret = Secret("platform-secret")
  static let ticket = Secret("ticket@@@1")
  static let refreshToken = Secret("refresh@@@1")
  static let key = try! SigningKey("dimtm5evg50ijsx2hvuwyfoiu65")
  /// The `t` of a published signature is 32 seconds from here.
  static let start: Int64 = 1_582_791_000

  let clock = TestClock(CoreFixture.start * 1000)
  let core: APICore

  init(configure: (inout CoreConfiguration) -> Void = { _ in }) {
    var configuration = CoreConfiguration(
      apps: [
        AppConfiguration(appID: "wxapp", secret: Self.appSecret),
        AppConfiguration(appID: "wxplain", secret: Self.appSecret, hasCloud: false),
      ],
      platforms: [
        PlatformConfiguration(
          appID: "wxplat", secret: Self.platformSecret, ticket: VerifyTicket(Self.ticket)),
        PlatformConfiguration(
          appID: "wxplat2", secret: Self.platformSecret, ticket: VerifyTicket(Self.ticket)),
      ],
      merchants: [
        MerchantConfiguration(
          appID: "wxshop", platform: "wxplat", refreshToken: Self.refreshToken, permissionSets: [1, 49]),
        MerchantConfiguration(
          appID: "wxpoor", platform: "wxplat", refreshToken: Self.refreshToken, permissionSets: [1, 2]),
      ],
      environments: [
        Self.environment("site", owner: "wxapp"), Self.environment("shop", owner: "wxshop"),
        Self.environment("poor", owner: "wxpoor"), Self.environment("plat", owner: "wxplat"),
        Self.environment("bare", owner: "wxplain"),
        EnvironmentConfiguration(
          id: "test2-4a89da", bucket: "7465-test2-4a89da", account: "1258717764", owner: "wxapp",
          read: .public,
          primaryKey: Self.key, objects: EveryObject()),
      ])
    configure(&configuration)
    let clock = clock
    core = APICore(
      configuration, clock: { clock.read() }, randomness: { [UInt8](repeating: 0xAB, count: $0) })
  }

  static func environment(
    _ id: String, owner: String, objects: any ObjectStore = EveryObject()
  ) -> EnvironmentConfiguration {
    EnvironmentConfiguration(
      id: id, bucket: "b-\(id)", account: "77", owner: owner, primaryKey: Self.key, objects: objects)
  }

  func appToken() throws -> Credential {
    .accessToken(try core.stableToken(appID: "wxapp", secret: Self.appSecret).token)
  }

  func componentToken() throws -> Secret {
    try core.componentToken(appID: "wxplat", secret: Self.platformSecret, ticket: Self.ticket).token
  }

  func merchantToken(_ merchant: String = "wxshop") throws -> Credential {
    .accessToken(
      try core.authorizerToken(
        componentToken: try componentToken(), platform: "wxplat", merchant: merchant,
        refreshToken: Self.refreshToken
      ).token)
  }

  /// The answer to a call for one file of an environment.
  func answer(_ environment: String, _ credential: Credential, on path: CallPath = .app) -> LinkAnswer {
    core.answer(
      LinkRequest(environment: environment, files: [file("a.png", in: environment)]), credential: credential,
      on: path)
  }

  func file(_ path: String, in environment: String = "site", maxAge: Int64 = 60) -> RequestedFile {
    RequestedFile(fileID: "cloud://\(environment).b-\(environment)/\(path)", maxAge: maxAge)
  }
}

extension Credential {
  var query: String {
    switch self {
    case .none: ""
    case .accessToken(let token): "access_token=\(token.reveal())"
    case .cloudbaseAccessToken(let token): "cloudbase_access_token=\(token.reveal())"
    }
  }
}
