import TCBInterface
import TCBLinks
import TCBRows
import TCBService
import TCBTestSupport
import Testing

/// One result for each row, in order, whatever the service does.
@Suite struct LinkReaderTests {
  private static let paths = (0..<333).map { "图/\($0).png" }

  private static func link(_ path: String, _ maxAge: Int64 = 7_200) -> String {
    FakeLinkService.link("cloud://e1.b/\(path)", maxAge)
  }

  private func expectAll(_ rows: [LinkRun.Row], _ seed: UInt64 = 0) {
    #expect(rows.map(\.path) == LinkReaderTests.paths, "seed \(seed)")
    #expect(rows.map(\.url) == LinkReaderTests.paths.map { LinkReaderTests.link($0) }, "seed \(seed)")
    #expect(rows.allSatisfy { $0.status == "ok" }, "seed \(seed)")
  }

  @Test func `rows come back in order, in as few calls as there can be`() async throws {
    let run = LinkRun()
    expectAll(try await run.rows(LinkReaderTests.paths))
    #expect(run.service.requests.map(\.files.count).sorted() == [33, 50, 50, 50, 50, 50, 50])
    #expect(run.service.requests.allSatisfy { $0.environment == "e1" })
    #expect(run.tokens.requests == [false])
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `answers are matched by file id, not by position`(seed: UInt64) async throws {
    let service = FakeLinkService { (call, _, rows) in
      var random = SeededGenerator(seed: seed &+ UInt64(call))
      return LinkAnswer(.ok, files: (rows + rows).shuffled(using: &random))
    }
    expectAll(try await LinkRun(service).rows(LinkReaderTests.paths), seed)
  }

  @Test func `a row that nobody asked for is passed over`() async throws {
    let service = FakeLinkService { (_, _, rows) in
      let stranger = AnsweredFile(
        fileID: "cloud://e1.b/other", downloadURL: "https://x", status: 0, message: "")
      return LinkAnswer(.ok, files: [stranger] + rows + [stranger])
    }
    expectAll(try await LinkRun(service).rows(LinkReaderTests.paths))
  }

  @Test func `a file the answer leaves out fails alone`() async throws {
    let service = FakeLinkService { (_, _, rows) in
      LinkAnswer(.ok, files: rows.filter { !$0.fileID.hasSuffix("7.png") })
    }
    let rows = try await LinkRun(service).rows(LinkReaderTests.paths)
    #expect(rows.map(\.path) == LinkReaderTests.paths)
    for row in rows {
      #expect(row.status == (row.path.hasSuffix("7.png") ? "failed" : "ok"))
      #expect(row.code == (row.path.hasSuffix("7.png") ? "missing-in-answer" : nil))
    }
  }

  @Test func `a file's own status is its row's code`() async throws {
    let service = FakeLinkService { (_, _, rows) in
      LinkAnswer(
        .ok,
        files: rows.map {
          guard $0.fileID.hasSuffix("0.png") else { return $0 }
          return AnsweredFile(fileID: $0.fileID, downloadURL: "", status: -503_003, message: "no such file")
        })
    }
    let rows = try await LinkRun(service).rows(LinkReaderTests.paths)
    #expect(
      rows.filter { $0.code == "-503003" }.map(\.path)
        == LinkReaderTests.paths.filter { $0.hasSuffix("0.png") })
    #expect(rows.filter { $0.status == "ok" }.count == 333 - 34)
  }

  @Test func `of two answers for one file the link is believed`() async throws {
    for order in [true, false] {
      let service = FakeLinkService { (_, _, rows) in
        let refusals = rows.map {
          AnsweredFile(fileID: $0.fileID, downloadURL: "", status: -503_003, message: "no")
        }
        return LinkAnswer(.ok, files: order ? refusals + rows : rows + refusals)
      }
      expectAll(try await LinkRun(service).rows(LinkReaderTests.paths))
    }
  }

  @Test func `a file that stands twice is asked for once`() async throws {
    let run = LinkRun()
    let paths = LinkReaderTests.paths + LinkReaderTests.paths.reversed() + ["图/5.png"]
    let rows = try await run.rows(paths)
    #expect(rows.map(\.url) == paths.map { LinkReaderTests.link($0) })
    #expect(run.service.requests.flatMap(\.files).count == 333)
  }

  @Test func `composed and decomposed letters are different files`() async throws {
    let run = LinkRun()
    let rows = try await run.rows(["\u{E9}.png", "e\u{301}.png"])
    #expect(run.service.requests.first?.files.count == 2)
    #expect(
      rows.map { $0.url.map { Array($0.utf8) } } == [
        Array(LinkReaderTests.link("\u{E9}.png").utf8), Array(LinkReaderTests.link("e\u{301}.png").utf8),
      ])
  }

  @Test func `a little memory costs calls and changes no answer`() async throws {
    var run = LinkRun()
    run.remembering = 60
    let paths = (0..<20).flatMap { _ in (0..<100).map { "\($0)" } }
    let rows = try await run.rows(paths)
    #expect(rows.map(\.url) == paths.map { LinkReaderTests.link($0) })
    #expect(run.service.requests.allSatisfy { Set($0.files.map(\.fileID)).count == $0.files.count })
  }

  @Test func `rows that are wrong fail alone and cost no call`() async throws {
    let run = LinkRun()
    let paths = ["a.png", "cloud://e1.b//x", "cloud://", "cloud://e9.b/x", "", "/lead", "a/../b", "b.png"]
    let rows = try await run.rows(paths)
    #expect(rows.map(\.path).first == "a.png")
    #expect(rows.map(\.status) == ["ok"] + Array(repeating: "failed", count: 6) + ["ok"])
    #expect(rows[3].code == "unknown-environment")
    #expect(
      run.service.requests.flatMap(\.files).map(\.fileID) == ["cloud://e1.b/a.png", "cloud://e1.b/b.png"])
  }

  @Test func `each environment has calls of its own`() async throws {
    let run = LinkRun()
    let paths = (0..<120).map { "cloud://e\($0 % 2 + 1).b/\($0)" }
    let rows = try await run.rows(paths)
    #expect(rows.map(\.url) == paths.map { FakeLinkService.link($0, 7_200) })
    #expect(run.service.requests.map(\.files.count).sorted() == [10, 10, 50, 50])
    for request in run.service.requests {
      #expect(request.files.allSatisfy { $0.fileID.hasPrefix("cloud://\(request.environment).") })
    }
  }

  @Test func `no more calls are under way than may be`() async throws {
    var run = LinkRun()
    run.concurrency = 2
    _ = try await run.rows((0..<2_000).map { "\($0)" })
    #expect(run.service.requests.count == 40)
    #expect((1...2).contains(run.service.mostUnderWay))
  }

  @Test func `nothing gives nothing`() async throws {
    let run = LinkRun()
    #expect(try await run.rows([]).isEmpty)
    #expect(run.service.requests.isEmpty)
    #expect(run.tokens.requests.isEmpty)
  }

  @Test func `what was read is counted`() async throws {
    var tally = LinkTally()
    let run = LinkRun()
    let reader = run.reader(CellsReader((LinkReaderTests.paths + ["cloud://"]).map(Cell.text))) { part in
      tally.rows += part.rows
      tally.calls += part.calls
      tally.byStatus.merge(part.byStatus) { $0 + $1 }
    }
    _ = try await LinkRun.rows(of: reader)
    #expect(tally.rows == 334)
    #expect(tally.calls == 7)
    #expect(tally.byStatus == [.ok: 333, .failed: 1])
  }
}
