// The server over TLS.

import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL
import TCBClient
import TCBServer
import TCBService
import Testing

@Suite struct TLSTests {
  private func folder() throws -> String {
    var name = Array("/tmp/tcbsh-tls-XXXXXX".utf8CString)
    return try #require(mkdtemp(&name).map { String(cString: $0) })
  }

  private func remove(_ folder: String) {
    for name in ["certificate.pem", "key.pem", "other.pem"] { unlink(folder + "/" + name) }
    rmdir(folder)
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  private func get(_ url: String, trusting certificate: String) async throws -> UInt {
    var configuration = HTTPClient.Configuration()
    configuration.tlsConfiguration = .makeClientConfiguration()
    configuration.tlsConfiguration?.trustRoots = .file(certificate)
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
      try await client.shutdown()
      return response.status.code
    } catch {
      try await client.shutdown()
      throw error
    }
  }

  @Test func `a certificate of its own is made once, for its host and for this machine's names`() async throws
  {
    let folder = try folder()
    defer { remove(folder) }
    var first: [UInt8]?
    for _ in 0..<2 {
      try await serving(tls: .selfSigned(folder: folder)) { (address, files) async throws in
        let port = try #require(address.split(separator: ":").last)
        let certificate = folder + "/certificate.pem"
        for host in ["127.0.0.1", "localhost"] {
          #expect(try await get("https://\(host):\(port)/healthz", trusting: certificate) == 200)
        }
        // Nobody who does not trust it gets an answer.
        await #expect(throws: LinkServiceError.insecure("certificate verify failed")) {
          try await SocketTransport().send(HTTPCall(method: "GET", url: "https://127.0.0.1:\(port)/healthz"))
        }
        #expect(mode(folder + "/key.pem") == 0o600)
        let bytes = read(certificate)
        #expect(first == nil || first == bytes)
        first = bytes
      }
    }
  }

  @Test func `a certificate and its key are taken as they are given`() async throws {
    let folder = try folder()
    defer { remove(folder) }
    try await serving(tls: .selfSigned(folder: folder)) { (_, _) async throws in }
    let (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
    try await serving(tls: .files(certificate: certificate, key: key)) { (address, _) async throws in
      #expect(
        try await get(address.replacing("http:", with: "https:") + "/healthz", trusting: certificate) == 200)
    }
    for (certificate, key, message) in [
      (key, key, "there is no certificate in PEM in `\(key)`"),
      (certificate, certificate, "there is no private key in PEM in `\(certificate)`"),
      (folder + "/none", key, "there is no certificate in PEM in `\(folder)/none`"),
    ] {
      let error = await #expect(throws: ServerError.self) {
        try await serving(tls: .files(certificate: certificate, key: key)) { (_, _) async throws in }
      }
      #expect(error?.message == message)
    }
  }

  @Test func `a connection there is no room for is closed before any handshake`() async throws {
    let folder = try folder()
    defer { remove(folder) }
    var limits = ServerSettings.Limits()
    limits.connections = 1
    try await serving(limits: limits, tls: .selfSigned(folder: folder)) { (address, _) async throws in
      let first = try RawSocket(address)
      first.send("not a handshake yet")
      let second = try RawSocket(address)
      #expect((try? second.receiveAll()) ?? "" == "")
    }
  }

  @Test func `whoever does not speak TLS is cut off`() async throws {
    let folder = try folder()
    defer { remove(folder) }
    try await serving(tls: .selfSigned(folder: folder)) { (address, _) async throws in
      let socket = try RawSocket(address)
      socket.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
      let text = (try? socket.receiveAll()) ?? ""
      #expect(!text.contains("ok\n"))
    }
  }

  private func read(_ path: String) -> [UInt8]? {
    let file = OpenFile(path)
    return file.flatMap { $0.read(Int($0.size), at: 0) }
  }
}
