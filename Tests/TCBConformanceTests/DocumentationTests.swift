// What the documentation and the help show is run.

import Foundation
import TCBEngine
import TCBSyntax
import TCBTestSupport
import Testing

@Suite struct DocumentationTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every block marked as `tcb`, named by the file and the line it begins on.
  static let blocks: [ScriptCase] = ["docs/language.md", "README.md"].flatMap { name in
    let text = (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
    return blocks(of: text, in: name)
  }

  static func blocks(of text: String, in name: String) -> [ScriptCase] {
    var blocks: [ScriptCase] = []
    var lines: [Substring] = []
    var start: Int?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line == "```tcb" {
        start = index + 2
      } else if line == "```", let firstLine = start {
        blocks.append(ScriptCase(name: name, firstLine: firstLine, text: lines.joined(separator: "\n")))
        (lines, start) = ([], nil)
      } else if start != nil {
        lines.append(line)
      }
    }
    return blocks
  }

  /// The files that the examples speak of.
  private static func host() -> FakeHost {
    let host = FakeHost()
    host.put("image,title\nA.png,a\ndocs/说明.pdf,b\ntmp/x.bin,c\n", at: "products.csv")
    host.put("A.png\n", at: "paths.txt")
    host.put(
      """
      pattern,max_age,deny,reason,tags,priority,when
      docs/,30d,,,manuals,,
      video/,21600,,,,,it.size < 200MB
      tmp/,,true,temporary,,,

      """, at: "rules.csv")
    host.put("logo", at: "assets/logo.png")
    host.put("style", at: "assets/style.css")
    return host
  }

  @Test(arguments: blocks)
  func `a block of the documentation does what it says`(block: ScriptCase) async {
    var block = block
    let run = await ScriptRun(block, on: DocumentationTests.host())
    // A block that says nothing of its output shows something else.
    if block.output.isEmpty { block.output = run.output }
    // Some rows of some blocks fail, and `verify` refuses links: neither is an error of the script.
    if block.findings.isEmpty, run.status == 3 { block.status = 3 }
    if block.output.contains(where: { $0.hasPrefix("refused: ") }) { block.status = 1 }
    let differences = run.differences(from: block)
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }

  @Test func `there are blocks, and most say what comes of them`() {
    #expect(DocumentationTests.blocks.count >= 20)
    #expect(DocumentationTests.blocks.filter(\.expectsSomething).count >= 12)
  }

  @Test func `blocks know where they begin`() {
    let blocks = DocumentationTests.blocks(of: "a\n```tcb\nprint 1\n```\n```sh\nls\n```", in: "x.md")
    #expect(blocks.map(\.firstLine) == [3])
    #expect(blocks.map(\.text) == ["print 1"])
  }
}
