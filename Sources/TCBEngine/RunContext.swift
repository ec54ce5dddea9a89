// What a command may use while it runs: the session's host, its environments and values, and its output.
// Belongs to one session and never leaves its executor.

import TCBExport
import TCBHost
import TCBInterface
import TCBLinks
import TCBRows
import TCBRules
import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

package final class RunContext {
  let host: any Host
  let secrets: SecretRegistry
  let output: SessionOutput
  private(set) lazy var core = APICore(
    CoreConfiguration(), clock: { [host] in host.now() }, randomness: { [host] in host.randomBytes($0) })
  let world: SessionWorld
  let vocabulary: Vocabulary
  let globals = Globals()
  let unreadable: UnreadableLines
  let lines: SourceLines
  /// Of what people are told; what scripts see of errors is always English.
  let language: TextLanguage
  var scope = GlobalScope()
  var limits = RunLimits()
  /// About how many bytes of rows that are kept are held in memory.
  var rowMemory = RunContext.usualRowMemory
  var sources = SourceMap() {
    didSet { lines.set(sources) }
  }
  /// The environment that `use` named outside of functions.
  var current: EnvironmentValue?
  /// The machine of the run that is under way, which knows what `use` named inside of functions.
  weak var running: Machine?
  /// Exports that what comes after them may have stopped reading; each is read to its end with its statement.
  var unfinished: [TeeReader] = []
  /// Rows of any `links` that were `failed`.
  var failedRows = 0
  /// Links that `verify` refused.
  var refusedLinks = 0
  /// Tokens that `doctor` found something wrong with.
  var refusedTokens = 0
  var usesColor = false
  /// What a row expression met, kept so that its own place is told rather than its command's.
  var faultInRow: RuntimeFault?
  /// Commands that the program which embeds the engine added.
  var hostCommands: [String: HostCommand] = [:]
  /// Who is asked for links in place of the core.
  var linkService: (any LinkService)?
  /// Carries what environments over HTTP are asked; nil where the run may not.
  var transport: (any HTTPTransport)?
  /// Counts what policies decide, while tests run whose coverage is asked for.
  var coverage: RuleCoverage?
  /// The functions of the language, for what is compiled while a script runs.
  var natives = NativeTable { [] }
  /// The session of a run that a program started.
  weak var session: Session?
  /// What the program threw last that scripts are not told.
  var untold: UntoldError?
  /// Where calls to services are made that say nothing of it; nil is the usual pool of threads.
  var executor: (any TaskExecutor)?
  private let paces = Paces()
  private var keepers: [KeeperID: TokenKeeper] = [:]
  private var conditionCount = 0

  private struct KeeperID: Hashable {
    var token: ObjectIdentifier?
    var owner: String
    var address: String?
  }

  init(host: any Host, vocabulary: Vocabulary, language: TextLanguage = .english) {
    self.language = language
    self.host = host
    self.vocabulary = vocabulary
    let secrets = SecretRegistry()
    self.secrets = secrets
    output = SessionOutput(host: host, secrets: secrets)
    lines = SourceLines()
    world = SessionWorld(host: host, secrets: secrets, lines: lines)
    unreadable = UnreadableLines(language: language) { text in
      Array(secrets.redact(text).utf8).withUnsafeBytes { host.writeDiagnostics($0) }
    }
  }

  static let usualRowMemory = 128 << 20

  /// Where rows are kept that are sorted or collected.
  var rowRoom: RowRoom {
    let host = host
    return RowRoom(bound: rowMemory) { () throws(HostError) in try host.makeTemporaryFile() }
  }

  func machine() -> Machine { Machine(world: world, globals: globals, limits: limits) }

  /// A number for a condition, unlike that of any other policy of the session.
  func nextConditionIndex() -> Int {
    conditionCount += 1
    return conditionCount - 1
  }

  // MARK: Output

  func print(_ text: String) throws(RuntimeProblem) {
    do throws(HostError) { try output.write(text) } catch {
      throw EngineProblem.output(ExportError(.host(error)), "-")
    }
  }

  func flush() throws(RuntimeProblem) {
    do throws(HostError) { try output.flush() } catch {
      throw EngineProblem.output(ExportError(.host(error)), "-")
    }
  }

  /// How a table on standard output is to look.
  func tableOptions(preferred: [String] = []) -> TableOptions {
    TableOptions(width: host.outputTerminal?.columns, color: usesColor, preferred: preferred)
  }

  // MARK: Rows

  /// The rows that a value stands for. `current` is the environment of bare paths in file sets.
  func rows(of value: Value, in current: LinkEnvironment? = nil) async throws(RuntimeProblem) -> (
    reader: any RowReader, typeName: String
  ) {
    switch value {
    case .foreign(let box):
      switch box.value {
      case let stream as StreamValue:
        guard let reader = stream.take() else {
          throw .other(
            code: "E0605", message: "these rows were read before",
            help: "bind them with `let` to use them twice")
        }
        return (reader, stream.typeName)
      case let table as TableValue: return (table.rows.reader(), table.typeName)
      case let policy as PolicyValue: return (PolicyRowReader(policy.policy), "rules")
      case let files as FileSetValue:
        let environment = try await current.orElse(linkEnvironmentInUse)
        return (try await FileSetOpener(context: self, current: environment).reader(files.node), "files")
      default: break
      }
    case .list(let list):
      let unreadable = unreadable
      let options = SourceOptions { unreadable.note($0) }
      return (CellsReader(list.elements.map(\.cell), options: options), "rows")
    default: break
    }
    if case .null = value {
      throw EngineProblem.nothingPiped
    }
    throw .wrongType("this", wanted: "rows, files or a list", found: value.typeName)
  }

  /// The rows of a file set, whatever names it: each with `path`, `fileid` and `env` first.
  func fileRows(of value: Value, in current: LinkEnvironment?) async throws(RuntimeProblem) -> any RowReader {
    if case .foreign(let box) = value, box.value is StreamValue {
      return FileRowReader.again(try await rows(of: value).reader, current: current)
    }
    guard let node = FileSetValue.node(of: value) else {
      throw .wrongType("this", wanted: "files, a path or a list of paths", found: value.typeName)
    }
    return try await FileSetOpener(context: self, current: current).reader(node)
  }

  func filter(_ reader: any RowReader, by function: RowFunction) -> any RowReader {
    let evaluator = RowEvaluator(function, machine: machine())
    return FilterReader(reader) { (batch) throws(RowError) in
      do throws(RuntimeFault) { return try evaluator.selection(batch) } catch {
        self.faultInRow = error
        throw RowError(.other(error), source: "where")
      }
    }
  }

  /// Reads the exports of a statement that were not read to their end, so that their files are whole.
  func finishExports() async throws(RuntimeProblem) {
    let open = unfinished
    unfinished = []
    for tee in open {
      do throws(RowError) { try await tee.finishReading() } catch { throw EngineProblem.source(error) }
    }
  }

  // MARK: Environments

  /// Every environment that has been defined, under its id.
  func definedEnvironments() -> [EnvironmentValue] {
    globals.values.compactMap { value in
      guard case .foreign(let box) = value else { return nil }
      return box.value as? EnvironmentValue
    }
  }

  /// Every policy that has been defined, those of imported files among them.
  func definedPolicies() -> [PolicyValue] {
    globals.values.compactMap { value in
      guard case .foreign(let box) = value else { return nil }
      return box.value as? PolicyValue
    }
  }

  func linkEnvironmentInUse() async throws(RuntimeProblem) -> LinkEnvironment? {
    guard let environmentInUse else { return nil }
    return try await linkEnvironment(environmentInUse, token: nil)
  }

  /// The environment that bare paths are in.
  var environmentInUse: EnvironmentValue? {
    if case .foreign(let box) = running?.scoped { return box.value as? EnvironmentValue }
    return current
  }

  /// Every environment, ready to be asked, with `token` in place of their own where one is given.
  func directory(current: EnvironmentValue?, token: TokenValue?) async throws(RuntimeProblem)
    -> EnvironmentDirectory
  {
    var all: [LinkEnvironment] = []
    for environment in definedEnvironments() {
      all.append(try await linkEnvironment(environment, token: token))
    }
    let chosen = current ?? environmentInUse
    var inUse: LinkEnvironment?
    if let chosen { inUse = try await linkEnvironment(chosen, token: token) }
    return EnvironmentDirectory(all, current: inUse)
  }

  func linkEnvironment(_ environment: EnvironmentValue, token given: TokenValue?) async throws(RuntimeProblem)
    -> LinkEnvironment
  {
    var own: TokenValue?
    if let name = environment.tokenName { own = try token(named: name) }
    let owner = own?.appID ?? given?.appID ?? EmbeddedApp.id
    var configuration = environment.configuration
    configuration.owner = owner
    if environment.canVerify { core.serve(configuration) }
    let token = given ?? own
    let interface = try interface(of: environment)
    var service = linkService.map(ReachedService.other) ?? .core(core)
    if let interface {
      // The two doors of the interface (documented): a platform's own environments have one of their own.
      let isPlatforms = if case .component? = token?.source { true } else { false }
      service = .http(HTTPLinkService(interface, path: isPlatforms ? .component : .app))
    }
    let manners = environment.manners
    return LinkEnvironment(
      name: environment.name, id: environment.id, bucket: environment.bucket, service: service,
      tokens: keeper(for: token, owner: owner, at: interface), batch: manners.batch,
      concurrency: manners.concurrency, retries: manners.retries,
      pace: paces.pace(of: environment.id, at: interface?.address, rate: manners.rate))
  }

  /// Where an environment is asked over HTTP; nil where it is not.
  func interface(of environment: EnvironmentValue) throws(RuntimeProblem) -> HTTPInterface? {
    guard let address = environment.address, linkService == nil else { return nil }
    guard let transport else { throw EngineProblem.denied(.net) }
    return HTTPInterface(
      address: address, transport: transport, patience: environment.manners.timeout,
      trust: environment.manners.trust)
  }

  func keeper(
    for token: TokenValue?, owner: String, at interface: HTTPInterface?
  ) -> TokenKeeper {
    let id = KeeperID(
      token: token.map { ObjectIdentifier($0) }, owner: owner, address: interface?.address)
    if let keeper = keepers[id] { return keeper }
    let host = host
    let plan = TokenPlan(token) { name in try self.token(named: name) }
    let source: any TokenSource =
      if let interface {
        RemoteTokens(interface, plan, host: host, secrets: secrets)
      } else {
        EmbeddedTokens(core: core, plan, owner: owner, host: host, secrets: secrets)
      }
    let keeper = TokenKeeper(source, now: { host.now() }, executor: executor)
    keepers[id] = keeper
    return keeper
  }

  func token(named name: String) throws(RuntimeProblem) -> TokenValue {
    guard let entry = scope.entries[name], entry.keyword == "token" else {
      let tokens = scope.entries.filter { $0.value.keyword == "token" }.keys
      throw EngineProblem.unknown("token", name, nearest: nearest(name, in: tokens))
    }
    guard case .foreign(let box)? = globals[entry.slot], let token = box.value as? TokenValue else {
      throw .noValueYet(name)
    }
    return token
  }
}

extension Optional where Wrapped == LinkEnvironment {
  fileprivate func orElse(
    _ other: () async throws(RuntimeProblem) -> LinkEnvironment?
  ) async throws(RuntimeProblem) -> LinkEnvironment? {
    if let self { return self }
    return try await other()
  }
}
