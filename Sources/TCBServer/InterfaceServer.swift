// The API core as a server: its calls, its tokens, and the files behind its links, over HTTP/1.1.

import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TCBService

/// Listens, and takes connections in as long as there is room for them.
package struct InterfaceServer: Sendable {
  private let exchange: Exchange
  private let settings: ServerSettings

  package init(_ core: APICore, _ settings: ServerSettings) {
    let admin = settings.adminKey.map {
      Admin(key: $0, routes: AdminRoute.state(of: core) + AdminRoute.faults(of: core))
    }
    exchange = Exchange(core: core, admin: admin)
    self.settings = settings
  }

  /// Serves until the task is cancelled, then finishes the calls under way. `ready` is told the port.
  ///
  /// Throws what keeps it from listening, as one sentence.
  package func run(ready: @escaping @Sendable (Int) -> Void) async throws(ServerError) {
    let group = MultiThreadedEventLoopGroup.singleton
    let sweeps = group.makeIterator().map { ConnectionSweep($0, settings.limits) }
    do {
      let server = try await bootstrap(group, sweeps).bind(host: settings.host, port: settings.port).get()
      var watches: [RepeatedTask] = []
      for sweep in sweeps { watches.append(try await sweep.start().get()) }
      ready(server.localAddress?.port ?? 0)
      await withTaskCancellationHandler {
        // A task that is cancelled would not wait: this one is, once the channel is closed.
        try? await server.closeFuture.get()
      } onCancel: {
        server.close(promise: nil)
      }
      for sweep in sweeps { try await sweep.stop().get() }
      for watch in watches { watch.cancel() }
    } catch {
      throw ServerError(error)
    }
  }

  private func bootstrap(_ group: MultiThreadedEventLoopGroup, _ sweeps: [ConnectionSweep]) -> ServerBootstrap
  {
    let (exchange, limits, ids) = (exchange, settings.limits, RequestIDs())
    let room = ConnectionRoom(limits.connections)
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard room.enter() else { return try Self.turnAway(channel) }
          channel.closeFuture.whenComplete { _ in room.leave() }
          guard let sweep = sweeps.first(where: { $0.eventLoop === channel.eventLoop }) else {
            throw ChannelError.inappropriateOperationForState
          }
          try Self.setUp(channel, Connection(exchange, sweep, ids), limits)
        }
      }
  }

  private static func setUp(
    _ channel: any Channel, _ connection: Connection, _ limits: ServerSettings.Limits
  ) throws {
    var bounds = NIOHTTPDecoderLimitConfiguration()
    bounds.maxHeaderFieldSize = limits.head
    bounds.maxHeaderListSize = limits.head
    bounds.maxHeaderFieldCount = limits.headers
    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: bounds)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(ByteWatch(connection))
    try pipeline.addHandler(ByteToMessageHandler(decoder))
    try pipeline.addHandler(connection)
  }

  /// There is no room; whoever has it keeps it.
  private static func turnAway(_ channel: any Channel) throws {
    let answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    try channel.pipeline.syncOperations.addHandler(TurnAway(answer))
  }
}

package struct ServerError: Error {
  package let message: String

  init(_ error: any Error) {
    message = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
  }
}

/// How many connections there are, and how many there may be.
private final class ConnectionRoom: Sendable {
  private let limit: Int
  private let count = Atomic<Int>(0)

  init(_ limit: Int) { self.limit = limit }

  func enter() -> Bool {
    if count.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
    leave()
    return false
  }

  func leave() { count.wrappingSubtract(1, ordering: .relaxed) }
}

/// Says one thing to whoever connects, and closes.
private final class TurnAway: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let answer: String

  init(_ answer: String) { self.answer = answer }

  func channelActive(context: ChannelHandlerContext) {
    let sent = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)))
    sent.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
  }
}
