// One connection: requests come in one after the other, each is answered before the next is looked at, and whoever is slow,
// sends too much or takes no answer is cut off.

import NIOCore
import NIOHTTP1
import NIOPosix
import TCBService

final class Connection: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// How long a connection without a request is left open once the server is to stop.
  static let lastChance = TimeAmount.milliseconds(100)
  /// How long somebody who was refused may go on sending, lest a reset take the answer from him.
  private static let lingering = Duration.seconds(1)

  enum State {
    case idle
    /// Some of a head has come.
    case head
    case body(HTTPRequestHead, ByteBuffer)
    /// The request is being answered.
    case answering
    /// All has been said; what still comes in is dropped.
    case lingering
    case closed
  }

  let exchange: Exchange
  let sweep: ConnectionSweep
  private let ids: RequestIDs
  private(set) var state = State.idle
  private(set) var deadline: NIODeadline
  /// What came while another request was being answered.
  private var waiting = CircularBuffer<HTTPServerRequestPart>()
  private var wantsToRead = false
  var keepsOpen = true
  private var context: ChannelHandlerContext?

  init(_ exchange: Exchange, _ sweep: ConnectionSweep, _ ids: RequestIDs) {
    self.exchange = exchange
    self.sweep = sweep
    self.ids = ids
    deadline = sweep.time(in: sweep.limits.headTime)
  }

  // MARK: Coming and going

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    exchange.observer.metrics.connectionOpened()
    sweep.add(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) { forget() }

  func channelInactive(context: ChannelHandlerContext) {
    forget()
    context.fireChannelInactive()
  }

  private func forget() {
    guard context != nil else { return }
    state = .closed
    context = nil
    exchange.observer.metrics.connectionClosed()
    sweep.remove(self)
  }

  /// Answers what is under way, then closes.
  func stop() {
    keepsOpen = false
    if case .idle = state { deadline = .now() + Self.lastChance }
  }

  func abort() { context?.close(promise: nil) }

  /// Closes with a reset, so that the other side sees a failure.
  func reset() {
    guard let context else { return }
    guard let socket = context.channel as? any SocketOptionProvider else { return abort() }
    socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in self.abort() }
  }

  func runOutOfTime() {
    guard let context else { return }
    switch state {
    case .head: refuse(408, context, "the request's head took too long")
    case .body: refuse(408, context, "the request's body took too long")
    case .answering:
      exchange.observer.stalled()
      reset()
    case .idle, .lingering, .closed: abort()
    }
  }

  func waitWithoutDeadline() { deadline = .distantFuture }

  func extendDeadline(by duration: Duration) { deadline = sweep.time(in: duration) }

  // MARK: Requests

  /// Bytes have come in; they need not be a whole head yet.
  func bytesArrived() {
    guard case .idle = state else { return }
    state = .head
    extendDeadline(by: sweep.limits.headTime)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if case .answering = state { waiting.append(part) } else { receive(part, context) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
    context.fireChannelReadComplete()
  }

  func read(context: ChannelHandlerContext) {
    if case .answering = state { wantsToRead = true } else { context.read() }
  }

  private func receive(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    switch (part, state) {
    case (.head(let head), .idle), (.head(let head), .head): begin(head, context)
    case (.body(var bytes), .body(let head, var body)):
      guard body.readableBytes + bytes.readableBytes <= exchange.bodyLimit(of: head) else {
        return refuse(413, context, "a request's body has at most \(exchange.bodyLimit(of: head)) bytes")
      }
      // The state must not hold the bytes while they grow, or they would be copied each time.
      state = .answering
      if body.readableBytes == 0 { body = bytes } else { body.writeBuffer(&bytes) }
      state = .body(head, body)
    case (.end, .body(let head, let body)):
      state = .answering
      let request = ServerRequest(head, body: body, id: ids.next(at: sweep.seconds))
      let closing = !head.isKeepAlive || head.headers.contains(name: "upgrade") || head.method == .CONNECT
      if closing { keepsOpen = false }
      Answering(request, isOld: head.version.minor == 0, self, context).start()
    case (.end, .lingering): abort()
    default: break
    }
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    // RFC 9112, section 3.2.
    let (hosts, isOld) = (head.headers["host"].count, head.version.minor == 0)
    guard hosts == 1 || isOld && hosts == 0 else {
      return refuse(400, context, "a request has one header `Host`")
    }
    if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }),
      length > exchange.bodyLimit(of: head)
    {
      return refuse(413, context, "a request's body has at most \(exchange.bodyLimit(of: head)) bytes")
    }
    if !isOld, head.headers.first(name: "expect")?.lowercased() == "100-continue" {
      context.writeAndFlush(
        wrapOutboundOut(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }
    state = .body(head, ByteBuffer())
    extendDeadline(by: sweep.limits.bodyTime)
  }

  /// Says why nothing comes of what was sent, and listens no more.
  private func refuse(_ status: Int, _ context: ChannelHandlerContext, _ reason: String) {
    let id = ids.next(at: sweep.seconds)
    exchange.observer.refused(status, id: id, reason)
    var buffer = context.channel.allocator.buffer(capacity: 384)
    let answer = ServerAnswer.text(reason, status: status)
    buffer.writeHead(
      of: answer, length: Int64(answer.length), dateLine: sweep.dateLine, requestID: id, closes: true,
      isOld: false)
    if case .bytes(let bytes) = answer.body { buffer.writeBytes(bytes) }
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    state = .lingering
    extendDeadline(by: Self.lingering)
  }

  // MARK: Answers

  /// The answer has been handed over; the next request is looked at once this one has taken it.
  func finish(_ context: ChannelHandlerContext) {
    guard case .answering = state else { return }
    guard keepsOpen else { return closeWhenSent(context) }
    guard context.channel.isWritable else { return extendDeadline(by: sweep.limits.stallTime) }
    state = .idle
    extendDeadline(by: sweep.limits.idleTime)
    while !waiting.isEmpty {
      if case .answering = state { return }
      receive(waiting.removeFirst(), context)
    }
    if case .answering = state { return }
    if wantsToRead {
      wantsToRead = false
      context.read()
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, case .answering = state, !isMakingAnswer { finish(context) }
    context.fireChannelWritabilityChanged()
  }

  /// Whether the answer is not yet handed over whole.
  var isMakingAnswer = false

  private func closeWhenSent(_ context: ChannelHandlerContext) {
    state = .lingering
    extendDeadline(by: sweep.limits.stallTime)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in self.abort() }
  }

  // MARK: Trouble

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed {
      keepsOpen = false
      if case .answering = state { return }
      context.close(promise: nil)
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch (error, state) {
    case (let error as HTTPParserError, .idle), (let error as HTTPParserError, .head),
      (let error as HTTPParserError, .body):
      if error == .headerOverflow {
        refuse(431, context, "the request's target and headers are too large")
      } else {
        refuse(400, context, "what came is no request of HTTP/1.1 (\(error))")
      }
    case (is HTTPParserError, _):
      // What is under way is answered; nothing after it can be read.
      keepsOpen = false
    default: context.close(promise: nil)
    }
  }
}

/// Tells a connection that bytes have come, before anything is made of them.
final class ByteWatch: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.bytesArrived()
    context.fireChannelRead(data)
  }
}
