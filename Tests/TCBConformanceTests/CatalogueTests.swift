import Foundation
import TCBEngine
import TCBSyntax
import TCBTestSupport
import TCBText
import Testing

/// The codes that `tcbsh explain` knows.
@Suite struct CatalogueTests {
  private func run(_ text: String) async -> (host: FakeHost, status: Int32) {
    let host = FakeHost(
      files: [
        "products.csv": "image\nA.png\nb/c.pdf\n", "ragged.csv": "path,size\na.png,1\nb.png\n",
        "lib.tcb": "let base = \"img/\"\n", "circle.tcb": "import \"circle.tcb\"\n",
        "script.tcb": "print 1\n",
        "rules.csv": "pattern,max_age\na/,1h\n", "bad-rules.csv": "pattern,max_age\na/,\n",
        "bad-columns.csv": "pattern,max_agee\na/,1h\n",
      ], variables: ["WX_SECRET": "s3cr3t-text"])
    let session = Session(host: host)
    let report = await session.run(SourceText(name: "example.tcb", text), mode: .script)
    return (host, report.exitStatus)
  }

  private static func check(_ text: String) async -> String {
    await Session(host: FakeHost()).checkWithLint(SourceText(name: "example.tcb", text)).text
  }

  static let runnable = CodeCatalogue.entries.filter { $0.wrong != nil && !$0.isOfLint }.map(\.code)

  static let checked = CodeCatalogue.entries.filter(\.isOfLint).map(\.code)

  @Test(arguments: checked)
  func `an example of lint is found by a check, and mended nothing is`(code: String) async throws {
    let entry = try CodeCatalogue.entry(code)
    let wrong = try #require(entry.wrong)
    #expect(await Self.check(wrong).contains("[\(code)]"))
    #expect(await run(wrong).host.diagnostics.isEmpty)
    let mended = try #require(entry.mended)
    #expect(await Self.check(mended) == "")
    #expect(await run(mended).status == 0)
  }

  @Test(arguments: runnable)
  func `an example meets its code, and mended it does not`(code: String) async throws {
    let entry = try CodeCatalogue.entry(code)
    let wrong = await run(try #require(entry.wrong))
    #expect(wrong.host.diagnostics.contains("[\(code)]"), "\(wrong.host.diagnostics)")
    let mended = await run(try #require(entry.mended))
    #expect(mended.host.diagnostics.isEmpty)
    #expect(mended.status == 0)
  }

  @Test func `every code in the sources is explained, and no other`() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources")
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var used: Set<String> = []
    for case let file as URL in files
    where file.pathExtension == "swift" && !file.path.contains("/Catalogue/") {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /["\[](E0[0-9]{3})["\]]/) { used.insert(String(match.output.1)) }
    }
    let explained = CodeCatalogue.entries.map(\.code)
    #expect(used.subtracting(explained).sorted() == [])
    #expect(Set(explained).subtracting(used).sorted() == [])
    #expect(explained == explained.sorted())
    #expect(Set(explained).count == explained.count)
  }

  @Test func `an explanation is read in both languages`() throws {
    let entry = try CodeCatalogue.entry("e0405")
    #expect(
      entry.text(in: .english).hasPrefix("E0405  Division by zero.\n\nThis meets it:\n\n    print 1 / 0\n"))
    #expect(entry.text(in: .chinese).hasPrefix("E0405  除数为零。\n\n会触发它的例子："))
    #expect(CodeCatalogue.entries.allSatisfy { $0.chinese.unicodeScalars.contains { $0.value > 0x4E00 } })
  }
}
