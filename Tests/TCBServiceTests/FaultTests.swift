// Faults on purpose: which calls meet them, and what the core makes of them.

import TCBInterface
import TCBService
import Testing

@Suite struct FaultTests {
  let fixture = CoreFixture()

  private func answer(
    _ environment: String = "site", _ credential: Credential? = nil
  ) async throws -> LinkAnswer {
    let files = (0..<8).map { fixture.file("\($0).png", in: environment) }
    let request = LinkRequest(environment: environment, files: files)
    return try await fixture.core.links(
      for: request, credential: try credential ?? fixture.appToken())
  }

  private func codes(_ count: Int, _ environment: String = "site") async throws -> [Int] {
    var codes: [Int] = []
    for _ in 0..<count { codes.append(try await answer(environment).errorCode) }
    return codes
  }

  private func raw(_ credential: Credential? = nil) throws -> RawAnswer {
    let files = (0..<8).map { fixture.file("\($0).png") }
    let body = LinkRequest(environment: "site", files: files).encoded()
    let query = try (credential ?? fixture.appToken()).query
    return fixture.core.answer(RawCall(path: CallPath.app.text, query: query, body: body))
  }

  private func stable(_ appID: String = "wxapp") throws -> TokenAnswer {
    let request = TokenRequest.stable(appID: appID, secret: CoreFixture.appSecret, forced: false)
    let call = RawCall(path: request.endpoint.rawValue, query: request.query, body: request.body)
    return try TokenAnswer(decoding: fixture.core.answer(call).body)
  }

  @Test(arguments: ErrorCode.allCases.filter { $0 != .ok })
  func `every code can be had from a call and from a request for a token`(code: ErrorCode) async throws {
    fixture.core.faults.add(
      FaultRule("one", on: .links, when: .first(1), gives: .errorCode(code.number, message: nil)))
    #expect(try await answer() == LinkAnswer(code))
    #expect(try await answer().errorCode == 0)
    fixture.core.faults.add(
      FaultRule("two", on: .tokens, when: .first(1), gives: .errorCode(code.number, message: nil)))
    #expect(try stable().errorCode == code.number)
    #expect(try stable().token != nil)
  }

  @Test func `a rule that ends a call hides it from those behind it`() async throws {
    fixture.core.faults.add(
      FaultRule("a", environment: "site", when: .first(2), gives: .errorCode(-1, message: nil)))
    fixture.core.faults.add(
      FaultRule("b", environment: "site", when: .first(1), gives: .errorCode(7, message: "seven")))
    #expect(try await codes(1, "test2-4a89da") == [0])
    #expect(try await codes(4) == [-1, -1, 7, 0])
    #expect(fixture.core.faults.entries.map(\.met) == [2, 1])
    #expect(fixture.core.faults.entries.map(\.calls) == [4, 2])
  }

  @Test(arguments: [
    (FaultOccasion.always, [-1, -1, -1, -1, -1, -1]), (.every(3), [0, 0, -1, 0, 0, -1]),
    (.first(2), [-1, -1, 0, 0, 0, 0]), (.nth(2), [0, -1, 0, 0, 0, 0]), (.chance(0), [0, 0, 0, 0, 0, 0]),
    (.chance(1), [-1, -1, -1, -1, -1, -1]),
  ])
  func `calls meet it as often as the rule says`(occasion: FaultOccasion, expected: [Int]) async throws {
    fixture.core.faults.add(FaultRule("f", on: .links, when: occasion, gives: .errorCode(-1, message: nil)))
    #expect(try await codes(6) == expected)
  }

  @Test func `the same seed picks the same calls, and about as many as the chance says`() async throws {
    func picked(_ seed: UInt64) async throws -> [Int] {
      fixture.core.faults.replace(with: [
        FaultRule("f", on: .links, when: .chance(0.25), seed: seed, gives: .errorCode(-1, message: nil))
      ])
      return try await codes(400)
    }
    let first = try await picked(1)
    #expect(try await picked(1) == first)
    #expect(try await picked(2) != first)
    #expect((70...130).contains(first.count { $0 == -1 }))
  }

