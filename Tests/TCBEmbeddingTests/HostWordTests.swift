import Synchronization
import TCBEngine
import TCBHost
import Testing

/// Functions and commands that a program adds to the language.
@Suite struct HostWordTests {
  struct Broken: Error, Equatable { var number: Int }

  private func engine() throws -> Engine {
    var engine = Engine()
    try engine.add(
      HostFunction("discount", ["price", "percent"], required: 1, summary: "A price less so many percent.") {
        call in
        let percent = call["percent"].isNull ? 10 : try call.float("percent")
        guard percent <= 100 else {
          throw HostFailure("no price is below zero", code: "shop-percent", help: "give at most 100")
        }
        return .float(try call.float("price") * (100 - percent) / 100)
      })
    try engine.add(HostFunction("broken", summary: "Fails.") { _ in throw Broken(number: 7) })
    try engine.add(
      HostCommand(
        "publish", [.labelled("to", "PLACE", required: true, "where"), .flag("quietly", "say nothing")],
        rows: "what to publish", summary: "Publishes rows."
      ) { call in
        let place = try call.arguments.text("to")
        var count = 0
        for try await row in call.rows where row["path"].text != nil { count += 1 }
        if call.arguments.has("quietly") { return .nothing }
        return .value(["place": .text(place), "count": .int(count)])
      })
    try engine.add(
      HostCommand("priced", [.subject("price", "the price")], rows: "rows", summary: "Gives rows a price.") {
        call in
        let price = try call.arguments.int("price")
        return .rows(
          call.rows.map { row in
            var record = row.record
            record["price"] = .int(price)
            return record
          })
      })
    try engine.add(
      HostCommand("products", [.subject("count", "how many")], summary: "Products of the shop.") { call in
        let count = try call.arguments.int("count")
        return .rows((0..<count).map { ["path": .text("p/\($0).png"), "sku": .int($0)] })
      })
    return engine
  }

  @Test func `a function is called like any other, and takes defaults`() async throws {
    let session = try engine().session()
    #expect(try await session.run("discount(80, 25)").value == 60.0)
    #expect(try await session.run("80.discount()").value == 72.0)
    #expect(try await session.run("map([10, 20], discount)").value == [9.0, 18.0])
    #expect(try await session.run("[{p: 10}, {p: 100}] | where discount(it.p, 50) > 20 | count").value == 1)
  }

