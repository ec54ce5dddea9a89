import TCBEngine
import TCBHost
import TCBTestSupport
import Testing

/// Files are written whole or not at all.
@Suite struct ExportTests {
  static let list = (0..<300).map { "\"f/\($0).png\"" }.joined(separator: ", ")

  @Test(arguments: ["csv", "tsv", "json", "ndjson", "md", "urls"])
  func `links are exported in every format`(format: String) async {
    let stage = await Stage()
    #expect(await stage.run("links [\(ExportTests.list)] using site | export to \"out.\(format)\"") == 0)
    let text = stage.host.contents("out.\(format)") ?? ""
    let link = "https://7465-test2-4a89da-1258717764.tcb.qcloud.la/f/"
    #expect(text.ranges(of: link).count == 300)
    let places = (0..<300).compactMap { text.firstRange(of: link + "\($0).png")?.lowerBound }
    #expect(places.count == 300)
    #expect(places == places.sorted())
    #expect(stage.host.output.isEmpty)
  }

  @Test func `an export passes rows on`() async {
    let stage = await Stage()
    await stage.run(
      "links [\(ExportTests.list)] | export to \"a.csv\" | export to \"b.ndjson\" | count | print")
    #expect(stage.host.output == "300\n")
    #expect(stage.host.contents("a.csv")?.split(separator: "\n").count == 301)
    #expect(stage.host.contents("b.ndjson")?.split(separator: "\n").count == 300)
  }

  @Test func `a stage that stops early leaves the file whole`() async {
    let stage = await Stage()
    await stage.run("links [\(ExportTests.list)] | export to \"a.csv\" | take 1 | count | print")
    #expect(stage.host.output == "1\n")
    #expect(stage.host.contents("a.csv")?.split(separator: "\n").count == 301)
  }

  @Test func `an error on the way leaves the old file`() async {
    let stage = await Stage(files: ["out.csv": "old\n"])
    let text = "[\(ExportTests.list)] | where 1 / (length(it.path) - 9) > 0 | export to \"out.csv\""
    #expect(await stage.run(text) == 1)
    #expect(stage.host.diagnostics.contains("E0405"))
    #expect(stage.host.contents("out.csv") == "old\n")
    #expect(stage.host.paths == ["out.csv"])
    #expect(stage.host.openWriters == 0)
  }

  @Test func `a disk that fills up leaves the old file`() async {
    let stage = await Stage(files: ["out.csv": "old\n"])
    stage.host.setSpace(2_000)
    #expect(await stage.run("links [\(ExportTests.list)] | export to \"out.csv\"") == 1)
    #expect(stage.host.diagnostics.contains("error[E0801]: cannot write `out.csv`: no space is left"))
    #expect(stage.host.contents("out.csv") == "old\n")
    #expect(stage.host.openWriters == 0)
  }

  @Test(arguments: [
    ("a/out.csv", nil, "E0801"), ("folder", "csv", "E0801"), ("locked.csv", nil, "E0801"),
    ("out.xyz", nil, "E0805"),
  ])
  func `a path that cannot be written is told`(path: String, format: String?, code: String) async {
    let stage = await Stage(files: ["locked.csv": "old\n", "folder/x": "x"])
    stage.host.makeUnwritable("locked.csv")
    stage.host.makeUnwritable("a/out.csv")
    let text = "links \"A.png\" | export to \"\(path)\"" + (format.map { " as \($0)" } ?? "")
    #expect(await stage.run(text) == 1)
    #expect(stage.host.diagnostics.contains("error[\(code)]"))
    #expect(stage.host.contents("locked.csv") == "old\n")
  }

  @Test func `a cancelled run leaves no part of a file`() async {
    let stage = await Stage()
    let task = Task { await stage.run("links [\(ExportTests.list)] | export to \"out.csv\"") }
    task.cancel()
    let status = await task.value
    #expect(status == 130)
    #expect(stage.host.paths.isEmpty)
    #expect(stage.host.openWriters == 0)
  }
}
