// Environments over HTTP, with another core at the other end of the line.

import Synchronization
import TCBEngine
import TCBHost
import TCBInterface
import TCBService
import TCBSyntax
import TCBTestSupport
import Testing

/// Hands requests to a core, and remembers them.
private final class Line: HTTPTransport {
  let core: APICore
  private let seen = Mutex<[String]>([])
  private let before: @Sendable (HTTPCall) -> HTTPReply?

  init(host: FakeHost, before: @escaping @Sendable (HTTPCall) -> HTTPReply? = { _ in nil }) {
    core = APICore(
      CoreConfiguration(
        apps: [AppConfiguration(appID: "wx1", secret: Secret("canary-secret"))],
        platforms: [
          PlatformConfiguration(
            appID: "wxc", secret: Secret("canary-secret"), ticket: VerifyTicket(Secret("canary-ticket")))
        ],
        merchants: [
          MerchantConfiguration(
            appID: "wxshop", platform: "wxc", refreshToken: Secret("canary-refresh"), permissionSets: [49])
        ],
        environments: ["wx1", "wxshop", "wxc"].map { owner in
          EnvironmentConfiguration(
            id: "env-\(owner)", bucket: "656e-env-\(owner)", account: "1", owner: owner, read: .public,
            primaryKey: try! SigningKey("abcdef123456"), objects: EveryObject())
        }), clock: { host.now() }, randomness: { host.randomBytes($0) })
    self.before = before
  }

  var paths: [String] { seen.withLock { $0 } }
  private let sent = Mutex<[String]>([])
  var bodies: [String] { sent.withLock { $0 } }

  func send(_ call: HTTPCall) async throws(LinkServiceError) -> HTTPReply {
    let address = "https://api.example.com"
    guard call.url.hasPrefix(address) else { throw .unreachable("no such host") }
    let parts = call.url.dropFirst(address.count).split(separator: "?", maxSplits: 1)
    let path = String(parts.first ?? "")
    seen.withLock { $0.append(path) }
    sent.withLock { $0.append(String(decoding: call.body, as: UTF8.self)) }
    if let reply = before(call) { return reply }
    let raw = RawCall(
      method: call.method, path: path, query: parts.count > 1 ? String(parts[1]) : "", body: call.body)
    let answer = core.answer(raw)
    return HTTPReply(status: answer.status, body: answer.body)
  }
}

@Suite struct RemoteTests {
  private static func script(_ token: String, owner: String) -> String {
    """
    \(token)
    env far { id "env-\(owner)" bucket "656e-env-\(owner)" api "https://api.example.com/" token main retries 1 }
    links ["a.png", "b.png"] in far | show as ndjson columns status, url, message
    """
  }

  private static let app = #"token main from app { appid "wx1" secret "canary-secret" }"#
  private static let merchant = """
    token platform from component { appid "wxc" secret "canary-secret" ticket "canary-ticket" }
    token main from authorizer { component platform appid "wxshop" refresh "canary-refresh" }
    """

  private func run(_ script: String, on host: FakeHost, over line: Line?) async -> Int32 {
    await Session(host: host, transport: line).run(SourceText(name: "t", script), mode: .script).exitStatus
  }

  @Test(arguments: [
    (app, "wx1", ["/cgi-bin/stable_token", "/tcb/batchdownloadfile"]),
    (
      merchant, "wxshop",
      [
        "/cgi-bin/component/api_component_token", "/cgi-bin/component/api_authorizer_token",
        "/tcb/batchdownloadfile",
      ]
    ),
    (
      #"token main from component { appid "wxc" secret "canary-secret" ticket "canary-ticket" }"#, "wxc",
      ["/cgi-bin/component/api_component_token", "/componenttcb/batchdownloadfile"]
    ),
  ])
  func `links come over HTTP with a token of every source`(
    token: String, owner: String, paths: [String]
  ) async {
    let host = FakeHost()
    let line = Line(host: host)
    #expect(await run(Self.script(token, owner: owner), on: host, over: line) == 0, "\(host.diagnostics)")
    let url = "https://656e-env-\(owner)-1.tcb.qcloud.la/a.png"
    #expect(host.output.contains(#"{"status":"ok","url":"\#(url)","message":null}"#))
    #expect(line.paths == paths)
    #expect(!host.output.contains("canary") && !host.diagnostics.contains("canary"))
  }

