// What is kept of requests, and that no secret is in it.

import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import TCBInterface
import TCBServer
import TCBService
import TCBTestSupport
import Testing

@Suite struct RecordTests {
  private func line(
    _ path: String, query: String = "", body: String = "", method: String = "POST"
  ) -> String {
    let recorded = RecordedRequest(
      time: 1_700_000_000_000, id: "r1", method: method, path: path, query: query, body: Array(body.utf8),
      status: 200, errorCode: 0, bytes: 12, microseconds: 34, faults: ["busy"])
    return String(decoding: recorded.line { _ in 7 }, as: UTF8.self)
  }

  @Test func `a call for links is kept whole but for its token`() {
    let body = #"{"env":"e-1","file_list":[{"fileid":"cloud://e-1.b/图.png","max_age":60}],"more":"canary"}"#
    #expect(
      line("/tcb/batchdownloadfile", query: "access_token=canary&x=canary", body: body)
        == #"{"time":1700000000000,"rid":"r1","method":"POST","path":"/tcb/batchdownloadfile","#
        + #""query":"access_token=‹token 7›&x=‹secret›","#
        + #""body":{"env":"e-1","file_list":[{"fileid":"cloud://e-1.b/图.png","max_age":60}]},"#
        + #""status":200,"errcode":0,"bytes":12,"microseconds":34,"faults":["busy"]}"#)
  }

  @Test(arguments: [
    ("/cgi-bin/token", "grant_type=client_credential&appid=wx1&secret=canary", ""),
    (
      "/cgi-bin/stable_token", "", #"{"appid":"wx1","secret":"canary","other":"canary","force_refresh":true}"#
    ),
    (
      "/cgi-bin/component/api_component_token", "",
      #"{"component_appid":"wxc","component_appsecret":"canary","component_verify_ticket":"canary"}"#
    ),
    (
      "/cgi-bin/component/api_authorizer_token", "component_access_token=canary",
      #"{"component_appid":"wxc","authorizer_appid":"wxs","authorizer_refresh_token":"canary"}"#
    ),
    ("/files/e-1/a.png", "sign=canary&t=5", ""), ("/nothing", "secret=canary", #"{"secret":"canary"}"#),
    ("/cgi-bin/stable_token", "", #"{"secret":"canary""#), ("/tcb/batchdownloadfile", "canary", "canary"),
    ("/tcb/batchdownloadfile", "=canary&%61ccess_token=canary", #"{"env":{"secret":"canary"}}"#),
  ])
  func `no secret is kept`(path: String, query: String, body: String) throws {
    let line = line(path, query: query, body: body)
    // A name without a value is no value.
    #expect(!line.replacing("\"query\":\"canary\"", with: "").contains("canary"), "\(line)")
    _ = try FlatObject(decoding: Array(line.utf8))
  }

  @Test func `requests are looked at by the admin endpoint and in a file`() async throws {
    var name = Array("/tmp/tcbsh-record-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
    let path = folder + "/requests.ndjson"
    defer {
      unlink(path)
      rmdir(folder)
    }
    let fault = FaultRule("busy", on: .links, when: .first(1), gives: .errorCode(-1, message: nil))
    try await FaultFixture.serving([fault], adminKey: Secret("0123456789abcdef"), record: path) {
      fixture async throws in
      _ = await fixture.links(["a.png", "b.png"])
      var request = HTTPClientRequest(url: fixture.address + "/admin/requests?limit=2")
      request.headers.add(name: "authorization", value: "Bearer 0123456789abcdef")
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
      let told = String(buffer: try await response.body.collect(upTo: 1 << 20))
      #expect(told.split(separator: "\"rid\"").count == 3)
      #expect(told.contains(#""errcode":-1"#) && told.contains(#""faults":["busy"]"#), "\(told)")
      let lines = contents(of: path).split(separator: "\n")
      #expect(lines.count == 3 && lines[0].contains("/cgi-bin/stable_token"))
      #expect(lines[1].contains("‹token 1›") && lines[2].contains("‹token 1›"))
      #expect(!contents(of: path).contains("s3cret"))
    }
  }

  @Test func `a record stays within its bounds`() throws {
    var name = Array("/tmp/tcbsh-record-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
    let path = folder + "/requests.ndjson"
    defer {
      unlink(path)
      unlink(path + ".1")
      rmdir(folder)
    }
    let record = RequestRecord(path: path, limit: 1_000)
    try record.open()
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/files/e/a.png?t=1&sign=canary")
    for number in 0..<1_100 {
      record.note(
        ServerRequest(head, body: ByteBuffer(), id: "r\(number)"), ServerAnswer(status: 200), sent: 1,
        microseconds: 1)
    }
    #expect((1...1_000).contains(contents(of: path).utf8.count))
    #expect((1...1_000).contains(contents(of: path + ".1").utf8.count))
    let last = record.last(2_000)
    #expect(last.count == RequestRecord.kept)
    #expect(String(decoding: last[0], as: UTF8.self).contains("r100\""))
    #expect(String(decoding: last[999], as: UTF8.self).contains("r1099\""))
    #expect(record.last(0).isEmpty)
    record.clear()
    #expect(record.last(5).isEmpty)
  }

  private func contents(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
