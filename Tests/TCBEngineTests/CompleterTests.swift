import TCBEngine
import TCBTestSupport
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

  @Test func `fields behind a dot`() async {
    let stage = await Stage(definitions: "")
    stage.host.put("path,size,owner\na.png,10,li\n", at: "p.csv")
    await stage.run(
      """
      let shop = {title: "图", tags: []}
      let rows = [{price: 1}]
      files p from csv "p.csv"
      fn twice(x) { x * 2 }
      """)
    #expect(await words("shop.tit", stage) == ["title"])
    #expect(
      await words("print shop.t", stage) == [
        "tags", "time", "title", "to_csv", "to_json", "trim", "twice", "type",
      ])
    #expect(await !words("shop.", stage).contains("shop"))
    #expect(
      await words("p | where it.s", stage).filter { ["size", "stem", "sort"].contains($0) } == [
        "size", "sort", "stem",
      ])
    #expect(await words("p | where length(it.ow", stage) == ["owner"])
    #expect(await words("p | take 1 | sort by it.pa", stage).contains("path"))
    #expect(await words("rows | where it.pr", stage) == ["price"])
    #expect(await words("links p | where it.sta", stage) == ["starts_with", "status"])
    // Of what is not there nothing is known, and of a text nothing is looked at.
    #expect(await words("nothing.pri", stage) == [])
    #expect(await words("print \"shop.ti", stage) == [])
    #expect(await words("p | where \"a\".len", stage) == ["length"])
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
