// What calls wait for, kept for a session: what one statement learnt of a host, the next knows.

import Synchronization
import TCBLinks

final class Paces: Sendable {
  private struct Key: Hashable {
    var id: String
    var address: String?
    var rate: Int64?
  }

  private struct State {
    var hosts: [String: HostPace] = [:]
    var environments: [Key: EnvironmentPace] = [:]
  }

  private let state = Mutex(State())

  /// `address` is nil for what is in this process.
  func pace(of id: String, at address: String?, rate: Int64?) -> EnvironmentPace {
    state.withLock { state in
      let key = Key(id: id, address: address, rate: rate)
      if let known = state.environments[key] { return known }
      let name = address ?? id
      let host = state.hosts[name] ?? HostPace(name: name)
      state.hosts[name] = host
      let pace = EnvironmentPace(host: host, rate: rate)
      state.environments[key] = pace
      return pace
    }
  }
}
