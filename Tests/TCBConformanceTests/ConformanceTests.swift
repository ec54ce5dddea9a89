import TCBEngine
import TCBSyntax
import TCBTestSupport
import Testing

@Suite struct ConformanceTests {
  @Test func `a product binds tighter than a sum`() async {
    let host = FakeHost()
    let session = Session(host: host)
    _ = await session.run(SourceText(name: "t", "print 1 + 2 * 3"), mode: .script)
    #expect(host.output == "7\n")
  }
}
