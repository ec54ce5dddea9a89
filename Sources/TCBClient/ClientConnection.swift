// One connection: a request goes out, its answer comes in, and then there may be another.

import NIOCore
import NIOHTTP1
import TCBService

final class ClientConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let pool: ConnectionPool
  private var context: ChannelHandlerContext?
  private var request: PendingRequest?
  private var head: HTTPResponseHead?
  private var body: [UInt8] = []
  /// Since when it has had no request.
  var idleSince = NIODeadline.now()

  init(_ pool: ConnectionPool) { self.pool = pool }

  var isOpen: Bool { context?.channel.isActive ?? false }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func close() { context?.close(promise: nil) }

  func send(_ request: PendingRequest) {
    guard let context else { return request.finish(.failure(TransportTrouble.closed)) }
    self.request = request
    request.connection = self
    context.write(wrapOutboundOut(.head(request.head)), promise: nil)
    if !request.body.isEmpty {
      let bytes = context.channel.allocator.buffer(bytes: request.body)
      context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  // MARK: Answers

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
      guard length <= SocketTransport.largestAnswer else { return fail(TransportTrouble.tooLong) }
      body.reserveCapacity(length)
    case .body(let bytes):
      guard body.count + bytes.readableBytes <= SocketTransport.largestAnswer else {
        return fail(TransportTrouble.tooLong)
      }
      bytes.withUnsafeReadableBytes { body.append(contentsOf: $0) }
    case .end: finish(context)
    }
  }

  private func finish(_ context: ChannelHandlerContext) {
    guard let head, let request else { return close() }
    let reply = HTTPReply(
      status: Int(head.status.code), body: body, retryAfter: head.headers.first(name: "retry-after"),
      date: head.headers.first(name: "date"))
    (self.head, self.request, body) = (nil, nil, [])
    // Of what follows on a change of protocols nothing would be understood.
    if head.isKeepAlive, head.status.code >= 200, context.channel.isActive {
      pool.release(self)
    } else {
      close()
    }
    request.finish(.success(reply))
  }

  // MARK: Trouble

  private func fail(_ trouble: any Error) {
    let failed = request
    (head, request, body) = (nil, nil, [])
    failed?.finish(.failure(trouble))
    close()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error) }

  func channelInactive(context: ChannelHandlerContext) {
    fail(TransportTrouble.closed)
    pool.closed(self)
    context.fireChannelInactive()
  }
}
