// What of a core outlives its process.

import GRDB
import Glibc
import Synchronization
import TCBInterface
import TCBService
import TCBStore
import Testing

@Suite struct StateTests {
  private static let secret = Secret("canary-secret")
  private static let refresh = Secret("canary-refresh")
  private let folder: String

  init() throws {
    var name = Array("/tmp/tcbsh-state-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&name).map { String(cString: $0) })
  }

  private func clean() {
    for name in ["state.db", "state.db-wal", "state.db-shm", "key", "lock"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  /// A core as each process sets it up, with what is kept in the folder.
  private func core(
    at now: Int64 = 1_700_000_000_000, refresh: Secret = Self.refresh, quota: CallQuota? = nil
  ) throws -> APICore {
    let core = APICore(
      CoreConfiguration(
        apps: [AppConfiguration(appID: "wx1", secret: Self.secret)],
        platforms: [
          PlatformConfiguration(
            appID: "wxc", secret: Self.secret, ticket: VerifyTicket(Secret("canary-ticket")))
        ],
        merchants: [
          MerchantConfiguration(
            appID: "wx2", platform: "wxc", refreshToken: refresh, permissionSets: [49])
        ],
        environments: [
          EnvironmentConfiguration(
            id: "own", bucket: "b", account: "1", owner: "wx1", primaryKey: try SigningKey("abcdef1"),
            objects: EveryObject())
        ]),
      clock: { now }, randomness: { (0..<$0).map { _ in UInt8.random(in: .min ... .max) } })
    if let quota { core.callQuota = quota }
    try core.attach(try SQLiteState(folder: folder))
    return core
  }

  private func code(_ core: APICore, _ token: Secret, _ environment: String = "own") -> Int {
    let file = RequestedFile(fileID: "cloud://\(environment).b/a.png", maxAge: 60)
    return core.answer(
      LinkRequest(environment: environment, files: [file]), credential: .accessToken(token)
    ).errorCode
  }

  @Test func `tokens work on and a stable one is told again`() throws {
    defer { clean() }
    var old: (plain: Secret, stable: Secret, forced: Secret, given: Secret)?
    do {
      let core = try core()
      let plain = try core.token(appID: "wx1", secret: Self.secret).token
      let forced = try core.stableToken(appID: "wx1", secret: Self.secret).token
      let stable = try core.stableToken(appID: "wx1", secret: Self.secret, forceRefresh: true).token
      try core.register(Secret("canary-given"), appID: "wx1")
      old = (plain, stable, forced, Secret("canary-given"))
    }
    let kept = try #require(old)
    do {
      let core = try core(at: 1_700_000_020_000)
      #expect(throws: TokenError(.calledTooOften)) {
        try core.stableToken(appID: "wx1", secret: Self.secret, forceRefresh: true)
      }
    }
    let core = try core(at: 1_700_000_060_000)
    #expect([kept.plain, kept.stable, kept.given].map { code(core, $0) } == [0, 0, 0])
    #expect(code(core, kept.forced) == 40001)
    let again = try core.stableToken(appID: "wx1", secret: Self.secret)
    #expect((again.token, again.expiresIn) == (kept.stable, 7140))
    // A newer one supersedes the one from before.
    #expect(try core.token(appID: "wx1", secret: Self.secret).token != kept.plain)
  }

  @Test func `the latest refresh token stays good unless another merchant is set up`() throws {
    defer { clean() }
    func ask(_ core: APICore, _ refresh: Secret) throws -> IssuedAuthorizerToken {
      let component = try core.componentToken(
        appID: "wxc", secret: Self.secret, ticket: Secret("canary-ticket"))
      return try core.authorizerToken(
        componentToken: component.token, platform: "wxc", merchant: "wx2", refreshToken: refresh)
    }
    var latest = Self.refresh
    for _ in 0..<3 {
      let core = try core()
      let issued = try ask(core, latest)
      #expect(throws: TokenError(.refreshTokenInvalid)) { try ask(core, latest) }
      latest = issued.refreshToken
    }
    // A platform that has lost it is told it again, after a restart too.
    do {
      let core = try core()
      let component = try core.componentToken(
        appID: "wxc", secret: Self.secret, ticket: Secret("canary-ticket"))
      let request = AuthorizerListRequest(
        component: "wxc", componentToken: component.token, offset: 0, count: 10)
      let call = RawCall(path: AuthorizerListRequest.path, query: request.query, body: request.body)
      let list = try AuthorizerListAnswer(decoding: core.answer(call).body)
      #expect(list.entries.map(\.refresh) == [latest])
    }
    let renewed = try core(refresh: Secret("another"))
    #expect(throws: TokenError(.refreshTokenInvalid)) { try ask(renewed, latest) }
    _ = try ask(renewed, Secret("another"))
  }

  @Test func `counts are never too low after an end, and exact after one in good order`() throws {
    defer { clean() }
    func used(_ core: APICore) throws -> (links: Int, plain: Int) {
      let token = try core.stableToken(appID: "wx1", secret: Self.secret).token
      func ask(_ path: String) throws -> Int {
        let body = QuotaEndpoint.get.body(path)
        let call = RawCall(
          path: QuotaEndpoint.get.rawValue, query: Credential.accessToken(token).query, body: body)
        return try QuotaAnswer(decoding: core.answer(call).body).used
      }
      return (try ask(CallPath.app.text), try ask("/cgi-bin/token"))
    }
    do {
      let core = try core()
      let token = try core.token(appID: "wx1", secret: Self.secret).token
      for _ in 0..<700 { #expect(code(core, token) == 0) }
    }
    do {
      let core = try core()
      let (links, plain) = try used(core)
      #expect((700...956).contains(links), "\(links)")
      #expect(plain == 1)
      let token = try core.stableToken(appID: "wx1", secret: Self.secret).token
      #expect(code(core, token) == 0)
      core.settle()
      #expect(try used(core).links == links + 1)
    }
    #expect((701...957).contains(try used(try core()).links))
    #expect(try used(try core(at: 1_700_086_400_000)).links == 0)
  }

  /// Of a bound this small every call is written down, so that a kill makes no difference.
  @Test(arguments: [false, true])
  func `who was refused for calling too often is refused after a restart too`(isKilled: Bool) throws {
    defer { clean() }
    let quota = CallQuota(perDay: 99, perMinute: 3)
    let token: Secret
    do {
      let core = try core(quota: quota)
      token = try core.stableToken(appID: "wx1", secret: Self.secret).token
      #expect((0..<4).map { _ in code(core, token) } == [0, 0, 0, 45011])
      if !isKilled { core.settle() }
    }
    do {
      let core = try core(at: 1_700_000_001_000, quota: quota)
      #expect(code(core, token) == 45011)
      let document = String(decoding: core.exported(), as: UTF8.self)
      #expect(document.contains(#""links":[19676,3],"links_by_minute":[28333813,3]"#), "\(document)")
    }
    let later = try core(at: 1_700_000_060_000, quota: quota)
    #expect((0..<4).map { _ in code(later, token) } == [0, 0, 0, 45011])
  }

  @Test func `a state of before the counts of a minute were kept is read`() throws {
    defer { clean() }
    let use: [String: JSONValue] = [
      "links": .list([.whole(19_676), .whole(5)]), "plain": .list([.whole(0), .whole(0)]),
      "stable": .list([.whole(0), .whole(0)]), "forced": .list([.whole(0), .whole(0)]),
      "cleared": .list([.whole(0), .whole(0)]), "last_forced": .null,
    ]
    try SQLiteState(folder: folder).write([StateRow(.use, "wx1", .object(use))], durably: true)
    let core = try core(quota: CallQuota(perDay: 6, perMinute: 9))
    let token = try core.stableToken(appID: "wx1", secret: Self.secret).token
    #expect((0..<2).map { _ in code(core, token) } == [0, 45009])
  }

  @Test(arguments: [
    ("PRAGMA user_version = 2", "was written by a newer version of this program"),
    ("INSERT INTO row VALUES ('gadgets', 'a', '{}')", "was written by a newer version of this program"),
    ("INSERT INTO row VALUES ('apps', 'wx5', '{')", "is damaged: `wx5` of `apps` cannot be read"),
  ])
  func `a state that is not understood is left as it is`(change: String, message: String) throws {
    defer { clean() }
    _ = try core()
    do {
      let database = try DatabaseQueue(path: folder + "/state.db")
      try database.write { try $0.execute(sql: change) }
    }
    for _ in 0..<2 {
      let error = #expect(throws: StateError.self) { try core() }
      #expect(error?.message == "the state in `\(folder)` \(message)")
    }
  }

  @Test func `bounds that admins set are there again, unless the server is started with others`() throws {
    defer { clean() }
    func row(_ day: Int64, _ minute: Int64) -> StateRow {
      StateRow(
        .meta, StateRow.quotaKey,
        .object(["calls_per_day": .whole(day), "calls_per_minute": .whole(minute)]))
    }
    do {
      let core = try core()
      #expect(core.callQuota == CallQuota())
      #expect(throws: StateError.self) { try core.add([row(1, -1)]) }
      try core.add([row(5, 3)])
    }
    do {
      let core = try core()
      #expect(core.callQuota == CallQuota(perDay: 5, perMinute: 3))
      let other = APICore(CoreConfiguration(), clock: { 0 }, randomness: { [UInt8](repeating: 7, count: $0) })
      try other.add(document: core.exported())
      #expect(other.callQuota == core.callQuota)
    }
    #expect(try core(quota: CallQuota(perDay: 9, perMinute: 9)).callQuota.perDay == 9)
    #expect(try core().callQuota.perDay == 5)
  }

  @Test func `what admins add is there again and what they take away is not`() throws {
    defer { clean() }
    do {
      let core = try core()
      try core.add([
        StateRow(.apps, "wx9", .object(["secret": .text("canary-nine")])),
        StateRow(
          .environments, "site",
          .object([
            "bucket": .text("b"), "account": .text("1"), "owner": .text("wx9"),
            "objects": .list([.text("a.png")]),
          ])),
        StateRow(
          .environments, "gone",
          .object(["bucket": .text("b"), "account": .text("1"), "owner": .text("wx9")])
        ),
      ])
      #expect(core.remove(.environments, "gone") && !core.remove(.environments, "gone"))
    }
    let core = try core()
    #expect(core.names.environments == ["own", "site"] && core.names.apps == ["wx1", "wx9"])
    let token = try core.token(appID: "wx9", secret: Secret("canary-nine")).token
    #expect(code(core, token, "site") == 0)
    #expect(core.environment("site")?.objects.standing(of: "b.png") == .missing)
  }

  @Test func `no token and no secret lies in the folder, and the folder is its user's alone`() throws {
    defer { clean() }
    let core = try core()
    let token = try core.token(appID: "wx1", secret: Self.secret).token.reveal()
    try core.add([StateRow(.apps, "wx9", .object(["secret": .text("canary-nine")]))])
    try core.register(Secret("canary-given"), appID: "wx1")
    for name in ["state.db", "state.db-wal", "key", "lock", "state.db-shm"] {
      var status = stat()
      #expect(stat("\(folder)/\(name)", &status) == 0, "\(name)")
      let bytes = try #require(contents(of: "\(folder)/\(name)"))
      for secret in [token, "canary"] { #expect(!contains(bytes, secret), "\(name)") }
    }
    #expect(!contains(core.exported(), token) && !contains(core.exported(), "canary"))
    var status = stat()
    #expect(stat(folder, &status) == 0 && status.st_mode & 0o777 == 0o700)
  }

  @Test func `one process at a time has a state`() throws {
    defer { clean() }
    let first = try SQLiteState(folder: folder)
    #expect(throws: StateError("another process uses the state in `\(folder)`")) {
      try SQLiteState(folder: folder)
    }
    #expect(try first.rows() == [])
  }

  @Test func `a state goes from one core to another as a document`() throws {
    defer { clean() }
    let core = try core()
    let token = try core.token(appID: "wx1", secret: Self.secret).token
    let document = core.exported()
    let other = APICore(
      CoreConfiguration(), clock: { 1_700_000_000_000 },
      randomness: { (0..<$0).map { _ in UInt8.random(in: .min ... .max) } })
    try other.add(document: document)
    #expect(code(other, token) == 0)
    #expect(try other.token(appID: "wx1", secret: Self.secret).token != token)
    // Own tokens, and only they, carry the numbers they were made of; all else is the same.
    let text = String(decoding: other.exported(), as: UTF8.self)
    #expect(text.contains(#""environments":{"own":{"account":"1","#))
  }

  @Test(arguments: [
    ("[", "the state is not the JSON it should be: expected a value at byte 1"),
    ("{}", #"the state has no `"version": 1`"#),
    (#"{"version":1,"apples":{}}"#, "`apples` is nothing that a state has"),
    (
      #"{"version":1,"apps":{"a":{}}}"#,
      "`secret` of `a` in `apps` is missing or not what it should be"
    ),
    (
      #"{"version":1,"apps":{"b":{"secret":"x"}},"environments":{"e":{"bucket":"b","owner":"b","objects":{"folder":"/no/such"}}}}"#,
      "the folder of `e`: there is no such folder"
    ),
    (
      #"{"version":1,"use":{"a":{"links":[1]}}}"#,
      "`links` of `a` in `use` is missing or not what it should be"
    ),
  ])
  func `a document that is wrong changes nothing`(document: String, message: String) throws {
    let core = APICore(CoreConfiguration(), clock: { 0 }, randomness: { [UInt8](repeating: 1, count: $0) })
    #expect(throws: StateError(message)) { try core.add(document: Array(document.utf8)) }
    #expect(core.names.apps.isEmpty && core.names.environments.isEmpty)
  }

  @Test func `a state that cannot be written is told and written once it can be`() throws {
    let store = FailingStore()
    let core = APICore(
      CoreConfiguration(apps: [AppConfiguration(appID: "wx1", secret: Self.secret)]), clock: { 0 },
      randomness: { [UInt8](repeating: 1, count: $0) })
    try core.attach(store)
    let told = Told()
    core.stateWatcher.withLock { $0 = { trouble in told.list.withLock { $0.append(trouble) } } }
    _ = try core.token(appID: "wx1", secret: Self.secret)
    store.fails.withLock { $0 = true }
    for _ in 0..<2 { _ = try core.token(appID: "wx1", secret: Self.secret) }
    #expect(core.stateTrouble == "disk full")
    store.fails.withLock { $0 = false }
    for _ in 0..<2 { _ = try core.token(appID: "wx1", secret: Self.secret) }
    #expect(core.stateTrouble == nil)
    // Once each, however many changes there are.
    #expect(told.list.withLock { $0 } == ["disk full", nil])
    #expect(store.written.withLock { $0 }.filter { $0.kind == .tokens }.count == 7)
  }

  private func contents(of path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : Array(bytes[..<count])
  }

  private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    bytes.firstRange(of: Array(text.utf8)) != nil
  }
}

private final class Told: Sendable {
  let list = Mutex<[String?]>([])
}

private final class FailingStore: StateStore {
  let fails = Mutex(false)
  let written = Mutex<[StateRow]>([])

  func tokenKey(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }
  func rows() -> [StateRow] { [] }

  func write(_ rows: [StateRow], durably: Bool) throws(StateError) {
    if fails.withLock({ $0 }) { throw StateError("disk full") }
    written.withLock { $0 += rows }
  }
}
