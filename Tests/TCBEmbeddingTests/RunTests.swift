import TCBEngine
import TCBHost
import Testing

/// Scripts that a program runs in a session.
@Suite struct RunTests {
  @Test func `a run gives the value of its last statement`() async throws {
    let session = Engine().session()
    #expect(try await session.run("1 + 1").value == 2)
    #expect(try await session.run("let x = 3").value == .null)
    #expect(try await session.run("x * 2").value == 6)
    #expect(try await session.run("").value == .null)
    #expect(try await session.run("if true { 1 } else { 2 }").value == .null)
    #expect(try await session.run("[{a: 1}, {a: 2}] | where it.a > 1").value == [["a": 2]])
  }

  @Test func `what runs define stays in their session, and in no other`() async throws {
    let engine = Engine()
    let (one, two) = (engine.session(), engine.session())
    try await one.run("let x = 1\nfn twice(n) { n * 2 }")
    #expect(try await one.run("twice(x)").value == 2)
    try await one.run("let x = 5")
    #expect(try await one.value(of: "x") == 5)
    #expect(try await two.value(of: "x") == nil)
    let error = await #expect(throws: ScriptError.self) { try await two.run("x") }
    #expect(error?.kind == .notUnderstood)
  }

  @Test func `names are set, and read back`() async throws {
    let session = Engine().session()
    try await session.set("version", to: 3)
    try await session.set("shop", to: ["name": "一", "open": true, "days": [1, 2.5, nil]])
    try await session.set("pause", to: .duration(.seconds(90)))
    #expect(try await session.run("version + length(shop.days)").value == 6)
    #expect(try await session.run("pause").value.duration == .seconds(90))
    #expect(try await session.value(of: "shop")?["days"][1].float == 2.5)
    try await session.set("version", to: "four")
    #expect(try await session.run("version").value.text == "four")
  }

  @Test(arguments: ["", "1x", "a b", "let", "x = 1; let y", "名"])
  func `what is no name cannot be set`(name: String) async throws {
    let error = await #expect(throws: ScriptError.self) { try await Engine().session().set(name, to: 1) }
    #expect(error?.code == "E0216")
  }

