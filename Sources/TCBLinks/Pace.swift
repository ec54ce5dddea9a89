// What calls to an environment wait for: its rate, the pauses it asks for, its host. Shared by all runs of a session.

import Synchronization

/// Of one host, whatever environments are asked there.
package final class HostPace: Sendable {
  package let name: String
  private let circuit = Mutex(Circuit())

  package init(name: String) { self.name = name }

  func admission(at now: Int64, mayWait: Bool) -> Circuit.Admission {
    circuit.withLock { $0.admission(at: now, mayWait: mayWait) }
  }

  func answered() { circuit.withLock { $0.answered() } }

  func unanswered(isTrial: Bool, at now: Int64) -> Int64? {
    circuit.withLock { $0.unanswered(isTrial: isTrial, at: now) }
  }

  func abandoned(at now: Int64) { circuit.withLock { $0.abandoned(at: now) } }
}

/// Of one environment.
package final class EnvironmentPace: Sendable {
  let host: HostPace
  private let state: Mutex<State>

  private struct State {
    var width = AdaptiveWidth()
    var rate: RateLimit?
    /// Milliseconds since 1970: nobody sets out before.
    var pausedUntil: Int64 = .min
  }

  /// `rate` is in calls a second; nil bounds nothing.
  package init(host: HostPace, rate: Int64? = nil) {
    self.host = host
    state = Mutex(State(rate: rate.map { RateLimit(perSecond: $0) }))
  }

  package func width(of most: Int) -> Int { state.withLock { $0.width.width(of: most) } }

  /// Milliseconds until a call may set out, whose place is taken with this.
  func wait(at now: Int64) -> Int64 {
    state.withLock { state in
      let pause = state.pausedUntil > now ? min(state.pausedUntil - now, Self.longestPause) : 0
      return max(pause, state.rate?.take(at: now) ?? 0)
    }
  }

  /// Longer pauses are not waited for (ours): the call fails with what it was answered.
  static let longestPause: Int64 = 120_000

  /// Keeps everybody from setting out for so many milliseconds.
  func pause(_ milliseconds: Int64, at now: Int64) {
    let (until, overflow) = now.addingReportingOverflow(milliseconds)
    if !overflow { state.withLock { $0.pausedUntil = max($0.pausedUntil, until) } }
  }

  func begin() -> Int { state.withLock { $0.width.begin() } }

  func end(_ call: Int, overloaded: Bool) { state.withLock { $0.width.end(call, overloaded: overloaded) } }
}
