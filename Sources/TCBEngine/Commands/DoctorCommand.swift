// `doctor`: what is wrong with a token.

import TCBHost
import TCBInterface
import TCBLinks
import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

struct DoctorCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "doctor", "Says what is wrong with a token: it is fetched, and used for a file that need not be there.",
    [
      .subject(
        "TOKEN", required: true, takes: .init("this", "a token", .token), "the token"),
      .labelled(
        "in", "ENV", takes: .environment("`in`"),
        "the environment to call with it; the first that names it where it is left out"),
    ], gives: .value(.record),
    examples: [
      CommandExample(
        "doctor main", "whether the token `main` is good where it is used, and what to do if not")
    ],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard case .foreign(let box)? = arguments.value(), let token = box.value as? TokenValue else {
      throw .wrongType("this", wanted: "a token", found: arguments.value()?.typeName ?? "null")
    }
    let given = try arguments.object("in", as: EnvironmentValue.self, "an environment")
    let environment = given ?? context.environment(using: token) ?? context.environmentInUse
    guard let environment else {
      throw .other(
        code: "E0729", message: "no environment names the token `\(token.name)`, and none is in use",
        help: "say `in ENV`")
    }
    let interface = try context.interface(of: environment)
    let isPlatforms = if case .component = token.source { true } else { false }
    let host = context.host
    let doctor = TokenDoctor(
      environment: try await context.linkEnvironment(environment, token: token), interface: interface,
      path: isPlatforms ? .component : .app, now: { host.now() })
    let findings: [TokenDoctor.Finding]
    do throws(CancellationError) { findings = try await doctor.findings() } catch { throw .cancelled }
    return try report(findings, token, environment, context)
  }

  private func report(
    _ findings: [TokenDoctor.Finding], _ token: TokenValue, _ environment: EnvironmentValue,
    _ context: RunContext
  ) throws(RuntimeProblem) -> Value {
    let language = context.language
    let width = findings.map { DisplayWidth.of($0.verdict.word[language]) }.max() ?? 0
    var lines = ["token \(token.name), env \(environment.name) (\(environment.address ?? "embedded"))"]
    for finding in findings {
      let word = finding.verdict.word[language]
      let gap = String(repeating: " ", count: width - DisplayWidth.of(word) + 2)
      lines.append("  \(word)\(gap)\(finding.message[language])")
      if let help = finding.help {
        lines.append(String(repeating: " ", count: width + 4) + help[language])
      }
    }
    try context.print(lines.joined(separator: "\n") + "\n")
    let isGood = !findings.contains { $0.verdict == .wrong }
    if !isGood { context.refusedTokens += 1 }
    return .record([
      ("good", .bool(isGood)),
      (
        "findings",
        .list(
          of: findings.map { finding in
            .record([
              ("verdict", .string(finding.verdict.word.english)),
              ("message", .string(finding.message.english)),
              ("help", finding.help.map { .string($0.english) } ?? .null),
            ])
          })
      ),
    ])
  }
}

extension RunContext {
  /// The first environment that names a token, by the order of their names.
  fileprivate func environment(using token: TokenValue) -> EnvironmentValue? {
    definedEnvironments().filter { $0.tokenName == token.name }.min { $0.name < $1.name }
  }
}

extension Session {
  /// Runs what a text defines and nothing else of it, and says what is wrong with a token by name. Gives 0 where nothing is, 1 where
  /// something is, 2 where the text or a name is not understood, and otherwise what ``RunReport/exitStatus`` says.
  package func diagnose(_ source: SourceText, token: String, environment: String?) async -> Int32 {
    if let status = await define(source) { return status }
    for name in [token, environment].compactMap(\.self) where !Self.isName(name) {
      let what: Wording = name == token ? "token" : "environment"
      _ = end(with: RuntimeFault(EngineProblem.unknown(what, name, nearest: nil), at: nil))
      return 2
    }
    let place = environment.map { " in \($0)" } ?? ""
    return await run(SourceText(name: "token doctor", "doctor \(token)\(place)"), mode: .script).exitStatus
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        $0 == 0x5F || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || (0x30...0x39).contains($0)
      }
  }
}
