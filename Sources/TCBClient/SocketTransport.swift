// Requests over sockets.

import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TCBService

/// Carries requests over HTTP/1.1, with TLS verified against the system's authorities and connections kept open for the next
/// request.
package struct SocketTransport: HTTPTransport {
  /// Of one call, from its first byte to the last of its answer.
  package static let patience: TimeAmount = .seconds(30)
  /// Of an answer. That of 50 files with the longest links there are takes 200 KiB.
  package static let largestAnswer = 8 << 20

  // One thread carries everything: what is done for a call is little, and a second one would mostly wake the first (measured).
  // Made when the first request is sent, which most runs never do, and never taken down.
  private static let executor = LoopExecutor()
  private static let desk = RequestDesk(executor.loop)

  private let proxies: Proxies

  /// Through the proxies that the environment names.
  package init() { self.init(proxies: Proxies { name in getenv(name).map { String(cString: $0) } }) }

  package init(proxies: Proxies) { self.proxies = proxies }

  package var executor: (any TaskExecutor)? { Self.executor }

  package func send(_ call: HTTPCall) async throws(LinkServiceError) -> HTTPReply {
    do {
      guard let target = RequestTarget(call.url) else { throw TransportTrouble.noURL }
      let proxy: Proxies.Proxy?
      switch proxies.way(scheme: target.isSecure ? "https" : "http", host: target.host) {
      case .straight: proxy = nil
      case .through(let found): proxy = found
      case .unusable(let variable): throw TransportTrouble.noProxy(variable)
      }
      let endpoint = Endpoint(
        isSecure: target.isSecure, host: target.host, port: target.port, proxy: proxy, trust: call.trust)
      let patience = call.patience.map { min(Self.patience, .milliseconds(max(1, $0))) } ?? Self.patience
      let request = PendingRequest(call, to: target, deadline: .now() + patience)
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          Self.onLoop {
            request.begin(continuation)
            Self.desk.start(request, to: target, endpoint)
          }
        }
      } onCancel: {
        request.isCancelled.store(true, ordering: .relaxed)
        Self.executor.loop.execute { request.abandon(CancellationError()) }
      }
    } catch {
      throw LinkServiceError(error)
    }
  }

  private static func onLoop(_ work: @escaping @Sendable () -> Void) {
    if executor.loop.inEventLoop { work() } else { executor.loop.execute(work) }
  }
}
