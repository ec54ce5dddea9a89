// The token endpoints as bytes, asked as the client asks and as others do.

import TCBInterface
import TCBService
import Testing

@Suite struct RawTokenTests {
  let fixture = CoreFixture()

  private func answer(_ request: TokenRequest) throws -> TokenAnswer {
    let call = RawCall(
      method: request.endpoint.method, path: request.endpoint.rawValue, query: request.query,
      body: request.body)
    let answer = fixture.core.answer(call)
    #expect(answer.status == 200)
    return try TokenAnswer(decoding: answer.body)
  }

  private func text(_ method: String, _ path: String, query: String = "", body: String = "") -> String {
    let call = RawCall(method: method, path: path, query: query, body: Array(body.utf8))
    return String(decoding: fixture.core.answer(call).body, as: UTF8.self)
  }

  @Test func `a plain token is another each time, a stable one the same until it is forced`() throws {
    let plain = TokenRequest.plain(appID: "wxapp", secret: CoreFixture.appSecret)
    let (first, second) = (try answer(plain), try answer(plain))
    #expect(first.token != nil && first.token != second.token)
    #expect(first.expiresIn == 7200)
    func stable(_ forced: Bool) throws -> TokenAnswer {
      try answer(.stable(appID: "wxapp", secret: CoreFixture.appSecret, forced: forced))
    }
    let kept = try stable(false)
    #expect(try stable(false) == kept)
    #expect(try stable(true).token != kept.token)
  }

  @Test func `a merchant's token comes with the refresh token for the next`() throws {
    let component = try answer(
      .component(appID: "wxplat", secret: CoreFixture.platformSecret, ticket: CoreFixture.ticket))
    let componentToken = try #require(component.token)
    func ask(_ refresh: Secret) throws -> TokenAnswer {
      try answer(
        .authorizer(
          component: "wxplat", componentToken: componentToken, appID: "wxshop", refresh: refresh))
    }
    let first = try ask(CoreFixture.refreshToken)
    let next = try #require(first.refresh)
    #expect(first.token != nil)
    #expect(try ask(CoreFixture.refreshToken).errorCode == 61023)
    #expect(try ask(next).token != nil)
  }

  @Test func `an answer has the documented fields`() throws {
    let body =
      #"{"grant_type":"client_credential","appid":"wxapp","secret":"app-secret","force_refresh":false}"#
    let stable = text("POST", "/cgi-bin/stable_token", body: body)
    #expect(stable.hasPrefix(#"{"access_token":""#) && stable.hasSuffix(#","expires_in":7200}"#))
    let component = text(
      "POST", "/cgi-bin/component/api_component_token",
      body:
        #"{"component_appid":"wxplat","component_appsecret":"platform-secret","component_verify_ticket":"ticket@@@1"}"#
    )
    #expect(component.hasPrefix(#"{"component_access_token":""#))
  }

  @Test(arguments: [
    ("GET", "/cgi-bin/stable_token", "", "", 43002), ("POST", "/cgi-bin/stable_token", "", "", 44002),
    ("POST", "/cgi-bin/stable_token", "", "[]", 47001), ("POST", "/cgi-bin/stable_token", "", "{}", 40101),
    ("POST", "/cgi-bin/stable_token", "", #"{"grant_type":"x"}"#, 40002),
    ("GET", "/cgi-bin/token", "grant_type=client_credential&appid=nobody&secret=x", "", 40013),
    ("GET", "/cgi-bin/token", "grant_type=client_credential&appid=wxapp&secret=x", "", 40125),
    (
      "POST", "/cgi-bin/component/api_authorizer_token", "",
      #"{"component_appid":"wxplat","authorizer_appid":"wxshop","authorizer_refresh_token":"x"}"#, 41001
    ),
  ])
  func `a wrong request is told what is wrong`(
    method: String, path: String, query: String, body: String, code: Int
  ) {
    #expect(text(method, path, query: query, body: body).hasPrefix("{\"errcode\":\(code),\"errmsg\":\""))
  }

  @Test func `what stands in a query is encoded and read back`() {
    let text = "a&b=c%+ 中/é?"
    let query = Query.encode(["first": "1", "second": text])
    #expect(query == "first=1&second=a%26b%3Dc%25%2B%20%E4%B8%AD%2F%C3%A9%3F")
    #expect(Query.value("second", in: query) == text)
    #expect(Query.value("third", in: query) == nil)
    #expect(Query.value("x", in: "x=&x=%zz") == "%zz")
  }
}
