// A server that says what a test tells it to, and knows what it was told.

import NIOCore
import NIOPosix
import Synchronization
import TCBClient

/// Requests are taken as they come in one read, as small ones do.
final class ScriptedServer: Sendable {
  struct Answer: Sendable {
    var text: String
    var closes = false
    /// Milliseconds before it is sent.
    var delay: Int64 = 0
  }

  private struct Seen {
    var requests: [String] = []
    var connections = 0
    var open = 0
    var mostOpen = 0
  }

  private let seen = Mutex(Seen())
  private let answer: @Sendable (_ request: String) -> Answer

  init(_ answer: @escaping @Sendable (_ request: String) -> Answer) { self.answer = answer }

  var requests: [String] { seen.withLock { $0.requests } }
  var connections: Int { seen.withLock { $0.connections } }
  var mostOpen: Int { seen.withLock { $0.mostOpen } }

  /// `body` runs on the client's own thread: other tests may keep those that tasks have for a minute, in which connections grow old.
  func run(_ body: (_ port: Int) async throws -> Void) async throws {
    let executor = SocketTransport(proxies: Proxies { _ in nil }).executor
    try await withTaskExecutorPreference(executor) { try await withListener({ Handler(self) }, body) }
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    let server: ScriptedServer

    init(_ server: ScriptedServer) { self.server = server }

    func channelActive(context: ChannelHandlerContext) {
      server.seen.withLock { seen in
        seen.connections += 1
        seen.open += 1
        seen.mostOpen = max(seen.mostOpen, seen.open)
      }
    }

    func channelInactive(context: ChannelHandlerContext) { server.seen.withLock { $0.open -= 1 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let request = String(buffer: unwrapInboundIn(data))
      server.seen.withLock { $0.requests.append(request) }
      let answer = server.answer(request)
      context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(answer.delay)) {
        context.writeAndFlush(NIOAny(ByteBuffer(string: answer.text)), promise: nil)
        if answer.closes { context.close(promise: nil) }
      }
    }
  }
}

/// Listens for as long as `body` runs; each connection has a handler of its own.
func withListener<Handler: ChannelInboundHandler>(
  _ handler: @escaping @Sendable () -> Handler, _ body: (_ port: Int) async throws -> Void
) async throws {
  let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .serverChannelOption(.backlog, value: 1024)
    .childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler()) }
    }
    .bind(host: "127.0.0.1", port: 0).get()
  do {
    try await body(server.localAddress?.port ?? 0)
  } catch {
    try await server.close()
    throw error
  }
  try await server.close()
}
