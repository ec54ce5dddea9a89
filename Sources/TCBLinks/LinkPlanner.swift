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

  /// Rows of each group, in the order the groups were met.
  package private(set) var groups: [(group: Group, rows: Int)] = []
  /// Different files to be asked for, by environment.
  package private(set) var files: [String: Int] = [:]
  /// Calls that they need, by environment.
  package private(set) var calls: [String: Int] = [:]
  package private(set) var rows = 0
  /// Rows that are answered with a file asked for before.
  package private(set) var repeated = 0
  private var positions: [Group: Int] = [:]

  /// Reasons may hold anything that rows hold; past so many groups those of failures are told together.
  static let mostGroups = 1_000

  /// Reads a file set to its end and plans it. Memory is bounded as that of `links` is.
  package static func make(
    _ source: any RowReader, decider: LinkDecider, remembering: Int = LinkReader.rememberedFiles
  ) async throws(LinkTrouble) -> LinkPlan {
    var plan = LinkPlan()
    let directory = decider.environments
    let words = decider.policy?.rules.map(\.origin) ?? []
    var gatherer = CallGatherer(directory, remembering: remembering)
    while let rows = try await next(source) {
      plan.count(gatherer.begin(rows: rows.count), directory)
      guard var batch = LinkDecider.Batch(rows) else { continue }
      decider.conditions?.begin(rows)
      for row in 0..<rows.count {
        let decision = try decider.decision(&batch, row: row)
        var group = Group(environment: decision.environment.map { directory.all[$0].id }, outcome: "ask")
        if let rule = decision.rule, words.indices.contains(rule) { group.rule = words[rule] }
        switch decision.kind {
        case .ask(let maxAge, let environment):
          group.maxAge = maxAge
          batch.withID(row) { id in
            let asked = gatherer.ask(id, maxAge, in: environment)
            if asked.isNew {
              plan.files[directory.all[environment].id, default: 0] += 1
            } else {
              plan.repeated += 1
            }
            if let full = asked.full { plan.count([full], directory) }
          }
        case .denied(let reason): (group.outcome, group.reason) = ("denied", reason)
        case .failed(_, let message): (group.outcome, group.reason) = ("failed", message)
        }
        plan.count(group)
      }
    }
    plan.count(gatherer.rest(), directory)
    return plan
  }

  private mutating func count(_ calls: [GatheredCall], _ directory: EnvironmentDirectory) {
    for call in calls { self.calls[directory.all[call.environment].id, default: 0] += 1 }
  }

  private mutating func count(_ group: Group) {
    rows += 1
    var group = group
    if groups.count >= Self.mostGroups, group.outcome == "failed", positions[group] == nil {
      group.reason = "other reasons"
    }
    if let position = positions[group] {
      groups[position].rows += 1
    } else {
      positions[group] = groups.count
      groups.append((group, 1))
    }
  }

  private static func next(_ source: any RowReader) async throws(LinkTrouble) -> RowBatch? {
    do throws(RowError) { return try await source.next() } catch { throw .source(error) }
  }
}
