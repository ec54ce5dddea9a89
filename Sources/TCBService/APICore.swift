// The API core: the interface itself, in the process.

import Synchronization
import TCBInterface

/// Answers calls for links as the interface does. Thread-safe; calls hold the lock only to look up the caller
/// and the environment, never while a file is answered.
package final class APICore: LinkService {
  /// The most files of one call (documented).
  package static let maximumFiles = 50

  struct State {
    var desk = TokenDesk()
    var environments: [String: ServedEnvironment] = [:]
    var texts: TokenTexts
    /// Of the last token request; no two tokens are made of the same.
    var serial: UInt64 = 0
    var kept = KeptDefinitions()
    var quotaIsSetUp = false
    /// Below this links lead to a server of the files; nil has them lead to the environment's link host.
    var linkBase: String?
  }

  let state: Mutex<State>
  /// Where the state is kept, if anywhere. Whoever writes holds this lock for as long, so that what came first is there first.
  let store = Mutex<(any StateStore)?>(nil)
  let storeTrouble = Mutex<String?>(nil)
  /// Told when the state can no longer be written, and why, and with nil when it can be again.
  package let stateWatcher = Mutex<(@Sendable (String?) -> Void)?>(nil)
  private let clock: @Sendable () -> Int64
  let randomness: @Sendable (Int) -> [UInt8]
  let answersCompatibly: Bool
  /// What goes wrong on purpose, in calls over a wire and in those of ``links(for:credential:)``.
  package let faults: FaultDesk

  /// `clock` gives milliseconds since 1970; `randomness` gives as many unpredictable bytes as it is asked
  /// for. Neither is called with the lock held.
  package init(
    _ configuration: CoreConfiguration, clock: @escaping @Sendable () -> Int64,
    randomness: @escaping @Sendable (Int) -> [UInt8]
  ) {
    var state = State(texts: TokenTexts(key: randomness(TokenTexts.keyLength)))
    for app in configuration.apps { state.desk.apps[app.appID] = app }
    for platform in configuration.platforms { state.desk.platforms[platform.appID] = platform }
    for merchant in configuration.merchants { state.desk.merchants[merchant.appID] = merchant }
    for environment in configuration.environments {
      state.environments[environment.id] = ServedEnvironment(environment)
    }
    state.desk.callQuota = configuration.quota
    faults = FaultDesk(configuration.faults)
    self.state = Mutex(state)
    self.clock = clock
    self.randomness = randomness
    self.answersCompatibly = configuration.answersCompatibly
  }

  package func links(
    for request: LinkRequest, credential: Credential
  ) async throws(LinkServiceError) -> LinkAnswer {
    if Task.isCancelled { throw .cancelled }
    let met = faults.faults(of: FaultedCall(.links, environment: request.environment))
    if !met.isEmpty { return try await answer(request, credential: credential, meeting: met) }
    return answer(request, credential: credential, on: .app)
  }

  /// The same without a task, through either door; it meets no fault.
  package func answer(
    _ request: LinkRequest, credential: Credential, on path: CallPath = .app
  ) -> LinkAnswer {
    answer(request, credential: credential, on: path, clockOffset: 0)
  }

  func answer(
    _ request: LinkRequest, credential: Credential, on path: CallPath, clockOffset: Int64
  ) -> LinkAnswer {
    do {
      let caller = try caller(with: credential, on: path, clockOffset: clockOffset)
      return answer(request, from: caller, clockOffset: clockOffset)
    } catch {
      return LinkAnswer(error.code)
    }
  }

  /// `clockOffset`, here and elsewhere: milliseconds that the clock is to be ahead. What is counted by day and minute goes by the real
  /// one all the same, or a single call of tomorrow would empty the counts of today.
  func caller(
    with credential: Credential, on path: CallPath, clockOffset: Int64
  ) throws(RefusedCall) -> Caller {
    let now = clock()
    let (caller, isToBeKept) = try state.withLock { state throws(RefusedCall) in
      let caller = try state.desk.caller(with: credential, on: path, now: now.saturatingAdd(clockOffset))
      try state.desk.count(callBy: caller.appID, now: now)
      return (caller, state.kept.isOn && !state.desk.changedUse.isEmpty)
    }
    if isToBeKept { keep() }
    return caller
  }

  /// The checks that follow those of the token and of the body's form.
  func answer(
    _ request: LinkRequest, from caller: Caller, clockOffset: Int64, requestID: String? = nil
  ) -> LinkAnswer {
    if request.files.isEmpty {
      return LinkAnswer(.invalidArguments, message: "invalid args: `file_list` is empty")
    }
    let environment = state.withLock { $0.environments[request.environment] }
    guard caller.hasCloud else { return LinkAnswer(.cloudNotEnabled) }
    guard let environment, environment.configuration.owner == caller.appID else {
      return noEnvironment(requestID)
    }
    if request.files.count > APICore.maximumFiles {
      // The wording is ours.
      let text = "Cannot operate more than \(APICore.maximumFiles) files one time"
      return LinkAnswer(.badParameter, message: text)
    }
    let now = seconds(of: clock().saturatingAdd(clockOffset))
    return environment.answer(to: PackedRequest(request), now: now).answer
  }

  /// The pattern of the text is observed, its middle is ours.
  private func noEnvironment(_ requestID: String?) -> LinkAnswer {
    let id = requestID ?? madeRequestID()
    let text = "[100003] env not exists, check the env id TcbCode: [INVALID_ENV] rid: \(id)"
    return LinkAnswer(.unknownError, message: text)
  }

  /// For a call that no server has given one.
  private func madeRequestID() -> String {
    var id: [UInt8] = []
    for (index, byte) in randomness(12).prefix(12).enumerated() {
      if index == 4 || index == 8 { id.append(UInt8(ascii: "-")) }
      id.append(hexadecimal: byte)
    }
    return String(decoding: id, as: UTF8.self)
  }

  /// What this environment's verifier says of a link; nil where no environment has the link's host, which a
  /// server of its own links tells by other means.
  package func verdict(on link: LinkURL) -> LinkVerdict? {
    let environment = state.withLock { state in
      state.environments.values.first { $0.host == link.host }
    }
    return environment?.verifier.verdict(on: link, now: seconds(of: clock()))
  }

  /// The same for a server that knows which environment it serves a download for.
  package func verdict(
    on link: LinkURL, environment id: String, clockOffset: Int64 = 0
  ) -> LinkVerdict? {
    let environment = state.withLock { $0.environments[id] }
    return environment?.verifier.verdict(on: link, now: seconds(of: clock().saturatingAdd(clockOffset)))
  }

  /// Somebody else has fetched a newer token than this one.
  func supersede(_ credential: Credential) {
    guard case .accessToken(let token) = credential else { return }
    let now = clock()
    state.withLock { $0.desk.supersede(token, now: now) }
    keep()
  }

  private func seconds(of milliseconds: Int64) -> Int64 {
    milliseconds / 1000
  }
}

