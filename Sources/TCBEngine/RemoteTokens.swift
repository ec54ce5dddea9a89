// Tokens for environments over HTTP, from whoever issues them there.

import Synchronization
import TCBHost
import TCBInterface
import TCBLinks
import TCBService
import TCBText

final class RemoteTokens: TokenSource {
  private let interface: HTTPInterface
  private let plan: TokenPlan
  private let texts: TokenTexts
  private let host: any Host
  private let secrets: SecretRegistry
  private let kept: KeptTokens
  /// What was given last, which is what is refused where another one is asked for.
  private let last = Mutex<Secret?>(nil)
  /// When a new token was last forced, in milliseconds since 1970.
  private let forcedAt = Mutex<Int64?>(nil)

  /// Milliseconds between two forced refreshes (documented).
  private static let forcingPause: Int64 = 30_000
  private static let repeats = 5

  init(_ interface: HTTPInterface, _ plan: TokenPlan, host: any Host, secrets: SecretRegistry) {
    self.interface = interface
    self.plan = plan
    texts = TokenTexts(host: host, secrets: secrets)
    kept = KeptTokens(host: host, secrets: secrets)
    self.host = host
    self.secrets = secrets
  }

  func token(forced: Bool) async throws(TokenTrouble) -> HeldToken {
    let refused = forced ? last.withLock { $0 } : nil
    let held = try await token(insteadOf: refused)
    if case .accessToken(let token) = held.credential { last.withLock { $0 = token } }
    return held
  }

  func requestsAhead() -> Set<String> {
    switch plan {
    case .app(let id, let secret): return requestsAhead("app", id, secret)
    case .component(let component): return requestsAhead("component", component.id, component.secret)
    case .authorizer(let component, let id, let refresh):
      let own = requestsAhead("authorizer", id, refresh)
      return own.isEmpty ? [] : own.union(requestsAhead("component", component.id, component.secret))
    case .undefined, .fixed, .nothing, .broken: return []
    }
  }

  private func requestsAhead(_ kind: String, _ id: String, _ secret: Secret) -> Set<String> {
    let name = kept.name(interface.address, kind, id, secret)
    return kept.has(name) ? [] : [name]
  }

  private func token(insteadOf refused: Secret?) async throws(TokenTrouble) -> HeldToken {
    switch plan {
    case .broken(let trouble): throw trouble
    case .undefined:
      throw TokenTrouble(
        code: "E0723", message: "calls to `\(interface.address)` need a token",
        help: "name one in the environment, as in `token main`, or write `with NAME` here")
    case .nothing: return HeldToken(.none)
    case .app(let id, let secret):
      let name = kept.name(interface.address, "app", id, secret)
      return try await kept.token(name, insteadOf: refused) { () async throws(TokenTrouble) in
        self.held(try await self.stable(id, secret, insteadOf: refused))
      }
    case .component(let component): return try await componentToken(component, insteadOf: refused)
    case .authorizer(let component, let id, let refresh):
      let name = kept.name(interface.address, "authorizer", id, refresh)
      return try await kept.token(name, insteadOf: refused, isEssential: true) {
        () async throws(TokenTrouble) in
        self.held(try await self.authorizer(component, id, first: refresh))
      }
    case .fixed(let origin, let cloudbase):
      let token = try texts.text(at: origin)
      return HeldToken(cloudbase ? .cloudbaseAccessToken(token) : .accessToken(token))
    }
  }

  /// The token that others share is taken before a new one is forced, which would kill theirs (documented). Where the interface
  /// does not let itself be forced, because it was a moment ago or too often today, the refused token is all there is: a call
  /// that was refused for a clock or a replica that is behind passes with it the next time.
  private func stable(
    _ id: String, _ secret: Secret, insteadOf refused: Secret?
  ) async throws(TokenTrouble) -> Issued {
    let issued = try await issued(.stable(appID: id, secret: secret, forced: false))
    guard issued.token == refused, mayForce() else { return issued }
    let answer = try await answer(to: .stable(appID: id, secret: secret, forced: true))
    let isTooOften = [ErrorCode.calledTooOften, .dailyQuota].contains { $0.number == answer.errorCode }
    return answer.token == nil && isTooOften ? issued : try Issued(answer)
  }

  private func mayForce() -> Bool {
    let now = host.now()
    return forcedAt.withLock { forcedAt in
      if let forced = forcedAt, now >= forced, now - forced < Self.forcingPause { return false }
      forcedAt = now
      return true
    }
  }

  /// A newer one supersedes it, so that all who need it share one.
  private func componentToken(
    _ component: TokenPlan.Component, insteadOf refused: Secret?
  ) async throws(TokenTrouble) -> HeldToken {
    let name = kept.name(interface.address, "component", component.id, component.secret)
    return try await kept.token(name, insteadOf: refused) { () async throws(TokenTrouble) in
      let ticket = try self.texts.ticket(at: component.ticket)
      let request = TokenRequest.component(appID: component.id, secret: component.secret, ticket: ticket)
      return self.held(try await self.issued(request))
    }
  }

