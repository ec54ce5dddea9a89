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
  private let plan: Plan
  private let owner: String
  private let host: any Host
  private let secrets: SecretRegistry
  /// A merchant's refresh token as it was last rotated.
  private let refresh: Mutex<Secret?>

  /// What the definition says, with what it refers to.
  private enum Plan: Sendable {
    case issued
    case app(id: String, secret: Secret)
    case component(id: String, secret: Secret, ticket: Secret)
    case authorizer(component: (id: String, secret: Secret, ticket: Secret), id: String, refresh: Secret)
    case fixed(origin: String, cloudbase: Bool)
    case file(path: String)
    case nothing
    case broken(TokenTrouble)
  }

  init(
    core: APICore, token: TokenValue?, owner: String, host: any Host, secrets: SecretRegistry,
    component: (String) throws -> TokenValue
  ) {
    self.core = core
    self.owner = owner
    self.host = host
    self.secrets = secrets
    plan = Self.plan(token, component)
    refresh = Mutex(nil)
    core.add(AppConfiguration(appID: EmbeddedApp.id, secret: EmbeddedApp.secret))
  }

  private static func plan(_ token: TokenValue?, _ component: (String) throws -> TokenValue) -> Plan {
    switch token?.source {
    case nil: return .issued
    case .app(let id, let secret): return .app(id: id, secret: secret)
    case .component(let id, let secret, let ticket): return .component(id: id, secret: secret, ticket: ticket)
    case .fixed(let origin, let cloudbase): return .fixed(origin: origin, cloudbase: cloudbase)
    case .file(let path): return .file(path: path)
    case .nothing: return .nothing
    case .authorizer(let name, let id, let refresh):
      guard let platform = try? component(name),
        case .component(let platformID, let secret, let ticket) = platform.source
      else {
        let trouble = TokenTrouble(
          code: "E0721", message: "`component \(name)` names no token `from component`",
          help: "define it: `token \(name) from component { … }`")
        return .broken(trouble)
      }
      return .authorizer(component: (platformID, secret, ticket), id: id, refresh: refresh)
    }
  }

  func token(forced: Bool) async throws(TokenTrouble) -> HeldToken {
    switch plan {
    case .broken(let trouble): throw trouble
    case .nothing: return HeldToken(.none)
    case .issued: return try issued(EmbeddedApp.id, EmbeddedApp.secret)
    case .app(let id, let secret):
      core.add(AppConfiguration(appID: id, secret: secret))
      return try issued(id, secret)
    case .component(let id, let secret, let ticket):
      core.add(PlatformConfiguration(appID: id, secret: secret, ticket: VerifyTicket(ticket)))
      return held(
        try translating { () throws(TokenError) in
          try core.componentToken(appID: id, secret: secret, ticket: ticket)
        })
    case .authorizer(let component, let id, let first): return try authorizer(component, id, first)
    case .fixed(let origin, let cloudbase):
      return try registered(
        try variable(origin), origin: "the environment variable `\(origin)`", cloudbase: cloudbase)
    case .file(let path): return try registered(try contents(of: path), origin: "`\(path)`", cloudbase: false)
    }
  }

  private func issued(_ id: String, _ secret: Secret) throws(TokenTrouble) -> HeldToken {
    held(try translating { () throws(TokenError) in try core.stableToken(appID: id, secret: secret) })
  }

  private func authorizer(
    _ component: (id: String, secret: Secret, ticket: Secret), _ id: String, _ first: Secret
  ) throws(TokenTrouble) -> HeldToken {
    let current = refresh.withLock { $0 } ?? first
    core.add(
      PlatformConfiguration(
        appID: component.id, secret: component.secret, ticket: VerifyTicket(component.ticket)))
    core.add(
      MerchantConfiguration(
        appID: id, platform: component.id, refreshToken: current,
        permissionSets: MerchantConfiguration.permissionSetsOfTheCall))
    let platform = try translating { () throws(TokenError) in
      try core.componentToken(appID: component.id, secret: component.secret, ticket: component.ticket)
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

  private func registered(_ text: String, origin: Wording, cloudbase: Bool) throws(TokenTrouble) -> HeldToken
  {
    let trimmed = text.trimmed
    guard !trimmed.isEmpty else {
      throw TokenTrouble(code: "E0722", message: "\(origin) holds no token", help: nil)
    }
    guard trimmed.utf8.count <= 512 else {
      throw TokenTrouble(
        code: "E0722", message: "\(origin) holds more than a token's 512 characters", help: nil)
    }
    secrets.add(trimmed)
    let token = Secret(trimmed)
    try translating { () throws(TokenError) in
      if cloudbase {
        try core.register(cloudbaseToken: token, appID: owner)
      } else {
        try core.register(token, appID: owner)
      }
    }
    return HeldToken(cloudbase ? .cloudbaseAccessToken(token) : .accessToken(token))
  }

  private func variable(_ name: String) throws(TokenTrouble) -> String {
    do throws(HostError) {
      if let text = try host.environmentVariable(name) { return text }
    } catch {
      throw TokenTrouble(code: "E0722", message: "`\(name)` cannot be read: \(error.wording)", help: nil)
    }
    throw TokenTrouble(
      code: "E0722", message: "the environment variable `\(name)` is not set",
      help: "it is where this token comes from")
  }

  private func contents(of path: String) throws(TokenTrouble) -> String {
    do throws(HostError) {
      let file = try host.openFile(path)
      defer { file.close() }
      return String(decoding: try file.remainder(limit: 64 * 1_024, path: path), as: UTF8.self)
    } catch {
      throw TokenTrouble(code: "E0722", message: "`\(path)` cannot be read: \(error.wording)", help: nil)
    }
  }

  private func translating<Result>(_ body: () throws(TokenError) -> Result) throws(TokenTrouble) -> Result {
    do throws(TokenError) { return try body() } catch {
      let advice = ErrorCode(number: error.code)?.adviceWording
      throw TokenTrouble(code: "E0720", message: "no token: \(error.code) \(error.message)", help: advice)
    }
  }
}

extension String {
  /// Without ASCII space and line ends around it.
  var trimmed: String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { !isSpace($0) }),
      let last = bytes.lastIndex(where: { !isSpace($0) })
    else {
      return ""
    }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
