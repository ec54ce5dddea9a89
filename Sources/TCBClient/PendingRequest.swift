// One request until it has its answer.

import NIOCore
import NIOHTTP1
import Synchronization
import TCBService

// INVARIANT: all but `isCancelled` and what never changes is touched on the loop only, which is what makes it Sendable.
final class PendingRequest: @unchecked Sendable {
  let head: HTTPRequestHead
  let body: [UInt8]
  let deadline: NIODeadline
  /// Set before the loop is told, so that a request that comes to it later is not sent.
  let isCancelled = Atomic(false)

  /// The connection that carries it.
  weak var connection: ClientConnection?
  /// Told when it has its outcome.
  var desk: RequestDesk?
  private var continuation: CheckedContinuation<HTTPReply, any Error>?

  init(_ call: HTTPCall, to target: RequestTarget, deadline: NIODeadline) {
    var headers: HTTPHeaders = [
      "host": target.hostHeader, "accept": "application/json", "accept-encoding": "gzip, deflate",
    ]
    if !call.body.isEmpty { headers.add(name: "content-type", value: "application/json") }
    if !call.body.isEmpty || call.method != "GET" {
      headers.add(name: "content-length", value: String(call.body.count))
    }
    head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: call.method), uri: target.resource, headers: headers)
    body = call.body
    self.deadline = deadline
  }

  var isDone: Bool { continuation == nil }

  func begin(_ continuation: CheckedContinuation<HTTPReply, any Error>) { self.continuation = continuation }

  /// The first outcome counts.
  func finish(_ result: Result<HTTPReply, any Error>) {
    let waiter = continuation
    continuation = nil
    connection = nil
    desk?.forget(self)
    desk = nil
    waiter?.resume(with: result)
  }

  /// Ends it without an answer; its connection, on which one might still come, is of no more use.
  func abandon(_ trouble: any Error) {
    let carrier = connection
    finish(.failure(trouble))
    carrier?.close()
  }
}
