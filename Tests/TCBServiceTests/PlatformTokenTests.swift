// A platform's tokens, its merchants' tokens, and what each may call.

import TCBInterface
import TCBService
import Testing

@Suite struct PlatformTokenTests {
  let fixture = CoreFixture()
  var core: APICore { fixture.core }

  func component(
    _ appID: String = "wxplat", secret: Secret = CoreFixture.platformSecret,
    ticket: Secret = CoreFixture.ticket
  ) throws -> IssuedToken {
    try core.componentToken(appID: appID, secret: secret, ticket: ticket)
  }

  func authorizer(
    _ token: Secret, platform: String = "wxplat", merchant: String = "wxshop",
    refresh: Secret = CoreFixture.refreshToken
  ) throws -> IssuedAuthorizerToken {
    try core.authorizerToken(
      componentToken: token, platform: platform, merchant: merchant, refreshToken: refresh)
  }

  @Test func `a component token is right on its own path and wrong on the other`() throws {
    let token = Credential.accessToken(try component().token)
    #expect(fixture.answer("plat", token, on: .component).errorCode == 0)
    #expect(fixture.answer("plat", token).errorCode == 48001)
    #expect(fixture.answer("shop", token, on: .component).errorCode == -501_000)
  }

  @Test func `an authorizer token calls for its merchant's environment`() throws {
    let token = try fixture.merchantToken()
    #expect(fixture.answer("shop", token).files.map(\.status) == [0])
    #expect(fixture.answer("site", token).errorCode == -501_000)
    #expect(fixture.answer("shop", token, on: .component).errorCode == 48001)
  }

  @Test(arguments: [([49], 0), ([64], 0), ([1, 64, 99], 0), ([1], 61007), ([], 61007)] as [(Set<Int>, Int)])
  func `permission set 49 or 64 is needed`(sets: Set<Int>, code: Int) throws {
    core.add(
      MerchantConfiguration(
        appID: "wxshop", platform: "wxplat", refreshToken: CoreFixture.refreshToken, permissionSets: sets))
    #expect(fixture.answer("shop", try fixture.merchantToken()).errorCode == code)
  }

  @Test func `a merchant or platform without cloud development is told so`() throws {
    core.add(
      MerchantConfiguration(
        appID: "wxshop", platform: "wxplat", refreshToken: CoreFixture.refreshToken, permissionSets: [49],
        hasCloud: false))
    core.add(
      PlatformConfiguration(
        appID: "wxplat", secret: CoreFixture.platformSecret, ticket: VerifyTicket(CoreFixture.ticket),
        hasCloud: false))
    #expect(fixture.answer("shop", try fixture.merchantToken()).errorCode == 85088)
    #expect(fixture.answer("plat", .accessToken(try component().token), on: .component).errorCode == 85088)
  }

  @Test func `each authorizer token rotates the refresh token`() throws {
    let token = try component().token
    let first = try authorizer(token)
    #expect(first.expiresIn == 7200)
    #expect(first.refreshToken != CoreFixture.refreshToken)
    #expect(throws: TokenFailure(61023)) { try failure { try authorizer(token) } }
    let second = try authorizer(token, refresh: first.refreshToken)
    #expect(second.refreshToken != first.refreshToken)
    #expect(fixture.answer("shop", .accessToken(first.token)).errorCode == 0)
    fixture.clock.advance(seconds: 300)
    #expect(fixture.answer("shop", .accessToken(first.token)).errorCode == 40001)
    #expect(fixture.answer("shop", .accessToken(second.token)).errorCode == 0)
  }

  @Test func `a component request is told what is wrong with it`() {
    #expect(throws: TokenFailure(61011)) { try failure { try component("wxapp") } }
    #expect(throws: TokenFailure(40125)) { try failure { try component(secret: Secret("x")) } }
    #expect(throws: TokenFailure(61006)) { try failure { try component(ticket: Secret("x")) } }
  }

  @Test func `a ticket is good for twelve hours and the next one replaces it`() throws {
    try core.receive(ticket: Secret("ticket@@@2"), platform: "wxplat")
    #expect(throws: TokenFailure(61006)) { try failure { try component() } }
    fixture.clock.advance(seconds: 12 * 3600 - 1)
    #expect(throws: Never.self) { try component(ticket: Secret("ticket@@@2")) }
    fixture.clock.advance(seconds: 1)
    #expect(throws: TokenFailure(61005)) { try failure { try component(ticket: Secret("ticket@@@2")) } }
    try core.receive(ticket: Secret("ticket@@@3"), platform: "wxplat")
    #expect(throws: Never.self) { try component(ticket: Secret("ticket@@@3")) }
    #expect(throws: TokenFailure(61011)) {
      try failure { try core.receive(ticket: Secret("t"), platform: "wx") }
    }
  }

  @Test func `an authorizer request is told what is wrong with it`() throws {
    let token = try component().token
    let app = try core.token(appID: "wxapp", secret: CoreFixture.appSecret).token
    let other = try component("wxplat2").token
    let cases: [(Secret, String, String, Secret, Int)] = [
      (Secret(""), "wxplat", "wxshop", CoreFixture.refreshToken, 41001),
      (Secret("x"), "wxplat", "wxshop", CoreFixture.refreshToken, 40014),
      (app, "wxplat", "wxshop", CoreFixture.refreshToken, 48001),
      (token, "wxnone", "wxshop", CoreFixture.refreshToken, 61011),
      (other, "wxplat", "wxshop", CoreFixture.refreshToken, 40014),
      (token, "wxplat", "wxnone", CoreFixture.refreshToken, 40013),
      (other, "wxplat2", "wxshop", CoreFixture.refreshToken, 40013),
      (token, "wxplat", "wxshop", Secret("x"), 61023),
    ]
    for (token, platform, merchant, refresh, code) in cases {
      #expect(throws: TokenFailure(code)) {
        try failure { try authorizer(token, platform: platform, merchant: merchant, refresh: refresh) }
      }
    }
    #expect(throws: Never.self) { try authorizer(token) }
  }

  @Test func `a superseded and an expired component token fetch nothing`() throws {
    let old = try component().token
    let new = try component().token
    fixture.clock.advance(seconds: 300)
    #expect(throws: TokenFailure(40001)) { try failure { try authorizer(old) } }
    fixture.clock.advance(seconds: 6900)
    #expect(throws: TokenFailure(42001)) { try failure { try authorizer(new) } }
  }
}