  @Test func `values too deep for scripts are refused, and do no harm`() async throws {
    var deep: ScriptValue = 1
    for _ in 0..<1_000 { deep = [deep] }
    let value = deep
    let session = Engine().session()
    let error = await #expect(throws: ScriptError.self) { try await session.set("x", to: value) }
    #expect(error?.code == "E0903")
    let other = await #expect(throws: ScriptError.self) { try await session.set("x", to: .float(.infinity)) }
    #expect(other?.code == "E0415")
    let third = await #expect(throws: ScriptError.self) {
      try await session.set("x", to: .duration(.seconds(Int64.max) * 10))
    }
    #expect(third?.code == "E0404")
    for milliseconds in [Int64.min, -1, 0, Int64.max] {
      try await session.set("d", to: .duration(.milliseconds(milliseconds)))
      #expect(try await session.value(of: "d")?.duration == .milliseconds(milliseconds))
    }
    #expect(try await Engine(limits: Limits(time: .seconds(Int64.max) * 10)).session().run("1").value == 1)
  }

  @Test func `nothing is granted to a script unless a host grants it`() async throws {
    let session = Engine().session()
    for script in [
      "print 1", "$HOME", "[{a: 1}] | export to \"a.csv\"", "files x from csv \"x.csv\"\nx | count",
    ] {
      let error = await #expect(throws: ScriptError.self) { try await session.run(script) }
      #expect(error?.code == "E0905", "\(script)")
    }
  }

  @Test func `output goes to whoever listens`() async throws {
    let heard = Heard()
    let session = Engine().session { heard.add($0) }
    try await session.run("print \"价格\", 3\nshow [{a: \"é\"}] as csv")
    #expect(heard.text == "价格 3\na\né\n")
    await #expect(throws: ScriptError.self) { try await session.run("print 1\nprint 1 / 0") }
    #expect(heard.text == "价格 3\na\né\n1\n")
    #expect(heard.notes == "")
  }

  @Test func `long output comes whole, no character cut`() async throws {
    let heard = Heard()
    let session = Engine().session { heard.add($0) }
    try await session.run("show map(range(1, 20000), fn (n) { {a: \"中文é\"} }) as csv")
    #expect(
      heard.text == "a\n" + String(repeating: "中文é\n", count: heard.text.split(separator: "\n").count - 1))
    #expect(heard.text.split(separator: "\n").count >= 20_000)
  }

  @Test func `an error tells its place, its code and what to do`() async throws {
    let session = Engine().session()
    let error = try #require(
      await #expect(throws: ScriptError.self) {
        try await session.run("fn f(n) {\n  n / 0\n}\nf(\"中文\".length())", name: "nightly.tcb")
      })
    #expect(error.kind == .failed)
    #expect(error.code == "E0405")
    #expect(error.place?.description == "nightly.tcb:2:3")
    #expect(error.diagnostics.first?.calls.first?.function == "f")
    #expect(error.diagnostics.first?.calls.first?.place.line == 4)
    #expect(error.text.hasPrefix("error[E0405]: division by zero\n  --> nightly.tcb:2:3"))
    #expect(error.json.hasPrefix(#"{"severity":"error","code":"E0405","message":"division by zero""#))
  }

  @Test func `places stay right however many texts a session has run`() async throws {
    let session = Engine().session()
    try await session.run("fn f(n) {\n  1 / n\n}", name: "definitions.tcb")
    for n in 1...100 { try await session.run("f(\(n)) + 1", name: "use.tcb") }
    let error = try #require(
      await #expect(throws: ScriptError.self) { try await session.run("1 +\n  f(0)", name: "last.tcb") })
    #expect(error.place?.description == "definitions.tcb:2:3")
    #expect(error.diagnostics.first?.calls.first?.place.description == "last.tcb:2:3")
    try await session.run("let g = fn () { 1 / 0 }", name: "kept.tcb")
    try await session.run("1")
    let later = try #require(await #expect(throws: ScriptError.self) { try await session.run("g()") })
    #expect(later.place?.source == "kept.tcb")
  }

  @Test func `a text with mistakes does not run, and all are told`() async throws {
    let session = Engine().session()
    let error = try #require(
      await #expect(throws: ScriptError.self) {
        try await session.run("let a = 1\nexprot a\nlet b = c")
      })
    #expect(error.kind == .notUnderstood)
    #expect(error.diagnostics.map(\.code) == ["E0301", "E0201"])
    #expect(error.help == "did you mean `export`?")
    #expect(try await session.value(of: "a") == nil)
  }

  @Test func `a script is checked and formatted without running`() async throws {
    let engine = Engine()
    #expect(await engine.check("let x = 1\nx").isEmpty)
    #expect(
      await engine.check("let x = 1\nlet y = z", name: "a.tcb").first?.description
        == "a.tcb:2:9: error[E0201]: nothing is called `z`")
    let session = engine.session()
    try await session.set("known", to: 1)
    #expect(await session.check("known + 1").isEmpty)
    #expect(await session.check("print unknown").map(\.code) == ["E0201"])
    #expect(try engine.format("let   x=1") == "let x = 1\n")
    #expect(throws: ScriptError.self) { try engine.format("let = 1") }
  }

  @Test func `a secret of a script is not told`() async throws {
    let heard = Heard()
    let session = Engine().session { heard.add($0) }
    let script = """
      token main from app { appid "wx0123456789abcdef"  secret "kept-out-of-sight" }
      print "kept-out-of-sight"
      fail "it was kept-out-of-sight"
      """
    let error = try #require(await #expect(throws: ScriptError.self) { try await session.run(script) })
    #expect(heard.text == "‹secret›\n")
    #expect(error.message == "it was ‹secret›")
    #expect(!error.text.contains("kept-out") && !error.json.contains("kept-out"))
  }
}
