// Runs the `test` blocks of a script.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

/// How a script's tests ended.
package struct TestReport: Sendable {
  /// Of the script itself, before its tests.
  package var ending: RunReport.Ending
  package var passed = 0
  package var failed = 0

  /// 0 all passed · 1 some failed, or the script did · 2 not understood.
  package var exitStatus: Int32 {
    let status = RunReport(ending: ending, failedRows: 0).exitStatus
    return status == 0 && failed > 0 ? 1 : status
  }
}

struct Tester {
  let context: RunContext
  let report: ([Diagnostic]) -> Void

  func run(_ tests: [CompiledTest]) async -> TestReport {
    var result = TestReport(ending: .done)
    for test in tests {
      let problems = await problems(of: test)
      if problems.contains(where: { $0.code == RuntimeProblem.cancelled.code }) {
        result.ending = .cancelled
        return result
      }
      let place = context.sources.lineText(of: test.span)
      let count = test.lines.map { " (\($0.count) \($0.count == 1 ? "file" : "files"))" } ?? ""
      do throws(RuntimeProblem) {
        try context.print("\(problems.isEmpty ? "ok  " : "FAIL")  \(place)  \(test.title)\(count)\n")
      } catch {
        result.ending = .outputClosed
        return result
      }
      if problems.isEmpty {
        result.passed += 1
      } else {
        result.failed += 1
        report(problems)
      }
    }
    let all = result.passed + result.failed
    try? context.print("\(all) \(all == 1 ? "test" : "tests"), \(result.failed) failed\n")
    return result
  }

  private func problems(of test: CompiledTest) async -> [Diagnostic] {
    do throws(RuntimeFault) {
      let value = try await Executor(context, .script).run(test.unit)
      guard let lines = test.lines else { return [] }
      return try problems(of: lines, value)
    } catch {
      context.unfinished = []
      return [error.diagnostic]
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
      let decision: Decision
      do throws(RuntimeProblem) {
        decision = context.decision(policy, try JudgedFile(cells.elements[0], in: context))
      } catch {
        throw RuntimeFault(error, at: line.span)
      }
      if let problem = try difference(decision, cells.elements, line) { problems.append(problem) }
    }
    return problems
  }

  private func difference(_ decision: Decision, _ cells: [Value], _ line: DecisionLine) throws(RuntimeFault)
    -> Diagnostic?
  {
    let said =
      decision.maxAge.map { "max_age \(lifetime($0))" } ?? "deny"
      + (decision.reason.map { " \(quoted($0))" } ?? "")
    let wanted: String
    switch line.expected {
    case .lifetime(let expression):
      let expected = try seconds(cells[2], at: expression.span)
      if decision.maxAge == expected { return nil }
      wanted = "max_age \(lifetime(expected))"
    case .deny(let reason):
      if case .text(let text) = cells[2] {
        if !decision.allowed, decision.reason == text.string { return nil }
        wanted = "deny \(quoted(text.string))"
      } else {
        if !decision.allowed { return nil }
        wanted = reason == nil ? "deny" : "deny \(cells[2].displayText)"
      }
    }
    let message: Wording =
      decision.origin.map { "the policy says `\(said)` by \($0)" } ?? "the policy says `\(said)`"
    return Diagnostic(
      code: "E0520", message, at: line.span, help: "expected `\(wanted)`")
  }

  private func lifetime(_ seconds: Int64) -> String {
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    return overflow ? "\(seconds)s" : DurationText.format(milliseconds)
  }
}
