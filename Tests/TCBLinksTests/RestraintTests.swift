import Synchronization
import TCBInterface
import TCBLinks
import TCBRows
import TCBService
import TCBTestSupport
import Testing

/// What runs make of services that are asked too much, are not there, or misbehave in every way at once.
@Suite struct RestraintTests {
  private static let paths = (0..<2_000).map { "\($0).png" }

  @Test func `a quota that is used up ends the asking, and is said once`() async throws {
    let service = FakeLinkService { (call, _, rows) in
      call > 4 ? LinkAnswer(.dailyQuota) : LinkAnswer(.ok, files: rows)
    }
    var run = LinkRun(service)
    run.concurrency = 2
    let rows = try await run.rows(Self.paths)
    #expect(rows.map(\.path) == Self.paths)
    #expect(rows.filter { $0.status == "ok" }.count == 200)
    #expect(rows.filter { $0.code == "45009" }.count == 1_800)
    #expect(service.requests.count <= 6)
    #expect(run.notices.all == [.quotaUsedUp(environment: "e1")])
  }

  @Test func `a host that is not there is left alone, and is said once`() async throws {
    let service = FakeLinkService { (_, _, _) throws(LinkServiceError) in throw .unreachable("refused") }
    let run = LinkRun(service)
    let rows = try await run.rows(Self.paths)
    #expect(rows.map(\.path) == Self.paths)
    #expect(rows.allSatisfy { $0.status == "failed" && ["unreachable", "host-down"].contains($0.code) })
    #expect(rows.filter { $0.code == "host-down" }.count > 1_000)
    // Four under way may each have set out before it was known, and trials come after 1, 2, 4 and 8 seconds.
    #expect(service.requests.count <= Circuit.patience + 4 + 4)
    #expect(run.notices.all.count == 1)
    guard case .hostDown("test", _, 1_000)? = run.notices.all.first else {
      Issue.record("\(run.notices.all)")
      return
    }
  }

  @Test func `a host that comes back costs no file its link`() async throws {
    let service = FakeLinkService { (call, _, rows) throws(LinkServiceError) in
      if (10..<16).contains(call) { throw .timedOut }
      return LinkAnswer(.ok, files: rows)
    }
    let rows = try await LinkRun(service).rows(Self.paths)
    #expect(rows.allSatisfy { $0.status == "ok" })
    #expect(rows.map(\.path) == Self.paths)
  }

  @Test func `the pause that a service asks for is everybody's`() async throws {
    let service = FakeLinkService { (call, _, rows) throws(LinkServiceError) in
      if call == 3 { throw .retryAfter(30_000, httpStatus: 429) }
      return LinkAnswer(.ok, files: rows)
    }
    var run = LinkRun(service)
    run.concurrency = 1
    let rows = try await run.rows(Self.paths)
    #expect(rows.allSatisfy { $0.status == "ok" })
    #expect(run.clock.slept.contains(30_000))
    #expect(run.clock.now() >= LinkRun.start + 30_000)
  }

  @Test func `a pause that is too long is not waited for`() async throws {
    let service = FakeLinkService { (_, _, _) throws(LinkServiceError) in
      throw .retryAfter(3_600_000, httpStatus: 503)
    }
    let run = LinkRun(service)
    let rows = try await run.rows(["a", "b"])
    #expect(rows.map(\.code) == ["unreachable", "unreachable"])
    #expect(service.requests.count == 1)
  }

  @Test func `too much makes fewer calls at a time`() async throws {
    let service = FakeLinkService { (call, _, rows) in
      call < 40 && call % 2 == 0 ? LinkAnswer(.cloudConcurrencyQuota) : LinkAnswer(.ok, files: rows)
    }
    var run = LinkRun(service)
    run.concurrency = 16
    run.retries = 20
    let rows = try await run.rows(Self.paths)
    #expect(rows.allSatisfy { $0.status == "ok" })
    #expect(run.pace.width(of: 16) < 16)
  }

  @Test func `calls keep to the rate`() async throws {
    var run = LinkRun()
    run.rate = 10
    run.concurrency = 1
    let rows = try await run.rows(Self.paths)
    #expect(rows.allSatisfy { $0.status == "ok" })
    // 40 calls, the first two together.
    #expect(run.clock.now() >= LinkRun.start + 3_700)
  }

  @Test func `what is late is not asked for`() async throws {
    let service = FakeLinkService { (_, _, _) throws(LinkServiceError) in
      throw .retryAfter(1_000, httpStatus: 503)
    }
    var run = LinkRun(service)
    run.deadline = LinkRun.start + 2_500
    run.retries = 50
    let rows = try await run.rows(Self.paths)
    #expect(rows.map(\.path) == Self.paths)
    #expect(rows.allSatisfy { $0.status == "failed" })
    #expect(rows.contains { $0.code == "too-late" })
    // What was asked for and cannot be again in time has the answer it had.
    #expect(rows.contains { $0.code == "unreachable" })
    #expect(service.requests.count < 30)
    // Nobody waits for longer than there is time.
    #expect(run.clock.now() <= LinkRun.start + 2_500)
  }

