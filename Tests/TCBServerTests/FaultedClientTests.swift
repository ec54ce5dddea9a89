// What our own client makes of each fault there is, over real sockets.

import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import TCBInterface
import TCBService
import TCBTestSupport
import Testing

@Suite struct FaultedClientTests {
  private static let paths = (0..<20).map { "图/\($0).png" }

  /// Runs with these faults; every row must be there, in order.
  private func outcome(
    _ faults: [FaultRule], _ clauses: String = "",
    _ check: (FaultFixture, FaultFixture.Run) throws -> Void
  ) async throws {
    try await FaultFixture.serving(faults) { fixture async throws in
      let run = await fixture.links(Self.paths, clauses)
      #expect(run.rows.map(\.path) == Self.paths, "\(run.diagnostics)")
      try check(fixture, run)
    }
  }

  /// All links are had and hold, after so many calls for each.
  private func expectAll(_ faults: [FaultRule], attempts: Int) async throws {
    try await outcome(faults) { fixture, run in
      for row in run.rows {
        #expect(fixture.isGood(row), "\(row)")
        #expect(row.attempts == attempts)
      }
      for fault in faults { #expect(fixture.met(fault.name) > 0, "\(fault.name) was not met") }
    }
  }

  @Test(arguments: [-1, -1000, -501_002, 45011, -501_003, -501_004])
  func `a code that may pass is tried again`(code: Int) async throws {
    try await expectAll(
      [FaultRule("f", on: .links, when: .first(2), gives: .errorCode(code, message: nil))], attempts: 3)
  }

  @Test(arguments: [85088, 45009])
  func `a code that does not pass is the code of every file`(code: Int) async throws {
    try await outcome([FaultRule("f", on: .links, gives: .errorCode(code, message: nil))]) { fixture, run in
      #expect(run.rows.allSatisfy { $0.status == "failed" && $0.code == String(code) && $0.attempts == 1 })
      #expect(fixture.met("f") == 1)
      #expect(run.exitStatus == 3)
    }
  }

  @Test(arguments: [500, 502, 503, 504, 429])
  func `a status that may pass is tried again`(status: Int) async throws {
    try await expectAll(
      [FaultRule("f", on: .links, when: .first(1), gives: .status(status, retryAfter: 0))], attempts: 2)
  }

  @Test func `a status that does not pass fails its files`() async throws {
    try await outcome([FaultRule("f", on: .links, gives: .status(403, retryAfter: nil))]) { fixture, run in
      #expect(run.rows.allSatisfy { $0.status == "failed" && $0.message.contains("403") })
      #expect(fixture.met("f") == 1)
    }
  }

  @Test func `an answer that is late is waited for`() async throws {
    try await expectAll(
      [FaultRule("f", on: .links, gives: .delay(300, spread: 100))], attempts: 1)
  }

  @Test(arguments: FaultEffect.Reset.allCases)
  func `a connection that is reset is opened anew`(reset: FaultEffect.Reset) async throws {
    try await expectAll(
      [FaultRule("f", on: .links, when: .first(2), gives: .reset(reset))], attempts: 3)
  }

  @Test func `a connection that is always reset fails the files in the end`() async throws {
    try await outcome([FaultRule("f", on: .links, gives: .reset(.before))], "retries 2") { fixture, run in
      #expect(run.rows.allSatisfy { $0.status == "failed" && $0.code == "unreachable" })
      #expect(fixture.met("f") == 3)
    }
  }

  @Test(arguments: [FaultEffect.Body.truncated, .malformed], [1, 2, 3, 4, 5] as [UInt64])
  func `JSON that cannot be read is asked for again`(body: FaultEffect.Body, seed: UInt64) async throws {
    try await expectAll(
      [FaultRule("f", on: .links, when: .first(1), seed: seed, gives: .body(body))], attempts: 2)
  }

  @Test func `keys that nobody knows are passed over`() async throws {
    try await expectAll(
      [
        FaultRule("f", on: .links, gives: .body(.extended)),
        FaultRule("g", on: .tokens, gives: .body(.extended)),
      ], attempts: 1)
  }

  @Test(arguments: [FaultEffect.Rows.doubled, .shuffled, .unasked])
  func `rows are told by their file`(rows: FaultEffect.Rows) async throws {
    try await expectAll([FaultRule("f", gives: .rows(rows))], attempts: 1)
  }

  @Test func `a row that is missing fails its file and no other`() async throws {
    try await outcome([FaultRule("f", gives: .rows(.dropped))]) { fixture, run in
      let failed = run.rows.filter { $0.status != "ok" }
      #expect(failed.map(\.code) == ["missing-in-answer"])
      #expect(run.rows.count { fixture.isGood($0) } == Self.paths.count - 1)
    }
  }

  @Test func `files of one call fail and succeed by themselves`() async throws {
    try await outcome([FaultRule("f", gives: .rows(.mixed))]) { fixture, run in
      let failed = run.rows.filter { $0.status == "failed" }
      #expect((1..<Self.paths.count).contains(failed.count))
      #expect(failed.allSatisfy { ["-503001", "-503002", "-501009"].contains($0.code) && $0.url == "null" })
      #expect(run.rows.count { fixture.isGood($0) } == Self.paths.count - failed.count)
    }
  }

  @Test func `a token that somebody superseded is fetched anew`() async throws {
    try await expectAll([FaultRule("f", when: .nth(1), gives: .tokenSuperseded)], attempts: 2)
  }

  @Test func `a clock that is ahead ends a token early, which is renewed`() async throws {
    try await expectAll([FaultRule("f", on: .links, when: .nth(1), gives: .clock(7_200_000))], attempts: 2)
    try await outcome([FaultRule("f", on: .links, gives: .clock(600_000))]) { _, run in
      #expect(run.rows.allSatisfy { $0.status == "ok" && $0.url.hasSuffix("t=1700007800") })
    }
  }

  @Test(arguments: [
    FaultEffect.errorCode(-1, message: nil), .status(503, retryAfter: 0), .reset(.before), .reset(.body),
    .body(.truncated), .body(.malformed), .delay(50, spread: 0),
  ])
  func `a token is asked for again`(effect: FaultEffect) async throws {
    try await expectAll([FaultRule("f", on: .stableToken, when: .first(1), gives: effect)], attempts: 1)
  }

  @Test func `a refusal of a token ends the run and says which`() async throws {
    try await FaultFixture.serving([FaultRule("f", on: .tokens, gives: .errorCode(40125, message: nil))]) {
      fixture async throws in
      let run = await fixture.links(Self.paths)
      #expect(run.rows.isEmpty && run.exitStatus == 1)
      #expect(run.diagnostics.contains("E0720") && run.diagnostics.contains("40125"))
      #expect(!run.diagnostics.contains("s3cret"))
    }
  }

  /// The answer that got lost had the next refresh token in it: the platform asks for it, and the client goes on.
  @Test(arguments: [
    FaultEffect.reset(.before), .status(502, retryAfter: nil), .errorCode(-1, message: nil), .reset(.body),
    .body(.truncated), .body(.malformed),
  ])
  func `a merchant's refresh token is never lost`(effect: FaultEffect) async throws {
    let rule = FaultRule("f", on: .authorizerToken, when: .nth(1), gives: effect)
    try await FaultFixture.serving([rule]) { fixture async throws in
      let host = FakeHost()
      for _ in 0..<2 {
        let run = await fixture.links(Self.paths, of: "e-2", host: host)
        #expect(
          run.rows.suffix(Self.paths.count).count { fixture.isGood($0, in: "e-2") } == Self.paths.count,
          "\(run.diagnostics)")
      }
      #expect(fixture.met("f") == 1)
    }
  }