// MARK: Setting up

extension APICore {
  /// Adds an environment or takes the place of the one with its id; calls under way keep the old one.
  package func serve(_ environment: EnvironmentConfiguration) {
    let served = ServedEnvironment(environment)
    state.withLock { $0.environments[environment.id] = served }
  }

  /// Removes an environment; true where there was one.
  @discardableResult
  package func withdraw(environment id: String) -> Bool {
    state.withLock { $0.environments.removeValue(forKey: id) != nil }
  }

  /// Below this a server has the files of each environment, by its id (ours).
  package static let downloadPath = "/files/"

  /// The environment whose links have this host.
  package func environment(servingHost host: String) -> EnvironmentConfiguration? {
    state.withLock { state in state.environments.values.first { $0.host == host } }?.configuration
  }

  package func environment(_ id: String) -> EnvironmentConfiguration? {
    state.withLock { $0.environments[id] }?.configuration
  }

  func served(_ id: String) -> ServedEnvironment? { state.withLock { $0.environments[id] } }

  /// Milliseconds since 1970.
  var now: Int64 { clock() }

  package var environments: [EnvironmentConfiguration] {
    state.withLock { $0.environments.values.map(\.configuration) }
  }

  /// The appids and environment ids there are, each list in order.
  package var names: (apps: [String], platforms: [String], merchants: [String], environments: [String]) {
    state.withLock { state in
      (
        state.desk.apps.keys.sorted(), state.desk.platforms.keys.sorted(), state.desk.merchants.keys.sorted(),
        state.environments.keys.sorted()
      )
    }
  }

  /// Adds an account or takes the place of the one with its appid; tokens already issued stay as they are.
  package func add(_ app: AppConfiguration) {
    state.withLock { $0.desk.apps[app.appID] = app }
  }

  package func add(_ platform: PlatformConfiguration) {
    state.withLock { $0.desk.platforms[platform.appID] = platform }
  }

  package func add(_ merchant: MerchantConfiguration) {
    state.withLock { $0.desk.merchants[merchant.appID] = merchant }
  }
}

// MARK: Tokens

extension APICore {
  /// As `GET /cgi-bin/token`. Throws 40013, 40125 and 45009.
  package func token(
    appID: String, secret: Secret, clockOffset: Int64 = 0
  ) throws(TokenError) -> IssuedToken {
    try desk(clockOffset) { desk, mint, now, realTime throws(TokenError) in
      try desk.token(
        appID: appID, secret: secret, mint: mint, now: now, countedAt: realTime)
    }
  }

  /// As `POST /cgi-bin/stable_token`. Throws 40013, 40125, 45009 and 45011.
  package func stableToken(
    appID: String, secret: Secret, forceRefresh: Bool = false, clockOffset: Int64 = 0
  ) throws(TokenError) -> IssuedToken {
    try desk(clockOffset) { desk, mint, now, realTime throws(TokenError) in
      try desk.stableToken(
        appID: appID, secret: secret, forced: forceRefresh, mint: mint, now: now,
        countedAt: realTime)
    }
  }

