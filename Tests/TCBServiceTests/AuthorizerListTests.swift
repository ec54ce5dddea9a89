// The list of a platform's merchants, which gives a lost refresh token back.

import TCBInterface
import TCBService
import Testing

@Suite struct AuthorizerListTests {
  let fixture = CoreFixture()

  private func ask(
    _ token: Secret, platform: String = "wxplat", offset: Int = 0, count: Int = 500
  ) throws -> AuthorizerListAnswer {
    let request = AuthorizerListRequest(
      component: platform, componentToken: token, offset: offset, count: count)
    let call = RawCall(path: AuthorizerListRequest.path, query: request.query, body: request.body)
    return try AuthorizerListAnswer(decoding: fixture.core.answer(call).body)
  }

  @Test func `a platform is told of its merchants and their refresh tokens, page by page`() throws {
    let token = try fixture.componentToken()
    let all = try ask(token)
    #expect(all.total == 2 && all.entries.map(\.appID) == ["wxpoor", "wxshop"])
    #expect(all.entries.allSatisfy { $0.refresh == CoreFixture.refreshToken })
    #expect(try ask(token, offset: 1, count: 1).entries.map(\.appID) == ["wxshop"])
    #expect(try ask(token, offset: 2).entries.isEmpty)
    _ = try fixture.merchantToken()
    #expect(try ask(token).entries[1].refresh != CoreFixture.refreshToken)
  }

  @Test func `nobody else is told`() throws {
    guard case .accessToken(let app) = try fixture.appToken() else { return }
    #expect(try ask(app).errorCode == 48001)
    #expect(try ask(Secret("")).errorCode == 41001)
    #expect(try ask(Secret("x")).errorCode == 40014)
    #expect(try ask(fixture.componentToken(), platform: "wxplat2").errorCode == 40014)
    #expect(try ask(fixture.componentToken(), count: 501).errorCode == 40097)
    let call = RawCall(path: AuthorizerListRequest.path, query: "", body: Array("{}".utf8))
    #expect(try AuthorizerListAnswer(decoding: fixture.core.answer(call).body).errorCode == 40101)
  }
}
