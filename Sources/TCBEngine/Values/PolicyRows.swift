// A policy as rows: one for each pattern of each rule, with the columns that `policy … from` reads.

import TCBRows
import TCBRules

final class PolicyRowReader: RowReader {
  private let policy: Policy
  private var next = 0

  init(_ policy: Policy) { self.policy = policy }

  func next() async throws(RowError) -> RowBatch? {
    let rules = policy.rules
    var rows: [(rule: Rule, pattern: Pattern)] = []
    while next < rules.count, rows.count < RowBatch.usualCount {
      for pattern in rules[next].patterns { rows.append((rules[next], pattern)) }
      next += 1
    }
    return rows.isEmpty ? nil : Self.batch(rows)
  }

  private static func batch(_ rows: [(rule: Rule, pattern: Pattern)]) -> RowBatch {
    RowBatch([
      ("pattern", .texts(rows.map(\.pattern.text))),
      ("max_age", Column(cells: rows.map { lifetime($0.rule.effect) })),
      ("deny", Column(cells: rows.map { $0.rule.effect.isDeny ? .bool(true) : .null })),
      ("reason", .texts(rows.map { reason($0.rule.effect) })),
      ("tags", Column(cells: rows.map { $0.rule.tags.isEmpty ? .null : .list($0.rule.tags.map(Cell.text)) })),
      ("priority", .integers(rows.map { $0.rule.priority == 0 ? nil : Int64($0.rule.priority) })),
      ("when", .texts(rows.map(\.rule.condition?.text))),
      ("rule", .texts(rows.map(\.rule.origin))),
    ])
  }

  private static func lifetime(_ effect: Effect) -> Cell {
    guard case .allow(let seconds) = effect else { return .null }
    // What is too long for a duration is told in seconds, so that nothing is lost.
    return seconds.multipliedReportingOverflow(by: 1_000).overflow ? .integer(seconds) : .seconds(seconds)
  }

  private static func reason(_ effect: Effect) -> String? {
    if case .deny(let reason) = effect { reason } else { nil }
  }
}
