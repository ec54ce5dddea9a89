// Faults that are about connections rather than answers: an answer that comes late, in part, or not at all.

import TCBService

extension ServerAnswer {
  /// The same answer, sent as the faults it met say.
  func delivered(_ delivery: TCBService.Delivery) -> ServerAnswer {
    var answer = self
    answer.faults = delivery.faults
    if let retryAfter = delivery.retryAfter { answer.headers.append(("Retry-After", String(retryAfter))) }
    if delivery.delay > 0 { answer.delivery.delay = .milliseconds(delivery.delay) }
    answer.delivery.clockOffset = delivery.clockOffset / 1_000
    switch delivery.reset {
    case nil: break
    case .before: answer.delivery.bytesBeforeReset = -1
    case .body: answer.delivery.bytesBeforeReset = answer.length / 2
    }
    return answer
  }

  /// Bytes of the body.
  var length: Int {
    switch body {
    case .bytes(let bytes): bytes.count
    case .file(_, let range): range.count
    }
  }
}
