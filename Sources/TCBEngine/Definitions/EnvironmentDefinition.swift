// `env NAME { … }`: an environment over the API core in this process, or over HTTP.

import TCBHost
import TCBInterface
import TCBLinks
import TCBRows
import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

enum EnvironmentDefinition {
  private static let batchSizes: ClosedRange<Int64> = 1...50
  private static let callCounts: ClosedRange<Int64> = 1...256
  private static let retryCounts: ClosedRange<Int64> = 0...100
  private static let timeout = ValueDemand("`timeout`", "a duration", .duration)
  private static let path = ValueDemand("`api`", "a path", .string)

  static let signature = DefinitionSignature(
    "env", "An environment: its id and bucket, who answers for it, and how it is asked.",
    body: .clauses([
      ClauseSignature("id", "ID", required: true, takes: .text("id"), "the environment's id"),
      ClauseSignature(
        "bucket", "BUCKET", required: true, takes: .text("bucket"), "the bucket in its file ids"),
      ClauseSignature(
        "account", "ACCOUNT", takes: .text("account"),
        "the account at the end of its links' host, where the bucket lacks it"),
      ClauseSignature(
        "api",
        [
          [.literal("embedded"), .expression("FOLDER", takes: path)],
          [.literal("embedded"), .literal("list"), .expression("CSV", takes: path)],
          [.literal("embedded"), .literal("any")],
          [.expression("ADDRESS", takes: path)],
        ],
        required: true,
        "the API core in this process, over a folder, a list of paths, or as if every path existed; or the interface at an address"
      ),
      ClauseSignature(
        "token", [[.name("TOKEN")]], "the token to call with; without one the core in this process issues it"),
      ClauseSignature(
        "read", [[.literal("private")], [.literal("public")]], "whether its links are signed and expire"),
      ClauseSignature(
        "key", "KEY", takes: .secret("key"),
        "signs its links; without one the core in this process makes one once and keeps it"),
      ClauseSignature(
        "backup_key", "KEY", takes: .secret("backup_key"), "also accepted when a link is verified"),
      ClauseSignature(
        "longest", "DURATION", takes: .lifetime, "the longest max_age it grants; 30d where not given"),
      ClauseSignature("batch", "N", takes: .wholeNumber("`batch`", batchSizes), "files in a call, 1 to 50"),
      ClauseSignature(
        "concurrency", "N", takes: .wholeNumber("`concurrency`", callCounts),
        "calls under way at once, 1 to 256"),
      ClauseSignature(
        "retries", "N", takes: .wholeNumber("`retries`", retryCounts),
        "how often a call that may pass is made again"),
      ClauseSignature(
        "rate", "N", takes: .wholeNumber("`rate`", RateLimit.rates), "calls that may set out in a second"),
      ClauseSignature("timeout", "DURATION", takes: timeout, "what one call may take; 30s where not given"),
      ClauseSignature(
        "tls", [[.literal("ca"), .expression("FILE", takes: path)], [.literal("unverified")]],
        "authorities to trust in place of the system's, as PEM; or that nobody's word is wanted"),
    ]),
    examples: [
      CommandExample(
        """
        env demo {
          id "test2-4a89da"   bucket "7465-test2-4a89da"   account "1258717764"
          api embedded any    read public
        }
        """, "an environment in which every path exists, with public links")
    ])

