// The results of tests as JUnit XML, the form that CI servers read. There is no standard of it; the elements and attributes
// here are those that Jenkins, GitLab and GitHub's actions have in common.

import TCBEngine

struct JUnitReport {
  /// The tests of one file.
  struct Suite {
    var file: String
    var results: [TestResult] = []
    /// Why the file's tests were not run.
    var error: String?
  }

  var suites: [Suite]

  var text: String {
    let tests = suites.reduce(0) { $0 + $1.results.count }
    let failures = suites.reduce(0) { $0 + $1.results.count { !$0.passed } }
    let errors = suites.count { $0.error != nil }
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<testsuites name="tcbsh" tests="\#(tests)" failures="\#(failures)" errors="\#(errors)" time="\#(Self.seconds(of: suites))">"#,
    ]
    for suite in suites { lines += Self.lines(of: suite) }
    return (lines + ["</testsuites>"]).joined(separator: "\n") + "\n"
  }

  private static func lines(of suite: Suite) -> [String] {
    let name = escaped(suite.file)
    let failures = suite.results.count { !$0.passed }
    let head =
      #"  <testsuite name="\#(name)" tests="\#(suite.results.count)" failures="\#(failures)" errors="\#(suite.error == nil ? 0 : 1)" time="\#(seconds(of: [suite]))""#
    var lines = [head + ">"]
    for result in suite.results {
      let place = #"classname="\#(name)" file="\#(escaped(result.source))" line="\#(result.line)""#
      let start =
        #"    <testcase name="\#(escaped(result.title))" \#(place) time="\#(decimal(result.seconds))""#
      guard let failure = result.failure else {
        lines.append(start + "/>")
        continue
      }
      lines.append(start + ">")
      lines.append(
        #"      <failure message="\#(escaped(failure))">\#(escaped(result.failureText))</failure>"#)
      lines.append("    </testcase>")
    }
    if let error = suite.error { lines.append(#"    <system-err>\#(escaped(error))</system-err>"#) }
    return lines + ["  </testsuite>"]
  }

  private static func seconds(of suites: [Suite]) -> String {
    decimal(suites.reduce(0) { $0 + $1.results.reduce(0) { $0 + $1.seconds } })
  }

  /// With three digits behind the point.
  static func decimal(_ seconds: Double) -> String {
    let milliseconds = Int64(max(0, min(seconds * 1_000, 1e15)).rounded())
    let rest = String(milliseconds % 1_000 + 1_000).dropFirst()
    return "\(milliseconds / 1_000).\(rest)"
  }

  /// What XML 1.0 has no place for, an escape character say, is shown as U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "\n": result.append(contentsOf: "&#10;".unicodeScalars)
      case "\t": result.append(contentsOf: "&#9;".unicodeScalars)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
