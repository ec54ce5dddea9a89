// One answer on its way: made here or where waiting is allowed, held back or cut short where that is wanted, and sent, a file in
// pieces that the disk and the caller keep up with.

import NIOCore
import NIOHTTP1
import NIOPosix
import TCBService

struct Answering {
  /// Bytes of a file that are in memory at once for one caller.
  private static let pieceSize = 128 << 10

  private let request: ServerRequest
  private let isOld: Bool
  private let connection: Connection
  private let context: ChannelHandlerContext
  private let begun = NIODeadline.now()

  /// `isOld` is a request of HTTP/1.0.
  init(_ request: ServerRequest, isOld: Bool, _ connection: Connection, _ context: ChannelHandlerContext) {
    self.request = request
    self.isOld = isOld
    self.connection = connection
    self.context = context
  }

  func start() {
    connection.isMakingAnswer = true
    // A server always answers its own work in time; who takes none of it is another matter.
    connection.waitWithoutDeadline()
    let (exchange, request) = (connection.exchange, request)
    guard exchange.mayWait(request) else { return hold(exchange.answer(to: request)) }
    let made = NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) {
      exchange.answer(to: request)
    }
    made.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let answer): self.hold(answer)
      case .failure: self.connection.abort()
      }
      self.context.flush()
    }
  }

  private func hold(_ answer: ServerAnswer) {
    guard let delay = answer.delivery.delay else { return send(answer) }
    context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) {
      self.send(answer)
      self.context.flush()
    }
  }

  private func send(_ answer: ServerAnswer) {
    guard context.channel.isActive else { return connection.abort() }
    let cut = answer.delivery.bytesBeforeReset
    if let cut, cut < 0 { return breakOff(answer, sent: 0) }
    let length: Int64
    switch answer.body {
    case .bytes(let bytes): length = Int64(bytes.count)
    case .file(_, let range): length = Int64(range.count)
    }
    let hasBody = answer.status != 204 && answer.status != 304
    var buffer = context.channel.allocator.buffer(capacity: 384 + (length < 1 << 20 ? Int(length) : 0))
    buffer.writeHead(
      of: answer, length: hasBody ? length : nil,
      dateLine: connection.sweep.dateLine(ahead: answer.delivery.clockOffset), requestID: request.id,
      closes: !connection.keepsOpen, isOld: isOld)
    guard hasBody, request.method != .HEAD else { return finish(answer, with: buffer, sent: 0) }
    switch answer.body {
    case .bytes(let bytes):
      if let cut {
        buffer.writeBytes(bytes.prefix(cut))
        return sendLast(buffer, of: answer, sent: min(Int64(cut), length))
      }
      buffer.writeBytes(bytes)
      finish(answer, with: buffer, sent: length)
    case .file(let file, let range):
      context.write(connection.wrapOutboundOut(buffer), promise: nil)
      let whole = cut.map { range.lowerBound..<min(range.upperBound, range.lowerBound + Int64($0)) } ?? range
      sendPieces(of: file, whole, answer, sent: 0)
    }
  }

  private func finish(_ answer: ServerAnswer, with buffer: ByteBuffer, sent: Int64) {
    context.write(connection.wrapOutboundOut(buffer), promise: nil)
    connection.exchange.observer.note(request, answer, sent: sent, since: begun, isWhole: true)
    connection.isMakingAnswer = false
    connection.finish(context)
  }

  /// The rest of the answer does not follow.
  private func sendLast(_ buffer: ByteBuffer, of answer: ServerAnswer, sent: Int64) {
    context.writeAndFlush(connection.wrapOutboundOut(buffer)).assumeIsolated().whenComplete { _ in
      self.breakOff(answer, sent: sent)
    }
  }

  private func breakOff(_ answer: ServerAnswer, sent: Int64) {
    connection.exchange.observer.note(request, answer, sent: sent, since: begun, isWhole: false)
    connection.reset()
  }

  private func sendPieces(of file: OpenFile, _ range: Range<Int64>, _ answer: ServerAnswer, sent: Int64) {
    guard !range.isEmpty else {
      return answer.delivery.bytesBeforeReset == nil
        ? finish(answer, with: ByteBuffer(), sent: sent) : sendLast(ByteBuffer(), of: answer, sent: sent)
    }
    let count = min(Self.pieceSize, range.count)
    let offset = range.lowerBound
    let read = NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) {
      file.read(count, at: offset).map { ByteBuffer(bytes: $0) }
    }
    read.assumeIsolated().whenComplete { result in
      // A file that was cut short meanwhile cannot be sent to its end, and only a reset says so.
      guard case .success(let piece?) = result, piece.readableBytes == count else {
        return self.breakOff(answer, sent: sent)
      }
      self.connection.extendDeadline(by: self.connection.sweep.limits.stallTime)
      let written = self.context.writeAndFlush(self.connection.wrapOutboundOut(piece))
      written.assumeIsolated().whenComplete { result in
        guard case .success = result else { return self.breakOff(answer, sent: sent) }
        let rest = offset + Int64(count)..<range.upperBound
        self.sendPieces(of: file, rest, answer, sent: sent + Int64(count))
      }
    }
  }
}
