import TCBEngine
import Testing

@Suite struct LanguageTests {
  @Test func `an engine tells errors in its language`() async {
    let session = Engine(language: .chinese).session()
    let error = await #expect(throws: ScriptError.self) { try await session.run("print 1 / 0") }
    #expect(error?.message == "除以零")
    #expect(error?.text.hasPrefix("错误[E0405]: 除以零\n") == true)
    #expect(error?.json.contains(#""message":"除以零""#) == true)
    #expect(error?.code == "E0405")
  }

  @Test func `a failure of the program's own stays as it is`() async throws {
    var engine = Engine(language: .chinese)
    try engine.add(
      HostFunction("stock", ["name"], summary: "How many there are.") { call in .int(try call.int("name")) })
    let session = engine.session()
    let wrong = await #expect(throws: ScriptError.self) { try await session.run(#"stock("x")"#) }
    #expect(wrong?.message == "`name` 必须是整数，而这里是 string")
    let raised = await #expect(throws: ScriptError.self) { try await session.run(#"fail "no stock""#) }
    #expect(raised?.message == "no stock")
  }
}