  /// The refresh token that replaces the one used is on disk before the new token is of any use to anybody (documented: losing
  /// it means that the merchant must authorize again).
  private func authorizer(
    _ component: TokenPlan.Component, _ id: String, first: Secret
  ) async throws(TokenTrouble) -> Issued {
    var platform = try await componentToken(component, insteadOf: nil)
    var isRenewed = false
    let name = keptName(id, first)
    var refresh = try kept(name, first)
    var hasLookedUp = false
    while true {
      let request = TokenRequest.authorizer(
        component: component.id, componentToken: platform.secret, appID: id, refresh: refresh)
      let answer = try await answer(to: request)
      if !isRenewed, ErrorCode(number: answer.errorCode)?.meansTokenIsBad == true {
        isRenewed = true
        platform = try await componentToken(component, insteadOf: platform.secret)
        continue
      }
      if answer.errorCode == ErrorCode.refreshTokenInvalid.number {
        // Another process may have used it and kept the next one meanwhile.
        let newer = try kept(name, first)
        guard newer == refresh else {
          refresh = newer
          continue
        }
        // Or the answer with the next one got lost; the platform can ask for it.
        if !hasLookedUp, let current = try await listed(id, of: component, platform.secret),
          current != refresh
        {
          hasLookedUp = true
          try keep(current, of: id, as: name)
          refresh = current
          continue
        }
      }
      let issued = try Issued(answer)
      if let next = issued.refresh {
        try keep(next, of: id, as: name)
      }
      return issued
    }
  }

  /// The refresh token that the platform is told of a merchant (documented); nil where it cannot be had, so that the refusal of the
  /// one before stands.
  private func listed(
    _ id: String, of component: TokenPlan.Component, _ token: Secret
  ) async throws(TokenTrouble) -> Secret? {
    var offset = 0
    while true {
      let request = AuthorizerListRequest(component: component.id, componentToken: token, offset: offset)
      let answer: AuthorizerListAnswer
      do throws(LinkServiceError) { answer = try await interface.authorizers(request) } catch {
        if Task.isCancelled { throw TokenTrouble(code: "E0904", message: "the run was stopped") }
        return nil
      }
      if let entry = answer.entries.first(where: { $0.appID == id }) {
        return entry.refresh.isEmpty ? nil : entry.refresh
      }
      offset += answer.entries.count
      guard answer.errorCode == 0, !answer.entries.isEmpty, offset < answer.total else { return nil }
    }
  }

  private func keep(_ refresh: Secret, of id: String, as name: String) throws(TokenTrouble) {
    secrets.add(refresh.reveal())
    do throws(HostError) {
      try host.replaceKeptSecret(named: name, with: Array(refresh.reveal().utf8))
    } catch {
      throw KeptTokens.cannotKeep("the new refresh token of `\(id)` cannot be kept: \(error.wording)")
    }
  }

  /// A refresh token that a script names anew, because the merchant authorized again, begins anew.
  private func keptName(_ id: String, _ first: Secret) -> String {
    "refresh-\(id)-\(HexDigest.sha256.text(of: first.reveal()).prefix(16))"
  }

  private func kept(_ name: String, _ first: Secret) throws(TokenTrouble) -> Secret {
    do throws(HostError) {
      let bytes = try host.keptSecret(named: name) { Array(first.reveal().utf8) }
      let refresh = String(decoding: bytes, as: UTF8.self)
      secrets.add(refresh)
      return Secret(refresh)
    } catch {
      throw KeptTokens.cannotKeep("refresh tokens cannot be kept: \(error.wording)")
    }
  }

  // MARK: Asking

  private struct Issued {
    var token: Secret
    var expiresIn: Int64
    var refresh: Secret?

    init(_ answer: TokenAnswer) throws(TokenTrouble) {
      guard let token = answer.token else {
        throw TokenTrouble(
          code: "E0720", message: "no token: \(answer.errorCode) \(answer.message)",
          help: ErrorCode(number: answer.errorCode)?.adviceWording, answered: answer.errorCode)
      }
      (self.token, expiresIn, refresh) = (token, answer.expiresIn, answer.refresh)
    }
  }

  private func issued(_ request: TokenRequest) async throws(TokenTrouble) -> Issued {
    try Issued(try await answer(to: request))
  }

  /// Asked again, five times at most, for what may pass; a refusal to force a token stands for longer than that.
  private func answer(to request: TokenRequest) async throws(TokenTrouble) -> TokenAnswer {
    let backoff = Backoff()
    var attempt = 0
    while true {
      attempt += 1
      do throws(LinkServiceError) {
        let answer = try await interface.token(request)
        if let token = answer.token { secrets.add(token.reveal()) }
        let mayPass = LinkAnswer(errorCode: answer.errorCode, message: "").isTransient
        if answer.token != nil || !mayPass || request.isForced || attempt > Self.repeats { return answer }
      } catch {
        // A merchant's request may have been heard, and its refresh token used up: asking again is what finds out.
        guard error.isTransient, attempt <= Self.repeats else {
          throw TokenTrouble(code: "E0720", message: "no token: \(error.wording)")
        }
      }
      try? await Task.sleep(for: .milliseconds(backoff.delay(attempt: attempt)))
      if Task.isCancelled { throw TokenTrouble(code: "E0904", message: "the run was stopped") }
    }
  }

  private func held(_ issued: Issued) -> HeldToken {
    let (lifetime, overflow) = issued.expiresIn.multipliedReportingOverflow(by: 1_000)
    let (end, late) = host.now().addingReportingOverflow(lifetime)
    return HeldToken(.accessToken(issued.token), expiresAt: overflow || late ? nil : end)
  }
}

extension HeldToken {
  fileprivate var secret: Secret {
    switch credential {
    case .accessToken(let token), .cloudbaseAccessToken(let token): token
    case .none: Secret("")
    }
  }
}

extension TokenRequest {
  fileprivate var isForced: Bool {
    if case .stable(_, _, true) = self { true } else { false }
  }
}
