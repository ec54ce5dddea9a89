// Runs a case in a session of its own and compares what came with what was expected.

import TCBEngine
import TCBSyntax
import TCBTestSupport
import Testing

struct ScriptRun {
  var output: [String]
  var findings: [ScriptCase.Finding]
  var status: Int32
  var host: FakeHost

  init(_ script: ScriptCase, on host: FakeHost = FakeHost()) async {
    for (path, text) in script.files { host.put(text, at: path) }
    for (name, text) in script.variables { host.set(name, to: text) }
    if !script.input.isEmpty { host.setInput(script.input) }
    self.host = host
    let session = Session(host: host)
    if script.isOnlyChecked {
      let text = await session.checkWithLint(SourceText(name: script.name, script.text)).text
      output = []
      findings = ScriptRun.findings(in: text, of: script.name)
      // Whatever is found keeps the exit status of a text that was not understood.
      status = script.status ?? ScriptRun.status(after: script.findings)
      return
    }
    let report = await session.run(SourceText(name: script.name, script.text), mode: .script)
    output = ScriptRun.lines(host.output)
    findings = ScriptRun.findings(in: host.diagnostics, of: script.name)
    status = report.exitStatus
  }

  /// What differs from the expectations of `script`; empty where nothing does.
  func differences(from script: ScriptCase) -> [String] {
    var all: [String] = []
    if output != script.output {
      all.append("printed \(output)\nexpected \(script.output)")
    }
    for index in 0..<max(findings.count, script.findings.count) {
      let met = findings.indices.contains(index) ? findings[index] : nil
      let wanted = script.findings.indices.contains(index) ? script.findings[index] : nil
      if let difference = ScriptRun.difference(met, wanted) { all.append(difference) }
    }
    for (path, text) in script.written where host.contents(path) != text {
      all.append("wrote \(path) as \(host.contents(path) ?? "nothing")\nexpected \(text)")
    }
    let expected = script.status ?? ScriptRun.status(after: script.findings)
    if status != expected { all.append("ended with status \(status), expected \(expected)") }
    return all
  }

  private static func difference(_ met: ScriptCase.Finding?, _ wanted: ScriptCase.Finding?) -> String? {
    guard let wanted else { return "unexpected: \(met?.words ?? "")" }
    guard let met else { return "line \(wanted.line ?? 0): \(wanted.code) \(wanted.words) did not come" }
    let isThere = met.line == nil || met.line == wanted.line
    guard met.code == wanted.code, met.words.contains(wanted.words), isThere else {
      return "line \(wanted.line ?? 0): expected \(wanted.code) \(wanted.words), met\n\(met.words)"
    }
    return nil
  }

  /// The status that errors of these codes end a script with: 2 where it was never run.
  private static func status(after findings: [ScriptCase.Finding]) -> Int32 {
    let errors = findings.map(\.code).filter { $0 != "E0604" }
    guard let first = errors.first else { return 0 }
    let beforeRunning = ["E01", "E02", "E03", "E0501", "E0502", "E0503"]
    return beforeRunning.contains { first.hasPrefix($0) } ? 2 : 1
  }

  private static func lines(_ text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Reads the errors and warnings out of what was written to standard error. The first place below a head that is in
  /// the script is the finding's own.
  static func findings(in text: String, of name: String) -> [ScriptCase.Finding] {
    var all: [ScriptCase.Finding] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("error[") || line.hasPrefix("warning[") || line.hasPrefix("note[") {
        let code = line.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
        all.append(.init(code: String(code), words: String(line), line: nil))
      } else if !all.isEmpty {
        // The line of the script that is shown holds the expectation itself, and would meet any.
        if line.first?.isNumber != true { all[all.count - 1].words += "\n" + line }
        if all[all.count - 1].line == nil { all[all.count - 1].line = place(in: line, of: name) }
      } else if !line.isEmpty {
        all.append(.init(code: "", words: String(line), line: nil))
      }
    }
    return all
  }

  private static func place(in line: Substring, of name: String) -> Int? {
    guard let arrow = line.firstRange(of: "--> \(name):") else { return nil }
    return Int(line[arrow.upperBound...].prefix { $0.isNumber })
  }
}

@Suite struct ConformanceTests {
  @Test(arguments: ScriptCase.all)
  func `a script does what its comments say`(script: ScriptCase) async {
    let differences = await ScriptRun(script).differences(from: script)
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }

  @Test func `every chunk expects something`() {
    #expect(ScriptCase.all.count >= 900)
    let silent = ScriptCase.all.filter { !$0.expectsSomething }.map(\.testDescription)
    #expect(silent.isEmpty)
  }
}

/// The suite itself, seen to fail.
@Suite struct ScriptRunTests {
  @Test(arguments: [
    ("print 1  ### 2", "printed [\"1\"]"),
    ("print 1", "printed [\"1\"]"),
    ("let x = 1  ### 1", "printed []"),
    ("print 1 / 0", "unexpected: error[E0405]"),
    ("print 1 / 0  ### E0404", "expected E0404"),
    ("print 1 / 0  ### E0405 some other words", "some other words"),
    ("print 1 / 0\n### E0405 division by zero", "line 2: expected E0405"),
    ("let x = 1  ### E0405 division by zero", "did not come"),
    ("let x = 1\n# status: 3", "ended with status 0, expected 3"),
    ("let x = 1\n# writes: a.csv\n#| a", "wrote a.csv as nothing"),
  ])
  func `what differs from the comments is told`(text: String, difference: String) async {
    let script = ScriptCase(name: "case.tcb", firstLine: 1, text: text)
    let differences = await ScriptRun(script).differences(from: script)
    #expect(differences.contains { $0.contains(difference) }, "\(differences)")
  }

  @Test func `a chunk without comments expects nothing`() {
    #expect(!ScriptCase(name: "case.tcb", firstLine: 1, text: "let x = 1").expectsSomething)
  }

  @Test func `chunks know where they begin`() {
    let text = "print 1  ### 1\n---\nprint 2  ### 2\nprint 3\n---\nprint 4"
    let chunks = ScriptCase.chunks(of: text, named: "a.tcb")
    #expect(chunks.map(\.firstLine) == [1, 3, 6])
    #expect(chunks[1].text == "print 2  ### 2\nprint 3")
  }
}
