// What bounds the calls of one run, and what is said of it once.

import Synchronization
import TCBText

/// Something a person should know of a run that goes on.
package enum LinkNotice: Sendable, Equatable {
  /// Nobody is at a host; it is tried again after so many milliseconds.
  case hostDown(String, why: Wording, pause: Int64)
  /// What an environment's app may ask today is used up.
  case quotaUsedUp(environment: String)
  /// Too many calls were made again.
  case retriesUsedUp
}

/// Shared by the calls of one `links`.
package final class RunBounds: Sendable {
  private struct State {
    var budget = RetryBudget()
    /// By environment: what was answered when its quota was found used up.
    var usedUp: [String: String] = [:]
    var saidHosts: Set<String> = []
    var saidRetries = false
  }

  private let state = Mutex(State())
  /// Milliseconds since 1970 after which nobody is asked any more.
  private let deadline: Int64?
  private let tell: @Sendable (LinkNotice) -> Void

  package init(deadline: Int64? = nil, tell: @escaping @Sendable (LinkNotice) -> Void = { _ in }) {
    self.deadline = deadline
    self.tell = tell
  }

  package var budget: RetryBudget { state.withLock { $0.budget } }

  func noteCall() { state.withLock { $0.budget.noteCall() } }

  func takeRetry() -> Bool {
    let (isAllowed, isNews) = state.withLock { state -> (Bool, Bool) in
      if state.budget.takeRetry() { return (true, false) }
      defer { state.saidRetries = true }
      return (false, !state.saidRetries)
    }
    if isNews { tell(.retriesUsedUp) }
    return isAllowed
  }

  /// Milliseconds that are left; nil where there is no end.
  func rest(at now: Int64) -> Int64? {
    guard let deadline else { return nil }
    let (rest, overflow) = deadline.subtractingReportingOverflow(now)
    return overflow ? nil : rest
  }

  /// What was answered when the environment's quota was used up; nil while it may be asked.
  func quotaAnswer(of environment: String) -> String? { state.withLock { $0.usedUp[environment] } }

  func noteQuotaUsedUp(_ environment: String, _ answer: String) {
    let isNews = state.withLock { $0.usedUp.updateValue(answer, forKey: environment) == nil }
    if isNews { tell(.quotaUsedUp(environment: environment)) }
  }

  func noteDown(_ host: HostPace, _ why: Wording, pause: Int64) {
    guard state.withLock({ $0.saidHosts.insert(host.name).inserted }) else { return }
    tell(.hostDown(host.name, why: why, pause: pause))
  }
}
