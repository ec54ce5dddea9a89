// Opens connections to one endpoint: at once, or through a proxy's tunnel; over TLS where it is secure.

import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import TCBService

/// Used on its loop only.
final class ConnectionOpener {
  /// For a connection to be there, and for a proxy to have one for us.
  static let patience = TimeAmount.seconds(10)

  private let target: RequestTarget
  private let proxy: Proxies.Proxy?
  private let loop: any EventLoop
  private let tls: NIOSSLContext?

  /// Throws where the authorities to trust cannot be read.
  init(to target: RequestTarget, through proxy: Proxies.Proxy?, trust: TLSTrust, on loop: any EventLoop)
    throws
  {
    self.target = target
    self.proxy = proxy
    self.loop = loop
    tls = target.isSecure ? try NIOSSLContext(configuration: Self.configuration(trust)) : nil
  }

  private static func configuration(_ trust: TLSTrust) throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = ["http/1.1"]
    switch trust {
    case .system: break
    case .authorities(let pem):
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(pem))
    case .anybody: configuration.certificateVerification = .none
    }
    return configuration
  }

  /// Gives a connection that requests can be sent on: what a handshake finds wrong fails the first.
  func open(for pool: ConnectionPool, _ done: @escaping (Result<ClientConnection, any Error>) -> Void) {
    channel().assumeIsolated().whenComplete { channel in
      done(Result { try self.equip(channel.get(), pool) })
    }
  }

  private func channel() -> EventLoopFuture<any Channel> {
    let bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(Self.patience)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
    guard let proxy else { return bootstrap.connect(host: target.host, port: target.port) }
    let authority = target.authority
    return bootstrap.connect(host: proxy.host, port: proxy.port).flatMap { channel in
      let opened = channel.eventLoop.makePromise(of: Void.self)
      let tunnel = Tunnel(
        to: authority, authorization: proxy.authorization, patience: Self.patience, opened)
      do { try channel.pipeline.syncOperations.addHandler(tunnel) } catch { opened.fail(error) }
      return opened.futureResult.map { channel }
    }
  }

  private func equip(_ channel: any Channel, _ pool: ConnectionPool) throws -> ClientConnection {
    let pipeline = channel.pipeline.syncOperations
    if let tls {
      try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: target.serverName))
    }
    let connection = ClientConnection(pool)
    try pipeline.addHandler(HTTPRequestEncoder())
    try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
    try pipeline.addHandler(NIOHTTPResponseDecompressor(limit: .size(SocketTransport.largestAnswer)))
    try pipeline.addHandler(connection)
    return connection
  }
}
