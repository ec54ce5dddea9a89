import TCBEngine
import TCBSyntax
import TCBTestSupport
import TCBText
import Testing

/// What is told in Chinese is what is told in English: the same codes at the same places, all of it in Chinese.
@Suite struct ChineseTests {
  private static let scripts = ScriptCase.all.filter { !$0.findings.isEmpty } + catalogue

  private static let catalogue = CodeCatalogue.entries.compactMap { entry -> ScriptCase? in
    entry.wrong.map { wrong in
      let text = entry.isOfLint ? "# check\n" + wrong : wrong
      return ScriptCase(name: "\(entry.code).tcb", firstLine: 1, text: text)
    }
  }

  @Test(arguments: scripts)
  func `errors are told in Chinese`(script: ScriptCase) async {
    let english = await told(script, .english)
    let chinese = await told(script, .chinese)
    #expect(english.map(\.code) == chinese.map(\.code))
    #expect(english.map(\.places) == chinese.map(\.places))
    for (one, other) in zip(english, chinese) where !one.isTheScripts {
      for (words, translated) in zip(one.sentences, other.sentences) {
        #expect(Self.isChinese(translated), "\(words) → \(translated)")
        #expect(Self.quoted(words).isSubset(of: Self.quoted(translated)), "\(words) → \(translated)")
      }
    }
  }

  private struct Told {
    var code: String
    var places: [Substring] = []
    /// The message, and what stands behind the marks.
    var sentences: [Substring]

    /// Whether the words are those of a script, which nobody translates.
    var isTheScripts: Bool { !code.hasPrefix("E0") || ["E0430", "E0431"].contains(code) }
  }

  private func told(_ script: ScriptCase, _ language: TextLanguage) async -> [Told] {
    let host = FakeHost()
    for (path, text) in [
      "products.csv": "image\nA.png\nb/c.pdf\n", "ragged.csv": "path,size\na.png,1\nb.png\n",
      "lib.tcb": "let base = \"img/\"\n", "circle.tcb": "import \"circle.tcb\"\n",
      "bad-rules.csv": "pattern,max_age\na/,\n", "bad-columns.csv": "pattern,max_agee\na/,1h\n",
    ] {
      host.put(text, at: path)
    }
    for (path, text) in script.files { host.put(text, at: path) }
    for (name, text) in script.variables { host.set(name, to: text) }
    if !script.input.isEmpty { host.setInput(script.input) }
    let session = Session(host: host, language: language)
    let source = SourceText(name: script.name, script.text)
    var told = ""
    if script.isOnlyChecked {
      told = await session.checkWithLint(source).text
    } else {
      _ = await session.run(source, mode: .script)
      told = host.diagnostics
    }
    var all: [Told] = []
    for line in told.split(separator: "\n") {
      if let head = line.firstMatch(of: /^(error|warning|note|错误|警告|提示)\[([^\]]+)\]: (.*)$/) {
        all.append(Told(code: String(head.2), sentences: [head.3]))
      } else if let last = all.indices.last {
        if let place = line.firstMatch(of: /--> (.*)$/) { all[last].places.append(place.1) }
        if let mark = line.firstMatch(of: /^ +\| +\^+ (.+)$/) { all[last].sentences.append(mark.1) }
        if let help = line.firstMatch(of: /^  = (.+)$/) { all[last].sentences.append(help.1) }
      }
    }
    return all
  }

  private static func quoted(_ text: Substring) -> Set<Substring> {
    Set(text.matches(of: /`[^`]*`/).map(\.0))
  }

  /// Whether nothing of a sentence is English but what is quoted and names that are the same in both.
  private static func isChinese(_ text: Substring) -> Bool {
    let names: Set<String> = [
      "UTF", "Unicode", "JSON", "CSV", "ID", "MiB", "RFC", "appid", "true", "false", "null", "int", "float",
      "bool", "string", "list", "record", "duration", "time", "function", "policy", "files", "links", "rows",
      "env",
      "token", "table", "link", "KB", "ms", "csv", "json", "ndjson", "tsv", "urls", "md5", "sha256", "for",
      "NUL", "path", "fileid", "modified",
      "fault", "FILES", "ROWS", "URL", "KiB", "MB", "GB", "GiB", "TB", "TiB", "ragged",
    ]
    let words = text.replacing(/`[^`]*`/, with: "").matches(of: /[A-Za-z][A-Za-z0-9]+/).map { String($0.0) }
    return words.allSatisfy(names.contains)
  }
}
