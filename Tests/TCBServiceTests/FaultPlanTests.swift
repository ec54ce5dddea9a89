// Answers ordered in advance.

import TCBInterface
import TCBService
import Testing

@Suite struct FaultPlanTests {
  let fixture = CoreFixture()

  @Test(arguments: ErrorCode.allCases.filter { $0 != .ok })
  func `every code can be had from a call and from a token request`(code: ErrorCode) throws {
    let token = try fixture.appToken()
    fixture.core.plan(Fault(.environment("site"), code: code.number))
    #expect(fixture.answer("site", token) == LinkAnswer(code))
    #expect(fixture.answer("site", token).errorCode == 0)
    fixture.core.plan(Fault(.tokens(appID: "wxapp"), code: code.number))
    #expect(throws: TokenFailure(code.number)) { try failure { try fixture.appToken() } }
    #expect(throws: Never.self) { try fixture.appToken() }
  }

  @Test func `a fault lasts for its calls and meets its target only`() throws {
    let token = try fixture.appToken()
    fixture.core.plan(Fault(.environment("site"), code: -1, calls: 2))
    fixture.core.plan(Fault(.environment("site"), code: 7, message: "seven"))
    fixture.core.plan(Fault(.environment("site"), code: 8, calls: 0))
    #expect(fixture.answer("test2-4a89da", token).errorCode == 0)
    let codes = (0..<4).map { _ in fixture.answer("site", token) }
    #expect(codes.map(\.errorCode) == [-1, -1, 7, 0])
    #expect(codes.map(\.message) == ["system error", "system error", "seven", "ok"])
  }

  @Test func `faults may be planned before the core starts`() throws {
    let fixture = CoreFixture { $0.faults = FaultPlan([Fault(.environment("site"), code: -1000)]) }
    let token = try fixture.appToken()
    #expect(fixture.answer("site", token).errorCode == -1000)
    #expect(fixture.answer("site", token).errorCode == 0)
  }

  @Test func `a fault of an environment that is not there is met too`() throws {
    fixture.core.plan(Fault(.environment("nowhere"), code: -501_002))
    let token = try fixture.appToken()
    #expect(fixture.answer("nowhere", token).errorCode == -501_002)
    #expect(fixture.answer("nowhere", token).errorCode == -501_000)
  }

  @Test func `a call that is refused for its token or body meets no fault`() throws {
    fixture.core.plan(Fault(.environment("site"), code: -1))
    #expect(fixture.answer("site", .none).errorCode == 41001)
    let token = try fixture.appToken()
    let empty = LinkRequest(environment: "site", files: [])
    #expect(fixture.core.answer(empty, credential: token).errorCode == 40097)
    #expect(fixture.answer("site", token).errorCode == -1)
  }

  @Test func `a fault costs a merchant no refresh token`() throws {
    fixture.core.plan(Fault(.tokens(appID: "wxshop"), code: -1))
    let component = try fixture.componentToken()
    #expect(throws: TokenFailure(-1)) { try failure { try fixture.merchantToken() } }
    #expect(throws: Never.self) {
      try fixture.core.authorizerToken(
        componentToken: component, platform: "wxplat", merchant: "wxshop",
        refreshToken: CoreFixture.refreshToken)
    }
  }
}
