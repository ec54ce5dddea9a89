// How many calls may be made again, over a whole run.

/// One for each call that was made for the first time, and a reserve to begin with: so repeats are at most half of all calls but
/// for the reserve, however bad the other side is.
package struct RetryBudget: Sendable, Equatable {
  package private(set) var calls = 0
  package private(set) var retries = 0

  package static let reserve = 100

  package init() {}

  package mutating func noteCall() { calls += 1 }

  /// Whether one more may be made, which counts it.
  package mutating func takeRetry() -> Bool {
    guard retries < calls + Self.reserve else { return false }
    retries += 1
    return true
  }
}
