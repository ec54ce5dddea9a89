// Who speaks HTTP where TLS is spoken is told so, in place of a handshake that fails without a word.

import NIOCore

/// Looks at the first byte of a connection, before TLS does, and leaves the pipeline where it may be one of TLS.
final class PlainTextWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let words = "this port speaks TLS: its address begins with https://\n"
  private var isRefused = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isRefused else { return }
    let bytes = unwrapInboundIn(data)
    // The methods of HTTP are words; a record of TLS begins with a number that is no letter.
    guard let first = bytes.readableBytesView.first, (0x41...0x5A).contains(first) else {
      context.fireChannelRead(data)
      return context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
    isRefused = true
    let answer = """
      HTTP/1.1 400 Bad Request\r
      Content-Type: text/plain; charset=UTF-8\r
      Content-Length: \(Self.words.utf8.count)\r
      Connection: close\r
      \r
      \(Self.words)
      """
    let sent = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)))
    sent.assumeIsolated().whenComplete { _ in context.close(mode: .all, promise: nil) }
  }
}