  @Test func `a failure is the script's error, at the call`() async throws {
    let session = try engine().session()
    let error = try #require(
      await #expect(throws: ScriptError.self) { try await session.run("let x = 1\ndiscount(1, 200)") })
    #expect(error.code == "shop-percent")
    #expect(error.message == "no price is below zero")
    #expect(error.help == "give at most 100")
    #expect(error.place?.line == 2)
    #expect(
      try await session.run("let e = try { discount(1, 200) } catch e { e.code }\ne").value == "shop-percent")
    let wrong = try #require(
      await #expect(throws: ScriptError.self) { try await session.run("discount(\"a\")") })
    #expect(wrong.code == "E0417")
    #expect(wrong.message == "`price` must be a number, and is a string")
  }

  @Test func `scripts learn nothing of other errors, and the program finds them`() async throws {
    let session = try engine().session()
    let error = try #require(await #expect(throws: ScriptError.self) { try await session.run("broken()") })
    #expect(error.code == "E0432")
    #expect(error.message == "`broken` failed in the program that runs this script")
    #expect(error.underlying as? Broken == Broken(number: 7))
    let later = try #require(
      await #expect(throws: ScriptError.self) { try await session.run("try { broken() } catch e { 1 / 0 }") })
    #expect(later.underlying == nil)
  }

  @Test func `a call that does not fit its declaration is found before anything runs`() async throws {
    let session = try engine().session()
    for (script, code) in [
      ("discont(1)", "E0201"), ("[1] | publish", "E0303"), ("[1] | publish to \"a\" loudly", "E0304"),
      ("publsh [1]", "E0301"), ("[1] | where publish(it)", "E0201"),
    ] {
      let error = await #expect(throws: ScriptError.self) { try await session.run(script) }
      #expect(error?.kind == .notUnderstood, "\(script)")
      #expect(error?.code == code, "\(script)")
    }
    let error = await #expect(throws: ScriptError.self) { try await session.run("discount()") }
    #expect(error?.code == "E0412")
  }

  @Test func `a command takes rows and gives a value`() async throws {
    let session = try engine().session()
    let script = "[\"a.png\", {other: 1}, \"b.png\"] | publish to \"autumn\""
    #expect(try await session.run(script).value == ["place": "autumn", "count": 2])
    #expect(try await session.run("publish [\"a.png\"] to \"x\" quietly").value == .null)
    #expect(try await session.run("products 1000 | publish to \"x\"").value["count"] == 1000)
  }

  @Test func `rows of a command go on through the pipe`() async throws {
    let session = try engine().session()
    let script = "products 600 | priced 5 | where it.sku >= 598 | select sku, price"
    #expect(try await session.run(script).value == [["sku": 598, "price": 5], ["sku": 599, "price": 5]])
    try await session.run(Engine.definitions)
    let links = try await session.run("products 60 | links using site | where it.status == \"ok\" | count")
      .value
    #expect(links == 60)
  }

  @Test func `an error in the rows of a command keeps its place`() async throws {
    let session = try engine().session()
    let script = "products 3\n  | where 1 / it.sku > 0\n  | priced 5"
    let error = try #require(await #expect(throws: ScriptError.self) { try await session.run(script) })
    #expect(error.code == "E0405")
    #expect(error.place?.line == 2)
  }

  @Test func `a sequence that fails ends the pipeline with its error`() async throws {
    var engine = Engine()
    try engine.add(
      HostCommand("feed", summary: "Fails behind two rows.") { _ in
        .rows(
          AsyncThrowingStream<ScriptRecord, any Error> { stream in
            stream.yield(["a": 1])
            stream.yield(["a": 2, "b": 3])
            stream.finish(throwing: Broken(number: 2))
          })
      })
    let session = engine.session()
    let error = try #require(await #expect(throws: ScriptError.self) { try await session.run("feed") })
    #expect(error.underlying as? Broken == Broken(number: 2))
    #expect(try await session.run("1").value == 1)
  }

  @Test func `an error of another session is none of the script's`() async throws {
    var engine = Engine()
    let other = Engine().session()
    try engine.add(
      HostCommand("inner", summary: "") { _ in .value(try await other.run("1 / 0", name: "inner.tcb").value) }
    )
    let error = try #require(
      await #expect(throws: ScriptError.self) { try await engine.session().run("inner", name: "outer.tcb") })
    #expect(error.code == "E0432")
    #expect(error.place?.source == "outer.tcb")
    #expect((error.underlying as? ScriptError)?.place?.source == "inner.tcb")
  }

  @Test func `rows are pulled as they are asked for`() async throws {
    let made = Mutex(0)
    var engine = Engine()
    try engine.add(
      HostCommand("feed", summary: "Rows without end.") { _ in
        .rows(
          AsyncStream<ScriptRecord> {
            [
              "n": .int(
                made.withLock { made in
                  made += 1
                  return made
                })
            ]
          })
      })
    #expect(try await engine.session().run("feed | take 3").value == [["n": 1], ["n": 2], ["n": 3]])
    #expect(made.withLock { $0 } <= 1_000)
  }

  @Test func `help and completion know the words`() async throws {
    let heard = Heard()
    let session = try engine().session { heard.add($0) }
    try await session.run("help publish\nhelp discount")
    #expect(
      heard.text == """
        publish ROWS to PLACE [quietly]
          Publishes rows.

          ROWS      what to publish (or what is piped in)
          to PLACE  where
          quietly   say nothing
        discount(price, [percent])
          A price less so many percent.

        """)
  }

  @Test func `a word is not taken twice, and is a name`() throws {
    var engine = try engine()
    func command(_ name: String, _ parts: [HostParameter] = []) -> HostCommand {
      HostCommand(name, parts, summary: "") { _ in .nothing }
    }
    func function(_ name: String, _ parameters: [String] = []) -> HostFunction {
      HostFunction(name, parameters, summary: "") { _ in nil }
    }
    #expect(throws: DeclarationError.taken("links")) { try engine.add(command("links")) }
    #expect(throws: DeclarationError.taken("env")) { try engine.add(command("env")) }
    #expect(throws: DeclarationError.taken("publish")) { try engine.add(command("publish")) }
    #expect(throws: DeclarationError.taken("upper")) { try engine.add(function("upper")) }
    #expect(throws: DeclarationError.taken("discount")) { try engine.add(function("discount")) }
    #expect(throws: DeclarationError.taken("a")) { try engine.add(function("f", ["a", "a"])) }
    #expect(throws: DeclarationError.notAName("in")) {
      try engine.add(command("c", [.labelled("in", "X", "")]))
    }
    #expect(throws: DeclarationError.notAName("with space")) { try engine.add(function("with space")) }
    #expect(throws: DeclarationError.taken("B")) {
      try engine.add(command("c", [.subject("a", ""), .subject("b", "")]))
    }
  }

  @Test func `functions are not told secrets`() async throws {
    var engine = Engine()
    try engine.add(HostFunction("spy", ["value"], summary: "") { call in call["value"] })
    let session = engine.session()
    try await session.run("token main from app { appid \"wx0\"  secret \"kept-out-of-sight\" }")
    #expect(try await session.run("spy(main)").value == "token main ‹secret›")
  }

  @Test func `a command cannot use the session that runs it, and may use another`() async throws {
    var engine = Engine()
    let other = Engine().session()
    let own = Mutex<Session?>(nil)
    try engine.add(
      HostCommand("inner", summary: "") { call in
        .value(try await (own.withLock { $0 } ?? other).run("1 + 1").value)
      })
    let session = engine.session()
    #expect(try await session.run("inner").value == 2)
    own.withLock { $0 = session }
    let error = await #expect(throws: ScriptError.self) { try await session.run("inner") }
    #expect(error?.code == "E0909")
    own.withLock { $0 = nil }
  }
}
