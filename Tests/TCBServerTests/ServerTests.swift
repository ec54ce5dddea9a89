// The server and the client over real sockets.

import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import TCBClient
import TCBInterface
import TCBServer
import TCBService
import Testing

/// A server on a free port for as long as the body runs, over a folder of its own.
func serving(
  host: String = "127.0.0.1", limits: ServerSettings.Limits = .init(), adminKey: Secret? = nil,
  tls: ServerSettings.TLS? = nil,
  logLevel: ServerSettings.LogLevel = .error, log: @escaping @Sendable ([UInt8]) -> Void = { _ in },
  reload: ServerReload = ServerReload(),
  _ body: (_ address: String, _ folder: String) async throws -> Void
) async throws {
  var name = Array("/tmp/tcbsh-server-XXXXXX".utf8CString)
  let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
  defer { folder.withCString { removeAll($0) } }
  mkdir(folder + "/files", 0o700)
  write("0123456789", to: folder + "/files/digits.txt")
  write("", to: folder + "/files/empty.bin")
  write("outside", to: folder + "/outside.txt")
  symlink("../outside.txt", folder + "/files/link.txt")
  let core = APICore(
    CoreConfiguration(apps: [AppConfiguration(appID: "wx1", secret: Secret("s3cret"))]),
    clock: { 1_700_000_000_000 }, randomness: { (0..<$0).map { _ in UInt8.random(in: 0...255) } })
  let (ports, port) = AsyncStream.makeStream(of: Int.self)
  let settings = ServerSettings(
    host: host, port: 0, tls: tls, adminKey: adminKey, limits: limits, logLevel: logLevel)
  let server = InterfaceServer(core, settings, log: log)
  let running = Task {
    defer { port.finish() }
    try await server.run(reload: reload) { port.yield($0) }
  }
  var iterator = ports.makeAsyncIterator()
  guard let number = await iterator.next() else { return try await running.value }
  let address = "http://127.0.0.1:\(number)"
  core.serve(
    EnvironmentConfiguration(
      id: "e-1", bucket: "652d-e-1", account: "7", owner: "wx1", primaryKey: try SigningKey("abcdef123456"),
      linkOrigin: address + APICore.downloadPath + "e-1",
      objects: try FolderObjects(root: folder + "/files")))
  try await body(address, folder)
  running.cancel()
  try await running.value
}

private func write(_ text: String, to path: String) {
  let file = open(path, O_WRONLY | O_CREAT, 0o600)
  _ = text.withCString { Glibc.write(file, $0, strlen($0)) }
  close(file)
}

private func removeAll(_ path: UnsafePointer<CChar>) {
  for name in ["files/digits.txt", "files/empty.bin", "files/link.txt", "outside.txt"] {
    unlink(String(cString: path) + "/" + name)
  }
  rmdir(String(cString: path) + "/files")
  rmdir(path)
}

