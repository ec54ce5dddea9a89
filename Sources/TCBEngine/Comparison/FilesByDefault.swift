// `tcbsh policy covers`: the files of a set that no rule of a policy decides. Nobody is asked for anything, and however many files
// there are, a batch of them is held.

import TCBExport
import TCBHost
import TCBRows
import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

/// The files that a policy's default decides, and those whose rows name none, as rows.
final class FilesByDefault: RowReader {
  private let judge: FileJudge
  private(set) var files = 0
  private(set) var byDefault = 0
  private(set) var malformed = 0

  init(_ judge: FileJudge) { self.judge = judge }

  private struct Row {
    var path: String
    var owner: String?
    /// Nil where the row names no file.
    var verdict: Verdict?
  }

  func next() async throws(RowError) -> RowBatch? {
    while true {
      var found: [Row] = []
      let isMore: Bool
      do throws(RuntimeProblem) {
        isMore = try await judge.step { outcome, verdict, file in
          files += 1
          switch outcome {
          case .allowed, .denied:
            guard verdict?.rule == nil else { return }
            byDefault += 1
          case .malformed: malformed += 1
          case .conditionFailed: return
          }
          found.append(Row(path: file.path, owner: file.owner, verdict: verdict))
        }
      } catch {
        throw RowError(.other(error), source: "covers")
      }
      if !found.isEmpty { return batch(found) }
      guard isMore else { return nil }
    }
  }

  private func batch(_ rows: [Row]) -> RowBatch {
    let policy = judge.policy.policy
    return RowBatch([
      ("path", .texts(rows.map(\.path))), ("env", .texts(rows.map(\.owner))),
      (
        "outcome",
        .texts(rows.map { row in row.verdict.map { $0.allowed ? "allowed" : "denied" } ?? "failed" })
      ),
      ("max_age", Column(cells: rows.map { $0.verdict?.maxAge.map(Cell.seconds) ?? .null })),
      (
        "reason",
        .texts(
          rows.map { row in
            guard let verdict = row.verdict else { return FileJudge.malformedReason }
            return policy.decision(verdict).reason
          })
      ),
    ])
  }

  /// How many there are of each.
  func sentence(in language: TextLanguage) -> String {
    let counted: Wording = "files: \(files), decided by no rule: \(byDefault)"
    let whole: Wording = malformed == 0 ? counted : "\(counted), not well formed: \(malformed)"
    return whole[language]
  }
}

extension Session {
  /// Runs what a text defines, and shows the files of a set by name that no rule of a policy decides.
  ///
  /// What defines nothing does not run, but for `use`, which says where bare paths are. Gives 0 where rules decide every file,
  /// 1 where they do not, 2 where the text or a name is not understood or what it defines fails, and otherwise what
  /// ``RunReport/exitStatus`` says.
  package func showFilesByDefault(
    in source: SourceText, files: String, policy: String, as format: String, tellsData: Bool
  ) async -> Int32 {
    if let status = await define(source) { return status }
    do throws(RuntimeProblem) {
      let left = FilesByDefault(try await judge(files, policy))
      try await context.show(
        .object(StreamValue(left, typeName: "files")), as: ExportFormat(name: format) ?? .table,
        isExplicit: true)
      try context.flush()
      context.unreadable.finish()
      context.output.writeDiagnostics(
        tellsData
          ? "{\"files\":\(left.files),\"byDefault\":\(left.byDefault),\"malformed\":\(left.malformed)}\n"
          : left.sentence(in: context.language) + "\n")
      return left.byDefault == 0 && left.malformed == 0 ? 0 : 1
    } catch {
      return status(of: end(with: RuntimeFault(error, at: nil)))
    }
  }

  private func judge(_ files: String, _ policy: String) async throws(RuntimeProblem) -> FileJudge {
    guard let rules = value(policy)?.object as? PolicyValue else {
      let names = context.scope.entries.keys.filter { value($0)?.object is PolicyValue }
      throw EngineProblem.unknown("policy", policy, nearest: NearestName.of(policy, among: names.sorted()))
    }
    guard let set = value(files), FileSetValue.node(of: set) != nil else {
      let names = context.scope.entries.keys.filter { value($0)?.object is FileSetValue }
      throw EngineProblem.unknown("file set", files, nearest: NearestName.of(files, among: names.sorted()))
    }
    return try await FileJudge(set, using: rules, in: nil, context)
  }

  private func value(_ name: String) -> Value? {
    context.scope.entries[name].flatMap { context.globals[$0.slot] }
  }
}

extension Value {
  fileprivate var object: (any ForeignValue)? {
    guard case .foreign(let box) = self else { return nil }
    return box.value
  }
}

extension Statement {
  /// Whether it gives a name a meaning, or says where bare paths are.
  var defines: Bool {
    switch kind {
    case .function, .definition, .importFile, .test, .binding: return true
    case .pipeline(let pipeline):
      guard pipeline.hasOneStage, case .command(let call) = pipeline.first else { return false }
      return call.signature.name == "use"
    default: return false
    }
  }
}
