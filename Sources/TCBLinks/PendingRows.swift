// A batch of rows on its way to having links, and the columns made of what became of each.

import TCBInterface
import TCBRows
import TCBRules

package enum LinkStatus: String, Sendable, CaseIterable {
  case ok, denied, failed
}

/// The columns that every row of `links` begins with.
package enum LinkColumns {
  /// What says of a row which file it is of.
  package static let ofFile = PendingRows.fileNames
  package static let names =
    PendingRows.fileNames + [
      "status", "url", "max_age", "expires_at", "code", "message", "rule", "tags", "attempts",
    ]
}

/// What was found of a row without asking anybody.
struct LocalOutcome {
  var status: LinkStatus
  var code: String?
  var message: String?
}

/// A batch whose rows are being answered.
final class PendingRows {
  /// Where a row's outcome is found.
  private struct Place {
    /// An index into `calls`; negative where nobody is asked.
    var call: Int32 = -1
    /// The file in the call, or an index into `local`.
    var index: Int32 = -1
  }

  let rows: RowBatch
  private(set) var unanswered = 0
  // Looked at for each row; nothing else has hold of them meanwhile.
  @exclusivity(unchecked) private var places: [Place] = []
  @exclusivity(unchecked) private var rules: [Int32] = []
  @exclusivity(unchecked) private var calls: [GatheredCall] = []
  private var local: [LocalOutcome] = []

  init(_ rows: RowBatch) {
    self.rows = rows
    places.reserveCapacity(rows.count)
    rules.reserveCapacity(rows.count)
  }

  /// The outcome of the next row.
  func append(_ outcome: LocalOutcome, rule: Int?) {
    local.append(outcome)
    places.append(Place(call: -1, index: Int32(local.count - 1)))
    rules.append(Int32(rule ?? -1))
  }

  /// The next row has that of a file.
  func append(_ place: FileTable.Place, rule: Int?, waits: Bool) {
    if waits { unanswered += 1 }
    places.append(Place(call: slot(of: place.call), index: Int32(place.file)))
    rules.append(Int32(rule ?? -1))
  }

  func answered(_ count: Int) { unanswered -= count }

  /// A call that is met again after many others has a second place, which costs nothing but that.
  private func slot(of call: GatheredCall) -> Int32 {
    if let last = calls.last, last === call { return Int32(calls.count - 1) }
    if let index = calls.suffix(8).lastIndex(where: { $0 === call }) { return Int32(index) }
    calls.append(call)
    return Int32(calls.count - 1)
  }

  /// `path fileid env`, the columns of `links`, then those of the source. A column of the source that is called like one
  /// of ours becomes `source_NAME`.
  func finished(_ words: RuleWords) -> (batch: RowBatch, byStatus: [LinkStatus: Int]) {
    var columns: [(name: String, column: Column)] = []
    for name in Self.fileNames {
      if let column = rows.column(name) { columns.append((name, column)) }
    }
    var answers = AnswerColumns(rows: rows.count)
    var row = 0
    while row < places.count {
      let first = places[row]
      let run = places[row...].prefix { $0.call == first.call }
      if first.call < 0 {
        for place in run { answers.append(local[Int(place.index)]) }
      } else {
        answers.append(calls[Int(first.call)], run.lazy.map { Int($0.index) })
      }
      row = run.endIndex
    }
    columns += answers.columns
    columns.append(("rule", .text(words.origins(of: rules))))
    columns.append(("tags", words.tags(of: rules)))
    columns.append(("attempts", .integer(ValueColumn(values: answers.attempts))))
    let taken = Set(columns.map(\.name))
    for (name, column) in zip(rows.names, rows.columns) where !Self.fileNames.contains(name) {
      columns.append((taken.contains(name) ? "source_\(name)" : name, column))
    }
    return (RowBatch(columns, count: rows.count, lines: rows.lines), answers.byStatus)
  }

  static let fileNames = ["path", "fileid", "env"]
}

