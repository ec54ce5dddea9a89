// What is counted of an account's calls, and what it is told.

import TCBInterface
import TCBService
import Testing

@Suite struct QuotaTests {
  private func fixture(perDay: Int = 5, perMinute: Int = 3) -> CoreFixture {
    CoreFixture { $0.quota = CallQuota(perDay: perDay, perMinute: perMinute) }
  }

  private func ask(
    _ fixture: CoreFixture, _ endpoint: QuotaEndpoint = .get, _ value: String = CallPath.app.text,
    with credential: Credential, method: String = "POST"
  ) throws -> QuotaAnswer {
    let call = RawCall(
      method: method, path: endpoint.rawValue, query: credential.query, body: endpoint.body(value))
    let answer = fixture.core.answer(call)
    #expect(answer.status == 200)
    return try QuotaAnswer(decoding: answer.body)
  }

  @Test func `calls are counted by account and day, and those refused are not`() throws {
    let fixture = fixture()
    let token = try fixture.appToken()
    let codes = (0..<4).map { _ in fixture.answer("site", token).errorCode }
    #expect(codes == [0, 0, 0, 45011])
    #expect(
      try ask(fixture, with: token) == QuotaAnswer(dailyLimit: 5, used: 3, rate: .init(calls: 3, seconds: 60))
    )
    fixture.clock.advance(seconds: 60)
    #expect((0..<3).map { _ in fixture.answer("site", token).errorCode } == [0, 0, 45009])
    #expect(try ask(fixture, with: token).remain == 0)
    // Another account has its own.
    #expect(fixture.answer("shop", try fixture.merchantToken()).errorCode == 0)
    fixture.clock.advance(seconds: 86400)
    #expect(fixture.answer("site", try fixture.appToken()).errorCode == 0)
  }

  @Test func `a call counts whatever else is wrong with it once its token is right`() throws {
    let fixture = fixture()
    let query = try fixture.appToken().query
    for (query, body) in [(query, ""), (query, "[]"), ("access_token=nobody", "{}"), ("", "{}")] {
      _ = fixture.core.answer(RawCall(path: CallPath.app.text, query: query, body: Array(body.utf8)))
    }
    #expect(try ask(fixture, with: try fixture.appToken()).used == 2)
  }

  @Test func `token fetches are told too, each kind to whoever has it`() throws {
    let fixture = fixture()
    let app = try fixture.appToken()
    let stable = try ask(fixture, .get, "/cgi-bin/stable_token", with: app)
    #expect((stable.dailyLimit, stable.used, stable.rate?.calls) == (500_000, 1, 10_000))
    let plain = try ask(fixture, .get, "/cgi-bin/token", with: app)
    #expect((plain.dailyLimit, plain.used, plain.rate) == (2_000, 0, nil))
    let component = Credential.accessToken(try fixture.componentToken())
    #expect(try ask(fixture, .get, CallPath.component.text, with: component).dailyLimit == 5)
    #expect(try ask(fixture, .get, CallPath.app.text, with: component).errorCode == 76022)
    #expect(try ask(fixture, .get, CallPath.component.text, with: app).errorCode == 76022)
    #expect(try ask(fixture, .get, "/cgi-bin/nothing", with: app).errorCode == 76021)
  }

  @Test func `the counts are set to nothing ten times a month`() throws {
    let fixture = fixture(perDay: 1)
    var token = try fixture.appToken()
    #expect(try ask(fixture, .clear, "wxplain", with: token).errorCode == 40013)
    for _ in 0..<10 {
      #expect(fixture.answer("site", token).errorCode == 0)
      #expect(fixture.answer("site", token).errorCode == 45009)
      #expect(try ask(fixture, .clear, "wxapp", with: token) == QuotaAnswer(errorCode: 0, message: "ok"))
    }
    let refused = try ask(fixture, .clear, "wxapp", with: token)
    #expect(refused.message == "forbid to clear quota because of reaching the limit")
    #expect(refused.errorCode == 48006)
    // It is the 27th of February 2020, late in the afternoon UTC+8: the leap day is still of this month.
    fixture.clock.advance(seconds: 2 * 86400)
    token = try fixture.appToken()
    #expect(try ask(fixture, .clear, "wxapp", with: token).errorCode == 48006)
    fixture.clock.advance(seconds: 86400)
    token = try fixture.appToken()
    #expect(try ask(fixture, .clear, "wxapp", with: token).errorCode == 0)
  }

  @Test(arguments: QuotaEndpoint.allCases)
  func `what is wrong is told in the interface's order`(endpoint: QuotaEndpoint) throws {
    let fixture = fixture()
    let token = try fixture.appToken()
    func code(_ method: String, _ query: String, _ body: String) throws -> Int {
      let call = RawCall(method: method, path: endpoint.rawValue, query: query, body: Array(body.utf8))
      return try QuotaAnswer(decoding: fixture.core.answer(call).body).errorCode
    }
    #expect(try code("GET", "", "") == 43002)
    #expect(try code("POST", "", "") == 41001)
    #expect(try code("POST", "access_token=nobody", "") == 40014)
    #expect(try code("POST", token.query, "") == 44002)
    #expect(try code("POST", token.query, "[]") == 47001)
    #expect(try code("POST", token.query, "{}") == 40101)
  }

  @Test func `an answer has the documented fields`() {
    let answer = QuotaAnswer(dailyLimit: 10, used: 4, rate: .init(calls: 3, seconds: 60))
    #expect(
      String(decoding: answer.encoded(), as: UTF8.self)
        == #"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":10,"used":4,"remain":6},"#
        + #""rate_limit":{"call_count":3,"refresh_second":60}}"#)
  }
}
