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

  private func mode(_ path: String) throws -> String {
    String(decoding: try SystemPrograms.output("stat -c %a '\(path)'"), as: UTF8.self)
  }

  private func get(_ url: String, trusting certificate: String) async throws -> UInt {
    var configuration = HTTPClient.Configuration()
    configuration.tlsConfiguration = .makeClientConfiguration()
    configuration.tlsConfiguration?.trustRoots = .file(certificate)
    configuration.connectionPool.retryConnectionEstablishment = false
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
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
        #expect(try mode(folder + "/key.pem") == "600\n")
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

  private func copy(_ from: String, to path: String) throws {
    let bytes = try #require(read(from))
    let file = try #require(fopen(path, "w"))
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    fclose(file)
  }

  @Test func `a certificate that was renewed is shown from then on, and one that is of no use is not`()
    async throws
  {
    let (folder, first, second) = (try folder(), try folder(), try folder())
    defer { for folder in [folder, first, second] { remove(folder) } }
    for made in [first, second] {
      try await serving(tls: .selfSigned(folder: made)) { (_, _) async throws in }
    }
    let (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
    func install(_ made: String, key other: String) throws {
      try copy(made + "/certificate.pem", to: certificate)
      try copy(other + "/key.pem", to: key)
    }
    try install(first, key: first)
    let (log, reload) = (LogLines(), ServerReload())
    try await serving(
      tls: .files(certificate: certificate, key: key), logLevel: .notice, log: log.add, reload: reload
    ) { (address, _) async throws in
      let url = address.replacing("http:", with: "https:") + "/healthz"
      func shown() async throws -> [String] {
        var trusted: [String] = []
        for made in [first, second] where (try? await get(url, trusting: made + "/certificate.pem")) == 200 {
          trusted.append(made)
        }
        return trusted
      }
      #expect(try await shown() == [first])
      try install(second, key: second)
      #expect(try await shown() == [first])
      reload.request()
      #expect(try await shown() == [second])
      let words = "the certificate was read again"
      #expect(
        log.all.contains {
          $0.contains(words) && $0.contains(#""level":"notice""#) && $0.contains(#""ends":"20"#)
        })
      // Half of a renewal, which is what a reload between its two files meets.
      try install(first, key: second)
      reload.request()
      #expect(try await shown() == [second])
      let reason = "the private key in `\(key)` is not that of the certificate in `\(certificate)`"
      #expect(
        log.all.last?.contains(reason) == true && log.all.last?.contains(#""level":"error""#) == true,
        "\(log.all)")
      unlink(certificate)
      reload.request()
      #expect(try await shown() == [second])
      try install(first, key: first)
      reload.request()
      #expect(try await shown() == [first])
    }
  }

  /// Made by OpenSSL for a day in the past.
  private static let ended = (
    certificate: """
    -----BEGIN CERTIFICATE-----
    MIIBBzCBrgIBATAKBggqhkjOPQQDAjAQMQ4wDAYDVQQDDAVlbmRlZDAeFw0yMDAx
    MDEwMDAwMDBaFw0yMDAxMDIwMDAwMDBaMBAxDjAMBgNVBAMMBWVuZGVkMFkwEwYH
    KoZIzj0CAQYIKoZIzj0DAQcDQgAEr6EiOcnmGdiTU0MNb2VX96BwW3ffT4QMHIbI
    77sxCejX0vNmI/WZwQ7nkDFXTtDS9tSl3hDj6aslbKCLFKYTdTAKBggqhkjOPQQD
    AgNIADBFAiEAnOK2WJ+9Vj4UvZjce2t02XCXs9L/IRG+aG2DCNxHwH0CIGQdkdE+
    zljcpj/LgxoROMHb9ZKJSq361j69/Birqle1
    -----END CERTIFICATE-----

    """,
    key: """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9cvYt13tbpHmQu1j
    Wk0vuZIQuhh7jv4nPCKcU495m+ihRANCAASvoSI5yeYZ2JNTQw1vZVf3oHBbd99P
    hAwchsjvuzEJ6NfS82Yj9ZnBDueQMVdO0NL21KXeEOPpqyVsoIsUphN1
    -----END PRIVATE KEY-----

    """
  )

  @Test func `a certificate that has ended is told, and served all the same`() async throws {
    let folder = try folder()
    defer { remove(folder) }
    let (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
    for (path, text) in [(certificate, Self.ended.certificate), (key, Self.ended.key)] {
      let file = try #require(fopen(path, "w"))
      fputs(text, file)
      fclose(file)
    }
    let log = LogLines()
    try await serving(tls: .files(certificate: certificate, key: key), logLevel: .warning, log: log.add) {
      (_, _) async throws in
    }
    #expect(
      log.all.count == 1 && log.all[0].contains(#""message":"the certificate has ended""#), "\(log.all)")
    #expect(log.all.first?.contains(#""ends":"2020-01-02T00:00:00Z""#) == true)
  }

  @Test func `a connection there is no room for is closed before any handshake`() async throws {
    let folder = try folder()
    defer { remove(folder) }
    var limits = ServerSettings.Limits()
    limits.connections = 1
    limits.headTime = .seconds(600)
    try await serving(limits: limits, tls: .selfSigned(folder: folder)) { (address, _) async throws in
      var call = HTTPCall(method: "GET", url: address.replacing("http:", with: "https:") + "/healthz")
      call.trust = .anybody
      // Its connection is kept for the next call.
      #expect(try await SocketTransport(proxies: Proxies { _ in nil }).send(call).status == 200)
      // Nobody who waits for a handshake is closed so soon.
      #expect(try RawSocket(address).receive() == nil)
    }
  }

  @Test func `whoever does not speak TLS is cut off`() async throws {
    let folder = try folder()
    defer { remove(folder) }
    try await serving(tls: .selfSigned(folder: folder)) { (address, _) async throws in
      let socket = try RawSocket(address)
      socket.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
      let text = try socket.receiveAll()
      #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(text)")
      #expect(text.hasSuffix("\r\n\r\nthis port speaks TLS: its address begins with https://\n"))
      // What is neither is answered by nobody.
      let other = try RawSocket(address)
      other.send("\u{1}\u{2}\u{3}")
      other.finishSending()
      #expect((try? other.receiveAll()) ?? "" == "")
    }
  }

  @Test func `a certificate for other names than the address has is not taken`() async throws {
    let folder = try folder()
    defer { remove(folder) }
    try await serving(host: "0.0.0.0", tls: .selfSigned(folder: folder)) { (address, _) async throws in
      // This machine too, and not in the certificate.
      var call = HTTPCall(
        method: "GET", url: address.replacing("http://127.0.0.1", with: "https://127.0.0.2"))
      call.trust = .authorities(pem: try #require(read(folder + "/certificate.pem")))
      let reason = "the certificate is for other names than the address has"
      await #expect(throws: LinkServiceError.insecure(reason)) {
        try await SocketTransport(proxies: Proxies { _ in nil }).send(call)
      }
    }
  }

  private func read(_ path: String) -> [UInt8]? {
    let file = OpenFile(path)
    return file.flatMap { $0.read(Int($0.size), at: 0) }
  }
}
