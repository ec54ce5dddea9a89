// The API core as a server: its calls, its tokens, and the files behind its links, over HTTP/1.1.

import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import TCBService

/// Listens, and takes connections in as long as there is room for them.
package struct InterfaceServer: Sendable {
  private let exchange: Exchange
  private let settings: ServerSettings
  private let logger: Logger
  /// Kept where somebody can look at it.
  private let record: RequestRecord?

  /// `log` is given whole lines; they go to standard error where it is left out.
  package init(
    _ core: APICore, _ settings: ServerSettings,
    log: @escaping @Sendable ([UInt8]) -> Void = writeToStandardError
  ) {
    logger = Logger.server(level: .init(settings.logLevel), write: log)
    let isRecorded = settings.record != nil || settings.adminKey != nil
    record = isRecorded ? RequestRecord(path: settings.record) : nil
    let record = record
    let admin = settings.adminKey.map {
      Admin(
        key: $0,
        routes: AdminRoute.state(of: core) + AdminRoute.faults(of: core)
          + (record.map { AdminRoute.requests(of: $0) } ?? []))
    }
    exchange = Exchange(
      core: core, admin: admin, observer: Observer(logger: logger, record: record),
      readiness: Readiness(core, stateTrouble: { core.stateTrouble }))
    self.settings = settings
  }

  /// Serves until the task is cancelled, then finishes the calls under way. `ready` is told the port; upon `reload` the certificate
  /// is read again, and the record goes on in the file that has its name then.
  ///
  /// Throws what keeps it from listening, as one sentence.
  package func run(
    reload: ServerReload = ServerReload(), ready: @escaping @Sendable (Int) -> Void
  ) async throws(ServerError) {
    try record?.open()
    let (host, logger, record) = (settings.host, logger, record)
    let identities = try settings.tls.map { tls throws(ServerError) in
      try TLSIdentities(tls, host: host, logger)
    }
    exchange.core.stateWatcher.withLock { $0 = { Self.tell(trouble: $0, logger) } }
    reload.whenRequested { Self.reload(identities, record, logger) }
    let group = MultiThreadedEventLoopGroup.singleton
    let sweeps = group.makeIterator().map { ConnectionSweep($0, settings.limits) }
    Self.raiseDescriptorLimit()
    do {
      let server = try await bootstrap(group, sweeps, identities).bind(host: host, port: settings.port).get()
      var watches: [RepeatedTask] = []
      for sweep in sweeps { watches.append(try await sweep.start().get()) }
      ready(server.localAddress?.port ?? 0)
      let address = server.localAddress
      logger.notice(
        "serving", metadata: ["address": "\(address?.ipAddress ?? host)", "port": "\(address?.port ?? 0)"])
      await withTaskCancellationHandler {
        // Not `get`, which a task that is cancelled does not wait in.
        try? await server.closeFuture.get()
      } onCancel: {
        exchange.readiness.stop()
        server.close(promise: nil)
        for sweep in sweeps { sweep.stop() }
      }
      logger.notice("stopping")
      // Where it was not told to, but nobody can come any more.
      for sweep in sweeps { sweep.stop() }
      for emptied in sweeps.map({ $0.whenEmpty() }) { try await emptied.get() }
      for watch in watches { watch.cancel() }
      exchange.core.settle()
      logger.notice("stopped")
    } catch {
      throw ServerError(error)
    }
  }

  private static func tell(trouble: String?, _ logger: Logger) {
    if let trouble {
      logger.error(
        "the state cannot be written, and calls are answered all the same", metadata: ["reason": "\(trouble)"]
      )
    } else {
      logger.notice("the state is written again")
    }
  }

  private static func reload(_ identities: TLSIdentities?, _ record: RequestRecord?, _ logger: Logger) {
    identities?.reload()
    do throws(ServerError) {
      if try record?.reopen() == true { logger.notice("the record was opened again") }
    } catch {
      logger.error("the record could not be opened again", metadata: ["reason": "\(error.message)"])
    }
    if identities == nil, record?.isWritten != true { logger.notice("there is nothing to read again") }
  }

  /// Connections are descriptors, and the usual soft limit of 1,024 is meant for programs that call `select`.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  private func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ sweeps: [ConnectionSweep], _ identities: TLSIdentities?
  ) -> ServerBootstrap {
    let (exchange, limits, ids) = (exchange, settings.limits, RequestIDs())
    let room = ConnectionRoom(limits.connections)
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard room.enter() else {
            exchange.observer.turnedAway()
            return try Self.turnAway(channel, isSecure: identities != nil)
          }
          channel.closeFuture.whenComplete { _ in room.leave() }
          if let identities {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(PlainTextWatch())
            try pipeline.addHandler(NIOSSLServerHandler(context: identities.context))
          }
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

  /// There is no room; whoever has it keeps it. Over TLS nothing is said, since a handshake would take what there is not.
  private static func turnAway(_ channel: any Channel, isSecure: Bool) throws {
    if isSecure { throw ChannelError.operationUnsupported }
    let answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    try channel.pipeline.syncOperations.addHandler(TurnAway(answer))
  }
}

package struct ServerError: Error {
  package let message: String
  /// Whether nobody can listen there; otherwise the server could not be set up as it was told.
  package let isOfListening: Bool

  package init(_ message: String) {
    self.message = message
    isOfListening = false
  }

  init(_ error: any Error) {
    isOfListening = true
    message =
      switch error {
      case let error as IOError: String(cString: strerror(error.errnoCode))
      case is SocketAddressError.UnknownHost: "there is no such host"
      default: "\(error)"
      }
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

extension Logger.Level {
  fileprivate init(_ level: ServerSettings.LogLevel) {
    self =
      switch level {
      case .debug: .debug
      case .info: .info
      case .notice: .notice
      case .warning: .warning
      case .error: .error
      }
  }
}