  @Test func `the refresh token that replaces the one used is kept before anything else`() async throws {
    let host = FakeHost()
    let script = Self.script(Self.merchant, owner: "wxshop")
    let line = Line(host: host)
    #expect(await run(script, on: host, over: line) == 0)
    // A later run goes on with what was kept; the one in the script is of no use any more.
    #expect(await run(script, on: host, over: line) == 0, "\(host.diagnostics)")
    // The token of the second run was kept by the first; where it is over, and the next cannot be kept, nothing goes on.
    #expect(line.paths.filter { $0.hasSuffix("api_authorizer_token") }.count == 1)
    host.advance(milliseconds: 7_200_000)
    host.deny(.write)
    _ = host.takeOutput()
    #expect(await run(script, on: host, over: line) == 1)
    #expect(host.diagnostics.contains("error[E0724]"), "\(host.diagnostics)")
    #expect(!host.output.contains("ok"))
  }

  @Test func `a refused token is asked for again, and forced only where it is the same`() async {
    let host = FakeHost()
    let refused = Mutex(0)
    let line = Line(host: host) { call in
      guard call.url.contains("/tcb/"),
        refused.withLock({
          $0 += 1
          return $0 == 1
        })
      else { return nil }
      return HTTPReply(status: 200, body: Array(#"{"errcode":40001,"errmsg":"not latest"}"#.utf8))
    }
    #expect(await run(Self.script(Self.app, owner: "wx1"), on: host, over: line) == 0)
    let tokens = line.paths.filter { $0 == "/cgi-bin/stable_token" }
    // The first, the same once more, and a forced one.
    #expect(tokens.count == 3)
  }

  @Test func `a token is fetched once for all runs, until shortly before its end`() async {
    let host = FakeHost()
    let line = Line(host: host)
    func fetches() -> Int { line.paths.filter { $0 == "/cgi-bin/stable_token" }.count }
    for _ in 0..<3 {
      #expect(
        await run(Self.script(Self.app, owner: "wx1"), on: host, over: line) == 0, "\(host.diagnostics)")
    }
    #expect(fetches() == 1)
    // Another secret is another account's, for all that is known.
    #expect(
      await run(
        Self.script(Self.app.replacing("canary-secret", with: "canary-wrong"), owner: "wx1"), on: host,
        over: line) == 1)
    #expect(fetches() == 2)
    host.advance(milliseconds: 7_200_000 - 59_000)
    #expect(await run(Self.script(Self.app, owner: "wx1"), on: host, over: line) == 0)
    #expect(fetches() == 3)
    #expect(!host.output.contains("canary") && !host.diagnostics.contains("canary"))
  }

  @Test func `a kept token that somebody superseded is replaced, and not forced where it need not be`()
    async throws
  {
    let host = FakeHost()
    let line = Line(host: host)
    #expect(await run(Self.script(Self.app, owner: "wx1"), on: host, over: line) == 0)
    // Another machine forces a new one: the kept one is refused, and what the endpoint gives then is good.
    _ = try line.core.stableToken(appID: "wx1", secret: Secret("canary-secret"), forceRefresh: true)
    #expect(await run(Self.script(Self.app, owner: "wx1"), on: host, over: line) == 0, "\(host.diagnostics)")
    #expect(line.bodies.filter { $0.contains("\"force_refresh\":true") }.isEmpty)
    #expect(line.paths.filter { $0 == "/cgi-bin/stable_token" }.count == 2)
  }

  @Test(arguments: [(app, "wx1", "1 request"), (merchant, "wxshop", "2 requests")])
  func `plan says what tokens take, and what is left of the quota where it may ask`(
    token: String, owner: String, requests: String
  ) async {
    let host = FakeHost()
    let line = Line(host: host)
    func plan(_ words: String) async -> String {
      let script = Self.script(token, owner: owner).split(separator: "\n").dropLast().joined(separator: "\n")
      let status = await run(script + "\nplan [\"a.png\", \"b.png\"] in far \(words)", on: host, over: line)
      #expect(status == 0, "\(host.diagnostics)")
      return host.takeOutput()
    }
    let first = await plan("")
    #expect(first.contains("2 files in 1 call of at most 50\n\(requests) for tokens before that"), "\(first)")
    #expect(line.paths.isEmpty)
    let asked = await plan("quota")
    #expect(asked.contains("env-\(owner): 100000000 of 100000000 calls are left today"), "\(asked)")
    #expect(!line.paths.contains { $0.hasPrefix("/tcb/") })
    // The token that was fetched for that is kept.
    #expect(!(await plan("")).contains("tokens"))
  }