  /// As `POST /cgi-bin/component/api_component_token`. Throws 61011, 40125, 61006 and 61005.
  package func componentToken(
    appID: String, secret: Secret, ticket: Secret, clockOffset: Int64 = 0
  ) throws(TokenError) -> IssuedToken {
    try desk(clockOffset) { desk, mint, now, _ throws(TokenError) in
      try desk.componentToken(appID: appID, secret: secret, ticket: ticket, mint: mint, now: now)
    }
  }

  /// As `POST /cgi-bin/component/api_authorizer_token`. Throws 41001, 40001, 40014, 42001, 48001, 61011,
  /// 40013 and 61023. The refresh token given is of no use afterwards.
  package func authorizerToken(
    componentToken: Secret, platform: String, merchant: String, refreshToken: Secret,
    clockOffset: Int64 = 0
  ) throws(TokenError) -> IssuedAuthorizerToken {
    try desk(clockOffset) { desk, mint, now, _ throws(TokenError) in
      try desk.authorizerToken(
        componentToken: componentToken, platform: platform, merchant: merchant, refreshToken: refreshToken,
        mint: mint, now: now)
    }
  }

  /// The merchants of a platform, by their appid, with their refresh tokens. One that was only ever given as a digest, in a state,
  /// is not known and is left out. Throws 41001, 40001, 40014, 42001, 48001 and 61011.
  func merchants(
    of platform: String, componentToken: Secret, clockOffset: Int64
  ) throws(TokenError) -> [(appID: String, refresh: Secret)] {
    let now = clock().saturatingAdd(clockOffset)
    return try state.withLock { state throws(TokenError) in
      let found = try state.desk.merchants(of: platform, componentToken: componentToken, now: now)
      return found.compactMap { merchant in
        switch merchant.refreshText {
        case .given(let text): (merchant.appID, text)
        case .made(let serial): (merchant.appID, state.texts.refreshToken(serial))
        case .unknown: nil
        }
      }
    }
  }

  /// Accepts a token text of the caller's choosing as one of this app or merchant (ours). `expiresAt` in
  /// milliseconds since 1970; nil never expires. Throws 40013 for an unknown appid, 41001 for an empty token.
  package func register(
    _ token: Secret, appID: String, expiresAt: Int64? = nil
  ) throws(TokenError) {
    try state.withLock { state throws(TokenError) in
      try state.desk.register(token, kind: .registered, appID: appID, expiresAt: expiresAt)
    }
    keep()
  }

  /// The same for a token that is sent as `cloudbase_access_token`.
  package func register(
    cloudbaseToken token: Secret, appID: String, expiresAt: Int64? = nil
  ) throws(TokenError) {
    try state.withLock { state throws(TokenError) in
      try state.desk.register(token, kind: .cloudbase, appID: appID, expiresAt: expiresAt)
    }
    keep()
  }

  /// The platform has been sent a new ticket, which replaces the one before. Throws 61011.
  package func receive(ticket: Secret, platform: String) throws(TokenError) {
    let now = clock()
    try state.withLock { state throws(TokenError) in
      guard state.desk.platforms[platform] != nil else { throw TokenError(.invalidComponent) }
      state.desk.platforms[platform]?.ticket = VerifyTicket(ticket, receivedAt: now)
      state.kept.note(.platforms, platform)
    }
    keep()
  }

  /// Whose token it is that a call about quotas is sent with.
  func holder(with credential: Credential, clockOffset: Int64) throws(RefusedCall) -> TokenHolder {
    let now = clock().saturatingAdd(clockOffset)
    return try state.withLock { state throws(RefusedCall) in
      try state.desk.holder(with: credential, now: now)
    }
  }

  func quota(of path: String, for holder: TokenHolder) throws(RefusedCall) -> QuotaAnswer {
    let now = clock()
    return try state.withLock { state throws(RefusedCall) in
      try state.desk.quota(of: path, for: holder, now: now)
    }
  }

  func clearQuota(of appID: String, by holder: TokenHolder) throws(RefusedCall) {
    let now = clock()
    try state.withLock { state throws(RefusedCall) in
      try state.desk.clearQuota(of: appID, by: holder, now: now)
    }
    keep()
  }

  /// The bounds on calls for links, from now on; the counts stay. Once set they go before what a state has kept of them.
  package var callQuota: CallQuota {
    get { state.withLock { $0.desk.callQuota } }
    set {
      state.withLock { state in
        state.desk.callQuota = newValue
        state.quotaIsSetUp = true
      }
    }
  }

  private func desk<Issued: Sendable>(
    _ clockOffset: Int64,
    _ request: (inout TokenDesk, TokenMint, _ now: Int64, _ realTime: Int64) throws(TokenError) -> Issued
  ) throws(TokenError) -> Issued {
    let realTime = clock()
    let now = realTime.saturatingAdd(clockOffset)
    defer { keep() }
    return try state.withLock { state throws(TokenError) in
      state.serial &+= 1
      return try request(&state.desk, TokenMint(state.texts, serial: state.serial), now, realTime)
    }
  }
}
