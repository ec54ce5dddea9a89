import TCBEngine
import Testing

@Suite struct CompleterTests {
  private func words(_ text: String, _ stage: Stage) async -> [String] {
    await stage.session.candidates(in: text, at: text.utf8.count).candidates.map(\.text)
  }

  @Test func `commands and functions by their beginning`() async {
    let stage = await Stage(definitions: "")
    #expect(await words("exp", stage) == ["expect", "explain", "export"])
    #expect(await words("print 1 | coun", stage) == ["count"])
    #expect(await words("links \"a\" | whe", stage) == ["where"])
  }

  @Test func `labels of the command that is open`() async {
    let stage = await Stage()
    #expect(await words("links \"a\" usi", stage) == ["using"])
    #expect(await words("links \"a\" | export t", stage).contains("to"))
  }

  @Test func `names of the kind that a label takes`() async {
    let stage = await Stage()
    #expect(await words("links \"a\" using ", stage).contains("site"))
    #expect(await !words("links \"a\" using ", stage).contains("demo"))
    #expect(await words("use env ", stage) == ["demo"])
  }

  @Test(arguments: ["", " ", "\"abc", "print \"", "|", "}{", "links \"中文", "\u{0}"])
  func `any text has candidates or none`(text: String) async {
    let stage = await Stage()
    for cursor in [-1, 0, text.utf8.count / 2, text.utf8.count, 1_000] {
      let found = await stage.session.candidates(in: text, at: cursor)
      #expect((0...text.utf8.count).contains(found.start))
    }
  }
}
