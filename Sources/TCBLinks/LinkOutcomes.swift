// What became of each row of a batch, and the columns made of it.

import TCBRows
import TCBRules

package enum LinkStatus: String, Sendable, CaseIterable {
  case ok, reused, denied, failed
}

/// The outcome of one row.
struct LinkOutcome {
  var status: LinkStatus
  var url: String?
  var maxAge: Int64?
  /// Milliseconds since 1970; nil for a link that does not expire.
  var expiresAt: Int64?
  var code: String?
  var message: String?
  var attempts: Int = 0
}

/// A batch whose rows are being answered.
final class PendingRows {
  let rows: RowBatch
  var outcomes: [LinkOutcome?]
  var rules: [Int?]
  var unanswered: Int

  init(_ rows: RowBatch) {
    self.rows = rows
    outcomes = Array(repeating: nil, count: rows.count)
    rules = Array(repeating: nil, count: rows.count)
    unanswered = rows.count
  }

  func answer(_ row: Int, with outcome: LinkOutcome) {
    guard outcomes.indices.contains(row) else { return }
    if outcomes[row] == nil { unanswered -= 1 }
    outcomes[row] = outcome
  }

  /// The columns that `links` adds, in the order they are shown.
  static let addedNames = [
    "status", "url", "max_age", "expires_at", "code", "message", "rule", "tags", "attempts",
  ]

  /// `path fileid env`, the columns of `links`, then those of the source.
  func finished(policy: Policy?) -> RowBatch {
    var columns: [(name: String, column: Column)] = []
    for name in ["path", "fileid", "env"] {
      if let column = rows.column(name) { columns.append((name, column)) }
    }
    let known = outcomes.map { $0 ?? LinkOutcome(status: .failed, code: "missing-in-answer") }
    columns.append(("status", .texts(known.map(\.status.rawValue))))
    columns.append(("url", .texts(known.map(\.url))))
    columns.append(("max_age", .duration(ValueColumn(known.map { $0.maxAge.map(Self.milliseconds) }))))
    columns.append(("expires_at", .times(known.map(\.expiresAt))))
    columns.append(("code", .texts(known.map(\.code))))
    columns.append(("message", .texts(known.map(\.message))))
    columns.append(("rule", .texts(rules.map { $0.flatMap { policy?.rules[$0].origin } })))
    columns.append(("tags", tags(policy)))
    columns.append(("attempts", .integers(known.map { Int64($0.attempts) })))
    let taken = Set(columns.map(\.name))
    for (name, column) in zip(rows.names, rows.columns) where !["path", "fileid", "env"].contains(name) {
      columns.append((taken.contains(name) ? "source_\(name)" : name, column))
    }
    return RowBatch(columns, count: rows.count, lines: rows.lines)
  }

  private static func milliseconds(_ seconds: Int64) -> Int64 {
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    return overflow ? Int64.max : milliseconds
  }

  private func tags(_ policy: Policy?) -> Column {
    let lists = rules.map { rule -> Cell in
      guard let rule, let policy, !policy.rules[rule].tags.isEmpty else { return .null }
      return .list(policy.rules[rule].tags.map(Cell.text))
    }
    return .mixed(lists)
  }
}
