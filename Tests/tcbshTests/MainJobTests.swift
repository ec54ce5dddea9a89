import Testing

/// The main job, by the program itself.
@Suite struct MainJobTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private static let key = "dimtm5evg50ijsx2hvuwyfoiu65"

  private func environment(_ more: String) -> String {
    """
    env demo {
      id "test2-4a89da"   bucket "7465-test2-4a89da"   account "1258717764"
      api embedded any    \(more)
    }
    use env demo

    """
  }

  /// The example in the interface's documentation.
  @Test func `a public environment gives the documented link`() throws {
    let script =
      "policy p { default max_age 7200s }\nlinks \"A.png\" using p | show as ndjson columns status, url"
    let outcome = try folder.run(environment("read public") + script)
    let url = "https://7465-test2-4a89da-1258717764.tcb.qcloud.la/A.png"
    #expect(outcome.outputText == #"{"status":"ok","url":"\#(url)"}"# + "\n")
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
  }

  @Test(arguments: [("A.png", "/A.png"), ("图/a b%.png", "/%E5%9B%BE/a%20b%25.png")])
  func `a private link is signed as md5sum signs it, and verify accepts it`(file: String, path: String) throws
  {
    let url = try link(file)
    let parts = url.split(separator: "?")
    let host = "https://7465-test2-4a89da-1258717764.tcb.qcloud.la"
    #expect(parts.first.map(String.init) == host + path)
    let fields = parts.last?.split(separator: "&").map(String.init) ?? []
    let sign = fields.first { $0.hasPrefix("sign=") }?.dropFirst(5) ?? ""
    let end = fields.first { $0.hasPrefix("t=") }?.dropFirst(2) ?? ""
    let sum = try Program.run([], stdin: Array("\(Self.key)\(path)\(end)".utf8), program: "/usr/bin/md5sum")
    #expect(sum.outputText.prefix(32) == sign)
    let outcome = try verify(url)
    #expect(outcome.status == 0)
    #expect(outcome.outputText.contains(file))
  }

  @Test(arguments: [
    ("A.png", "B.png", "CDN_INVALID_SIGNATURE"), ("sign=", "sign=0", "CDN_INVALID_SIGNATURE"),
    ("&t=", "&t=9", "CDN_INVALID_SIGNATURE"),
    ("https", "ftp", "no download link"),
  ])
  func `verify says why it refuses`(part: String, other: String, why: String) throws {
    let url = try link("A.png")
    let outcome = try verify(url.replacing(part, with: other, maxReplacements: 1))
    #expect(outcome.status == 1)
    #expect(outcome.outputText.hasPrefix("refused: "), "\(outcome.outputText)")
    #expect(outcome.outputText.contains(why), "\(outcome.outputText)")
  }

  @Test func `a link of a host that no environment here has is told`() throws {
    let outcome = try verify(try link("A.png").replacing("tcb.qcloud.la", with: "example.com"))
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("error[E0713]: no environment here has links at"))
  }

  @Test func `a link whose time is over is refused`() throws {
    let outcome = try verify(
      "https://7465-test2-4a89da-1258717764.tcb.qcloud.la/test.jpg?sign=900a5049aa8ac1ab144527d9c2be4cea&t=1582791032"
    )
    #expect(outcome.status == 1)
    #expect(outcome.outputText.contains("CDN_SIGNATURE_EXPIRED"))
  }

  private func link(_ file: String) throws -> String {
    let outcome = try folder.run(environment("key \"\(Self.key)\"") + "links \"\(file)\" | show as urls")
    #expect(outcome.status == 0, "\(outcome.errorText)")
    return outcome.outputText.split(separator: "\n").first.map(String.init) ?? ""
  }

  private func verify(_ url: String) throws -> Program.Outcome {
    try folder.run(environment("key \"\(Self.key)\"") + "verify \"\(url)\"")
  }

  // MARK: 20,000 rows

  private enum Kind: String {
    case good = "ok"
    case bad, missing, denied
    var status: String { self == .good ? "ok" : self == .denied ? "denied" : "failed" }
  }

  /// 3 bad ids, 5 missing files, 200 denied and 100 that repeat an earlier one, spread over the rows.
  private static let rows: [(path: String, kind: Kind)] = (0..<20_000).map { row in
    switch row {
    case 17, 9_999, 19_999: ("img//\(row)", .bad)
    case let row where row % 4_000 == 123: ("img/missing/\(row)", .missing)
    case let row where row % 100 == 50: ("tmp/\(row)", .denied)
    case let row where row % 200 == 77: ("img/\(row - 1).png", .good)
    default: ("img/\(row).png", .good)
    }
  }

  @Test func `20,000 rows come back as 20,000 results in order`() throws {
    let rows = Self.rows
    #expect(rows.filter { $0.kind == .bad }.count == 3)
    #expect(rows.filter { $0.kind == .missing }.count == 5)
    #expect(rows.filter { $0.kind == .denied }.count == 200)
    #expect(rows.count - Set(rows.map(\.path)).count == 100)
    try folder.write("rows.csv", "n,path\n" + rows.enumerated().map { "\($0),\($1.path)\n" }.joined())
    let there = Set(rows.filter { $0.kind == .good || $0.kind == .denied }.map(\.path))
    try folder.write("there.csv", "path\n" + there.sorted().map { $0 + "\n" }.joined())
    let environment = environment("key \"\(Self.key)\"")
      .replacing("embedded any", with: "embedded list \"there.csv\"")
    let outcome = try folder.run(
      environment + """
        files all from csv "rows.csv"
        policy p { default max_age 1h; "tmp/" deny "no" }
        links all using p | export to "out.csv" columns n, path, status, url, code | count | print
        """)
    #expect(outcome.outputText == "20000\n", "\(outcome.errorText)")
    #expect(outcome.status == 3)
    let lines = folder.contents(of: "out.csv")?.split(separator: "\n").dropFirst() ?? []
    #expect(lines.count == 20_000)
    for (row, line) in lines.enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == 5 else {
        Issue.record("row \(row): \(line)")
        continue
      }
      let expected = rows[row]
      let isAsExpected =
        fields[0] == "\(row)" && fields[1] == expected.path && fields[2] == expected.kind.status
        && fields[3].contains("/\(expected.path)?sign=") == (expected.kind == .good)
        && fields[4] == (expected.kind == .bad ? "bad-file-id" : expected.kind == .missing ? "1" : "")
      #expect(isAsExpected, "row \(row): \(line)")
    }
  }
}
