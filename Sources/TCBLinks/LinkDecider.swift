// What is to happen with each row of a file set, before anybody is asked for anything.

import TCBInterface
import TCBRows
import TCBRules

/// Evaluates the conditions of a policy for the rows of a batch. Used by one run at a time.
package protocol RowConditions: AnyObject {
  func begin(_ batch: RowBatch)
  func isTrue(_ condition: Condition, row: Int, environment: LinkEnvironment?) throws(ConditionError) -> Bool
}

/// What a policy and the well-formedness of its id make of a row.
package struct RowDecision: Sendable {
  package enum Kind: Sendable {
    case ask(fileID: String, maxAge: Int64)
    case denied(reason: String?)
    case failed(code: String, message: String)
  }

  package var kind: Kind
  /// The rule that decided, an index into the policy's rules.
  package var rule: Int?
}

package struct LinkDecider {
  let policy: Policy?
  let conditions: (any RowConditions)?
  let environments: EnvironmentDirectory

  /// The lifetime of a link that no policy speaks of, in seconds.
  package static let lifetimeWithoutPolicy: Int64 = 7_200

  package init(policy: Policy?, conditions: (any RowConditions)?, environments: EnvironmentDirectory) {
    self.policy = policy
    self.conditions = conditions
    self.environments = environments
  }

  /// The columns of a batch that decisions are made from.
  struct Batch {
    var paths: TextColumn
    var ids: TextColumn
    var environments: TextColumn

    init?(_ rows: RowBatch) {
      guard case .text(let paths)? = rows.column("path"), case .text(let ids)? = rows.column("fileid"),
        case .text(let environments)? = rows.column("env")
      else { return nil }
      self.paths = paths
      self.ids = ids
      self.environments = environments
    }
  }

  /// Throws `.noEnvironment` for a bare path when no environment is in use.
  func decision(_ batch: Batch, row: Int) throws(LinkTrouble) -> (RowDecision, LinkEnvironment?) {
    guard let fileID = batch.ids.string(at: row) else { return (try malformed(batch, row), nil) }
    let environmentID = batch.environments.string(at: row) ?? ""
    guard let environment = environments.byID[environmentID] else {
      let message = "no `env` has the id `\(environmentID)`"
      return (RowDecision(kind: .failed(code: "unknown-environment", message: message)), nil)
    }
    guard let policy else {
      return (RowDecision(kind: .ask(fileID: fileID, maxAge: Self.lifetimeWithoutPolicy)), environment)
    }
    let verdict = batch.paths.withBytes(at: row) { bytes in
      policy.verdict(
        for: (bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)).assumingMemoryBound(to: UInt8.self)
      ) {
        (condition) throws(ConditionError) -> Bool in
        guard let conditions else { throw ConditionError(message: "this condition cannot be judged here") }
        return try conditions.isTrue(condition, row: row, environment: environment)
      }
    }
    if let maxAge = verdict.maxAge {
      return (RowDecision(kind: .ask(fileID: fileID, maxAge: maxAge), rule: verdict.rule), environment)
    }
    return (
      RowDecision(kind: .denied(reason: policy.decision(verdict).reason), rule: verdict.rule), environment
    )
  }

  private func malformed(_ batch: Batch, _ row: Int) throws(LinkTrouble) -> RowDecision {
    let text = batch.paths.string(at: row) ?? ""
    let isID = text.utf8.starts(with: "cloud://".utf8)
    if let problem = Self.problem(of: text, isID: isID, in: environments.current) {
      return RowDecision(kind: .failed(code: FileID.code, message: problem.message))
    }
    // Well formed, and yet no id could be made of it: there is no environment for it to be in.
    throw .noEnvironment
  }

  private static func problem(of text: String, isID: Bool, in current: LinkEnvironment?) -> FileIDError? {
    do throws(FileIDError) {
      if isID {
        _ = try FileID(parsing: text)
      } else {
        try FileID.check(path: text.utf8Span.span)
        if let current { _ = try FileID(environment: current.id, bucket: current.bucket, path: text) }
      }
      return nil
    } catch {
      return error
    }
  }
}
