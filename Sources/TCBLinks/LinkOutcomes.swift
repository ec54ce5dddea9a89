// What became of each row of a batch, and the columns made of it.

import TCBRows
import TCBRules

package enum LinkStatus: String, Sendable, CaseIterable {
  case ok, reused, denied, failed
}

/// The columns that every row of `links` begins with.
package enum LinkColumns {
  package static let names =
    PendingRows.fileNames + [
      "status", "url", "max_age", "expires_at", "code", "message", "rule", "tags", "attempts",
    ]
}

/// The outcome of one row.
struct LinkOutcome {
  var status: LinkStatus
  var url: String?
  /// Seconds.
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
  private(set) var outcomes: [LinkOutcome?]
  private(set) var unanswered: Int
  private var rules: [Int?]

  init(_ rows: RowBatch) {
    self.rows = rows
    outcomes = Array(repeating: nil, count: rows.count)
    rules = Array(repeating: nil, count: rows.count)
    unanswered = rows.count
  }

  /// The first outcome of a row is its last.
  func answer(_ row: Int, with outcome: LinkOutcome) {
    guard outcomes.indices.contains(row), outcomes[row] == nil else { return }
    unanswered -= 1
    outcomes[row] = outcome
  }

  func note(rule: Int?, of row: Int) {
    if rules.indices.contains(row) { rules[row] = rule }
  }

  /// `path fileid env`, the columns of `links`, then those of the source. A column of the source that is called like one
  /// of ours becomes `source_NAME`.
  func finished(_ words: RuleWords) -> RowBatch {
    var columns: [(name: String, column: Column)] = []
    for name in Self.fileNames {
      if let column = rows.column(name) { columns.append((name, column)) }
    }
    columns += answers()
    columns.append(("rule", .text(words.origins(of: rules))))
    columns.append(("tags", words.tags(of: rules)))
    columns.append(("attempts", .integers(outcomes.map { Int64($0?.attempts ?? 0) })))
    let taken = Set(columns.map(\.name))
    for (name, column) in zip(rows.names, rows.columns) where !Self.fileNames.contains(name) {
      columns.append((taken.contains(name) ? "source_\(name)" : name, column))
    }
    return RowBatch(columns, count: rows.count, lines: rows.lines)
  }

  static let fileNames = ["path", "fileid", "env"]

  private func answers() -> [(name: String, column: Column)] {
    var (status, url, code, message) = (TextColumn(), TextColumn(), TextColumn(), TextColumn())
    url.reserve(rows: rows.count, bytes: rows.count * 160)
    func append(_ text: String?, to column: inout TextColumn) {
      if let text { column.append(text) } else { column.appendNull() }
    }
    for outcome in outcomes {
      append(outcome?.status.rawValue, to: &status)
      append(outcome?.url, to: &url)
      append(outcome?.code, to: &code)
      append(outcome?.message, to: &message)
    }
    let lifetimes = outcomes.map { $0?.maxAge.map(Self.milliseconds) }
    return [
      ("status", .text(status)), ("url", .text(url)), ("max_age", .duration(ValueColumn(lifetimes))),
      ("expires_at", .times(outcomes.map { $0?.expiresAt })), ("code", .text(code)),
      ("message", .text(message)),
    ]
  }

  private static func milliseconds(_ seconds: Int64) -> Int64 {
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    return overflow ? Int64.max : milliseconds
  }
}

/// What rows say of the rules that decided them, looked up once a run.
struct RuleWords {
  private let origins: [String]
  /// Null for a rule without tags.
  private let tags: [Cell]

  init(_ policy: Policy?) {
    let rules = policy?.rules ?? []
    origins = rules.map(\.origin)
    tags = rules.map { $0.tags.isEmpty ? .null : .list($0.tags.map(Cell.text)) }
  }

  func origins(of rules: [Int?]) -> TextColumn {
    var column = TextColumn()
    for rule in rules {
      if let rule, origins.indices.contains(rule) {
        column.append(origins[rule])
      } else {
        column.appendNull()
      }
    }
    return column
  }

  func tags(of rules: [Int?]) -> Column {
    .mixed(rules.map { rule in rule.flatMap { tags.indices.contains($0) ? tags[$0] : nil } ?? .null })
  }
}