  // MARK: Downloads

  @Test func `downloads go wrong too`() async throws {
    var name = Array("/tmp/tcbsh-faults-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
    let file = open(folder + "/digits.txt", O_WRONLY | O_CREAT, 0o600)
    #expect(write(file, "0123456789", 10) == 10)
    close(file)
    defer {
      unlink(folder + "/digits.txt")
      rmdir(folder)
    }
    try await FaultFixture.serving(folder: folder) { fixture async throws in
      let core = fixture.core
      let request = LinkRequest(
        environment: "e-3", files: [RequestedFile(fileID: "cloud://e-3.652d-e-3/digits.txt", maxAge: 60)])
      let token = try core.stableToken(appID: "wx1", secret: Secret("s3cret-of-app")).token
      let url = core.answer(request, credential: .accessToken(token)).files[0].downloadURL
      func status(_ effect: FaultEffect) async throws -> (UInt, String) {
        core.faults.replace(with: [FaultRule("f", on: .downloads, gives: effect)])
        let response = try await HTTPClient.shared.execute(
          HTTPClientRequest(url: url), timeout: .seconds(60))
        return (response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 10)))
      }
      #expect(try await status(.delay(10, spread: 10)) == (200, "0123456789"))
      #expect(try await status(.status(503, retryAfter: 1)).0 == 503)
      #expect(try await status(.clock(3_600_000)) == (403, "CDN_SIGNATURE_EXPIRED\n"))
      let ahead = try #require(
        try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
          .headers.first(name: "date").flatMap(HTTPDate.parse))
      #expect((3_590...3_610).contains(ahead - Int64(time(nil))))
      await #expect(throws: (any Error).self) { try await status(.reset(.before)) }
      await #expect(throws: (any Error).self) { try await status(.reset(.body)) }
    }
  }

  // MARK: By the admin endpoint

  @Test func `faults are ordered, looked at and taken away by the admin endpoint`() async throws {
    try await FaultFixture.serving(adminKey: Secret("0123456789abcdef")) { fixture async throws in
      let (address, core) = (fixture.address, fixture.core)
      func ask(_ method: String, _ path: String = "", _ body: String = "") async throws -> (Int, String) {
        var request = HTTPClientRequest(url: address + "/admin/faults" + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "authorization", value: "Bearer 0123456789abcdef")
        if !body.isEmpty { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        return (Int(response.status.code), text)
      }
      let one = #"{"name":"a","on":"links","every":2,"seed":7,"errcode":-1}"#
      #expect(try await ask("PUT", "", "[\(one)]").0 == 204)
      #expect(try await ask("POST", "", #"{"name":"b","on":"downloads","status":500}"#).0 == 204)
      #expect(
        try await ask("GET").1
          == #"{"faults":[{"name":"a","on":"links","every":2,"seed":"7","errcode":-1,"calls":0,"met":0},"#
          + #"{"name":"b","on":"downloads","seed":"12638190499090526629","status":500,"calls":0,"met":0}]}"#)
      let refused = try await ask("PUT", "", #"[{"name":"c","evry":1,"errcode":1}]"#)
      #expect(refused == (400, #"{"error":"a fault has no field `evry`"}"#))
      #expect(core.faults.entries.map(\.rule.name) == ["a", "b"])
      #expect(try await ask("DELETE", "/a").0 == 204)
      #expect(try await ask("DELETE", "/a").0 == 404)
      #expect(try await ask("DELETE").0 == 204)
      #expect(core.faults.isEmpty)
    }
  }
}
