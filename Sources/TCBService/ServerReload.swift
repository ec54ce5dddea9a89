// How a server that runs is told to read its files again.

import Synchronization

/// Whoever runs a server asks, the server does; asked before it listens to this, it does so as soon as it does.
package final class ServerReload: Sendable {
  private struct State {
    var work: (@Sendable () -> Void)?
    var isWanted = false
  }

  private let state = Mutex(State())

  package init() {}

  /// Reads them before it returns where a server is there.
  package func request() {
    let work = state.withLock { state in
      if state.work == nil { state.isWanted = true }
      return state.work
    }
    work?()
  }

  package func whenRequested(_ work: @escaping @Sendable () -> Void) {
    let isWanted = state.withLock { state in
      state.work = work
      defer { state.isWanted = false }
      return state.isWanted
    }
    if isWanted { work() }
  }
}
