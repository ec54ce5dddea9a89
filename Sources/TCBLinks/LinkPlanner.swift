// What `links` would do with a file set, found without asking anybody for anything.

import TCBRows
import TCBRules

/// The summary of a file set under a policy: one group per environment, what happens, and the rule that decides it.
package struct LinkPlan: Sendable {
  package struct Group: Sendable, Hashable {
    package var environment: String?
    /// `ask`, `denied` or `failed`.
    package var outcome: String
    package var rule: String?
    /// Seconds, for what is asked.
    package var maxAge: Int64?
    /// The reason of a denial, or what is wrong with an id.
    package var reason: String?
  }

  /// Files of each group, in the order the groups were met.
  package private(set) var groups: [(group: Group, files: Int)] = []
  /// Different files to be asked for, by environment; what decides the number of calls.
  package private(set) var files: [String: Int] = [:]
  package private(set) var rows = 0
  package private(set) var repeated = 0
  private var positions: [Group: Int] = [:]

  /// Calls that the files of an environment need.
  package func calls(_ environment: LinkEnvironment) -> Int {
    ((files[environment.id] ?? 0) + environment.batch - 1) / environment.batch
  }

  mutating func count(_ group: Group) {
    rows += 1
    if let position = positions[group] {
      groups[position].files += 1
    } else {
      positions[group] = groups.count
      groups.append((group, 1))
    }
  }

  mutating func countFile(in environment: String) { files[environment, default: 0] += 1 }
  mutating func countRepeated() { repeated += 1 }

  /// Reads a file set to its end and plans it. Memory grows with the number of different files, up to the bound on what
  /// `links` itself remembers.
  package static func make(_ source: any RowReader, decider: LinkDecider) async throws(LinkTrouble)
    -> LinkPlan
  {
    var plan = LinkPlan()
    var seen: Set<LinkReader.Key> = []
    while let rows = try await next(source) {
      guard let batch = LinkDecider.Batch(rows) else { continue }
      decider.conditions?.begin(rows)
      for row in 0..<rows.count {
        let (decision, environment) = try decider.decision(batch, row: row)
        let rule = decision.rule.flatMap { decider.policy?.rules[$0].origin }
        var group = Group(environment: environment?.id, outcome: "ask", rule: rule, maxAge: nil, reason: nil)
        switch decision.kind {
        case .ask(let fileID, let maxAge):
          group.maxAge = maxAge
          plan.note(LinkReader.Key(fileID: fileID, maxAge: maxAge), in: group.environment ?? "", &seen)
        case .denied(let reason): (group.outcome, group.reason) = ("denied", reason)
        case .failed(_, let message): (group.outcome, group.reason) = ("failed", message)
        }
        plan.count(group)
      }
    }
    return plan
  }

  private static func next(_ source: any RowReader) async throws(LinkTrouble) -> RowBatch? {
    do throws(RowError) { return try await source.next() } catch { throw .source(error) }
  }

  private mutating func note(_ key: LinkReader.Key, in environment: String, _ seen: inout Set<LinkReader.Key>)
  {
    if seen.contains(key) { return countRepeated() }
    if seen.count < LinkReader.rememberedFiles { seen.insert(key) }
    countFile(in: environment)
  }
}
