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
struct RowDecision {
  enum Kind {
    /// `environment` is a place in the directory.
    case ask(maxAge: Int64, environment: Int)
    case denied(reason: String?)
    case failed(code: String, message: String)
  }

  var kind: Kind
  /// The rule that decided, an index into the policy's rules.
  var rule: Int?
  /// The place of the row's environment in the directory, where it is one of them.
  var environment: Int?
}

package struct LinkDecider {
  let policy: Policy?
  let conditions: (any RowConditions)?
  let environments: EnvironmentDirectory
  /// Learns of each file that the policy was asked about which of its rules decided, nil where none did.
  let noted: ((Int?) -> Void)?

  /// The lifetime of a link that no policy speaks of, in seconds.
  package static let lifetimeWithoutPolicy: Int64 = 7_200

  package init(
    policy: Policy?, conditions: (any RowConditions)?, environments: EnvironmentDirectory,
    noted: ((Int?) -> Void)? = nil
  ) {
    self.policy = policy
    self.conditions = conditions
    self.environments = environments
    self.noted = noted
  }

  /// The columns of a batch that decisions are made from.
  struct Batch {
    let paths: TextColumn
    let ids: TextColumn
    private let environments: TextColumn
    /// The environment that was looked up last: nearly always that of the next row.
    private var last: (row: Int, place: Int?)?

    init?(_ rows: RowBatch) {
      guard case .text(let paths)? = rows.column("path"), case .text(let ids)? = rows.column("fileid"),
        case .text(let environments)? = rows.column("env")
      else { return nil }
      self.paths = paths
      self.ids = ids
      self.environments = environments
    }

    mutating func place(_ row: Int, in directory: EnvironmentDirectory) -> Int? {
      if let last, environments.hasSame(at: row, as: last.row) { return last.place }
      let place = directory.place(of: environmentID(row))
      last = (row, place)
      return place
    }

    /// The bytes of the file's id; they must not outlive the call.
    func withID(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
      ids.read(row) { body($0 ?? UnsafeRawBufferPointer(start: nil, count: 0)) }
    }

    func environmentID(_ row: Int) -> String { environments.string(at: row) ?? "" }
  }

  /// Throws `.noEnvironment` for a bare path when no environment is in use.
  func decision(_ batch: inout Batch, row: Int) throws(LinkTrouble) -> RowDecision {
    // Texts are made only for rows that are asked for.
    guard !batch.ids.isNull(at: row) else { return try malformed(batch, row) }
    guard let place = batch.place(row, in: environments) else {
      let message = "no `env` has the id `\(batch.environmentID(row))`"
      return RowDecision(kind: .failed(code: "unknown-environment", message: message))
    }
    guard let policy else {
      let maxAge = Self.lifetimeWithoutPolicy
      return RowDecision(kind: .ask(maxAge: maxAge, environment: place), environment: place)
    }
    var found: Verdict?
    batch.paths.read(row) { bytes in
      let bytes = bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
      found = policy.verdict(for: bytes.assumingMemoryBound(to: UInt8.self)) {
        (condition) throws(ConditionError) -> Bool in
        guard let conditions else { throw ConditionError(message: "this condition cannot be judged here") }
        return try conditions.isTrue(condition, row: row, environment: environments.all[place])
      }
    }
    guard let verdict = found else { return try malformed(batch, row) }
    noted?(verdict.rule)
    guard let maxAge = verdict.maxAge else {
      let reason = policy.decision(verdict).reason
      return RowDecision(kind: .denied(reason: reason), rule: verdict.rule, environment: place)
    }
    return RowDecision(
      kind: .ask(maxAge: maxAge, environment: place), rule: verdict.rule, environment: place)
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
