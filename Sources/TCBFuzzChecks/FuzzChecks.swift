// What must hold for any bytes whatever: the fuzzers try to break it, and a test runs it over what they were fed with.

import TCBEngine
import TCBHost
import TCBRuntime
import TCBSyntax
import TCBTestSupport

package enum FuzzTarget: String, CaseIterable, Sendable {
  case lexer, parser, formatter, evaluator

  /// What does not hold; nil when all does. A trap or a hang is for the fuzzer to notice.
  package func check(_ bytes: [UInt8]) async -> String? {
    let source = SourceText(name: "fuzz.tcb", bytes: bytes)
    return switch self {
    case .lexer: Self.lexes(source)
    case .parser: Self.parses(source)
    case .formatter: Self.formats(source)
    case .evaluator: await Self.evaluates(source)
    }
  }

  /// Tokens lie in order within the text, and only the last is its end.
  private static func lexes(_ source: SourceText) -> String? {
    let lexed = Lexer.lex(source, id: SourceID(0))
    var reached: UInt32 = 0
    for (index, token) in lexed.tokens.enumerated() {
      guard token.lower >= reached, token.upper >= token.lower, token.upper <= source.bytes.count else {
        return "token \(index) lies at \(token.lower)..<\(token.upper)"
      }
      guard (token.kind == .end) == (index == lexed.tokens.count - 1) else { return "the end is at \(index)" }
      reached = token.upper
    }
    return nil
  }

  /// Problems lie within the text and can be shown.
  private static func parses(_ source: SourceText) -> String? {
    let vocabulary = EngineVocabulary.vocabulary
    var sources = SourceMap()
    let id = sources.add(source)
    for isPrompt in [false, true] {
      let parsed = Parser.parse(source, id: id, vocabulary: vocabulary, isPrompt: isPrompt)
      let resolution = Resolver.resolve(
        parsed, in: GlobalScope(), vocabulary: vocabulary, isPrompt: isPrompt)
      let problems = parsed.problems + resolution.problems
      guard problems.allSatisfy({ $0.span.upper <= source.bytes.count }) else { return "a place outside" }
      let diagnostics = problems.map(\.diagnostic)
      for width in [20, 100] {
        let renderer = DiagnosticRenderer(sources: sources, width: width)
        guard renderer.render(diagnostics).isEmpty == diagnostics.isEmpty else { return "nothing is told" }
      }
      guard DiagnosticJSON(sources: sources).render(diagnostics).isEmpty == diagnostics.isEmpty else {
        return "nothing is told as JSON"
      }
    }
    return nil
  }

  /// A formatted text means what it meant, and to format it again changes nothing.
  private static func formats(_ source: SourceText) -> String? {
    let vocabulary = EngineVocabulary.vocabulary
    guard let formatted = Formatter.format(source, vocabulary: vocabulary) else { return nil }
    let again = SourceText(name: source.name, formatted)
    guard let twice = Formatter.format(again, vocabulary: vocabulary) else { return "it no longer parses" }
    guard twice == formatted else { return "formatted twice it is\n\(twice)\nand once\n\(formatted)" }
    let before = TreeText.of(Parser.parse(source, id: SourceID(0), vocabulary: vocabulary))
    let after = TreeText.of(Parser.parse(again, id: SourceID(0), vocabulary: vocabulary))
    return before == after ? nil : "it means something else:\n\(formatted)"
  }

  /// A run within its limits ends, and one that did not do what it was asked says why.
  private static func evaluates(_ source: SourceText) async -> String? {
    var limits = RunLimits()
    limits.depth = 200
    limits.steps = 20_000
    limits.memory = 32 << 20
    limits.time = 2_000
    // What it would say of kinds is another matter: it must come to an end.
    _ = await Session(host: FakeHost()).checkText(source)
    let host = FakeHost()
    let report = await Session(host: host, limits: limits).run(source, mode: .script)
    guard (0...3).contains(report.exitStatus) else { return "it ended with \(report.exitStatus)" }
    // With 3 some files failed, which their rows say to whoever takes them.
    let isTold = [0, 3].contains(report.exitStatus) || !host.diagnostics.isEmpty
    return isTold ? nil : "it failed without a word"
  }
}

/// A tree as text, without the places its nodes were read from.
enum TreeText {
  static func of(_ parsed: ParsedSource) -> String { text(parsed.statements) }

  private static func text(_ value: Any) -> String {
    if value is SourceSpan || value is [SourceSpan] { return "" }
    // The same name has another number where the words before it stand in another order, and says the same.
    if let name = value as? NameUse { return name.text }
    let mirror = Mirror(reflecting: value)
    guard !mirror.children.isEmpty else { return mirror.displayStyle == .class ? "" : "\(value)" }
    let parts = mirror.children.map { child in
      child.label == "signature" ? "" : "\(child.label ?? ""):\(text(child.value))"
    }
    return "\(type(of: value))(\(parts.joined(separator: ",")))"
  }
}