  static func value(_ request: DefinitionRequest, in context: RunContext) async throws(RuntimeFault)
    -> EnvironmentValue
  {
    let definition = request.site.definition
    let clauses = ClauseValues(definition, request.values)
    let id = try clauses.text("id") ?? ""
    let bucket = try clauses.text("bucket") ?? ""
    try check(id, bucket, clauses, definition)
    let isPublic = clauses.entry("read")?.literals == ["public"]
    var primary = try key("key", clauses, context)
    let address = try address(clauses)
    let canVerify = address == nil || isPublic || primary != nil
    if primary == nil {
      // Nothing is signed here with one that is somebody else's.
      primary = try kept(id, isPublic: isPublic || address != nil, context, at: definition.name.span)
    }
    guard let primary else {
      throw RuntimeFault(EngineProblem.badClause("key", "there is none"), at: definition.name.span)
    }
    let configuration = EnvironmentConfiguration(
      id: id, bucket: bucket, account: try clauses.text("account"), owner: EmbeddedApp.id,
      read: isPublic ? .public : .private,
      primaryKey: primary,
      backupKey: try key("backup_key", clauses, context),
      maxAgeLimit: try clauses.lifetime("longest") ?? EnvironmentConfiguration.defaultMaxAgeLimit,
      objects: try await objects(clauses, context))
    if canVerify { context.core.serve(configuration) }
    let manners = EnvironmentManners(
      batch: Int(try clauses.wholeNumber("batch", batchSizes) ?? 50),
      concurrency: Int(try clauses.wholeNumber("concurrency", callCounts) ?? 8),
      retries: Int(try clauses.wholeNumber("retries", retryCounts) ?? 4),
      rate: try clauses.wholeNumber("rate", RateLimit.rates), timeout: try timeout(clauses),
      trust: try trust(clauses, context))
    return EnvironmentValue(
      name: definition.name.text, configuration: configuration, address: address, canVerify: canVerify,
      tokenName: clauses.entry("token")?.names.first?.text, manners: manners)
  }

  private static func timeout(_ clauses: ClauseValues) throws(RuntimeFault) -> Int64? {
    guard let (value, span) = clauses.entry("timeout")?.values.first else { return nil }
    if let problem = timeout.problem(with: value) { throw RuntimeFault(problem, at: span) }
    guard case .duration(let milliseconds) = value, milliseconds > 0 else {
      throw RuntimeFault(
        EngineProblem.badClause("timeout", "it is no time at all", help: "write it as `10s` or `500ms`"),
        at: span)
    }
    return milliseconds
  }

  private static func trust(_ clauses: ClauseValues, _ context: RunContext) throws(RuntimeFault) -> TLSTrust {
    guard let tls = clauses.entry("tls") else { return .system }
    guard tls.literals == ["ca"] else { return .anybody }
    let (path, span) = try path(of: tls)
    let pem: [UInt8]
    do throws(HostError) { pem = try context.host.contents(of: path, limit: 1 << 20) } catch {
      throw RuntimeFault(EngineProblem.unreadable(error, path, on: context.host), at: span)
    }
    guard String(decoding: pem, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
      throw RuntimeFault(
        EngineProblem.badClause(
          "tls", "`\(path)` holds no certificate", help: "it begins with `-----BEGIN CERTIFICATE-----`"),
        at: span)
    }
    return .authorities(pem: pem)
  }

  /// An environment that cannot have a file id is no environment.
  private static func check(
    _ id: String, _ bucket: String, _ clauses: ClauseValues, _ definition: Definition
  ) throws(RuntimeFault) {
    do throws(FileIDError) {
      _ = try FileID(environment: id, bucket: bucket, path: "a")
    } catch {
      let word = error.offset > "cloud://".utf8.count + id.utf8.count ? "bucket" : "id"
      let span = clauses.entry(word)?.values.first?.span ?? definition.name.span
      throw RuntimeFault(EngineProblem.badClause(word, error.wording), at: span)
    }
  }

  private static func key(_ word: String, _ clauses: ClauseValues, _ context: RunContext) throws(RuntimeFault)
    -> SigningKey?
  {
    guard let text = try clauses.secret(word) else { return nil }
    context.secrets.add(text.reveal())
    do throws(SigningKeyError) { return try SigningKey(text.reveal()) } catch {
      throw RuntimeFault(
        EngineProblem.badClause(word, error.wording), at: clauses.entry(word)?.values.first?.span)
    }
  }

