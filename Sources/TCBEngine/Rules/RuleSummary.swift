// A file set under a policy, summarized by rule. As large as the policy at most, however many files there are.

import TCBExport
import TCBRows
import TCBRules
import TCBRuntime
import TCBText

struct RuleSummary {
  private struct Key: Hashable {
    var outcome: FileJudge.Outcome
    /// -1 where no rule decided.
    var rule: Int
  }

  private struct Group {
    var files = 0
    var example: String
    var verdict: Verdict?
  }

  private let policy: Policy
  private var groups: [Key: Group] = [:]
  private(set) var files = 0

  init(_ judge: FileJudge) async throws(RuntimeProblem) {
    policy = judge.policy.policy
    var groups: [Key: Group] = [:]
    var files = 0
    try await judge.run { outcome, verdict, file in
      files += 1
      let key = Key(outcome: outcome, rule: verdict?.rule ?? -1)
      if groups[key] == nil { groups[key] = Group(example: file.path, verdict: verdict) }
      groups[key]?.files += 1
    }
    self.groups = groups
    self.files = files
  }

  /// A row for each rule that decided, and for what no rule did; the most files first.
  var rows: RowBatch {
    let sorted = groups.sorted { one, other in
      (other.value.files, one.key.rule, one.key.outcome.rawValue)
        < (one.value.files, other.key.rule, other.key.outcome.rawValue)
    }
    let decisions = sorted.map { key, group in
      group.verdict.map { policy.decision($0) }
    }
    return RowBatch([
      ("files", .integers(sorted.map { Int64($0.value.files) })),
      ("outcome", .texts(sorted.map { Self.word($0.key.outcome) })),
      ("max_age", Column(cells: sorted.map { $0.value.verdict?.maxAge.map(Cell.seconds) ?? .null })),
      ("rule", .texts(decisions.map { $0?.origin })),
      ("text", .texts(sorted.map { text($0.key) })),
      ("example", .texts(sorted.map(\.value.example))),
      ("reason", .texts(decisions.map(Self.reason))),
    ])
  }

  private static func word(_ outcome: FileJudge.Outcome) -> String {
    switch outcome {
    case .allowed: "allowed"
    case .denied, .conditionFailed: "denied"
    case .malformed: "failed"
    }
  }

  private static func reason(_ decision: Decision?) -> String? {
    decision == nil ? FileJudge.malformedReason : decision?.reason
  }

  private func text(_ key: Key) -> String? {
    if key.rule >= 0 { return policy.rules[key.rule].written }
    return key.outcome == .malformed ? nil : policy.fallback.map { "default \($0.written)" }
  }

  /// `9 files: 8 allowed, 1 denied; 2 of 5 rules decide none of them`
  var sentence: String {
    func count(_ outcomes: FileJudge.Outcome...) -> Int {
      groups.reduce(0) { outcomes.contains($1.key.outcome) ? $0 + $1.value.files : $0 }
    }
    let counts = [
      (count(.allowed), "allowed"), (count(.denied, .conditionFailed), "denied"),
      (count(.malformed), "not well formed"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    let used = Set(groups.keys.map(\.rule)).subtracting([-1]).count
    let rules = policy.rules.count
    let idle = rules - used
    var text = "\(files) \(files == 1 ? "file" : "files")" + (parts.isEmpty ? "" : ": \(parts)")
    if files > 0, idle > 0 {
      text +=
        "; \(idle) of \(rules) \(rules == 1 ? "rule" : "rules") \(idle == 1 ? "decides" : "decide") none"
    }
    return text
  }
}
