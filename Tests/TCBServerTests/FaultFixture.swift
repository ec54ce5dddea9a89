// A server that goes wrong on purpose, and the whole client at the other end of a socket.

import TCBClient
import TCBEngine
import TCBHost
import TCBInterface
import TCBServer
import TCBService
import TCBSyntax
import TCBTestSupport
import Testing

struct FaultFixture {
  static let start: Int64 = 1_700_000_000_000
  static let key = "abcdef123456"

  let core: APICore
  let address: String

  /// A row of `links`, as a script sees it.
  struct Row: Equatable {
    var path: String
    var status: String
    var attempts: Int
    var code: String
    var url: String
    var message: String

    init?(_ line: Substring) {
      let parts = line.split(separator: " ", maxSplits: 5).map(String.init)
      guard parts.count >= 5, let attempts = Int(parts[2]) else { return nil }
      (path, status, self.attempts, code, url) = (parts[0], parts[1], attempts, parts[3], parts[4])
      message = parts.count > 5 ? parts[5] : ""
    }
  }

  struct Run {
    var rows: [Row]
    var diagnostics: String
    var exitStatus: Int32
  }

  /// Runs the body with a server that has these faults; over a folder there is the environment `e-3`, whose links lead to the server.
  static func serving(
    _ faults: [FaultRule] = [], adminKey: Secret? = nil, record: String? = nil,
    folder: String? = nil,
    _ body: (FaultFixture) async throws -> Void
  ) async throws {
    let core = APICore(
      CoreConfiguration(
        apps: [AppConfiguration(appID: "wx1", secret: Secret("s3cret-of-app"))],
        platforms: [
          PlatformConfiguration(
            appID: "wxc", secret: Secret("s3cret-of-platform"), ticket: VerifyTicket(Secret("ticket-of-day")))
        ],
        merchants: [
          MerchantConfiguration(
            appID: "wxshop", platform: "wxc", refreshToken: Secret("first-refresh"), permissionSets: [49])
        ],
        environments: try [("e-1", "wx1"), ("e-2", "wxshop")].map { id, owner in
          EnvironmentConfiguration(
            id: id, bucket: "652d-\(id)", account: "7", owner: owner, primaryKey: try SigningKey(key),
            objects: EveryObject())
        }, faults: FaultPlan(faults)), clock: { start },
      randomness: { (0..<$0).map { _ in UInt8.random(in: 0...255) } })
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    var settings = ServerSettings(port: 0, adminKey: adminKey)
    settings.record = record
    let server = InterfaceServer(core, settings)
    let running = Task { try await server.run { port.yield($0) } }
    var iterator = ports.makeAsyncIterator()
    let address = "http://127.0.0.1:\(try #require(await iterator.next()))"
    if let folder {
      core.serve(
        EnvironmentConfiguration(
          id: "e-3", bucket: "652d-e-3", account: "7", owner: "wx1", primaryKey: try SigningKey(key),
          linkOrigin: address + APICore.downloadPath + "e-3", objects: try FolderObjects(root: folder)))
    }
    try await body(FaultFixture(core: core, address: address))
    running.cancel()
    try await running.value
  }

  /// What a script makes of these files over the socket. `clauses` are the environment's.
  func links(
    _ paths: [String], _ clauses: String = "", of environment: String = "e-1", host: FakeHost = FakeHost()
  ) async -> Run {
    host.put(paths.joined(separator: "\n") + "\n", at: "paths.txt")
    let script = """
      token app from app { appid "wx1"  secret "s3cret-of-app" }
      token plat from component { appid "wxc"  secret "s3cret-of-platform"  ticket "ticket-of-day" }
      token shop from authorizer { component plat  appid "wxshop"  refresh "first-refresh" }
      env far {
        id "\(environment)"  bucket "652d-\(environment)"  account "7"  api "\(address)"  key "\(Self.key)"
        token \(environment == "e-1" ? "app" : "shop")  \(clauses)
      }
      files all from lines "paths.txt"
      for row in (links all in far) {
        print row.path, row.status, row.attempts, row.code, row.url, row.message
      }
      """
    let session = Session(host: host, transport: SocketTransport(proxies: Proxies { _ in nil }))
    let report = await session.run(SourceText(name: "t", script), mode: .script)
    return Run(
      rows: host.output.split(separator: "\n").compactMap { Row($0) }, diagnostics: host.diagnostics,
      exitStatus: report.exitStatus)
  }

  /// Whether the environment that signed it lets a link in.
  func isGood(_ row: Row, in environment: String = "e-1") -> Bool {
    guard row.status == "ok", let link = try? LinkURL(parsing: row.url),
      case .valid? = core.verdict(on: link, environment: environment)
    else { return false }
    return link.path == row.path
  }

  /// How often the fault of a name was met.
  func met(_ name: String) -> Int { core.faults.entries.first { $0.rule.name == name }?.met ?? 0 }
}
