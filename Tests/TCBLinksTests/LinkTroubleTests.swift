import Synchronization
import TCBInterface
import TCBLinks
import TCBRows
import TCBRules
import TCBService
import TCBText
import Testing

/// Repeats, renewals and what ends a run.
@Suite struct LinkTroubleTests {
  private static let paths = (0..<120).map { "\($0).png" }

  @Test(arguments: [ErrorCode.busy, .cloudTimedOut, .cloudConcurrencyQuota])
  func `what may pass is tried again`(code: ErrorCode) async throws {
    let service = FakeLinkService { (call, _, rows) in
      call % 2 == 1 ? LinkAnswer(code) : LinkAnswer(.ok, files: rows)
    }
    var run = LinkRun(service)
    run.concurrency = 1
    let rows = try await run.rows(LinkTroubleTests.paths)
    #expect(rows.allSatisfy { $0.status == "ok" })
    #expect(service.requests.count == 6)
  }

  @Test(arguments: [LinkServiceError.timedOut, .unreachable("refused"), .httpStatus(503)])
  func `an answer that does not come is asked for again, as often as may be`(error: LinkServiceError)
    async throws
  {
    let service = FakeLinkService { (_, _, _) throws(LinkServiceError) in throw error }
    var run = LinkRun(service)
    run.retries = 2
    let rows = try await run.rows(["a", "b"])
    #expect(rows.map(\.status) == ["failed", "failed"])
    #expect(rows.map(\.code) == ["unreachable", "unreachable"])
    #expect(service.requests.count == 3)
  }

  @Test(arguments: [ErrorCode.dataFormat, .notAuthorized, .badEnvironment])
  func `what will not pass is not tried again`(code: ErrorCode) async throws {
    let service = FakeLinkService { (_, _, _) in LinkAnswer(code) }
    let rows = try await LinkRun(service).rows(LinkTroubleTests.paths)
    #expect(rows.map(\.path) == LinkTroubleTests.paths)
    #expect(rows.allSatisfy { $0.status == "failed" && $0.code == String(code.number) })
    #expect(service.requests.count == 3)
  }

  @Test(arguments: [["7.png"], ["0.png", "49.png"], ["119.png"]])
  func `a call that one file makes fail is divided until that file stands alone`(bad: [String]) async throws {
    let service = FakeLinkService { (_, request, rows) in
      let isRefused = request.files.contains { file in bad.contains { file.fileID.hasSuffix("/\($0)") } }
      return isRefused ? LinkAnswer(.badParameter) : LinkAnswer(.ok, files: rows)
    }
    let rows = try await LinkRun(service).rows(LinkTroubleTests.paths)
    #expect(rows.map(\.path) == LinkTroubleTests.paths)
    #expect(rows.filter { $0.status == "failed" }.map(\.path) == bad)
    #expect(rows.filter { $0.status == "failed" }.allSatisfy { $0.code == "-501007" })
    #expect(service.requests.count <= 3 + 24)
  }

  @Test func `a call that every file makes fail is not divided for ever`() async throws {
    let service = FakeLinkService { (_, _, _) in LinkAnswer(.badObject) }
    let rows = try await LinkRun(service).rows(LinkTroubleTests.paths)
    #expect(rows.map(\.path) == LinkTroubleTests.paths)
    #expect(rows.allSatisfy { $0.status == "failed" && $0.code == "-501009" })
    #expect(service.requests.count == 3 + 24 * 3)
  }

  @Test func `one call's trouble is not the others'`() async throws {
    let service = FakeLinkService { (_, request, rows) in
      request.files.contains { $0.fileID.hasSuffix("/0.png") }
        ? LinkAnswer(.dataFormat) : LinkAnswer(.ok, files: rows)
    }
    let rows = try await LinkRun(service).rows(LinkTroubleTests.paths)
    #expect(rows.map(\.status) == Array(repeating: "failed", count: 50) + Array(repeating: "ok", count: 70))
  }

  @Test(arguments: [ErrorCode.invalidCredential, .accessTokenExpired, .invalidAccessToken])
  func `a refused token is renewed once for all who were refused it`(code: ErrorCode) async throws {
    let good = Credential.accessToken(Secret("t2"))
    let fresh = Mutex(false)
    let tokens = FakeTokens()
    let service = FakeLinkService { (_, _, rows) in
      fresh.withLock { $0 } || tokens.requests.count >= 2 ? LinkAnswer(.ok, files: rows) : LinkAnswer(code)
    }
    var run = LinkRun(service)
    run.tokens = tokens
    let rows = try await run.rows(LinkTroubleTests.paths)
    #expect(rows.allSatisfy { $0.status == "ok" })
    #expect(tokens.requests == [false, true])
    #expect(service.credentials.last == good)
  }

  @Test func `a token that stays refused fails its rows and is not fetched without end`() async throws {
    let service = FakeLinkService { (_, _, _) in LinkAnswer(.invalidCredential) }
    var run = LinkRun(service)
    run.concurrency = 1
    let rows = try await run.rows(["a"])
    #expect(rows.map(\.code) == [String(ErrorCode.invalidCredential.number)])
    #expect(service.requests.count == 2)
  }

  @Test func `without a token the run ends`() async {
    var run = LinkRun()
    run.tokens = FakeTokens(trouble: TokenTrouble(code: "E0722", message: "none"))
    await #expect(throws: RowError.self) { try await run.rows(["a"]) }
    #expect(run.service.requests.isEmpty)
  }

  @Test func `a cancelled run ends`() async {
    let run = LinkRun()
    let task = Task { try await run.rows((0..<100_000).map { "\($0)" }) }
    task.cancel()
    await #expect(throws: RowError.self) { try await task.value }
    #expect(run.service.requests.count < 2_000)
  }

  private struct Broken: Error {}

  private final class BrokenReader: RowReader {
    private var isFirst = true

    func next() async throws(RowError) -> RowBatch? {
      guard isFirst else { throw RowError(.other(Broken()), source: "broken") }
      isFirst = false
      return RowBatch([("path", .texts(["a"]))])
    }
  }

  @Test func `an error of the source is the reader's`() async throws {
    let reader = LinkRun().reader(BrokenReader())
    let error = await #expect(throws: RowError.self) { _ = try await LinkRun.rows(of: reader) }
    #expect(error?.source == "broken")
    #expect(try await reader.next() == nil)
  }
}
