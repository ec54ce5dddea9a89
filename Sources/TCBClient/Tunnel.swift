// A proxy's tunnel to a host (RFC 9110, section 9.3.6).

import NIOCore
import TCBInterface

/// Asks for the tunnel, and leaves the pipeline when it is there. Until then nothing else may be in it.
final class Tunnel: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Of the answer's head, which says yes or no.
  private static let longestHead = 16_384

  private let authority: String
  private let authorization: Secret?
  private let patience: TimeAmount
  private var opened: EventLoopPromise<Void>?
  private var head: [UInt8] = []
  private var timer: Scheduled<Void>?

  init(
    to authority: String, authorization: Secret?, patience: TimeAmount, _ opened: EventLoopPromise<Void>
  ) {
    self.authority = authority
    self.authorization = authorization
    self.patience = patience
    self.opened = opened
  }

  func handlerAdded(context: ChannelHandlerContext) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
      self.fail(TransportTrouble.timedOut, context)
    }
    var request = ByteBuffer(string: "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n")
    if let authorization { request.writeString("Proxy-Authorization: \(authorization.reveal())\r\n") }
    request.writeString("\r\n")
    context.writeAndFlush(wrapOutboundOut(request), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    unwrapInboundIn(data).withUnsafeReadableBytes { head.append(contentsOf: $0) }
    guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else {
      if head.count > Self.longestHead { fail(TransportTrouble.proxyRefused(nil), context) }
      return
    }
    guard let status = Self.status(of: head), (200...299).contains(status) else {
      return fail(TransportTrouble.proxyRefused(Self.status(of: head)), context)
    }
    // The other side of a tunnel for TLS does not speak first.
    guard end.upperBound == head.endIndex else { return fail(TransportTrouble.proxyRefused(nil), context) }
    guard let opened = takePromise() else { return }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    opened.succeed()
  }

  /// From `HTTP/1.1 200 …`.
  private static func status(of head: [UInt8]) -> Int? {
    guard head.starts(with: "HTTP/1.".utf8), head.count >= 12, head[8] == UInt8(ascii: " ") else {
      return nil
    }
    return Int(String(decoding: head[9..<12], as: UTF8.self))
  }

  private func takePromise() -> EventLoopPromise<Void>? {
    timer?.cancel()
    defer { opened = nil }
    return opened
  }

  private func fail(_ trouble: any Error, _ context: ChannelHandlerContext) {
    takePromise()?.fail(trouble)
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error, context) }

  func channelInactive(context: ChannelHandlerContext) {
    fail(TransportTrouble.closed, context)
    context.fireChannelInactive()
  }
}
