// Tokens: how they are fetched, superseded, renewed and refused.

import TCBInterface
import TCBService
import Testing

@Suite struct TokenTests {
  let fixture = CoreFixture()
  var core: APICore { fixture.core }

  func plain() throws -> IssuedToken { try core.token(appID: "wxapp", secret: CoreFixture.appSecret) }

  func stable(force: Bool = false) throws -> IssuedToken {
    try core.stableToken(appID: "wxapp", secret: CoreFixture.appSecret, forceRefresh: force)
  }

  func code(_ token: Secret, environment: String = "site", on path: CallPath = .app) -> Int {
    fixture.answer(environment, .accessToken(token), on: path).errorCode
  }

  @Test func `a token is of characters that need no encoding and is good for two hours`() throws {
    let issued = try plain()
    #expect(issued.expiresIn == 7200)
    let text = issued.token.reveal()
    #expect(text.utf8.count <= 512 && text.utf8.count >= 100)
    #expect(text.utf8.allSatisfy { $0.standsUnencodedInPath && $0 != Byte.slash })
    fixture.clock.advance(seconds: 7199)
    #expect(code(issued.token) == 0)
    fixture.clock.advance(seconds: 1)
    #expect(code(issued.token) == 42001)
  }

  @Test func `a newer plain token supersedes the older after five minutes`() throws {
    let old = try plain().token
    let new = try plain().token
    #expect(old != new)
    fixture.clock.advance(seconds: 299)
    #expect(code(old) == 0 && code(new) == 0)
    fixture.clock.advance(seconds: 1)
    #expect(code(old) == 40001)
    #expect(code(new) == 0)
  }

  @Test func `a stable token stays the same until five minutes before its end`() throws {
    let first = try stable()
    fixture.clock.advance(seconds: 6899)
    let same = try stable()
    #expect(same.token == first.token)
    #expect(same.expiresIn == 301)
    fixture.clock.advance(seconds: 1)
    let next = try stable()
    #expect(next.token != first.token)
    #expect(next.expiresIn == 7200)
    fixture.clock.advance(seconds: 299)
    #expect(code(first.token) == 0 && code(next.token) == 0)
    fixture.clock.advance(seconds: 1)
    #expect(code(first.token) == 42001)
  }

  @Test func `stable and plain tokens do not supersede each other`() throws {
    let kept = try stable().token
    _ = try plain()
    _ = try plain()
    fixture.clock.advance(seconds: 600)
    #expect(code(kept) == 0)
  }

  @Test func `a forced refresh kills every stable token at once`() throws {
    let first = try stable().token
    fixture.clock.advance(seconds: 6900)
    let second = try stable().token
    #expect(code(first) == 0 && code(second) == 0)
    let third = try stable(force: true).token
    #expect(code(first) == 40001 && code(second) == 40001)
    #expect(code(third) == 0)
    #expect(try stable().token == third)
  }

  @Test func `forced refreshes are thirty seconds apart and twenty a day`() throws {
    for _ in 0..<20 {
      _ = try stable(force: true)
      #expect(throws: TokenFailure(45011)) { try failure { try stable(force: true) } }
      fixture.clock.advance(seconds: 30)
    }
    #expect(throws: TokenFailure(45009)) { try failure { try stable(force: true) } }
    #expect(throws: Never.self) { try stable() }
    fixture.clock.advance(seconds: 86400)
    #expect(throws: Never.self) { try stable(force: true) }
  }

  @Test func `plain tokens are counted by the day and stable ones by the minute`() throws {
    for _ in 0..<2000 { _ = try plain() }
    #expect(throws: TokenFailure(45009)) { try failure { try plain() } }
    for _ in 0..<10_000 { _ = try stable() }
    #expect(throws: TokenFailure(45011)) { try failure { try stable() } }
    fixture.clock.advance(seconds: 60)
    #expect(throws: Never.self) { try stable() }
    fixture.clock.advance(seconds: 86400)
    #expect(throws: Never.self) { try plain() }
  }

  @Test func `a wrong appid and a wrong secret are told apart`() {
    for forced in [false, true] {
      #expect(throws: TokenFailure(40013)) {
        try failure { try core.stableToken(appID: "wx", secret: CoreFixture.appSecret, forceRefresh: forced) }
      }
    }
    #expect(throws: TokenFailure(40125)) {
      try failure { try core.stableToken(appID: "wxapp", secret: Secret("x")) }
    }
    #expect(throws: TokenFailure(40013)) { try failure { try core.token(appID: "", secret: Secret("")) } }
    #expect(throws: TokenFailure(40125)) {
      try failure { try core.token(appID: "wxapp", secret: Secret("")) }
    }
  }

  @Test func `a registered token works under its own name until it is told to end`() throws {
    try core.register(Secret("forever"), appID: "wxapp")
    try core.register(Secret("short"), appID: "wxapp", expiresAt: CoreFixture.start * 1000 + 1000)
    try core.register(cloudbaseToken: Secret("inside"), appID: "wxapp")
    #expect(code(Secret("forever")) == 0 && code(Secret("short")) == 0)
    #expect(code(Secret("inside")) == 40014)
    #expect(fixture.answer("site", .cloudbaseAccessToken(Secret("inside"))).errorCode == 0)
    #expect(fixture.answer("site", .cloudbaseAccessToken(Secret("forever"))).errorCode == 40014)
    #expect(fixture.answer("site", .cloudbaseAccessToken(Secret(""))).errorCode == 41001)
    fixture.clock.advance(seconds: 1)
    #expect(code(Secret("short")) == 42001)
    fixture.clock.advance(seconds: 1_000_000)
    #expect(code(Secret("forever")) == 0)
    #expect(throws: TokenFailure(40013)) { try failure { try core.register(Secret("x"), appID: "wx") } }
    #expect(throws: TokenFailure(41001)) { try failure { try core.register(Secret(""), appID: "wxapp") } }
  }

  @Test func `the past is forgotten in the end, the present is not`() throws {
    let old = try plain().token
    try core.register(Secret("forever"), appID: "wxapp")
    fixture.clock.advance(seconds: 7200)
    #expect(code(old) == 42001)
    fixture.clock.advance(seconds: 86400)
    let kept = try stable().token
    for _ in 0..<1100 { _ = try plain() }
    #expect(code(old) == 40014)
    #expect(code(kept) == 0 && code(Secret("forever")) == 0)
  }

  @Test func `a token of an app that is not the owner finds no environment`() throws {
    core.add(AppConfiguration(appID: "wxnew", secret: Secret("s")))
    let token = try core.token(appID: "wxnew", secret: Secret("s")).token
    let answer = fixture.answer("site", .accessToken(token))
    #expect(answer.errorCode == -501_000)
    #expect(answer.tcbCode == "INVALID_ENV")
  }

  @Test func `no printed form of an issued token shows it`() throws {
    let issued = try plain()
    #expect(!"\(issued) \(Credential.accessToken(issued.token))".contains(issued.token.reveal()))
  }
}

/// The code alone of a refused token request.
struct TokenFailure: Error, Equatable {
  let code: Int

  init(_ code: Int) { self.code = code }
}

/// Turns the refusal of `body` into its code, for comparison.
func failure<Value>(_ body: () throws -> Value) throws {
  do {
    _ = try body()
  } catch let error as TokenError {
    #expect(!error.message.isEmpty)
    throw TokenFailure(error.code)
  }
}
