// The connections to one endpoint, which are kept open for the next request.

import NIOCore
import NIOPosix
import TCBService

/// Whom a connection leads to, by which way, and whose word is taken for it being them.
struct Endpoint: Hashable {
  let isSecure: Bool
  let host: String
  let port: Int
  let proxy: Proxies.Proxy?
  let trust: TLSTrust
}

/// Used on its loop only.
final class ConnectionPool {
  /// What comes when there are so many waits for one of them.
  static let mostConnections = 256

  private let opener: ConnectionOpener
  /// The one used last is the last.
  private var idle: [ClientConnection] = []
  /// Those that are being opened included.
  private var count = 0
  private var waiting = CircularBuffer<PendingRequest>()

  init(_ opener: ConnectionOpener) { self.opener = opener }

  func start(_ request: PendingRequest) {
    while let connection = idle.popLast() {
      if connection.isOpen { return connection.send(request) }
    }
    guard count < Self.mostConnections else { return waiting.append(request) }
    open(for: request)
  }

  private func open(for request: PendingRequest) {
    count += 1
    opener.open(for: self) { result in
      switch result {
      case .success(let connection):
        // It may have been given up meanwhile.
        if request.isDone { self.release(connection) } else { connection.send(request) }
      case .failure(let error):
        self.count -= 1
        request.finish(.failure(error))
        self.startWaiting()
      }
    }
  }

  /// The connection has nothing to do.
  func release(_ connection: ClientConnection) {
    while let request = waiting.popFirst() {
      if !request.isDone { return connection.send(request) }
    }
    connection.idleSince = .now()
    idle.append(connection)
  }

  func closed(_ connection: ClientConnection) {
    count -= 1
    idle.removeAll { $0 === connection }
    startWaiting()
  }

  private func startWaiting() {
    while count < Self.mostConnections, let request = waiting.popFirst() {
      if !request.isDone { start(request) }
    }
  }

  /// Closes what has been idle since then; gives the time since when the oldest of the rest has been.
  func closeIdle(since limit: NIODeadline) -> NIODeadline? {
    // The oldest is the first. Closing takes a connection out of `idle`.
    for connection in idle.prefix(while: { $0.idleSince <= limit }) { connection.close() }
    return idle.first { $0.idleSince > limit }?.idleSince
  }
}