  @Test func `repeats are bounded over a run`() async throws {
    let service = FakeLinkService { (_, _, _) in LinkAnswer(.busy) }
    var run = LinkRun(service)
    run.retries = 100
    let rows = try await run.rows(Self.paths)
    #expect(rows.allSatisfy { $0.code == "-1" })
    #expect(service.requests.count <= 40 * 2 + RetryBudget.reserve)
    #expect(run.notices.all == [.retriesUsedUp])
  }

  @Test func `repeats are also those with another token, and those for files left out`() async throws {
    let refused = Mutex<Set<String>>([])
    let renewing = FakeLinkService { (_, request, _) in
      let isNew = refused.withLock { $0.insert(request.files[0].fileID).inserted }
      return LinkAnswer(isNew ? .invalidCredential : .busy)
    }
    let leavingOut = FakeLinkService { (_, _, rows) in LinkAnswer(.ok, files: Array(rows.dropFirst())) }
    for service in [renewing, leavingOut] {
      var run = LinkRun(service)
      run.retries = 100
      _ = try await run.rows(Self.paths)
      #expect(service.requests.count <= 40 * 2 + RetryBudget.reserve)
      #expect(run.notices.all == [.retriesUsedUp])
    }
  }

  @Test func `files that an answer leaves out are asked for again by themselves`() async throws {
    let service = FakeLinkService { (call, _, rows) in
      LinkAnswer(.ok, files: call == 1 ? rows.filter { !$0.fileID.hasSuffix("7.png") } : rows)
    }
    let rows = try await LinkRun(service).rows((0..<50).map { "\($0).png" })
    #expect(rows.allSatisfy { $0.status == "ok" })
    #expect(service.requests.map(\.files.count) == [50, 5])
  }

  /// Every way there is, by chance, and all of it seen through.
  @Test(arguments: 1...12)
  func `however a service misbehaves, each row has one result and its place`(seed: Int) async throws {
    var run = LinkRun(FakeLinkService(Self.misbehaving(seed)))
    run.retries = 12
    run.concurrency = 1 + seed % 9
    // Some files stand twice, some ids are none.
    var random = SeededGenerator(seed: UInt64(seed))
    let paths = (0..<3_000).map { row in
      switch Int.random(in: 0..<20, using: &random) {
      case 0: "cloud://e1.b//x\(row)"
      case 1: "\(Int.random(in: 0...row, using: &random)).png"
      default: "\(row).png"
      }
    }
    let rows = try await run.rows(paths)
    #expect(rows.map(\.path) == paths)
    for row in rows {
      if row.path.hasPrefix("cloud") {
        #expect(row.code == "bad-file-id")
      } else if row.status == "ok" {
        #expect(row.url == FakeLinkService.link("cloud://e1.b/\(row.path)", 7_200))
      } else {
        #expect(row.url == nil && row.code != nil)
      }
    }
    #expect(rows.filter { $0.status == "failed" && !$0.path.hasPrefix("cloud") }.count < 60)
    let budget = run.bounds.budget
    #expect(budget.retries <= budget.calls + RetryBudget.reserve)
  }

  private static func misbehaving(_ seed: Int) -> FakeLinkService.Behaviour {
    { (call, _, rows) throws(LinkServiceError) in
      var random = SeededGenerator(seed: UInt64(seed * 100_000 + call))
      switch Int.random(in: 0..<40, using: &random) {
      case 0: throw .unreachable("reset")
      case 1: throw .timedOut
      case 2: throw .httpStatus(502)
      case 3: throw .retryAfter(Int64.random(in: 0...3_000, using: &random), httpStatus: 429)
      case 4: return LinkAnswer([.busy, .calledTooOften, .cloudTimedOut].randomElement(using: &random)!)
      case 5: throw .malformedAnswer(.notAnObject)
      case 6: return LinkAnswer(.ok, files: rows.filter { _ in Int.random(in: 0..<4, using: &random) > 0 })
      case 7: return LinkAnswer(.ok, files: (rows + rows).shuffled(using: &random))
      case 8:
        let stranger = AnsweredFile(fileID: "cloud://x.y/z", downloadURL: "https://x", status: 0, message: "")
        return LinkAnswer(.ok, files: [stranger] + rows.reversed())
      case 9: return LinkAnswer(.accessTokenExpired)
      case 10:
        return LinkAnswer(
          .ok,
          files: rows.map { row in
            var row = row
            if Int.random(in: 0..<5, using: &random) == 0 { (row.status, row.downloadURL) = (-503_001, "") }
            return row
          })
      default: return LinkAnswer(.ok, files: rows)
      }
    }
  }
}
