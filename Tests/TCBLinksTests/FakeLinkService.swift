// A service that answers as badly as it is told to.

import Synchronization
import TCBInterface
import TCBLinks
import TCBRows
import TCBRules
import TCBService

final class FakeLinkService: LinkService {
  /// What becomes of a call. `rows` are the right answers.
  typealias Behaviour =
    @Sendable (_ call: Int, _ request: LinkRequest, _ rows: [AnsweredFile])
    throws(LinkServiceError) -> LinkAnswer

  private struct Record {
    var requests: [LinkRequest] = []
    var credentials: [Credential] = []
    var underWay = 0
    var mostUnderWay = 0
  }

  private let record = Mutex(Record())
  private let behaviour: Behaviour

  init(_ behaviour: @escaping Behaviour = { (_, _, rows) in LinkAnswer(.ok, files: rows) }) {
    self.behaviour = behaviour
  }

  var requests: [LinkRequest] { record.withLock { $0.requests } }
  var credentials: [Credential] { record.withLock { $0.credentials } }
  var mostUnderWay: Int { record.withLock { $0.mostUnderWay } }

  func links(
    for request: LinkRequest, credential: Credential
  ) async throws(LinkServiceError) -> LinkAnswer {
    let call = record.withLock { record in
      record.requests.append(request)
      record.credentials.append(credential)
      record.underWay += 1
      record.mostUnderWay = max(record.mostUnderWay, record.underWay)
      return record.requests.count
    }
    defer { record.withLock { $0.underWay -= 1 } }
    for _ in 0..<5 { await Task.yield() }
    return try behaviour(call, request, request.files.map(FakeLinkService.row))
  }

  static func link(_ fileID: String, _ maxAge: Int64) -> String {
    "https://h/\(fileID.utf8.count)-\(fileID)?\(maxAge)"
  }

  private static func row(_ file: RequestedFile) -> AnsweredFile {
    AnsweredFile(fileID: file.fileID, downloadURL: link(file.fileID, file.maxAge), status: 0, message: "ok")
  }
}

extension LinkAnswer {
  init(_ code: ErrorCode, files: [AnsweredFile]) {
    self.init(errorCode: code.number, message: "ok", files: files)
  }
}

/// Gives `t1`, `t2` …, a new one each time it is asked.
final class FakeTokens: TokenSource {
  private let asked = Mutex<[Bool]>([])
  private let trouble: TokenTrouble?

  init(trouble: TokenTrouble? = nil) { self.trouble = trouble }

  /// Whether a new token was forced, for each time one was asked for.
  var requests: [Bool] { asked.withLock { $0 } }

  func token(forced: Bool) async throws(TokenTrouble) -> HeldToken {
    let count = asked.withLock { asked in
      asked.append(forced)
      return asked.count
    }
    for _ in 0..<5 { await Task.yield() }
    if let trouble { throw trouble }
    return HeldToken(.accessToken(Secret("t\(count)")), expiresAt: nil)
  }
}

/// A clock that goes on when somebody sleeps, and at once.
final class FakeClock: Sendable {
  private let state: Mutex<(now: Int64, slept: [Int64])>

  init(_ now: Int64) { state = Mutex((now, [])) }

  var slept: [Int64] { state.withLock { $0.slept } }
  func now() -> Int64 { state.withLock { $0.now } }

  func sleep(_ milliseconds: Int64) async {
    let end = state.withLock { state in
      state.slept.append(milliseconds)
      return state.now + milliseconds
    }
    await Task.yield()
    // Several who sleep at once wake one behind the other, and do not add up.
    state.withLock { $0.now = max($0.now, end) }
  }
}

final class Notices: Sendable {
  private let said = Mutex<[LinkNotice]>([])

  var all: [LinkNotice] { said.withLock { $0 } }
  func add(_ notice: LinkNotice) { said.withLock { $0.append(notice) } }
}

/// A run of links over a list of paths and ids.
struct LinkRun {
  static let start: Int64 = 1_000_000_000

  var service: FakeLinkService
  var tokens = FakeTokens()
  var policy: Policy?
  var retries = 3
  var concurrency = 4
  var remembering = LinkReader.rememberedFiles
  var rate: Int64? { didSet { pace = EnvironmentPace(host: HostPace(name: "test"), rate: rate) } }
  var deadline: Int64? { didSet { bounds = RunBounds(deadline: deadline) { [notices] in notices.add($0) } } }
  let clock = FakeClock(LinkRun.start)
  let notices: Notices
  private(set) var pace = EnvironmentPace(host: HostPace(name: "test"))
  private(set) var bounds: RunBounds

  init(_ service: FakeLinkService = FakeLinkService()) {
    let notices = Notices()
    self.service = service
    self.notices = notices
    bounds = RunBounds { notices.add($0) }
  }

  /// `path` without more is in the environment `e1`.
  private var directory: EnvironmentDirectory {
    let keeper = TokenKeeper(tokens, now: { 0 })
    let all = ["e1", "e2"].map { id in
      LinkEnvironment(
        name: id, id: id, bucket: "b", service: .other(service), tokens: keeper, batch: 50,
        concurrency: concurrency,
        retries: retries, pace: pace)
    }
    return EnvironmentDirectory(all, current: all[0])
  }

  func reader(
    _ source: any RowReader, count: @escaping (LinkTally) -> Void = { _ in }
  ) -> LinkReader {
    var backoff = Backoff()
    backoff.random = { _ in 0 }
    let directory = directory
    return LinkReader(
      FileRowReader(source, current: directory.current),
      decider: LinkDecider(policy: policy, conditions: nil, environments: directory),
      caller: BatchCaller(
        now: { [clock] in clock.now() }, backoff: backoff, bounds: bounds,
        sleep: { [clock] in await clock.sleep($0) }), remembering: remembering, count: count)
  }

  func plan(_ paths: [String]) async throws -> LinkPlan {
    let directory = directory
    return try await LinkPlan.make(
      FileRowReader(CellsReader(paths.map(Cell.text)), current: directory.current),
      decider: LinkDecider(policy: policy, conditions: nil, environments: directory), remembering: remembering
    )
  }

  struct Row: Equatable {
    var path: String
    var status: String
    var url: String?
    var code: String?
  }

  func rows(_ paths: [String]) async throws -> [Row] {
    try await LinkRun.rows(of: reader(CellsReader(paths.map(Cell.text))))
  }

  static func rows(of reader: LinkReader) async throws -> [Row] {
    var all: [Row] = []
    while let batch = try await reader.next() {
      for row in 0..<batch.count {
        all.append(
          Row(
            path: text(batch.cell(row, "path")) ?? "", status: text(batch.cell(row, "status")) ?? "",
            url: text(batch.cell(row, "url")), code: text(batch.cell(row, "code"))))
      }
    }
    return all
  }

  private static func text(_ cell: Cell) -> String? {
    if case .text(let text) = cell { return text }
    return nil
  }
}
