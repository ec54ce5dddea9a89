// Asking a policy about one file: what `explain` and `decide` share.

import Synchronization
import TCBInterface
import TCBLinks
import TCBRows
import TCBRules
import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

/// A file to be judged: its path, and the row that conditions see.
struct JudgedFile {
  let path: String
  let row: RowBatch
  let environment: EnvironmentValue?

  /// From a path, an id, or a record with at least `path`. A bare path is in the environment given, or the one in use.
  init(
    _ value: Value, environment given: EnvironmentValue? = nil, in context: RunContext
  ) throws(RuntimeProblem) {
    let name: String
    var cells: [RecordField] = []
    switch value {
    case .text(let text): name = text.string
    case .record(let record):
      guard case .text(let text)? = record["path"] else {
        throw .wrongType("the row's `path`", wanted: "a string", found: record["path"]?.typeName ?? "null")
      }
      name = text.string
      if case .record(let fields) = value.cell { cells = fields.filter { $0.name != "path" } }
    default:
      throw ValueDemand.judgedFile.problem(found: value.typeName)
    }
    let id = try? FileID(parsing: name)
    path = id?.path ?? name
    environment =
      id.map { id in context.definedEnvironments().first { $0.id == id.environment } }
      ?? given ?? context.environmentInUse
    let columns = [("path", Column.texts([path]))] + cells.map { ($0.name, Column(cells: [$0.value])) }
    row = RowBatch(columns.map { (name: $0.0, column: $0.1) })
  }
}

extension JudgedFile {
  /// What is to be said of a path that no file can have: a policy answers for it all the same, and `links` makes none.
  var notes: [String] {
    do throws(FileIDError) {
      // An id that was one has given its path.
      if path.hasPrefix("cloud://") {
        _ = try FileID(parsing: path)
      } else {
        try FileID.check(path: path.utf8Span.span)
      }
      return []
    } catch {
      return ["no file can have this path, and `links` makes no link for it: \(error.message)"]
    }
  }
}

/// Bounds how deeply policies may ask policies: a condition can call `decide`, and its policy's conditions can in turn.
final class DecisionDepth: Sendable {
  private let depth = Mutex(0)
  static let greatest = 8

  func deeper<Result>(_ body: () throws(RuntimeProblem) -> Result) throws(RuntimeProblem) -> Result {
    let now = depth.withLock { depth in
      depth += 1
      return depth
    }
    defer { depth.withLock { $0 -= 1 } }
    guard now <= Self.greatest else { throw .tooDeep(Self.greatest) }
    return try body()
  }
}

extension RunContext {
  func decision(_ policy: PolicyValue, _ file: JudgedFile) -> Decision {
    let conditions = PolicyConditions(policy, in: self)
    conditions.begin(file.row)
    let environment = file.environment.map(Self.judging)
    let decision = policy.policy.decision(for: file.path) { (condition) throws(ConditionError) -> Bool in
      try conditions.isTrue(condition, row: 0, environment: environment)
    }
    coverage?.note(policy, decision.rule)
    return decision
  }

  func explanation(_ policy: PolicyValue, _ file: JudgedFile) -> Explanation {
    let conditions = PolicyConditions(policy, in: self, isCovering: false)
    conditions.begin(file.row)
    let environment = file.environment.map(Self.judging)
    return policy.policy.explanation(for: file.path) { (condition) throws(ConditionError) -> Bool in
      try conditions.isTrue(condition, row: 0, environment: environment)
    }
  }

  /// An environment that is only looked at, never called.
  static func judging(_ environment: EnvironmentValue) -> LinkEnvironment {
    LinkEnvironment(
      name: environment.name, id: environment.id, bucket: environment.bucket, service: .other(NoService()),
      tokens: TokenKeeper(NoService(), now: { 0 }))
  }
}
