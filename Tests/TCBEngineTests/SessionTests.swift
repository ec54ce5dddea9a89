import TCBEngine
import TCBHost
import TCBSyntax
import TCBTestSupport
import Testing

@Suite struct SessionTests {
  @Test func `an empty script is done`() async {
    let stage = await Stage(definitions: "")
    #expect(await stage.run("") == 0)
    #expect(await stage.run("\n# nothing but this\n") == 0)
    #expect(stage.host.output.isEmpty)
    #expect(stage.host.diagnostics.isEmpty)
  }

  @Test func `what an entry defines is there for the next`() async {
    let stage = await Stage(definitions: "")
    await stage.enter("let x = 20")
    await stage.enter("fn twice(n) { n * 2 }")
    #expect(await stage.enter("print twice(x) + 2") == 0)
    #expect(stage.host.output == "42\n")
  }

  @Test func `a name is defined anew at a prompt, not in a script`() async {
    let stage = await Stage(definitions: "")
    await stage.enter("let x = 1")
    #expect(await stage.enter("let x = 2") == 0)
    await stage.enter("print x")
    #expect(stage.host.output == "2\n")
    #expect(await stage.run("let y = 1\nlet y = 2") == 2)
    #expect(stage.host.diagnostics.contains("E0202"))
  }

  @Test func `an entry with a mistake changes nothing`() async {
    let stage = await Stage(definitions: "")
    await stage.enter("var x = 1")
    #expect(await stage.enter("x = 2; print totl") == 2)
    #expect(await stage.enter("x = 3; print 1 / 0; x = 4") == 1)
    await stage.enter("print x")
    #expect(stage.host.output == "3\n")
  }

  @Test func `an entry shows its value, a script does not`() async {
    let stage = await Stage(definitions: "")
    await stage.enter("1 + 1")
    #expect(stage.host.takeOutput() == "2\n")
    await stage.run("1 + 1")
    #expect(stage.host.takeOutput().isEmpty)
  }

  @Test func `a script knows its arguments`() async {
    let host = FakeHost()
    let session = Session(host: host, arguments: ["one", "二"])
    _ = await session.run(SourceText(name: "t", "print args"), mode: .script)
    #expect(host.output == "[\"one\", \"二\"]\n")
  }

  @Test(arguments: [
    ("while true {}", 130), ("for n in 1..9000000000000000000 {}", 130),
    ("fn f(n) { f(n) + 1 }\nwhile true { var x = [1]; for y in x {} }", 130),
  ])
  func `a run that is cancelled ends`(text: String, status: Int32) async {
    let stage = await Stage(definitions: "")
    let task = Task { await stage.run(text) }
    task.cancel()
    #expect(await task.value == status)
    #expect(await stage.run("print 1") == 0)
  }

  @Test func `the output of a closed reader ends the run in silence`() async {
    let stage = await Stage(definitions: "")
    stage.host.closeOutput()
    #expect(await stage.run("for n in 1..100000 { print n }") == 141)
    #expect(stage.host.diagnostics.isEmpty)
  }

  @Test func `a full disk is told`() async {
    let stage = await Stage(definitions: "")
    stage.host.setSpace(1_000)
    #expect(await stage.run("for n in 1..100000 { print n }") == 1)
    #expect(stage.host.diagnostics.contains("error[E0801]"))
    #expect(stage.host.diagnostics.contains("no space is left"))
  }

  @Test(arguments: [
    (Capability.read, #"files f from csv "a.csv" column "image"; f | count"#),
    (.write, #"links "A.png" | export to "a.json""#), (.env, "print $HOME"),
  ])
  func `what a host refuses is told`(capability: Capability, text: String) async {
    let stage = await Stage(files: ["a.csv": "image\nx\n"])
    stage.host.deny(capability)
    #expect(await stage.run(text) == 1)
    #expect(stage.host.diagnostics.contains("error[E0905]"))
    #expect(stage.host.diagnostics.contains("`\(capability.rawValue)`"))
  }

  @Test func `whether an entry is finished`() async {
    let session = Session(host: FakeHost())
    for text in ["if true {", "print [1,", "print 1 +", "policy p {", "print (1"] {
      #expect(await session.isIncomplete(text), "\(text)")
    }
    for text in ["print 1", "if true { 1 }", "print )", "exprot", "print \"abc"] {
      #expect(await !session.isIncomplete(text), "\(text)")
    }
  }
}