/// The columns of answers while they are filled, row by row.
private struct AnswerColumns {
  private(set) var attempts: [Int64] = []
  private var others: [LinkStatus: Int] = [:]
  private var links = 0
  private var status = TextColumn()
  private var url = TextColumn()
  private var code = TextColumn()
  private var message = TextColumn()
  private var maxAges = ValueColumn<Int64>()
  private var ends = ValueColumn<Int64>()

  init(rows: Int) {
    attempts.reserveCapacity(rows)
    status.reserve(rows: rows, bytes: rows * 6)
    url.reserve(rows: rows, bytes: rows * 144)
    code.reserve(rows: rows, bytes: 0)
    message.reserve(rows: rows, bytes: 0)
    maxAges.reserve(rows: rows)
    ends.reserve(rows: rows)
  }

  var byStatus: [LinkStatus: Int] { links > 0 ? others.merging([.ok: links], uniquingKeysWith: +) : others }

  var columns: [(name: String, column: Column)] {
    [
      ("status", .text(status)), ("url", .text(url)), ("max_age", .duration(maxAges)),
      ("expires_at", .time(ends)), ("code", .text(code)), ("message", .text(message)),
    ]
  }

  mutating func append(_ outcome: LocalOutcome) {
    appendNone(outcome.status, outcome.code, outcome.message)
    attempts.append(0)
  }

  /// Rows that one after the other have files of the same call.
  mutating func append(_ call: GatheredCall, _ indices: some Sequence<Int>) {
    let outcome = call.outcome ?? CallOutcome(files: 0)
    let (files, asked) = (outcome.files, call.request.maxAges)
    outcome.withURLs { urls in
      for index in indices {
        guard files.indices.contains(index) else {
          append(LocalOutcome(status: .failed, code: "missing-in-answer"))
          continue
        }
        let file = files[index]
        if file.failure >= 0 || file.url.isEmpty {
          let failure = outcome.failure(of: file)
          appendNone(.failed, failure?.code, failure?.message)
        } else {
          appendLink(UnsafeRawBufferPointer(rebasing: urls[file.url.indices]), file, maxAge: asked[index])
        }
        attempts.append(Int64(file.attempts))
      }
    }
  }

  private mutating func appendLink(_ link: UnsafeRawBufferPointer, _ file: FileOutcome, maxAge: Int64) {
    links += 1
    status.append("ok")
    url.append(bytes: link)
    maxAges.append(number: Self.milliseconds(maxAge))
    ends.append(number: file.expiresAt)
    code.appendNull()
    message.appendNull()
  }

  private mutating func appendNone(_ status: LinkStatus, _ code: String?, _ message: String?) {
    others[status, default: 0] += 1
    self.status.append(status.rawValue)
    url.appendNull()
    maxAges.append(number: nil)
    ends.append(number: nil)
    if let code { self.code.append(code) } else { self.code.appendNull() }
    if let message { self.message.append(message) } else { self.message.appendNull() }
  }

  private static func milliseconds(_ seconds: Int64) -> Int64 {
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    return overflow ? Int64.max : milliseconds
  }
}

/// What rows say of the rules that decided them, looked up once a run.
struct RuleWords {
  private let origins: [String]
  /// Null for a rule without tags; nothing where no rule has any.
  private let tags: [Cell]

  init(_ policy: Policy?) {
    let rules = policy?.rules ?? []
    origins = rules.map(\.origin)
    let hasTags = rules.contains { !$0.tags.isEmpty }
    tags = hasTags ? rules.map { $0.tags.isEmpty ? .null : .list($0.tags.map(Cell.text)) } : []
  }

  /// A negative number is no rule.
  func origins(of rules: [Int32]) -> TextColumn {
    var column = TextColumn()
    column.reserve(rows: rules.count, bytes: rules.count * 16)
    for rule in rules {
      if origins.indices.contains(Int(rule)) {
        column.append(origins[Int(rule)])
      } else {
        column.appendNull()
      }
    }
    return column
  }

  func tags(of rules: [Int32]) -> Column {
    guard !tags.isEmpty else { return .nulls(rules.count) }
    return .mixed(rules.map { tags.indices.contains(Int($0)) ? tags[Int($0)] : .null })
  }
}
