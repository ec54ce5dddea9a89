import TCBEngine
import TCBSyntax
import TCBTestSupport
import Testing

@Suite struct SessionTests {
  @Test func `an empty script is done`() async {
    let session = Session(host: FakeHost())
    let report = await session.run(SourceText(name: "t", ""), mode: .script)
    #expect(report.exitStatus == 0)
  }
}
