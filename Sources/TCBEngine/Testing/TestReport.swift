// What running the tests of a script gives.

import TCBRules
import TCBSyntax

/// Which of a script's tests are run, and what is counted on the way.
package struct TestOptions: Sendable {
  /// Only tests in whose title or place (`site.tcb:12`) this stands.
  package var filter: String?
  /// Whether the rules that tests reach are counted.
  package var countsCoverage: Bool

  package init(filter: String? = nil, countsCoverage: Bool = false) {
    self.filter = filter
    self.countsCoverage = countsCoverage
  }

  func includes(_ title: String, at place: String) -> Bool {
    guard let filter, !filter.isEmpty else { return true }
    return title.contains(filter) || place.contains(filter)
  }
}

/// How one test ended.
package struct TestResult: Sendable {
  package var title: String
  package var source: String
  package var line: Int
  /// Of a test of a policy, how many files it asks about.
  package var files: Int?
  package var seconds: Double
  /// One line; nil where the test passed.
  package var failure: String?
  /// All that failed, for a person.
  package var failureText = ""
  /// All that failed, a JSON object each.
  package var failureObjects: [String] = []

  package var passed: Bool { failure == nil }
}

/// How a script's tests ended.
package struct TestReport: Sendable {
  /// Of the script itself, before its tests.
  package var ending: RunReport.Ending
  package var passed = 0
  package var failed = 0
  package var coverage: CoverageReport?

  /// 0 all passed · 1 some failed, or the script did · 2 not understood.
  package var exitStatus: Int32 {
    let status = RunReport(ending: ending, failedRows: 0).exitStatus
    return status == 0 && failed > 0 ? 1 : status
  }
}