  @Test func `plan counts what several environments share once`() async throws {
    let host = FakeHost()
    let line = Line(host: host)
    try line.core.add(
      ["second", "third"].map { id in
        StateRow(
          .environments, id,
          .object(["bucket": .text("b"), "owner": .text("wx1"), "key": .text("abcdef123456")]))
      })
    line.core.callQuota = CallQuota(perDay: 2, perMinute: 9)
    let environments = [
      ("a", "env-wx1", "656e-env-wx1", "app"), ("b", "second", "b", "app"), ("c", "third", "b", "app"),
      ("d", "env-wxshop", "656e-env-wxshop", "shop"), ("e", "env-wxc", "656e-env-wxc", "platform"),
    ]
    let definitions = environments.map { name, id, bucket, token in
      #"env \#(name) { id "\#(id)" bucket "\#(bucket)" api "https://api.example.com" token \#(token) }"#
    }
    let files = environments.map { #""cloud://\#($0.1).\#($0.2)/a.png""# }.joined(separator: ", ")
    let tokens =
      Self.app.replacing("token main", with: "token app") + "\n"
      + Self.merchant.replacing("token main", with: "token shop")
    let script = tokens + "\n" + definitions.joined(separator: "\n") + "\nplan [\(files)] quota"
    #expect(await run(script, on: host, over: line) == 0, "\(host.diagnostics)")
    // The app's, the platform's, and the merchant's, which takes the platform's.
    #expect(host.output.contains("\n3 requests for tokens before that\n"), "\(host.output)")
    #expect(
      host.output.hasSuffix(
        """
        env-wx1, second, third: 2 of 2 calls are left today, 1 too few
        env-wxc: 2 of 2 calls are left today
        env-wxshop: 2 of 2 calls are left today

        """), "\(host.output)")
    #expect(line.paths.filter { $0.hasSuffix("/quota/get") }.count == 3)
    #expect(line.paths.filter { $0.hasSuffix("token") }.count == 3)
  }

