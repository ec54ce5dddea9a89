import TCBInterface
import TCBLinks
import TCBRules
import TCBTestSupport
import Testing

/// What is planned is what happens.
@Suite struct LinkPlannerTests {
  private static func policy() throws -> Policy {
    func rule(_ pattern: String, _ effect: Effect, _ line: Int) throws -> Rule {
      Rule(
        patterns: [try Pattern(pattern)], effect: effect, tags: [], condition: nil, priority: 0,
        origin: "site.tcb:\(line)")
    }
    return try Policy(
      name: "site",
      rules: [
        try rule("img/", .allow(maxAge: 600), 2), try rule("tmp/", .deny(reason: "not shared"), 3),
        try rule("img/**/*.gif", .deny(reason: nil), 4),
      ], fallback: .allow(maxAge: 7_200))
  }

  private static func paths(_ seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    let folders = ["img/", "tmp/", "doc/", "cloud://e2.b/img/", "cloud://e9.b/", "/", "cloud://"]
    let count = Int.random(in: 0...1_500, using: &random)
    return (0..<count).map { _ in
      let folder = folders.randomElement(using: &random) ?? ""
      return folder + "\(Int.random(in: 0..<400, using: &random))"
        + (Bool.random(using: &random) ? ".gif" : ".png")
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `calls, files and outcomes are those of the links`(seed: UInt64) async throws {
    var run = LinkRun()
    run.policy = try LinkPlannerTests.policy()
    let paths = LinkPlannerTests.paths(seed)
    let plan = try await run.plan(paths)
    let rows = try await run.rows(paths)
    let requests = run.service.requests
    for environment in ["e1", "e2"] {
      let calls = requests.filter { $0.environment == environment }
      #expect(plan.calls[environment] ?? 0 == calls.count, "seed \(seed)")
      #expect(plan.files[environment] ?? 0 == calls.map(\.files.count).reduce(0, +), "seed \(seed)")
    }
    for (outcome, status) in [("ask", "ok"), ("denied", "denied"), ("failed", "failed")] {
      let planned = plan.groups.filter { $0.group.outcome == outcome }.map(\.rows).reduce(0, +)
      #expect(planned == rows.filter { $0.status == status }.count, "\(outcome), seed \(seed)")
    }
    #expect(plan.rows == paths.count, "seed \(seed)")
    #expect(
      plan.repeated == rows.filter { $0.status == "ok" }.count - requests.map(\.files.count).reduce(0, +))
  }

  @Test func `a plan asks nobody`() async throws {
    let run = LinkRun()
    _ = try await run.plan(LinkPlannerTests.paths(1))
    #expect(run.service.requests.isEmpty)
    #expect(run.tokens.requests.isEmpty)
  }

  @Test func `groups are told by rule, in the order they were met`() async throws {
    var run = LinkRun()
    run.policy = try LinkPlannerTests.policy()
    let plan = try await run.plan(["a", "tmp/x", "img/a.png", "b", "tmp/y"])
    #expect(plan.groups.map(\.group.rule) == [nil, "site.tcb:3", "site.tcb:2"])
    #expect(plan.groups.map(\.rows) == [2, 2, 1])
    #expect(plan.groups.map(\.group.reason) == [nil, "not shared", nil])
  }

  @Test func `any number of different failures is told in bounded space`() async throws {
    let plan = try await LinkRun().plan((0..<5_000).map { "cloud://e9-\($0).b/x" })
    #expect(plan.groups.count <= 1_001)
    #expect(plan.groups.map(\.rows).reduce(0, +) == 5_000)
  }
}
