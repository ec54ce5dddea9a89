import TCBEngine
import TCBRuntime
import TCBSyntax
import TCBTestSupport
import Testing

/// Limits that a host sets, met through a session.
@Suite struct LimitTests {
  private func run(_ text: String, _ change: (inout RunLimits) -> Void) async -> (String, Int32) {
    var limits = RunLimits()
    change(&limits)
    let host = FakeHost()
    let session = Session(host: host, limits: limits)
    let report = await session.run(SourceText(name: "t.tcb", text), mode: .script)
    return (host.diagnostics, report.exitStatus)
  }

  @Test func `steps end a loop, and nothing catches that`() async {
    let (said, status) = await run("try { while true {} } catch e { print e }") { $0.steps = 100_000 }
    #expect(said.contains("error[E0902]"))
    #expect(status == 1)
  }

  @Test func `depth ends a recursion`() async {
    let (said, _) = await run("fn f(n) { f(n) }\nprint f(1)") { $0.depth = 50 }
    #expect(said.contains("error[E0901]: calls within calls go deeper than 50"))
  }

  @Test(arguments: [
    "var l = []\nwhile true { l = l + [\"a text that takes some room, a text that takes some room\"] }",
    "fn f() { var l = []; while true { l = l + [1.5] } }\nf()",
    "var r = {}\nvar i = 0\nwhile true { i = i + 1; r[\"k\\(i)\"] = i }",
  ])
  func `memory ends what grows without end`(text: String) async {
    let (said, _) = await run(text) { $0.memory = 8 << 20 }
    #expect(
      said.contains("error[E0908]: the values of the run take more than the 8 MiB it may have"), "\(said)")
  }

  @Test func `what stays within its limits runs`() async {
    let text = "var n = 0\nfor i in 1..10000 { n = n + i }\nassert n == 50005000"
    let (said, status) = await run(text) { limits in
      limits.steps = 1_000_000
      limits.depth = 10
      limits.memory = 1 << 20
    }
    #expect(said.isEmpty && status == 0)
  }
}