  /// The key that is made once for an environment and kept in the state directory. A public one signs nothing.
  private static func kept(
    _ id: String, isPublic: Bool, _ context: RunContext, at span: SourceSpan
  ) throws(RuntimeFault) -> SigningKey {
    func made() -> [UInt8] {
      let key = try? SigningKey.random { context.host.randomBytes($0) }
      return Array((key?.reveal() ?? "").utf8)
    }
    let bytes: [UInt8]
    do throws(HostError) {
      bytes = isPublic ? made() : try context.host.keptSecret(named: "key-\(id)", make: made)
    } catch {
      let help: Wording = "give the environment a `key`, or set TCB_STATE to a folder that can be written"
      throw RuntimeFault(
        EngineProblem.badClause("key", "none can be kept: \(error.wording)", help: help), at: span)
    }
    context.secrets.add(String(decoding: bytes, as: UTF8.self))
    do throws(SigningKeyError) { return try SigningKey(bytes: bytes) } catch {
      throw RuntimeFault(
        EngineProblem.badClause("key", "the kept one is damaged: \(error.wording)"), at: span)
    }
  }

  private static func objects(_ clauses: ClauseValues, _ context: RunContext) async throws(RuntimeFault)
    -> any ObjectStore
  {
    guard let api = clauses.entry("api") else { return EveryObject() }
    switch api.literals {
    case [], ["embedded", "any"]: return EveryObject()
    case ["embedded", "list"]: return try await listed(api, context)
    default: return try folder(api, context)
    }
  }

  /// The address of an interface over HTTP; nil for the core in this process.
  private static func address(_ clauses: ClauseValues) throws(RuntimeFault) -> String? {
    guard let api = clauses.entry("api"), api.literals.isEmpty else { return nil }
    let (text, span) = try path(of: api)
    var address = text
    while address.hasSuffix("/") { address.removeLast() }
    let rest = ["https://", "http://"].lazy.filter(address.hasPrefix).map { address.dropFirst($0.count) }
      .first
    guard let rest, !rest.isEmpty, rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      !rest.contains(where: { "?#@\"<>\\^`{|}".contains($0) })
    else {
      throw RuntimeFault(
        EngineProblem.badClause(
          "api", "`\(text)` is no address", help: "write `\"https://api.weixin.qq.com\"`, or `embedded …`"),
        at: span)
    }
    return address
  }

  private static func folder(_ api: ClauseValues.Entry, _ context: RunContext) throws(RuntimeFault)
    -> FolderObjects
  {
    let (path, span) = try path(of: api)
    let local: String
    do throws(HostError) {
      guard let status = try context.host.fileStatus(path) else { throw HostError(.notFound, path: path) }
      guard status.kind == .folder else { throw HostError(.notFolder, path: path) }
      local = try context.host.localPath(of: path)
    } catch {
      throw RuntimeFault(EngineProblem.unreadable(error, path, on: context.host), at: span)
    }
    do throws(FolderError) { return try FolderObjects(root: local) } catch {
      throw RuntimeFault(EngineProblem.badClause("api", error.message), at: span)
    }
  }

  private static func listed(_ api: ClauseValues.Entry, _ context: RunContext) async throws(RuntimeFault)
    -> ListedObjects
  {
    let (path, span) = try path(of: api)
    let unreadable = context.unreadable
    let file: any FileReader
    do throws(HostError) { file = try context.host.openFile(path) } catch {
      throw RuntimeFault(EngineProblem.unreadable(error, path, on: context.host), at: span)
    }
    var paths: [String] = []
    let reader = CSVReader(
      file, source: path, required: "path", options: SourceOptions(report: { unreadable.note($0) }))
    do throws(RowError) {
      while let batch = try await reader.next() {
        for row in 0..<batch.count {
          if case .text(let text) = batch.cell(row, "path") { paths.append(text) }
        }
      }
    } catch {
      throw RuntimeFault(EngineProblem.source(error), at: span)
    }
    return ListedObjects(paths)
  }

  private static func path(of api: ClauseValues.Entry) throws(RuntimeFault) -> (String, SourceSpan) {
    guard let (value, span) = api.values.first, case .text(let text) = value else {
      let found = api.values.first?.value.typeName ?? "null"
      throw RuntimeFault(
        .wrongType("`api`", wanted: "a path", found: found), at: api.values.first?.span ?? api.span)
    }
    return (text.string, span)
  }
}
