// Who is told of everything that has happened: the counts and the log.

import Logging
import NIOCore
import NIOHTTP1

package struct Observer: Sendable {
  package let metrics: ServerMetrics
  let logger: Logger
  let record: RequestRecord?

  package init(
    metrics: ServerMetrics = ServerMetrics(), logger: Logger, record: RequestRecord? = nil
  ) {
    self.metrics = metrics
    self.logger = logger
    self.record = record
  }

  private static let ownPaths: Set<String> = ["/healthz", "/readyz", "/metrics"]

  /// `sent` is bytes of the body; `isWhole` whether it is all there was to send.
  func note(
    _ request: ServerRequest, _ answer: ServerAnswer, sent: Int64, since start: NIODeadline, isWhole: Bool
  ) {
    let taken = (NIODeadline.now() - start).nanoseconds
    metrics.count(
      AnsweredRequest(
        endpoint: answer.endpoint, status: answer.status, errorCode: answer.errorCode, nanoseconds: taken,
        received: Int64(request.body.readableBytes), sent: sent))
    // What asks about the server is not what is recorded of it.
    if let record, answer.endpoint != .admin, !Self.ownPaths.contains(request.path) {
      record.note(request, answer, sent: sent, microseconds: taken / 1_000)
    }
    guard logger.logLevel <= .info else { return }
    var metadata: Logger.Metadata = [
      "rid": "\(request.id)", "method": "\(request.method.rawValue)", "path": "\(request.path)",
      "status": "\(answer.status)", "bytes": "\(sent)", "microseconds": "\(taken / 1000)",
    ]
    if let code = answer.errorCode { metadata["errcode"] = "\(code)" }
    logger.info(isWhole ? "answered" : "answered in part", metadata: metadata)
  }

  /// A connection was closed before its request was whole. `status` is what it was told.
  func refused(_ status: Int, id: String, _ reason: String) {
    if status == 408 { metrics.connectionCutOff() }
    logger.info("refused", metadata: ["rid": "\(id)", "status": "\(status)", "reason": "\(reason)"])
  }

  func turnedAway() {
    metrics.connectionTurnedAway()
    logger.debug("turned away: there is no room for another connection")
  }

  func stalled() {
    metrics.connectionCutOff()
    logger.info("cut off: nothing of an answer was taken")
  }
}