  @Test func `doctor says in plain words what is wrong with a token`() async throws {
    func doctor(_ token: String, owner: String = "wx1", over line: (FakeHost) -> Line = { Line(host: $0) })
      async -> (Int32, String)
    {
      let host = FakeHost()
      let script = Self.script(token, owner: owner).split(separator: "\n").dropLast().joined(separator: "\n")
      let status = await run(script + "\ndoctor main", on: host, over: line(host))
      #expect(!host.output.contains("canary") && !host.diagnostics.contains("canary"))
      return (status, host.output + host.diagnostics)
    }
    let good = await doctor(Self.app)
    #expect(good.0 == 0, "\(good.1)")
    #expect(good.1.contains("good  there is a token") && good.1.contains("calls are left today"), "\(good.1)")
    let wrong = await doctor(Self.app.replacing("canary-secret", with: "canary-wrong"))
    #expect(wrong.0 == 1)
    #expect(
      wrong.1.contains(
        "wrong  no token was given: the app's secret is wrong (40125)\n         copy the app's secret again from its settings"
      ),
      "\(wrong.1)")
    let kind = await doctor(
      #"token main from component { appid "wxc" secret "canary-secret" ticket "canary-ticket" }"#,
      owner: "wxc"
    ) { host in
      Line(host: host) { call in
        call.url.contains("/componenttcb/")
          ? HTTPReply(status: 200, body: Array(#"{"errcode":48001}"#.utf8)) : nil
      }
    }
    #expect(
      kind.1.contains(
        "wrong  the interface refuses it: this kind of token, or this app, may not call the interface (48001)"
      ), "\(kind.1)")
    func answered(_ json: String) -> (FakeHost) -> Line {
      { host in
        Line(host: host) { call in
          call.url.contains("/tcb/") ? HTTPReply(status: 200, body: Array(json.utf8)) : nil
        }
      }
    }
    let elsewhere = await doctor(
      Self.app,
      over: answered(#"{"errcode":-501000,"errmsg":"[100003] env not exists TcbCode: [INVALID_ENV] rid: 1"}"#)
    )
    #expect(
      elsewhere.0 == 1
        && elsewhere.1.contains(
          "wrong  the interface knows no environment `env-wx1` of this token's account\n         check the environment's id"
        ),
      "\(elsewhere.1)")
    let cloudless = await doctor(Self.app, over: answered(#"{"errcode":85088}"#))
    #expect(
      cloudless.1.contains(
        "wrong  the interface refuses it: the app has not enabled cloud development (85088)"))
    let row =
      #"{"errcode":0,"file_list":[{"fileid":"cloud://env-wx1.656e-env-wx1/tcbsh/token-doctor","status":"#
    for (rest, note) in [
      (#"1,"errmsg":"STORAGE_FILE_NONEXIST"}]}"#, nil), (#"-503003}]}"#, nil),
      (#"0,"download_url":"https://x"}]}"#, nil),
      (
        #"-501007,"errmsg":"the bucket is `b`"}]}"#,
        "note  it says of a file there: -501007 the bucket is `b`"
      ),
    ] {
      let told = await doctor(Self.app, over: answered(row + rest))
      #expect(told.0 == 0 && told.1.contains("the interface takes it for `env-wx1`"), "\(told.1)")
      #expect(told.1.contains("note  ") == (note != nil) && told.1.contains(note ?? "good"), "\(told.1)")
    }
    let odd = await doctor(Self.app, over: answered(#"{"errcode":-501007,"errmsg":"what?"}"#))
    #expect(odd.0 == 0 && odd.1.contains("note  it answers a call with -501007: what?"), "\(odd.1)")
    let late = await doctor(Self.app) { host in
      Line(host: host) { call in
        guard call.url.contains("/quota/get") else { return nil }
        let body = #"{"errcode":0,"quota":{"daily_limit":100,"used":95,"remain":5}}"#
        // 2026-01-01T00:10:00Z, ten minutes ahead of the host's clock.
        return HTTPReply(status: 200, body: Array(body.utf8), date: "Thu, 01 Jan 2026 00:10:00 GMT")
      }
    }
    #expect(late.0 == 1)
    #expect(late.1.contains("note   5 of 100 calls are left today"), "\(late.1)")
    #expect(late.1.contains("wrong  this machine's clock is 10m behind the interface's"), "\(late.1)")
  }

  @Test(arguments: [
    (502, "", "the service answered with HTTP status 502"),
    (200, "<html>", "the service's answer cannot be read"),
  ])
  func `what is no answer is a failure of its files`(status: Int, body: String, message: String) async {
    let host = FakeHost()
    let line = Line(host: host) { call in
      call.url.contains("/tcb/") ? HTTPReply(status: status, body: Array(body.utf8)) : nil
    }
    #expect(await run(Self.script(Self.app, owner: "wx1"), on: host, over: line) == 3)
    #expect(host.output.ranges(of: message).count == 2, "\(host.output)")
  }

  @Test func `a secret that is wrong is told with what to do`() async {
    let host = FakeHost()
    let wrong = #"token main from app { appid "wx1" secret "canary-wrong" }"#
    #expect(await run(Self.script(wrong, owner: "wx1"), on: host, over: Line(host: host)) == 1)
    #expect(host.diagnostics.contains("error[E0720]: no token: 40125 invalid appsecret"))
    #expect(host.diagnostics.contains("copy the app's secret again from its settings"))
    #expect(!host.diagnostics.contains("canary"))
  }

  @Test func `an environment over HTTP needs a token and the network`() async {
    let host = FakeHost()
    let bare =
      #"env far { id "e-1" bucket "652d-e-1" api "https://api.example.com" }"# + "\nlinks \"a\" in far"
    #expect(await run(bare, on: host, over: Line(host: host)) == 1)
    #expect(host.diagnostics.contains("error[E0723]"), "\(host.diagnostics)")
    #expect(await run(Self.script(Self.app, owner: "wx1"), on: host, over: nil) == 1)
    #expect(host.diagnostics.contains("error[E0905]: this run may not use `net`"))
  }

  @Test(arguments: [
    "ftp://x", "https://", "api.weixin.qq.com", "https://a b", "https://u@h", "https://h?x=1",
  ])
  func `what is no address is told`(address: String) async {
    let host = FakeHost()
    let script = #"env far { id "e-1" bucket "652d-e-1" api "\#(address)" }"#
    #expect(await run(script, on: host, over: nil) == 1)
    #expect(
      host.diagnostics.contains("error[E0710]: `api`: `\(address)` is no address"), "\(host.diagnostics)")
  }
}
