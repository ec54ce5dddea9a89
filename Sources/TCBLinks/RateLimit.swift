// How many calls a second may set out.

/// A bucket of tokens, as the time at which it would be full again. Each call takes its place in advance, so that many who ask
/// at once are spread and nobody asks twice.
package struct RateLimit: Sendable, Equatable {
  /// Microseconds between two calls.
  private let interval: Int64
  /// Calls that may set out together after a pause: those of a fifth of a second.
  private let burst: Int64
  /// Microseconds since 1970.
  private var full: Int64 = .min

  package static let rates: ClosedRange<Int64> = 1...100_000

  package init(perSecond rate: Int64) {
    let rate = min(max(rate, Self.rates.lowerBound), Self.rates.upperBound)
    interval = 1_000_000 / rate
    burst = max(1, rate / 5)
  }

  /// Milliseconds from `now` until the call that takes a place may set out.
  package mutating func take(at now: Int64) -> Int64 {
    let now = now.clamped * 1_000
    // A clock that was set back does not make anybody wait for the time before it was.
    let furthest = now + interval * (burst + 1_000)
    let start = full > furthest ? now : max(full, now)
    full = start + interval
    let early = full - now - interval * burst
    return early <= 0 ? 0 : (early + 999) / 1_000
  }
}

extension Int64 {
  /// Within what can be counted in microseconds with room to spare.
  fileprivate var clamped: Int64 { Swift.min(Swift.max(self, 0), 1 << 52) }
}
