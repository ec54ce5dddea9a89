// Runs the `test` blocks of a script.

import TCBHost
import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

struct Tester {
  let context: RunContext
  let options: TestOptions
  /// Diagnostics as text, and as a JSON object each.
  let render: ([Diagnostic]) -> (text: String, objects: [String])
  /// Learns how a test ended; false where nobody listens any more.
  let tell: (TestResult) -> Bool

  func run(_ tests: [CompiledTest]) async -> TestReport {
    var report = TestReport(ending: .done)
    // All tests of a run stand in one source.
    guard let source = tests.first.flatMap({ context.sources[$0.span.source] }) else { return report }
    let lines = LineIndex(source)
    for test in tests {
      let line = lines.line(at: Int(test.span.lower)) + 1
      guard options.includes(test.title, at: "\(source.name):\(line)") else { continue }
      let start = ContinuousClock.now
      let problems = await problems(of: test)
      if problems.contains(where: { $0.code == RuntimeProblem.cancelled.code }) {
        report.ending = .cancelled
        return report
      }
      var result = result(of: test, in: source.name, line, problems)
      let (seconds, attoseconds) = start.duration(to: .now).components
      result.seconds = Double(seconds) + Double(attoseconds) / 1e18
      if result.passed { report.passed += 1 } else { report.failed += 1 }
      guard tell(result) else {
        report.ending = .outputClosed
        return report
      }
    }
    return report
  }

  private func result(
    of test: CompiledTest, in source: String, _ line: Int, _ problems: [Diagnostic]
  ) -> TestResult {
    var result = TestResult(
      title: context.secrets.redact(test.title), source: source, line: line, files: test.lines?.count,
      seconds: 0)
    guard let first = problems.first else { return result }
    result.failure = context.secrets.redact(first.message[context.language])
    let rendered = render(problems)
    (result.failureText, result.failureObjects) = (rendered.text, rendered.objects)
    return result
  }

  private func problems(of test: CompiledTest) async -> [Diagnostic] {
    do throws(RuntimeFault) {
      let value = try await Executor(context, .script).run(test.unit)
      guard let lines = test.lines else { return [] }
      return try problems(of: lines, value)
    } catch {
      context.unfinished = []
      return error.diagnostics
    }
  }

  /// Compares what a policy says of each file with what the test says it must.
  private func problems(of lines: [DecisionLine], _ value: Value) throws(RuntimeFault) -> [Diagnostic] {
    guard case .list(let parts) = value, parts.elements.count == 2, case .list(let table) = parts.elements[1]
    else {
      return []
    }
    guard case .foreign(let box) = parts.elements[0], let policy = box.value as? PolicyValue else {
      let found = parts.elements[0].typeName
      throw RuntimeFault(
        .wrongType("what is tested", wanted: "a policy", found: found), at: lines.first?.span)
    }
    var problems: [Diagnostic] = []
    for (line, row) in zip(lines, table.elements) {
      guard case .list(let cells) = row, cells.elements.count == 3 else { continue }
      do throws(RuntimeProblem) {
        let file = try JudgedFile(cells.elements[0], in: context)
        let expected = try expectation(of: line, cells.elements[2])
        let decision = context.decision(policy, file)
        if !expected.isMet(by: decision) {
          problems.append(difference(policy, file, decision, expected, line))
        }
      } catch {
        throw RuntimeFault(error, at: line.span)
      }
    }
    return problems
  }

  /// What a line of a test asks for.
  private struct Expectation {
    /// Nil for a `deny`.
    var seconds: Int64?
    /// Of a `deny`, where the line gives one.
    var reason: String?
    var written: String

    func isMet(by decision: Decision) -> Bool {
      if let seconds { return decision.maxAge == seconds }
      return !decision.allowed && (reason == nil || reason == decision.reason)
    }

    /// Whether a rule says this, whatever its condition.
    func isMet(by effect: Effect) -> Bool {
      switch effect {
      case .allow(let maxAge): maxAge == seconds
      case .deny(let given): seconds == nil && (reason == nil || reason == given)
      }
    }
  }

  private func expectation(of line: DecisionLine, _ value: Value) throws(RuntimeProblem) -> Expectation {
    switch line.expected {
    case .lifetime(let expression):
      let seconds: Int64
      do throws(RuntimeFault) { seconds = try TCBEngine.seconds(value, at: expression.span) } catch {
        throw error.problem
      }
      return Expectation(seconds: seconds, written: Effect.allow(maxAge: seconds).written)
    case .deny(nil): return Expectation(written: "deny")
    case .deny:
      guard case .text(let text) = value else {
        throw .wrongType("the reason", wanted: "a string", found: value.typeName)
      }
      return Expectation(reason: text.string, written: Effect.deny(reason: text.string).written)
    }
  }

  /// What was expected and what came, the rule that decided, and the rules that would have said what was expected with
  /// the reason why they did not get to.
  private func difference(
    _ policy: PolicyValue, _ file: JudgedFile, _ decision: Decision, _ expected: Expectation,
    _ line: DecisionLine
  ) -> Diagnostic {
    let said = decision.maxAge.map(Effect.allow(maxAge:)) ?? .deny(reason: decision.reason)
    let message: Wording =
      decision.origin.map { "the policy says `\(said.written)` by \($0)" }
      ?? "the policy says `\(said.written)`"
    let explanation = context.explanation(policy, file)
    var diagnostic = Diagnostic(code: "E0520", message, at: line.span, help: "expected `\(expected.written)`")
    for candidate in explanation.candidates where policy.places.indices.contains(candidate.index) {
      let isDecider = candidate.index == decision.rule
      guard isDecider || expected.isMet(by: candidate.rule.effect) else { continue }
      let decides: Wording =
        if case .decided = candidate.outcome { "this rule decides" } else { candidate.wording }
      let text: Wording = isDecider ? decides : "this rule would, but \(candidate.wording)"
      diagnostic.related.append(.init(text, at: policy.places[candidate.index]))
    }
    if decision.rule == nil, let place = policy.fallbackPlace {
      diagnostic.related.append(.init("the default decides", at: place))
    }
    return diagnostic
  }
}
