// Which rules were reached, beside their lines: what one session counted, or several together.

import TCBRows
import TCBText

/// The rules of some policies, and how often each decided. Lines of the same place are the same, whichever session
/// counted them.
package struct CoverageReport: Sendable {
  /// A rule or a default.
  package struct Line: Sendable {
    package var source: String
    /// From 1.
    package var line: Int
    /// In bytes of the source: tells apart rules that stand on one line.
    package var offset: Int
    /// The rule as it is written, on one line.
    package var text: String
    package var decided = 0
    /// How often its `when` was true and false; nil where it has none.
    package var outcomes: (isTrue: Int, isFalse: Int)?
    /// The name of a policy that has it.
    package var policy: String
    /// Lines for a test of that policy that would reach what is not covered; empty where none is known.
    package var suggestions: [String] = []

    /// A rule is to decide; one with a condition is to be met when that is false as well.
    package var parts: Int { outcomes == nil ? 1 : 2 }

    package var coveredParts: Int {
      guard let outcomes else { return decided > 0 ? 1 : 0 }
      return (outcomes.isTrue > 0 ? 1 : 0) + (outcomes.isFalse > 0 ? 1 : 0)
    }

    package var isCovered: Bool { coveredParts == parts }
  }

  /// In the order of their places.
  package private(set) var lines: [Line]

  package init(_ lines: [Line] = []) {
    self.lines = lines.sorted { ($0.source, $0.offset) < ($1.source, $1.offset) }
  }

  /// With what another session counted.
  package mutating func merge(_ other: CoverageReport) {
    var merged: [Line] = []
    merged.reserveCapacity(lines.count + other.lines.count)
    for line in (lines + other.lines).sorted(by: { ($0.source, $0.offset) < ($1.source, $1.offset) }) {
      guard let last = merged.last, last.source == line.source, last.offset == line.offset else {
        merged.append(line)
        continue
      }
      merged[merged.count - 1].add(line)
    }
    lines = merged
  }

  package var parts: Int { lines.reduce(0) { $0 + $1.parts } }
  package var coveredParts: Int { lines.reduce(0) { $0 + $1.coveredParts } }

  /// Tenths of a percent, rounded down, so that only all is 100; all of nothing is covered.
  package var permille: Int { parts == 0 ? 1_000 : coveredParts * 1_000 / parts }

  package func reaches(percent: Double) -> Bool {
    parts == 0 || Double(coveredParts) * 100 >= percent * Double(parts)
  }
}

extension CoverageReport.Line {
  fileprivate mutating func add(_ other: Self) {
    decided += other.decided
    if let own = outcomes, let more = other.outcomes {
      outcomes = (own.isTrue + more.isTrue, own.isFalse + more.isFalse)
    }
    // What one session lacks another may have reached.
    if isCovered { suggestions = [] } else if suggestions.isEmpty { suggestions = other.suggestions }
  }
}

// MARK: For a person

extension CoverageReport {
  /// The rules beside their lines, the number, and lines for tests of what is not covered. `width` is that of the
  /// terminal.
  package func text(width: Int?) -> String {
    guard !lines.isEmpty else { return "coverage: there are no rules\n" }
    var text = ""
    var source: String?
    let layout = Layout(lines)
    for line in lines {
      if line.source != source {
        text += (source == nil ? "" : "\n") + "\(line.source)\n\(layout.head)\n"
        source = line.source
      }
      text += clipped(layout.row(line), width) + "\n"
    }
    return text + "\n\(number)\n" + suggestions
  }

  /// `covered: 4 of 6 (66.6 %)`
  package var number: String {
    "covered: \(coveredParts) of \(parts) (\(percent) %)"
  }

  /// `66.6`
  package var percent: String { "\(permille / 10).\(permille % 10)" }

  private func clipped(_ line: String, _ width: Int?) -> String {
    width.map { shortened(line, to: max(20, $0)) } ?? line
  }

  /// The columns before the rule.
  private struct Layout {
    private let decided: Int
    private let outcomes: Int
    private let number: Int

    init(_ lines: [Line]) {
      decided = max(7, lines.map { String($0.decided).utf8.count }.max() ?? 0)
      outcomes = lines.map { Self.words($0).utf8.count }.max() ?? 0
      number = max(4, lines.map { String($0.line).utf8.count }.max() ?? 0)
    }

    static func words(_ line: Line) -> String {
      line.outcomes.map { "true \($0.isTrue), false \($0.isFalse)" } ?? ""
    }

    var head: String {
      "  " + columns("decided", outcomes == 0 ? "" : "when", "line") + "rule"
    }

    func row(_ line: Line) -> String {
      (line.isCovered ? "  " : "! ") + columns("\(line.decided)", Self.words(line), "\(line.line)")
        + line.text
    }

    private func columns(_ count: String, _ when: String, _ line: String) -> String {
      let middle = outcomes == 0 ? "" : "  \(when)\(spaces(outcomes - when.utf8.count))"
      return
        "\(spaces(decided - count.utf8.count))\(count)\(middle)  \(spaces(number - line.utf8.count))\(line)  "
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
  }

  private var suggestions: String {
    var text = ""
    var policies: [String] = []
    for line in lines where !line.suggestions.isEmpty && !policies.contains(line.policy) {
      policies.append(line.policy)
    }
    for policy in policies {
      text += "\ntest \(policy) {\n"
      for line in lines where line.policy == policy {
        for suggestion in line.suggestions { text += "  \(suggestion)\n" }
      }
      text += "}\n"
    }
    return text.isEmpty ? "" : "\nTests that would cover more:\n" + text
  }
}

// MARK: For a program

extension CoverageReport {
  /// A JSON object for each rule.
  package var objects: [String] {
    lines.map { line in
      var fields = [
        ("type", Cell.text("coverage")), ("file", .text(line.source)), ("line", .integer(Int64(line.line))),
        ("policy", .text(line.policy)), ("rule", .text(line.text)),
        ("decided", .integer(Int64(line.decided))),
      ]
      if let outcomes = line.outcomes {
        fields += [
          ("when_true", .integer(Int64(outcomes.isTrue))), ("when_false", .integer(Int64(outcomes.isFalse))),
        ]
      }
      fields.append(("covered", .bool(line.isCovered)))
      if !line.suggestions.isEmpty { fields.append(("tests", .list(line.suggestions.map(Cell.text)))) }
      return JSONLine.text(fields)
    }
  }
}
