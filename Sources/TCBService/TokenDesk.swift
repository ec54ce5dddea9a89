// Token requests: who may have which token, and how often.

import TCBInterface

/// The accounts of a core and the tokens issued to them.
struct TokenDesk: Sendable {
  var apps: [String: AppConfiguration] = [:]
  var platforms: [String: PlatformConfiguration] = [:]
  var merchants: [String: MerchantConfiguration] = [:]
  var ledger = TokenLedger()
  var callQuota = CallQuota()
  var use: [String: AccountUse] = [:]
  /// Appids whose use or refresh token has changed since somebody asked.
  var changedUse: Set<String> = []
  var changedRefresh: Set<String> = []

  /// A newer token supersedes the older; both work for five minutes (documented). `countedAt`, here and below, is by the real clock.
  mutating func token(
    appID: String, secret: Secret, mint: TokenMint, now: Int64, countedAt: Int64
  ) throws(TokenError) -> IssuedToken {
    try checkApp(appID, secret)
    changedUse.insert(appID)
    guard use[appID, default: AccountUse()].plain.admits(at: countedAt, limit: TokenTerms.plainPerDay) else {
      throw TokenError(.dailyQuota)
    }
    let holder = TokenHolder(kind: .app, appID: appID)
    return ledger.issue(mint.token(), to: holder, overlap: TokenTerms.overlap, now: now)
  }

  mutating func stableToken(
    appID: String, secret: Secret, forced: Bool, mint: TokenMint, now: Int64, countedAt: Int64
  ) throws(TokenError) -> IssuedToken {
    try checkApp(appID, secret)
    try admitStable(appID, forced: forced, now: countedAt)
    let holder = TokenHolder(kind: .stable, appID: appID)
    // A forced refresh kills the token that others hold (documented).
    if forced { return ledger.issue(mint.token(), to: holder, overlap: 0, now: now) }
    guard let latest = ledger.latest(of: holder, now: now) else {
      return ledger.addBeside(mint.token(), to: holder, now: now)
    }
    return IssuedToken(token: Secret(mint.text(of: latest.serial)), expiresIn: latest.left / 1000)
  }

  private mutating func admitStable(_ appID: String, forced: Bool, now: Int64) throws(TokenError) {
    var used = use[appID, default: AccountUse()]
    guard used.stableByMinute.admits(at: now, limit: TokenTerms.stablePerMinute) else {
      throw TokenError(.calledTooOften)
    }
    guard used.stable.admits(at: now, limit: TokenTerms.stablePerDay) else { throw TokenError(.dailyQuota) }
    if forced {
      // A clock that was set back makes the pause no longer than it is.
      if let last = used.lastForced, now >= last, now < last.saturatingAdd(TokenTerms.forcedRefreshPause) {
        throw TokenError(.calledTooOften)
      }
      guard used.forced.admits(at: now, limit: TokenTerms.forcedPerDay) else { throw TokenError(.dailyQuota) }
      used.lastForced = now
    }
    use[appID] = used
    changedUse.insert(appID)
  }

  private func checkApp(_ appID: String, _ secret: Secret) throws(TokenError) {
    guard let app = apps[appID] else { throw TokenError(.invalidAppID) }
    guard app.secret == SecretDigest(of: secret) else { throw TokenError(.invalidAppSecret) }
  }

  /// A newer one supersedes the older as for plain tokens (ours).
  mutating func componentToken(
    appID: String, secret: Secret, ticket: Secret, mint: TokenMint, now: Int64
  ) throws(TokenError) -> IssuedToken {
    guard let platform = platforms[appID] else { throw TokenError(.invalidComponent) }
    guard platform.secret == SecretDigest(of: secret) else { throw TokenError(.invalidAppSecret) }
    guard platform.ticket.text == SecretDigest(of: ticket) else { throw TokenError(.ticketInvalid) }
    if let received = platform.ticket.receivedAt, now >= received.saturatingAdd(VerifyTicket.lifetime) {
      throw TokenError(.ticketExpired)
    }
    let holder = TokenHolder(kind: .component, appID: appID)
    return ledger.issue(mint.token(), to: holder, overlap: TokenTerms.overlap, now: now)
  }

  /// The new refresh token replaces the old one at once (documented); that the older access token works on
  /// for five minutes is ours.
  mutating func authorizerToken(
    componentToken: Secret, platform: String, merchant appID: String, refreshToken: Secret,
    mint: TokenMint, now: Int64
  ) throws(TokenError) -> IssuedAuthorizerToken {
    try checkComponentToken(componentToken, of: platform, now: now)
    guard let merchant = merchants[appID], merchant.platform == platform else {
      throw TokenError(.invalidAppID)
    }
    guard merchant.refreshToken == SecretDigest(of: refreshToken) else {
      throw TokenError(.refreshTokenInvalid)
    }
    let next = mint.refreshToken()
    merchants[appID]?.refreshToken = SecretDigest(of: next)
    merchants[appID]?.refreshText = .made(serial: mint.serial)
    changedRefresh.insert(appID)
    let holder = TokenHolder(kind: .authorizer, appID: appID)
    let issued = ledger.issue(mint.token(), to: holder, overlap: TokenTerms.overlap, now: now)
    return IssuedAuthorizerToken(token: issued.token, expiresIn: issued.expiresIn, refreshToken: next)
  }

  func merchants(
    of platform: String, componentToken: Secret, now: Int64
  ) throws(TokenError) -> [MerchantConfiguration] {
    try checkComponentToken(componentToken, of: platform, now: now)
    return merchants.values.filter { $0.platform == platform }.sorted { $0.appID < $1.appID }
  }

  private func checkComponentToken(
    _ token: Secret, of platform: String, now: Int64
  ) throws(TokenError) {
    if token.isEmpty { throw TokenError(.accessTokenMissing) }
    let holder: TokenHolder
    switch ledger.holder(of: token.reveal(), now: now) {
    case .success(let found): holder = found
    case .failure(let refused): throw TokenError(refused.code)
    }
    guard holder.kind == .component else { throw TokenError(.notAuthorized) }
    guard platforms[platform] != nil else { throw TokenError(.invalidComponent) }
    guard holder.appID == platform else { throw TokenError(.invalidAccessToken) }
  }

  /// A token that was fetched from here is not the latest any more, as if somebody else had fetched one and the overlap were over.
  mutating func supersede(_ token: Secret, now: Int64) { ledger.supersede(token.reveal(), now: now) }

  mutating func register(
    _ token: Secret, kind: TokenHolder.Kind, appID: String, expiresAt: Int64?
  ) throws(TokenError) {
    guard apps[appID] != nil || merchants[appID] != nil else { throw TokenError(.invalidAppID) }
    if token.isEmpty { throw TokenError(.accessTokenMissing) }
    ledger.register(token.reveal(), to: TokenHolder(kind: kind, appID: appID), expiresAt: expiresAt)
  }
}
