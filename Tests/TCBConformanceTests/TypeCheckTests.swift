import TCBEngine
import TCBRuntime
import TCBSyntax
import TCBTestSupport
import TCBText
import Testing

/// What `check` says of types, against what running the same text meets.
@Suite struct TypeCheckTests {
  private static let scripts = (ScriptCase.all + DocumentationTests.blocks).filter {
    // Some are about what is certain to fail and never comes to it.
    !$0.isOnlyChecked && !$0.text.contains("not reached")
  }

  private func checked(_ script: ScriptCase) async -> [ScriptCase.Finding] {
    let host = FakeHost()
    for (path, text) in script.files { host.put(text, at: path) }
    for (name, text) in script.variables { host.set(name, to: text) }
    let text = await Session(host: host).checkText(SourceText(name: script.name, script.text))
    return ScriptRun.findings(in: text, of: script.name)
  }

  @Test(arguments: scripts)
  func `what check finds first is met where the script runs`(script: ScriptCase) async {
    guard let first = await checked(script).first else { return }
    let met = await ScriptRun(script).findings
    #expect(
      met.contains { $0.code == first.code && ($0.line == nil || $0.line == first.line) },
      "\(first.words)\nmet \(met.map(\.words))")
  }

  @Test(arguments: CatalogueTests.runnable)
  func `a mended example has nothing that is certain to fail`(code: String) async throws {
    let mended = try #require(try CodeCatalogue.entry(code).mended)
    let host = FakeHost(files: ["lib.tcb": "let base = \"img/\"\n"])
    #expect(await Session(host: host).checkText(SourceText(name: "example.tcb", mended)).isEmpty)
  }

  // MARK: Declarations

  /// A value of each kind, as the language writes it.
  private static let samples: KeyValuePairs<ValueKinds, String> = [
    .null: "null", .bool: "true", .int: "1", .float: "1.5", .duration: "1s",
    .time: #"time("2026-01-01T00:00:00Z")"#, .string: #""1""#, .list: "[]", .record: "{a: 1}",
    .function: "length", .env: "demo", .token: "none", .files: "set", .policy: "site", .links: "linked",
    .rows: "table",
  ]

  private static let stage = """
    env demo { id "test2-4a89da" bucket "7465-test2-4a89da" api embedded any read public }
    token none from nothing
    policy site { default max_age 2h }
    files set = ["a"]
    let linked = links set in demo
    let table = [{a: 1}] | take 1

    """

  private static func sample(of kinds: ValueKinds) -> String {
    samples.first { kinds.contains($0.key) }?.value ?? "null"
  }

  /// A call for each parameter and each kind that it does not take, with what the declaration says comes of it.
  private static func wrongCalls(of function: FunctionSignature) -> [(call: String, message: String?)] {
    function.takes.indices.flatMap { index in
      samples.filter { !function.takes[index].contains($0.key) }.map { kind, text in
        var arguments = function.takes[...max(index, function.requiredCount - 1)].map { sample(of: $0) }
        arguments[index] = text
        let problem = function.problem(ofArgument: index, found: kind.name ?? "?")
        return ("\(function.name)(\(arguments.joined(separator: ", ")))", problem?.message.english)
      }
    }
  }

  @Test func `functions refuse what their declarations say that they do not take`() async {
    let calls = EngineVocabulary.vocabulary.functions.values.sorted { $0.name < $1.name }.flatMap {
      TypeCheckTests.wrongCalls(of: $0)
    }
    #expect(calls.count > 400)
    let lines = calls.map { #"print try { \#($0.call); "it works" } catch e { e.message }"# }
    let host = FakeHost()
    let report = await Session(host: host).run(
      SourceText(name: "calls", TypeCheckTests.stage + lines.joined(separator: "\n")), mode: .script)
    #expect(report.exitStatus == 0, "\(host.diagnostics)")
    let messages = host.output.split(separator: "\n").map(String.init)
    #expect(messages.count == calls.count)
    for (call, message) in zip(calls, messages) {
      #expect(
        message == call.message || call.message == nil && message != "it works", "\(call.call): \(message)")
    }
  }

  @Test func `examples give values of the kinds that are declared`() async {
    for function in EngineVocabulary.vocabulary.functions.values where function.gives != .any {
      // Some examples show a part of the value, or its type.
      for example in function.examples
      where example.code.hasPrefix(function.name + "(") && !example.code.contains(").") {
        let host = FakeHost()
        let script = TypeCheckTests.stage + "print type(\(example.code))"
        _ = await Session(host: host).run(SourceText(name: "example", script), mode: .script)
        let name = String(host.output.dropLast())
        #expect(function.gives.each.contains { $0.name == name }, "\(example.code) gives \(name)")
      }
    }
  }

  // MARK: Large texts

  @Test func `functions that call one another in a long row are looked at`() async {
    let count = 5_000
    let lines = (0..<count).map { "fn f\($0)(n) { if n > 0 { (f\($0 + 1)(n)) } else { 0 } }" }
    let text = lines.joined(separator: "\n") + "\nfn f\(count)(n) { \"a\" + 1 }\nprint f0(1)\n"
    let findings = await Session(host: FakeHost()).checkText(SourceText(name: "row.tcb", text))
    #expect(findings.contains("[E0402]") && findings.contains("row.tcb:\(count + 1):"))
  }
}
