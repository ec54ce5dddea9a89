// All requests of the loop: each gets a connection, and is given up when its time is over.

import NIOCore
import Synchronization
import TCBService

// INVARIANT: touched on its loop only, which is what makes it Sendable.
final class RequestDesk: @unchecked Sendable {
  /// How long a connection is kept that nothing is sent on: a little less than servers wait for the next request.
  static let idleTime = TimeAmount.seconds(50)

  private let loop: any EventLoop
  private var pools: [Endpoint: ConnectionPool] = [:]
  private var pending: [ObjectIdentifier: PendingRequest] = [:]
  // One timer for all, since one for each request would cost more than the rest of it.
  private var timer: Scheduled<Void>?
  private var nextLook = NIODeadline.distantFuture

  init(_ loop: any EventLoop) { self.loop = loop }

  func start(_ request: PendingRequest, to target: RequestTarget, _ endpoint: Endpoint) {
    guard !request.isCancelled.load(ordering: .relaxed) else {
      return request.finish(.failure(CancellationError()))
    }
    request.desk = self
    pending[ObjectIdentifier(request)] = request
    look(at: request.deadline)
    do {
      try pool(of: target, endpoint).start(request)
    } catch {
      request.finish(.failure(error))
    }
  }

  private func pool(of target: RequestTarget, _ endpoint: Endpoint) throws -> ConnectionPool {
    if let pool = pools[endpoint] { return pool }
    let opener = try ConnectionOpener(to: target, through: endpoint.proxy, trust: endpoint.trust, on: loop)
    let pool = ConnectionPool(opener)
    pools[endpoint] = pool
    return pool
  }

  func forget(_ request: PendingRequest) { pending[ObjectIdentifier(request)] = nil }

  // MARK: Time

  private func look(at time: NIODeadline) {
    guard time < nextLook else { return }
    timer?.cancel()
    nextLook = time
    timer = loop.assumeIsolated().scheduleTask(deadline: time) { self.look() }
  }

  private func look() {
    (timer, nextLook) = (nil, .distantFuture)
    let now = NIODeadline.now()
    for request in pending.values where request.deadline <= now { request.abandon(TransportTrouble.timedOut) }
    let idle = pools.values.compactMap { $0.closeIdle(since: now - Self.idleTime) }.map { $0 + Self.idleTime }
    if let next = (pending.values.map(\.deadline) + idle).min() { look(at: next) }
  }
}
