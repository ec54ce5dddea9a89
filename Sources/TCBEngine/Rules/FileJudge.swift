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

  /// What became of a row.
  enum Outcome: Int, Hashable {
    case allowed, denied
    /// The rule's `when` could not be judged, which denies the file.
    case conditionFailed
    /// The row names no file.
    case malformed
  }

  /// Reads the files to their end. `note` learns of each the rule that decided, nil where none did.
  func run(
    _ note: (_ outcome: Outcome, _ verdict: Verdict?, _ path: () -> String) -> Void
  ) async throws(RuntimeProblem) {
    while let batch = try await next() {
      guard case .text(let paths)? = batch.column("path"), case .text(let ids)? = batch.column("fileid"),
        case .text(let owners)? = batch.column("env")
      else { continue }
      conditions.begin(batch)
      for row in 0..<batch.count {
        func path() -> String { paths.string(at: row) ?? "" }
        if ids.isNull(at: row), !isWellFormed(path()) {
          note(.malformed, nil, path)
          continue
        }
        let owner = owners.string(at: row).flatMap { environments[$0] } ?? current
        let verdict = paths.withBytes(at: row) { bytes in
          let bytes = bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
          return policy.policy.verdict(for: bytes.assumingMemoryBound(to: UInt8.self)) {
            (condition) throws(ConditionError) -> Bool in
            try conditions.isTrue(condition, row: row, environment: owner)
          }
        }
        rulesCovered?.note(policy, verdict.rule)
        note(verdict.allowed ? .allowed : verdict.failure == nil ? .denied : .conditionFailed, verdict, path)
      }
    }
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