  @Test func `faults of the configuration, of environments that are not there, and for one app alone`()
    async throws
  {
    let fixture = CoreFixture {
      $0.faults = FaultPlan([
        FaultRule("f", environment: "nowhere", when: .first(1), gives: .errorCode(-501_002, message: nil))
      ])
    }
    let request = LinkRequest(environment: "nowhere", files: [fixture.file("a", in: "nowhere")])
    let token = try fixture.appToken()
    #expect(try await fixture.core.links(for: request, credential: token).errorCode == -501_002)
    #expect(try await fixture.core.links(for: request, credential: token).errorCode == -501_000)
    self.fixture.core.faults.add(FaultRule("g", appID: "wxplain", gives: .errorCode(-1, message: nil)))
    #expect(try stable("wxplain").errorCode == -1)
    #expect(try stable("wxapp").token != nil)
  }

  @Test func `calls about quotas meet faults`() throws {
    let query = try fixture.appToken().query
    let body = Array(#"{"cgi_path":"/tcb/batchdownloadfile"}"#.utf8)
    func ask() -> String {
      let call = RawCall(path: QuotaEndpoint.get.rawValue, query: query, body: body)
      return String(decoding: fixture.core.answer(call).body, as: UTF8.self)
    }
    fixture.core.faults.add(
      FaultRule("f", on: .quota, when: .first(1), gives: .errorCode(45011, message: nil)))
    #expect(ask().hasPrefix(#"{"errcode":45011,"#))
    #expect(ask().hasPrefix(#"{"errcode":0,"#))
  }

  @Test func `a clock that is ahead is that of calls about quotas and of the list of merchants too`() throws {
    let query = try fixture.appToken().query
    let list = AuthorizerListRequest(
      component: "wxplat", componentToken: try fixture.componentToken(), offset: 0)
    func code(_ path: String, _ query: String, _ body: [UInt8]) throws -> (Int, Int64) {
      let answer = fixture.core.answer(RawCall(path: path, query: query, body: body))
      return (try LinkAnswer(decoding: answer.body).errorCode, answer.delivery.clockOffset)
    }
    fixture.core.faults.add(FaultRule("f", when: .first(2), gives: .clock(7_300_000)))
    let quota = QuotaEndpoint.get
    let body = quota.body(CallPath.app.text)
    #expect(try code(quota.rawValue, query, body) == (42001, 7_300_000))
    #expect(try code(AuthorizerListRequest.path, list.query, list.body) == (42001, 7_300_000))
    #expect(try code(quota.rawValue, query, body) == (0, 0))
    #expect(try code(AuthorizerListRequest.path, list.query, list.body) == (0, 0))
    fixture.core.faults.replace(with: [
      FaultRule("g", on: .authorizerList, gives: .errorCode(-1, message: nil))
    ])
    #expect(try code(quota.rawValue, query, body).0 == 0)
    #expect(try code(AuthorizerListRequest.path, list.query, list.body).0 == -1)
  }

  /// A month ahead for one call: the counts are those of the real day before, in and after it.
  @Test func `a clock that is ahead moves no counts`() throws {
    fixture.core.callQuota = CallQuota(perDay: 3, perMinute: 9)
    let query = try fixture.appToken().query
    func code(_ path: String, _ body: [UInt8]) throws -> Int {
      try LinkAnswer(decoding: fixture.core.answer(RawCall(path: path, query: query, body: body)).body)
        .errorCode
    }
    let files = LinkRequest(environment: "site", files: [fixture.file("a.png")]).encoded()
    fixture.core.faults.add(FaultRule("f", on: .links, when: .nth(2), gives: .clock(7_300_000)))
    fixture.core.faults.add(FaultRule("g", on: .links, when: .nth(3), gives: .clock(-86_400_000)))
    #expect(try (0..<5).map { _ in try code(CallPath.app.text, files) } == [0, 42001, 0, 0, 45009])
    fixture.core.faults.replace(with: [
      FaultRule("f", on: .tokens, when: .first(1), gives: .clock(86_400_000))
    ])
    let forced = TokenRequest.stable(appID: "wxapp", secret: CoreFixture.appSecret, forced: true)
    #expect(try code(forced.endpoint.rawValue, forced.body) == 0)
    #expect(try code(forced.endpoint.rawValue, forced.body) == 45011)
    fixture.clock.advance(seconds: 31)
    #expect(try code(forced.endpoint.rawValue, forced.body) == 0)
  }

  @Test func `a fault costs a merchant no refresh token`() throws {
    fixture.core.faults.add(
      FaultRule("f", on: .authorizerToken, when: .first(1), gives: .errorCode(-1, message: nil)))
    let component = try fixture.componentToken()
    let request = TokenRequest.authorizer(
      component: "wxplat", componentToken: component, appID: "wxshop", refresh: CoreFixture.refreshToken)
    let call = RawCall(path: request.endpoint.rawValue, query: request.query, body: request.body)
    #expect(try TokenAnswer(decoding: fixture.core.answer(call).body).errorCode == -1)
    #expect(try TokenAnswer(decoding: fixture.core.answer(call).body).token != nil)
  }

  // MARK: What becomes of an answer

  private func rows(_ fault: FaultEffect.Rows) async throws -> [AnsweredFile] {
    fixture.core.faults.replace(with: [FaultRule("f", gives: .rows(fault))])
    return try await answer().files
  }

  @Test func `rows are dropped, doubled, shuffled, made up and failed`() async throws {
    let whole = try await answer().files
    func ids(_ files: [AnsweredFile]) -> [String] { files.map(\.fileID) }
    let dropped = try await rows(.dropped)
    #expect(dropped.count == 7 && Set(ids(dropped)).isSubset(of: ids(whole)))
    let doubled = try await rows(.doubled)
    #expect(doubled.count == 9 && Set(ids(doubled)) == Set(ids(whole)))
    let shuffled = try await rows(.shuffled)
    #expect(shuffled != whole && ids(shuffled).sorted() == ids(whole).sorted())
    let unasked = try await rows(.unasked)
    #expect(unasked.filter { !ids(whole).contains($0.fileID) }.count == 1 && unasked.count == 9)
    let mixed = try await rows(.mixed)
    #expect(ids(mixed) == ids(whole))
    let failed = mixed.filter { $0.status != 0 }
    #expect((1..<8).contains(failed.count) && failed.allSatisfy { $0.downloadURL.isEmpty && $0.status < 0 })
  }

  @Test(arguments: FaultEffect.Body.allCases) func `JSON is cut, broken and extended`(fault: FaultEffect.Body)
    throws
  {
    let whole = try raw()
    for seed in 0..<50 {
      fixture.core.faults.replace(with: [FaultRule("f", seed: UInt64(seed), gives: .body(fault))])
      let spoiled = try raw()
      #expect(spoiled.status == 200 && spoiled.body != whole.body)
      if fault == .extended {
        #expect(try LinkAnswer(decoding: spoiled.body) == LinkAnswer(decoding: whole.body))
        #expect(String(decoding: spoiled.body, as: UTF8.self).split(separator: "x_unknown").count == 10)
      } else {
        #expect(throws: WireError.self) { try LinkAnswer(decoding: spoiled.body) }
      }
    }
  }

  @Test func `a token that somebody else has superseded is refused, and the next one is another`() throws {
    let token = try fixture.appToken()
    fixture.core.faults.add(FaultRule("f", when: .first(1), gives: .tokenSuperseded))
    #expect(try LinkAnswer(decoding: raw(token).body).errorCode == 40001)
    #expect(try LinkAnswer(decoding: raw(token).body).errorCode == 40001)
    let next = try fixture.appToken()
    #expect(next != token)
    #expect(try LinkAnswer(decoding: raw(next).body).errorCode == 0)
  }

  @Test func `a token that the core was given cannot be superseded`() throws {
    try fixture.core.register(Secret("given"), appID: "wxapp")
    fixture.core.faults.add(FaultRule("f", gives: .tokenSuperseded))
    #expect(try LinkAnswer(decoding: raw(.accessToken(Secret("given"))).body).errorCode == 0)
  }

  @Test func `a clock that is ahead ends tokens and dates links`() throws {
    let token = try fixture.appToken()
    let before = try LinkAnswer(decoding: raw(token).body).files[0].downloadURL
    fixture.core.faults.add(FaultRule("f", gives: .clock(600_000)))
    let after = try LinkAnswer(decoding: raw(token).body).files[0].downloadURL
    let times = [before, after].compactMap { $0.split(separator: "t=").last.flatMap { Int($0) } }
    #expect(times.count == 2 && times[1] - times[0] == 600)
    fixture.core.faults.add(FaultRule("f", gives: .clock(7_200_000)))
    #expect(try LinkAnswer(decoding: raw(token).body).errorCode == 42001)
  }

  @Test func `what is about sockets is left to the server`() throws {
    fixture.core.faults.replace(with: [
      FaultRule("slow", gives: .delay(100, spread: 50)),
      FaultRule("limit", gives: .status(429, retryAfter: 3)),
    ])
    let limited = try raw(Credential.none)
    #expect(limited.status == 429 && limited.body.isEmpty && limited.delivery.retryAfter == 3)
    #expect((100...150).contains(limited.delivery.delay) && limited.delivery.reset == nil)
    fixture.core.faults.replace(with: [FaultRule("cut", gives: .reset(.body))])
    #expect(try raw().delivery.reset == .body)
    #expect(try !raw().body.isEmpty)
    fixture.core.faults.replace(with: [FaultRule("gone", gives: .reset(.before))])
    #expect(try raw().delivery.reset == .before)
  }

  @Test func `in this process they are thrown as a client would tell them`() async throws {
    for (effect, expected) in [
      (FaultEffect.status(503, retryAfter: nil), LinkServiceError.httpStatus(503)),
      (.reset(.before), .unreachable("Connection reset by peer")),
      (.reset(.body), .unreachable("Connection reset by peer")),
    ] {
      fixture.core.faults.replace(with: [FaultRule("f", gives: effect)])
      await #expect(throws: expected) { try await answer() }
    }
    fixture.core.faults.replace(with: [FaultRule("f", gives: .body(.truncated))])
    await #expect(throws: LinkServiceError.self) { try await answer() }
  }

  // MARK: JSON

  @Test func `rules are read as they are written`() throws {
    let rules = [
      FaultRule("a", gives: .errorCode(-1, message: "no \"luck\"")),
      FaultRule(
        "b", on: .links, environment: "site", when: .chance(0.05), seed: .max,
        gives: .status(429, retryAfter: 2)),
      FaultRule("c", on: .tokens, appID: "wx1", when: .every(3), gives: .delay(20, spread: 5)),
      FaultRule("d", on: .downloads, when: .first(2), gives: .reset(.body)),
      FaultRule("e", when: .nth(9), gives: .body(.malformed)),
      FaultRule("f", gives: .rows(.mixed)), FaultRule("g", gives: .tokenSuperseded),
      FaultRule("h", gives: .clock(-5)),
    ]
    var bytes = Array("[".utf8)
    for (index, entry) in FaultPlan(rules).entries.enumerated() {
      if index > 0 { bytes += ",".utf8 }
      entry.append(to: &bytes)
    }
    #expect(try FaultRule.list(decoding: bytes + "]".utf8) == rules)
  }

  @Test(arguments: [
    ("", "the message is not an object"), ("5", "the message is not an object"),
    ("{}", "a fault needs a `name`"),
    (#"{"name":"a"}"#, "a fault does one thing"), (#"{"name":"a","errcode":0}"#, "`errcode` 0 is no fault"),
    (#"{"name":"a","errcode":1,"status":500}"#, "a fault does one thing"),
    (#"{"name":"a","status":200}"#, "`status` is a whole number from 400 to 599"),
    (#"{"name":"a","errcode":1,"chance":1.5}"#, "`chance` is a number from 0 to 1"),
    (#"{"name":"a","errcode":1,"first":1,"nth":1}"#, "a fault has one of `chance`"),
    (#"{"name":"a","errcode":1,"on":"nothing"}"#, "`on` is one of links, tokens"),
    (#"{"name":"a","errcode":1,"evry":1}"#, "a fault has no field `evry`"),
    (#"{"name":"a","rows":"mixed","on":"downloads"}"#, "no call meets `a`"),
    (#"[{"name":"a","errcode":1},{"name":"a","errcode":2}]"#, "two faults are called `a`"),
    (#"{"name":"a","errcode":[1]}"#, "`errcode` is not a string"),
  ])
  func `what is no rule is told in words`(json: String, words: String) {
    let error = #expect(throws: FaultRuleError.self) { try FaultRule.list(decoding: Array(json.utf8)) }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }
}