@Suite struct ServerTests {
  private func links(_ paths: [String], at address: String) async throws -> [AnsweredFile] {
    let interface = HTTPInterface(address: address, transport: SocketTransport())
    let token = try #require(
      try await interface.token(.stable(appID: "wx1", secret: Secret("s3cret"), forced: false)).token)
    let request = LinkRequest(
      environment: "e-1",
      files: paths.map { RequestedFile(fileID: "cloud://e-1.652d-e-1/\($0)", maxAge: 60) })
    let answer = try await HTTPLinkService(interface).links(for: request, credential: .accessToken(token))
    #expect(answer.errorCode == 0)
    return answer.files
  }

  private struct Got {
    var status: UInt
    var headers: HTTPHeaders
    var body: String
  }

  private func get(_ url: String, _ headers: HTTPHeaders = [:], method: HTTPMethod = .GET) async throws -> Got
  {
    var request = HTTPClientRequest(url: url)
    request.headers = headers
    request.method = method
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    let body = try await response.body.collect(upTo: 1 << 20)
    return Got(status: response.status.code, headers: response.headers, body: String(buffer: body))
  }

  @Test func `the links it gives out lead to the files`() async throws {
    try await serving { (address, _) async throws in
      let files = try await links(["digits.txt", "empty.bin", "nope"], at: address)
      #expect(files.map(\.status) == [0, 0, 1])
      let whole = try await get(files[0].downloadURL)
      #expect((whole.status, whole.body) == (200, "0123456789"))
      #expect(whole.headers.first(name: "content-type") == "text/plain")
      #expect(try await get(files[1].downloadURL).body == "")
    }
  }

  @Test func `parts of a file are had by range`() async throws {
    try await serving { (address, _) async throws in
      let url = try await links(["digits.txt"], at: address)[0].downloadURL
      for (range, status, body) in [
        ("bytes=2-4", 206, "234"), ("bytes=7-", 206, "789"), ("bytes=-2", 206, "89"),
        ("bytes=5-99", 206, "56789"),
        ("bytes=10-", 416, ""), ("bytes=-0", 416, ""), ("bytes=4-2", 200, "0123456789"),
        ("bytes=0-1,3-4", 200, "0123456789"), ("lines=1-2", 200, "0123456789"),
        ("bytes=99999999999999999999-", 416, ""),
      ] {
        let got = try await get(url, ["range": range])
        #expect((Int(got.status), got.body) == (status, body), "\(range)")
      }
      let part = try await get(url, ["range": "bytes=2-4"])
      #expect(part.headers.first(name: "content-range") == "bytes 2-4/10")
      let head = try await get(url, method: .HEAD)
      #expect(head.headers.first(name: "content-length") == "10" && head.body.isEmpty)
      let tag = try #require(head.headers.first(name: "etag"))
      #expect(try await get(url, ["if-none-match": tag]).status == 304)
      #expect(try await get(url, ["range": "bytes=0-0", "if-range": "\"other\""]).body == "0123456789")
      #expect(try await get(url, method: .DELETE).status == 405)
    }
  }

  @Test func `a file is sent or not by what the caller knows of it`() async throws {
    try await serving { (address, folder) async throws in
      let times = [timespec(tv_sec: 784_111_777, tv_nsec: 0), timespec(tv_sec: 784_111_777, tv_nsec: 5)]
      #expect(utimensat(AT_FDCWD, folder + "/files/digits.txt", times, 0) == 0)
      let url = try await links(["digits.txt"], at: address)[0].downloadURL
      let head = try await get(url, ["range": "bytes=2-4"], method: .HEAD)
      // A range means something to GET alone.
      #expect((head.status, head.headers.first(name: "content-length")) == (200, "10"))
      let (date, before) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:36 GMT")
      #expect(head.headers.first(name: "last-modified") == date)
      let tag = try #require(head.headers.first(name: "etag"))
      #expect(tag == "\"10-784111777-5\"")
      for (headers, status) in [
        (["if-none-match": "\"x\", W/\(tag)"], 304), (["if-none-match": "*"], 304),
        (["if-none-match": "\"x\""], 200), (["if-modified-since": date], 304),
        (["if-modified-since": before], 200), (["if-modified-since": "yesterday"], 200),
        // The tag counts before the date.
        (["if-none-match": "\"x\"", "if-modified-since": date], 200), (["if-match": tag], 200),
        (["if-match": "*"], 200), (["if-match": "\"x\""], 412), (["if-match": "W/\(tag)"], 412),
        (["if-unmodified-since": date], 200), (["if-unmodified-since": before], 412),
        (["if-match": tag, "if-unmodified-since": before], 200), (["range": "Bytes=2-4"], 206),
        (["range": "bytes=2-4", "if-range": tag], 206),
        (["range": "bytes=2-4", "if-range": "W/\(tag)"], 200),
        (["range": "bytes=2-4", "if-range": date], 206), (["range": "bytes=2-4", "if-range": before], 200),
        (["range": "bytes=2-4", "if-match": "\"x\""], 412),
      ] {
        let got = try await get(url, HTTPHeaders(headers.map { ($0.key, $0.value) }))
        #expect(got.status == UInt(status), "\(headers)")
        #expect(got.body == [200: "0123456789", 206: "234"][status] ?? "", "\(headers)")
      }
    }
  }

  @Test func `a link that does not hold opens nothing`() async throws {
    try await serving { (address, _) async throws in
      let url = try await links(["digits.txt"], at: address)[0].downloadURL
      let bare = String(url.prefix { $0 != "?" })
      let unsigned = try await get(bare)
      #expect((unsigned.status, unsigned.body) == (403, "CDN_SIGNATURE_MISSING\n"))
      let forged = try await get(url.replacing("sign=", with: "sign=0"))
      #expect((forged.status, forged.body) == (403, "CDN_INVALID_SIGNATURE\n"))
      let late = try await get("\(bare)?sign=00000000000000000000000000000000&t=1")
      #expect(late.status == 403)
    }
  }

  @Test(arguments: [
    ("digits.txt", "200 OK"), ("../outside.txt", "400 Bad Request"),
    ("%2e%2e/outside.txt", "400 Bad Request"),
    ("a/..%2f..%2foutside.txt", "400 Bad Request"), ("link.txt", "403 Forbidden"), ("%00", "400 Bad Request"),
    ("a//b", "400 Bad Request"), ("%2Foutside.txt", "400 Bad Request"), ("", "400 Bad Request"),
    ("digits.txt%00.png", "400 Bad Request"), ("digits.txt/", "404 Not Found"),
    // A two-dot leader, and a fullwidth solidus.
    ("%E2%80%A5/outside.txt", "404 Not Found"), ("..%EF%BC%8Foutside.txt", "404 Not Found"),
  ])
  func `no way leads out of the folder`(path: String, status: String) async throws {
    try await serving { (address, _) async throws in
      // Signed as the environment signs and sent as it is, so that nothing but the path can keep it out.
      let signature = LinkSigner(key: try SigningKey("abcdef123456")).signature(
        uri: "/" + path, timestamp: 1_700_000_060)
      let socket = try RawSocket(address)
      socket.send(
        "GET \(APICore.downloadPath)e-1/\(path)?sign=\(signature)&t=1700000060 HTTP/1.1\r\nHost: x\r\n\r\n")
      let got = try socket.receiveAnswer()
      #expect(got.hasPrefix("HTTP/1.1 \(status)\r\n"), "\(got)")
      #expect(!got.contains("outside"))
    }
  }

  @Test func `everything else is answered by the interface itself`() async throws {
    try await serving { (address, _) async throws in
      #expect(try await get(address + "/tcb/batchdownloadfile").body.hasPrefix(#"{"errcode":43002,"#))
      #expect(
        try await get(address + "/tcb/batchdownloadfile", method: .POST).body.hasPrefix(#"{"errcode":41001,"#)
      )
      #expect(try await get(address + "/nothing").status == 404)
      #expect(try await get(address + "/healthz").body == "ok\n")
      var large = HTTPClientRequest(url: address + "/tcb/batchdownloadfile")
      large.method = .POST
      large.body = .bytes([UInt8](repeating: 0x20, count: RawCall.maximumBody + 1))
      #expect(try await HTTPClient.shared.execute(large, timeout: .seconds(60)).status.code == 413)
    }
  }

  @Test func `what keeps an answer from coming is told apart`() async throws {
    let transport = SocketTransport()
    await #expect(throws: LinkServiceError.unreachable("Connection refused")) {
      try await transport.send(HTTPCall(method: "GET", url: "http://127.0.0.1:1/"))
    }
    try await serving { (address, _) async throws in
      let secure = address.replacing("http:", with: "https:")
      await #expect(throws: LinkServiceError.insecure("wrong version number")) {
        try await transport.send(HTTPCall(method: "GET", url: secure))
      }
    }
  }
}
