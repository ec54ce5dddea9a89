// What whoever runs a server sees of it.

import Glibc
import Synchronization
import TCBInterface
import TCBServer
import TCBService
import Testing

/// Collects lines.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  func add(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
  var all: [String] { lines.withLock { $0 } }
}

@Suite struct OperationsTests {
  private static let key = "an-admin-key-of-some-length"

  private func get(_ path: String, _ address: String, headers: String = "") throws -> String {
    let socket = try RawSocket(address)
    socket.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(headers)\r\n")
    return try socket.receiveAll()
  }

  private func post(_ path: String, _ body: String, _ address: String) throws -> String {
    let socket = try RawSocket(address)
    socket.send(
      "POST \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    )
    return try socket.receiveAll()
  }

  @Test func `no secret is in the log, in metrics or in answers that do not give it out`() async throws {
    let log = LogLines()
    try await serving(adminKey: Secret(Self.key), logLevel: .debug, log: log.add) {
      (address, _) async throws in
      let fetch = "/cgi-bin/token?grant_type=client_credential&appid=wx1&secret="
      let answer = try get(fetch + "s3cret", address)
      let token = try #require(answer.split(separator: "\"").dropFirst(3).first)
      var told: [String] = []
      told.append(try get(fetch + "canary-secret", address))
      told.append(
        try post("/tcb/batchdownloadfile?access_token=canary-token", "{\"env\":\"canary-body\"}", address))
      told.append(
        try post("/tcb/batchdownloadfile?access_token=\(token)", #"{"env":"e-1","file_list":[]}"#, address))
      told.append(try post("/cgi-bin/stable_token", #"{"secret":"canary-secret"}"#, address))
      told.append(try get("/files/e-1/digits.txt?sign=canary-sign&t=canary-time", address))
      told.append(try get("/admin/state", address, headers: "Authorization: Bearer canary-admin-key\r\n"))
      told.append(try get("/admin/state", address, headers: "Authorization: Bearer \(Self.key)\r\n"))
      told.append(try get("/metrics", address))
      for text in told + log.all {
        #expect(!text.contains("canary") && !text.contains(token) && !text.contains(Self.key), "\(text)")
        #expect(!text.contains("s3cret") && !text.contains("abcdef123456"), "\(text)")
      }
    }
    let requests = log.all.filter { $0.contains(#""message":"answered""#) }
    #expect(requests.count == 9)
    #expect(
      requests.contains { $0.contains(#""errcode":40125,"#) && $0.contains(#""path":"/cgi-bin/token""#) })
    #expect(log.all.first?.contains(#""message":"serving""#) == true)
    #expect(log.all.last?.contains(#""message":"stopped""#) == true)
  }

  @Test func `a request has one id in its answer and in the log`() async throws {
    let log = LogLines()
    try await serving(logLevel: .info, log: log.add) { (address, _) async throws in
      let answer = try get("/healthz", address)
      let mark = try #require(answer.firstRange(of: "X-Request-Id: "))
      let id = answer[mark.upperBound...].prefix(26)
      #expect(id.split(separator: "-").map(\.count) == [8, 8, 8])
      #expect(log.all.contains { $0.contains("\"rid\":\"\(id)\"") })
    }
  }

  @Test func `an answer of the interface that has a rid has the request's`() async throws {
    try await serving { (address, _) async throws in
      let fetched = try get("/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=s3cret", address)
      let token = try #require(fetched.split(separator: "\"").dropFirst(3).first)
      let call = #"{"env":"nobody","file_list":[{"fileid":"a","max_age":60}]}"#
      let answer = try post("/tcb/batchdownloadfile?access_token=\(token)", call, address)
      let mark = try #require(answer.firstRange(of: "X-Request-Id: "))
      #expect(
        answer.contains("TcbCode: [INVALID_ENV] rid: \(answer[mark.upperBound...].prefix(26))\""), "\(answer)"
      )
    }
  }

  @Test func `what was done is counted`() async throws {
    try await serving { (address, _) async throws in
      for secret in ["s3cret", "s3cret", "wrong"] {
        _ = try get("/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=\(secret)", address)
      }
      _ = try post("/tcb/batchdownloadfile", "{}", address)
      _ = try get("/nothing", address)
      // Whoever sees the end of a connection may be ahead of who counts it.
      try await settleLoops()
      let text = try get("/metrics", address)
      for line in [
        #"tcbsh_requests_total{endpoint="/cgi-bin/token",status="200"} 3"#,
        #"tcbsh_requests_total{endpoint="other",status="404"} 1"#,
        #"tcbsh_calls_total{endpoint="/cgi-bin/token",errcode="0"} 2"#,
        #"tcbsh_calls_total{endpoint="/cgi-bin/token",errcode="40125"} 1"#,
        #"tcbsh_calls_total{endpoint="/tcb/batchdownloadfile",errcode="41001"} 1"#,
        #"tcbsh_tokens_total{kind="plain"} 2"#,
        #"tcbsh_request_duration_seconds_bucket{endpoint="/cgi-bin/token",le="+Inf"} 3"#,
        #"tcbsh_request_duration_seconds_count{endpoint="/cgi-bin/token"} 3"#,
        #"tcbsh_received_bytes_total{endpoint="/tcb/batchdownloadfile"} 2"#, "tcbsh_connections 1",
        "tcbsh_connections_total 6",
      ] {
        #expect(text.contains("\n\(line)\n"), "\(line) in \(text)")
      }
    }
  }

  @Test func `counts have the form Prometheus reads`() {
    let metrics = ServerMetrics()
    for (nanoseconds, code) in [(1_000, 0), (2_000_000, 0), (20_000_000_000, -501_000)] as [(Int64, Int)] {
      metrics.count(
        AnsweredRequest(
          endpoint: .links, status: 200, errorCode: code, nanoseconds: nanoseconds, received: 1, sent: 2))
    }
    for code in 0..<100 {
      metrics.count(
        AnsweredRequest(
          endpoint: .quota, status: 200, errorCode: code, nanoseconds: 0, received: 0, sent: 0))
    }
    let text = String(decoding: metrics.text(), as: UTF8.self)
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: /[a-z_]+(\{([a-z]+="[^"\n]*",?)+\})? [0-9]+(\.[0-9]+)?/) != nil, "\(line)")
    }
    #expect(text.contains(#"seconds_bucket{endpoint="/tcb/batchdownloadfile",le="0.00005"} 1"# + "\n"))
    #expect(text.contains(#"seconds_bucket{endpoint="/tcb/batchdownloadfile",le="10"} 2"# + "\n"))
    #expect(text.contains(#"seconds_sum{endpoint="/tcb/batchdownloadfile"} 20.002001000"# + "\n"))
    #expect(text.contains(#"errcode="other"} 36"# + "\n"))
  }

  @Test func `a server is ready while it can serve`() throws {
    let key = try SigningKey("abcdef123456")
    func core(_ environments: [EnvironmentConfiguration]) -> APICore {
      APICore(
        CoreConfiguration(environments: environments), clock: { 0 },
        randomness: { [UInt8](repeating: 0, count: $0) })
    }
    #expect(Readiness(core([])).trouble == "no environment is served")
    var name = Array("/tmp/tcbsh-ready-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
    let environment = EnvironmentConfiguration(
      id: "e-1", bucket: "b", owner: "wx1", primaryKey: key, objects: try FolderObjects(root: folder))
    let served = core([environment])
    let readiness = Readiness(served)
    #expect(readiness.trouble == nil)
    #expect(Readiness(served, stateTrouble: { "disk full" }).trouble == "the state cannot be kept: disk full")
    rmdir(folder)
    #expect(readiness.trouble == "the folder of environment `e-1` cannot be read")
    readiness.stop()
    #expect(readiness.trouble == "the server is about to stop")
  }

  private func ask(_ method: String, _ path: String, _ body: String, _ address: String) throws -> String {
    let socket = try RawSocket(address)
    socket.send(
      "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(Self.key)\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    let answer = try socket.receiveAll()
    let status = answer.dropFirst("HTTP/1.1 ".count).prefix(3)
    let end = try #require(answer.firstRange(of: "\r\n\r\n"))
    return "\(status) \(answer[end.upperBound...])"
  }

  @Test func `admins add accounts and environments, and take them away`() async throws {
    try await serving(adminKey: Secret(Self.key)) { (address, _) async throws in
      #expect(try ask("PUT", "/admin/apps/wx9", #"{"secret":"nine"}"#, address) == "204 ")
      let site = #"{"bucket":"b","account":"1","owner":"wx9","objects":["a.png"]}"#
      #expect(try ask("PUT", "/admin/environments/site", site, address) == "204 ")
      #expect(
        try ask("GET", "/admin/state", "", address)
          == #"200 {"apps":["wx1","wx9"],"environments":["e-1","site"],"merchants":[],"platforms":[]}"#)
      let answer = try get("/cgi-bin/token?grant_type=client_credential&appid=wx9&secret=nine", address)
      let token = try #require(answer.split(separator: "\"").dropFirst(3).first)
      let call = #"{"env":"site","file_list":[{"fileid":"cloud://site.b/a.png","max_age":60}]}"#
      #expect(
        try post("/tcb/batchdownloadfile?access_token=\(token)", call, address)
          .contains(#""download_url":"https://b-1.tcb.qcloud.la/a.png?sign="#))
      #expect(try ask("DELETE", "/admin/environments/site", "", address) == "204 ")
      #expect(
        try ask("DELETE", "/admin/environments/site", "", address)
          == #"404 {"error":"there is no `site` in `environments`"}"#)
      for (path, body, message) in [
        (
          "environments/site", "{}",
          "`bucket` of `site` in `environments` is missing or not what it should be"
        ),
        ("environments/a_b", #"{"bucket":"b","owner":"wx9"}"#, "the environment's id `a_b`: "),
        ("environments/site", #"{"bucket":"b/..","owner":"wx9"}"#, "the `bucket` of `site`: "),
        ("environments/site", #"{"bucket":"b","account":"1/2","owner":"wx9"}"#, "`account` of `site` in "),
        (
          "environments/site", #"{"bucket":"b","owner":"wx9","max_age":5}"#,
          "`max_age` of `site` is nothing that one of the `environments` has"
        ),
        ("apps/wx8", #"{"secrt":"s"}"#, "`secrt` of `wx8` is nothing that one of the `apps` has"),
        ("apps/wx8", "{}", "`secret` of `wx8` in `apps` is missing or not what it should be"),
        ("merchants/wx8", #"{"platform":"wx9"}"#, "`refresh` of `wx8` in `merchants` is missing or not "),
        (
          "quota", #"{"calls_per_day":1.5}"#,
          "`calls_per_day` and `calls_per_minute` are whole numbers from 0 on"
        ),
        (
          "quota", #"{"calls_per_day":1,"calls_per_minute":1,"calls":1}"#,
          "`calls` of `quota` is nothing that "
        ),
      ] {
        let answer = try ask("PUT", "/admin/" + path, body, address)
        #expect(answer.hasPrefix(#"400 {"error":"\#(message)"#), "\(answer)")
      }
      let serial = #"{"version":1,"meta":{"serial":9}}"#
      #expect(
        try ask("POST", "/admin/import", serial, address)
          == #"400 {"error":"`serial` is nothing that `meta` has"}"#)
    }
  }

  @Test func `a platform is sent its ticket and quotas are changed while the server runs`() async throws {
    try await serving(adminKey: Secret(Self.key)) { (address, _) async throws in
      let platform = #"{"secret":"p","ticket":"old"}"#
      #expect(try ask("PUT", "/admin/platforms/wxc", platform, address) == "204 ")
      #expect(try ask("PUT", "/admin/tickets/wxc", #"{"ticket":"new"}"#, address) == "204 ")
      func fetch(_ ticket: String) throws -> String {
        try post(
          "/cgi-bin/component/api_component_token",
          #"{"component_appid":"wxc","component_appsecret":"p","component_verify_ticket":"\#(ticket)"}"#,
          address)
      }
      #expect(try fetch("old").contains("61006"))
      #expect(try fetch("new").contains("component_access_token"))
      #expect(
        try ask("PUT", "/admin/tickets/wxd", #"{"ticket":"x"}"#, address)
          == #"400 {"error":"there is no platform `wxd`"}"#)
      #expect(try ask("PUT", "/admin/quota", #"{"calls_per_day":1,"calls_per_minute":9}"#, address) == "204 ")
      #expect(
        try ask("GET", "/admin/quota", "", address) == #"200 {"calls_per_day":1,"calls_per_minute":9}"#)
      #expect(try ask("PUT", "/admin/quota", "{}", address).hasPrefix("400 "))
    }
  }

  @Test func `a state is handed over from one server to another`() async throws {
    var document = ""
    var token = ""
    try await serving(adminKey: Secret(Self.key)) { (address, _) async throws in
      let answer = try get("/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=s3cret", address)
      token = String(try #require(answer.split(separator: "\"").dropFirst(3).first))
      document = String(try ask("GET", "/admin/export", "", address).dropFirst(4))
      #expect(!document.contains(token) && !document.contains("s3cret"))
    }
    // The folder of the first server is gone, and with it what could be served of it.
    let moved = document.replacing(/"objects":\{"folder":"[^"]*"\}/, with: #""objects":"any""#)
    try await serving(adminKey: Secret(Self.key)) { (address, _) async throws in
      #expect(try ask("POST", "/admin/import", "[", address).hasPrefix("400 "))
      #expect(try post("/tcb/batchdownloadfile?access_token=\(token)", "{}", address).contains("40014"))
      #expect(try ask("POST", "/admin/import", moved, address) == "204 ")
      #expect(try post("/tcb/batchdownloadfile?access_token=\(token)", "{}", address).contains("40101"))
    }
  }
}
