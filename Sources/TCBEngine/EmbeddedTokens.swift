// Tokens for environments over the API core in this process. The core learns the accounts that definitions name and
// issues their tokens as the interface would; a token that is a text of its own is made known to it (our own choice), so
// that a script written for the cloud runs unchanged over an embedded environment.

import Synchronization
import TCBHost
import TCBInterface
import TCBLinks
import TCBService
import TCBText

/// The app that owns embedded environments whose definition names no other.
enum EmbeddedApp {
  static let id = "wx-embedded"
  static let secret = Secret("embedded")
}

final class EmbeddedTokens: TokenSource {
  private let core: APICore
  private let plan: TokenPlan
  private let owner: String
  private let host: any Host
  private let texts: TokenTexts
  private let secrets: SecretRegistry
  /// A merchant's refresh token as it was last rotated.
  private let refresh: Mutex<Secret?>

  init(
    core: APICore, _ plan: TokenPlan, owner: String, host: any Host, secrets: SecretRegistry
  ) {
    self.core = core
    self.owner = owner
    self.host = host
    self.secrets = secrets
    self.plan = plan
    texts = TokenTexts(host: host, secrets: secrets)
    refresh = Mutex(nil)
    core.add(AppConfiguration(appID: EmbeddedApp.id, secret: EmbeddedApp.secret))
  }

  var isImmediate: Bool { true }

  func token(forced: Bool) async throws(TokenTrouble) -> HeldToken {
    switch plan {
    case .broken(let trouble): throw trouble
    case .nothing: return HeldToken(.none)
    case .undefined: return try issued(EmbeddedApp.id, EmbeddedApp.secret)
    case .app(let id, let secret):
      core.add(AppConfiguration(appID: id, secret: secret))
      return try issued(id, secret)
    case .component(let platform):
      let ticket = try texts.ticket(at: platform.ticket)
      core.add(platform.configuration(ticket: ticket))
      return held(
        try translating { () throws(TokenError) in
          try core.componentToken(appID: platform.id, secret: platform.secret, ticket: ticket)
        })
    case .authorizer(let component, let id, let first): return try authorizer(component, id, first)
    case .fixed(let origin, let cloudbase):
      return try registered(try texts.text(at: origin), cloudbase: cloudbase)
    }
  }

  private func issued(_ id: String, _ secret: Secret) throws(TokenTrouble) -> HeldToken {
    held(try translating { () throws(TokenError) in try core.stableToken(appID: id, secret: secret) })
  }

  private func authorizer(
    _ component: TokenPlan.Component, _ id: String, _ first: Secret
  ) throws(TokenTrouble) -> HeldToken {
    let current = refresh.withLock { $0 } ?? first
    let ticket = try texts.ticket(at: component.ticket)
    core.add(component.configuration(ticket: ticket))
    core.add(
      MerchantConfiguration(
        appID: id, platform: component.id, refreshToken: current,
        permissionSets: MerchantConfiguration.permissionSetsOfTheCall))
    let platform = try translating { () throws(TokenError) in
      try core.componentToken(appID: component.id, secret: component.secret, ticket: ticket)
    }
    secrets.add(platform.token.reveal())
    let issued = try translating { () throws(TokenError) in
      try core.authorizerToken(
        componentToken: platform.token, platform: component.id, merchant: id, refreshToken: current)
    }
    // The old refresh token is of no use from here on (documented).
    secrets.add(issued.refreshToken.reveal())
    refresh.withLock { $0 = issued.refreshToken }
    return held(IssuedToken(token: issued.token, expiresIn: issued.expiresIn))
  }

  private func held(_ issued: IssuedToken) -> HeldToken {
    secrets.add(issued.token.reveal())
    let (lifetime, overflow) = issued.expiresIn.multipliedReportingOverflow(by: 1_000)
    return HeldToken(.accessToken(issued.token), expiresAt: overflow ? nil : host.now() + lifetime)
  }

  private func registered(_ token: Secret, cloudbase: Bool) throws(TokenTrouble) -> HeldToken {
    try translating { () throws(TokenError) in
      if cloudbase {
        try core.register(cloudbaseToken: token, appID: owner)
      } else {
        try core.register(token, appID: owner)
      }
    }
    return HeldToken(cloudbase ? .cloudbaseAccessToken(token) : .accessToken(token))
  }

  private func translating<Result>(_ body: () throws(TokenError) -> Result) throws(TokenTrouble) -> Result {
    do throws(TokenError) { return try body() } catch {
      let advice = ErrorCode(number: error.code)?.adviceWording
      throw TokenTrouble(
        code: "E0720", message: "no token: \(error.code) \(error.message)", help: advice, answered: error.code
      )
    }
  }
}

extension TokenPlan.Component {
  func configuration(ticket: Secret) -> PlatformConfiguration {
    PlatformConfiguration(appID: id, secret: secret, ticket: VerifyTicket(ticket))
  }
}
