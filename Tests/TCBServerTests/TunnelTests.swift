// The way through a proxy.

import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TCBClient
import TCBServer
import TCBService
import Testing

@Suite(.serialized) struct TunnelTests {
  private func status(
    of url: String, through port: Int, as user: String = ""
  ) async throws(LinkServiceError) -> Int {
    var call = HTTPCall(method: "GET", url: url)
    call.trust = .anybody
    let proxies = Proxies { $0 == "https_proxy" ? "http://\(user)127.0.0.1:\(port)" : nil }
    return try await SocketTransport(proxies: proxies).send(call).status
  }

  @Test func `a proxy is asked for a tunnel, and the handshake is with the host behind it`() async throws {
    var name = Array("/tmp/tcbsh-tunnel-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
    defer {
      for name in ["certificate.pem", "key.pem"] { unlink(folder + "/" + name) }
      rmdir(folder)
    }
    try await serving(tls: .selfSigned(folder: folder)) { (address, _) async throws in
      let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
      let proxy = Proxy()
      try await proxy.run { (proxyPort) async throws in
        for _ in 0..<2 {
          #expect(try await status(of: "https://127.0.0.1:\(port)/healthz", through: proxyPort) == 200)
        }
        #expect(
          proxy.requests == ["CONNECT 127.0.0.1:\(port) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"])
        // Whoever is somebody else has a tunnel of his own.
        let url = "https://127.0.0.1:\(port)/healthz"
        #expect(try await status(of: url, through: proxyPort, as: "me:word@") == 200)
        #expect(proxy.requests.last?.contains("\r\nProxy-Authorization: Basic bWU6d29yZA==\r\n\r\n") == true)
      }
    }
  }

  @Test func `a proxy that cannot be used is told, and nobody is asked instead`() async throws {
    let proxies = Proxies { $0 == "ALL_PROXY" ? "socks5://me:canary@127.0.0.1:1080" : nil }
    let message = "`ALL_PROXY` names no proxy that can be used: it is to be `http://HOST:PORT`"
    await #expect(throws: LinkServiceError.unreachable(message)) {
      try await SocketTransport(proxies: proxies).send(HTTPCall(method: "GET", url: "https://127.0.0.1:1/"))
    }
  }

  @Test(arguments: [
    (
      "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
      "the proxy wants another user name and password (407): `http://USER:PASSWORD@HOST:PORT`"
    ),
    ("HTTP/1.1 502 Bad Gateway\r\n\r\n<html>", "the proxy answered 502"),
    ("SSH-2.0-OpenSSH\r\n\r\n", "the proxy's answer cannot be read"),
    // Whoever speaks before the handshake is not the host.
    ("HTTP/1.1 200 OK\r\n\r\nmore", "the proxy's answer cannot be read"),
    (String(repeating: "x", count: 20_000), "the proxy's answer cannot be read"),
    ("", "the connection was closed before the answer had come"),
  ])
  func `a proxy that gives no tunnel fails the call`(answer: String, message: String) async throws {
    let proxy = ScriptedServer { _ in .init(text: answer, closes: true) }
    try await proxy.run { (port) async throws in
      await #expect(throws: LinkServiceError.unreachable(message)) {
        try await status(of: "https://api.weixin.qq.com/", through: port)
      }
    }
  }
}

/// Tunnels to whatever it is asked for.
private final class Proxy: Sendable {
  private let seen = Mutex<[String]>([])

  var requests: [String] { seen.withLock { $0 } }

  func run(_ body: (_ port: Int) async throws -> Void) async throws {
    try await withListener({ Asking(self) }, body)
  }

  private final class Asking: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    let proxy: Proxy
    private var isOpen = false

    init(_ proxy: Proxy) { self.proxy = proxy }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !isOpen else { return context.fireChannelRead(data) }
      isOpen = true
      let request = String(buffer: unwrapInboundIn(data))
      proxy.seen.withLock { $0.append(request) }
      let parts = request.split(separator: " ")[1].split(separator: ":")
      let client = context.channel
      ClientBootstrap(group: context.eventLoop)
        .channelInitializer { host in
          host.eventLoop.makeCompletedFuture { try host.pipeline.syncOperations.addHandler(Passing(client)) }
        }
        .connect(host: String(parts[0]), port: Int(parts[1]) ?? 0)
        .whenSuccess { host in
          _ = client.pipeline.addHandler(Passing(host))
          client.writeAndFlush(
            ByteBuffer(string: "HTTP/1.1 200 Connection established\r\nVia: me\r\n\r\n"), promise: nil)
        }
    }
  }

  private final class Passing: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    let other: any Channel

    init(_ other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
  }
}
