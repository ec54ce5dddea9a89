import Foundation
import TCBEngine
import TCBSyntax
import TCBTestSupport
import Testing

/// The examples that help shows for each command, definition and function.
@Suite struct HelpExampleTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var of: String
    var text: String
    var meaning: String
    var isCalculation: Bool

    var testDescription: String { "\(of): \(text)" }
  }

  static let examples: [Example] = {
    let vocabulary = EngineVocabulary.vocabulary
    let commands = vocabulary.commands.values.flatMap { command in
      command.examples.map {
        Example(of: command.name, text: $0.code, meaning: $0.says, isCalculation: false)
      }
    }
    let definitions = vocabulary.definitions.values.flatMap { definition in
      definition.examples.map {
        Example(of: definition.keyword, text: $0.code, meaning: $0.says, isCalculation: false)
      }
    }
    let functions = vocabulary.functions.values.flatMap { function in
      function.examples.map {
        Example(of: function.name, text: $0.code, meaning: $0.says, isCalculation: true)
      }
    }
    return (commands + definitions + functions).sorted { ($0.of, $0.text) < ($1.of, $1.text) }
  }()

  private static let stage = """
    env demo { id "test2-4a89da" bucket "7465-test2-4a89da" account "1258717764" api embedded any }
    use env demo
    files products from csv "products.csv" column "image"
    policy site { default max_age 2h; "private/" max_age 10m; "tmp/" deny "not shared" }
    token main from app { appid "wx0123456789abcdef" secret $WX_SECRET }
    """

  private func session() async -> (Session, FakeHost) {
    let host = FakeHost(
      files: ["products.csv": "image\nA.png\nb/c.pdf\n", "rules.csv": "pattern,max_age\na/,1h\n"],
      variables: ["WX_SECRET": "s3cret", "WX_TOKEN": "t0ken"])
    let session = Session(host: host)
    let report = await session.run(SourceText(name: "stage", HelpExampleTests.stage), mode: .script)
    #expect(report.exitStatus == 0, "\(host.diagnostics)")
    return (session, host)
  }

  @Test func `commands and definitions are declared by their own words`() {
    let words =
      EngineVocabulary.definitions.map { ($0.keyword, $0.signature().keyword) }
      + EngineVocabulary.commands.map { ($0.name, $0.signature().name) }
    #expect(!words.isEmpty && words.allSatisfy { $0 == $1 })
  }

  @Test(arguments: examples.filter { !$0.isCalculation })
  func `an example runs`(example: Example) async {
    let (session, host) = await session()
    let report = await session.run(SourceText(name: "example", example.text), mode: .interactive)
    // Of `verify` a refusal is shown.
    #expect(report.exitStatus == (example.of == "verify" ? 1 : 0), "\(host.diagnostics)")
    #expect(host.diagnostics.isEmpty)
  }

  @Test(arguments: examples.filter(\.isCalculation))
  func `an example of a function has the value it says`(example: Example) async {
    let (session, host) = await session()
    let report = await session.run(SourceText(name: "example", "print \(example.text)"), mode: .script)
    #expect(report.exitStatus == 0, "\(host.diagnostics)")
    #expect(host.output == example.meaning + "\n")
  }

  @Test func `the reference is that of the declarations`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs/reference.md")
    let written = try String(contentsOf: file, encoding: .utf8)
    #expect(written == HelpText(EngineVocabulary.vocabulary).reference, "run scripts/make-reference")
  }

  @Test func `everything has an example`() {
    let vocabulary = EngineVocabulary.vocabulary
    let named = Set(HelpExampleTests.examples.map(\.of))
    #expect(named.isSuperset(of: vocabulary.commands.keys))
    #expect(named.isSuperset(of: vocabulary.definitions.keys))
    #expect(named.isSuperset(of: vocabulary.functions.keys))
  }
}
