// What a policy makes of the files of a set, one by one. Nobody is asked for anything.

import TCBInterface
import TCBLinks
import TCBRows
import TCBRules
import TCBRuntime
import TCBText

/// The files of one row source under one policy.
struct FileJudge {
  let policy: PolicyValue
  private let conditions: PolicyConditions
  /// By id.
  private let environments: [String: LinkEnvironment]
  private let current: LinkEnvironment?
  private let files: any RowReader
  private let rulesCovered: RuleCoverage?

  /// `environment` is where bare paths are, in place of the one in use.
  init(_ value: Value, using policy: PolicyValue, in environment: EnvironmentValue?, _ context: RunContext)
    async throws(RuntimeProblem)
  {
    self.policy = policy
    conditions = PolicyConditions(policy, in: context)
    let defined = context.definedEnvironments()
    environments = Dictionary(
      defined.map { ($0.id, RunContext.judging($0)) }, uniquingKeysWith: { _, last in last })
    current = (environment ?? context.environmentInUse).map(RunContext.judging)
    files = try await context.fileRows(of: value, in: current)
    rulesCovered = context.coverage
  }

  /// Why a row that names no file fails.
  static let malformedReason = "no well-formed path or id"

  /// What became of a row.
  enum Outcome: Int, Hashable {
    case allowed, denied
    /// The rule's `when` could not be judged, which denies the file.
    case conditionFailed
    /// The row names no file.
    case malformed
  }

  /// A row of a batch.
  struct File {
    fileprivate var paths: TextColumn
    fileprivate var owners: TextColumn
    fileprivate var row: Int

    var path: String { paths.string(at: row) ?? "" }
    /// The environment's id.
    var owner: String? { owners.string(at: row) }
  }

  /// Learns of each file the rule that decided, nil where none did.
  typealias Note = (_ outcome: Outcome, _ verdict: Verdict?, _ file: File) -> Void

  /// Reads the files to their end.
  func run(_ note: Note) async throws(RuntimeProblem) { while try await step(note) {} }

  /// Reads the next batch; false at the end.
  func step(_ note: Note) async throws(RuntimeProblem) -> Bool {
    guard let batch = try await next() else { return false }
    guard case .text(let paths)? = batch.column("path"), case .text(let ids)? = batch.column("fileid"),
      case .text(let owners)? = batch.column("env")
    else { return true }
    conditions.begin(batch)
    for row in 0..<batch.count {
      let file = File(paths: paths, owners: owners, row: row)
      if ids.isNull(at: row), !isWellFormed(file.path) {
        note(.malformed, nil, file)
        continue
      }
      let owner = file.owner.flatMap { environments[$0] } ?? current
      let verdict = paths.withBytes(at: row) { bytes in
        let bytes = bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
        return policy.policy.verdict(for: bytes.assumingMemoryBound(to: UInt8.self)) {
          (condition) throws(ConditionError) -> Bool in
          try conditions.isTrue(condition, row: row, environment: owner)
        }
      }
      rulesCovered?.note(policy, verdict.rule)
      let outcome: Outcome =
        verdict.allowed ? .allowed : verdict.failure == nil ? .denied : .conditionFailed
      note(outcome, verdict, file)
    }
    return true
  }

  private func next() async throws(RuntimeProblem) -> RowBatch? {
    do throws(RowError) { return try await files.next() } catch { throw EngineProblem.source(error) }
  }

  /// Of a row that has no id: it may only lack an environment to be in.
  private func isWellFormed(_ path: String) -> Bool {
    guard current == nil, !path.utf8.starts(with: "cloud://".utf8) else { return false }
    do throws(FileIDError) {
      try FileID.check(path: path.utf8Span.span)
      return true
    } catch {
      return false
    }
  }
}
