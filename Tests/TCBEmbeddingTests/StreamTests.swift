import TCBEngine
import TCBHost
import TCBInterface
import TCBService
import Testing

/// Rows that a program reads one by one, and runs that it stops.
@Suite struct StreamTests {
  @Test func `rows of links say what became of each file`() async throws {
    let session = Engine().session()
    let script = Engine.definitions + "links [\"A.png\", \"tmp/x\", \"/bad\"] using site"
    var links: [FileLink] = []
    for try await row in try await session.rows(script) { links.append(try #require(row.link)) }
    #expect(links.map(\.status) == [.ok, .denied, .failed])
    #expect(links[0].url == "https://7465-test2-4a89da-1258717764.tcb.qcloud.la/A.png")
    #expect(links[0].maxAge == .seconds(7_200))
    #expect(links[1].message == "not shared")
    #expect(links[2].code == "bad-file-id")
  }

  @Test func `rows are read once, and a second loop goes on`() async throws {
    let session = Engine().session()
    let rows = try await session.rows("[{n: 1}, {n: 2}, {n: 3}]")
    var seen: [Int?] = []
    for try await row in rows {
      seen.append(row["n"].int)
      if seen.count == 3 { break }
    }
    for try await row in rows { seen.append(row["n"].int) }
    #expect(seen == [1, 2, 3])
  }

  @Test func `the session may run other scripts between two rows`() async throws {
    let session = Engine().session()
    var sum = 0
    try await session.run("let factor = 2")
    for try await row in try await session.rows("map(range(1, 10000), fn (n) { {n: n} })") {
      guard let n = row["n"].int, n % 2_500 == 0 else { continue }
      sum += try await session.run("factor * \(n)").value.int ?? 0
    }
    #expect(sum == 2 * (2_500 + 5_000 + 7_500 + 10_000))
  }

  @Test func `what has no rows is an error`() async throws {
    let session = Engine().session()
    for script in ["let x = 1", "1 + 1", "", "\"a\""] {
      let error = await #expect(throws: ScriptError.self) { try await session.rows(script) }
      #expect(error?.code == "E0417", "\(script)")
    }
  }

  @Test func `an error among the rows ends them, with its place`() async throws {
    let session = Engine().session()
    let rows = try await session.rows("[{n: 1}, {n: 0}]\n  | where 1 / it.n > 0", name: "r.tcb")
    let error = await #expect(throws: ScriptError.self) { for try await _ in rows {} }
    #expect(error?.code == "E0405")
    #expect(error?.place?.description == "r.tcb:2:11")
    for try await _ in rows { Issue.record("no row comes behind an error") }
  }

  @Test func `a task that is cancelled ends its run`() async throws {
    let session = Engine().session()
    let task = Task { try await session.run("while true {}") }
    task.cancel()
    let error = await #expect(throws: ScriptError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
    #expect(try await session.run("1").value == 1)
  }

  @Test func `a run that waits for its turn can be cancelled`() async throws {
    let session = Engine().session()
    let first = Task { try await session.run("while true {}") }
    let second = Task { try await session.run("2") }
    second.cancel()
    first.cancel()
    _ = await first.result
    if case .failure(let error as ScriptError) = await second.result { #expect(error.kind == .cancelled) }
    #expect(try await session.run("3").value == 3)
  }

  @Test(arguments: [
    (Limits(steps: 10_000), "try { while true {} } catch e { 1 }", "E0902"),
    (Limits(depth: 10), "fn f() { f() }\ntry { f() } catch e { 1 }", "E0901"),
    (Limits(time: .milliseconds(20)), "while true {}", "E0907"),
    (Limits(memory: 1 << 20), "var l = []\nwhile true { l = l + [\"some text in a list\"] }", "E0908"),
  ])
  func `limits end an endless script`(limits: Limits, script: String, code: String) async throws {
    let session = Engine(limits: limits).session()
    let error = await #expect(throws: ScriptError.self) { try await session.run(script) }
    #expect(error?.kind == .limitExceeded)
    #expect(error?.code == code)
    #expect(try await session.run("1").value == 1)
  }

  @Test func `time ends what a command waits for`() async throws {
    var engine = Engine(limits: Limits(time: .milliseconds(20)))
    try engine.add(
      HostCommand("dawdle", summary: "Waits for an hour.") { _ in
        try await Task.sleep(for: .seconds(3_600))
        return .nothing
      })
    let error = await #expect(throws: ScriptError.self) { try await engine.session().run("dawdle") }
    #expect(error?.code == "E0907")
    #expect(error?.kind == .limitExceeded)
  }

  @Test func `sessions run side by side`() async throws {
    let engine = Engine()
    let sums = try await withThrowingTaskGroup(of: Int.self) { group in
      for n in 1...20 {
        group.addTask {
          let session = engine.session()
          try await session.set("n", to: .int(n))
          try await session.run("var sum = 0\nfor i in 1..1000 { sum = sum + n }")
          return try await session.value(of: "sum")?.int ?? 0
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(sums == 1_000 * (1...20).reduce(0, +))
  }

  @Test func `runs of one session wait for one another`() async throws {
    let session = Engine().session()
    try await session.run("var n = 0")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { _ = try await session.run("n = n + 1\n[{a: 1}] | count") } }
      try await group.waitForAll()
    }
    #expect(try await session.value(of: "n") == 50)
  }

  /// Answers with a link of its own for every file.
  struct OwnService: LinkService {
    func links(for request: LinkRequest, credential: Credential) async throws(LinkServiceError) -> LinkAnswer
    {
      if request.files.contains(where: { $0.fileID.hasSuffix("down") }) { throw .httpStatus(404) }
      return LinkAnswer(
        errorCode: 0, message: "ok",
        files: request.files.map { file in
          AnsweredFile(
            fileID: file.fileID, downloadURL: "https://cdn.example/\(file.maxAge)", status: 0, message: "ok")
        })
    }
  }

  @Test func `a program's own service answers for links`() async throws {
    let session = Engine(linkService: OwnService()).session()
    let script = Engine.definitions + "links [\"A.png\"] using site"
    for try await row in try await session.rows(script) {
      #expect(row.link?.url == "https://cdn.example/7200")
    }
    let failed = try await session.run("links [\"down\"] using site | first")
    #expect(failed.value["status"] == "failed")
  }

  @Test func `failed rows are counted`() async throws {
    let result = try await Engine().session().run(
      Engine.definitions + "links [\"a\", \"/b\", \"/c\"] | count")
    #expect(result.value == 3)
    #expect(result.failedRows == 2)
  }
}
