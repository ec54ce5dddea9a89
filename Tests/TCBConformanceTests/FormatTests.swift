import TCBEngine
import TCBFuzzChecks
import TCBSyntax
import Testing

/// The formatter over every script of the suite that has no mistakes.
@Suite struct FormatTests {
  @Test(arguments: ScriptCase.all)
  func `a formatted script means what it meant, and stays as it is`(script: ScriptCase) async {
    #expect(await FuzzTarget.formatter.check(Array(script.text.utf8)) == nil)
    let source = SourceText(name: script.name, script.text)
    guard let formatted = Formatter.format(source, vocabulary: EngineVocabulary.vocabulary) else { return }
    #expect(Self.comments(script.text) == Self.comments(formatted))
  }

  /// A comment's own text, wherever it stands; from its last `#` on.
  private static func comments(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      line.lastIndex(of: "#").map { String(line[$0...]).trimmed }
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.last == " " || text.last == "\r" || text.last == "\t" { text = text.dropLast() }
    return String(text)
  }
}
