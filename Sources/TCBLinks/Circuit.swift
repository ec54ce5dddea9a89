// Whether a host is worth asking.

/// Closed while calls are answered. Opens when several in a row found nobody there; after a pause, twice as long each time, a
/// single call tries whether somebody is there again.
package struct Circuit: Sendable, Equatable {
  package enum Admission: Sendable, Equatable {
    case go(isTrial: Bool)
    /// Milliseconds after which to ask again.
    case wait(Int64)
    /// Milliseconds until the next trial, which is not worth waiting for.
    case refused(Int64)
  }

  private enum State: Sendable, Equatable {
    case closed(failures: Int)
    case open(until: Int64, pause: Int64)
    case trying(pause: Int64)
  }

  private var state = State.closed(failures: 0)

  /// Calls in a row that found nobody.
  package static let patience = 5
  package static let firstPause: Int64 = 1_000
  package static let longestPause: Int64 = 60_000
  /// Longer pauses are not waited for: what comes meanwhile fails at once.
  package static let longestWait: Int64 = 10_000
  /// How long to wait while another call tries.
  static let look: Int64 = 50

  package init() {}

  package mutating func admission(at now: Int64, mayWait: Bool) -> Admission {
    switch state {
    case .closed: return .go(isTrial: false)
    case .trying(let pause):
      return mayWait && pause <= Self.longestWait ? .wait(Self.look) : .refused(Self.look)
    case .open(let until, let pause):
      let rest = until.subtractingReportingOverflow(now)
      // A clock that was set back makes no pause longer than it was.
      if rest.overflow || rest.partialValue <= 0 || rest.partialValue > pause {
        state = .trying(pause: pause)
        return .go(isTrial: true)
      }
      return mayWait && pause <= Self.longestWait ? .wait(rest.partialValue) : .refused(rest.partialValue)
    }
  }

  /// Somebody was there.
  package mutating func answered() { state = .closed(failures: 0) }

  /// Nobody was. Gives the pause in milliseconds where the circuit opens with this.
  package mutating func unanswered(isTrial: Bool, at now: Int64) -> Int64? {
    switch state {
    case .closed(let failures):
      guard failures + 1 >= Self.patience else {
        state = .closed(failures: failures + 1)
        return nil
      }
      return open(Self.firstPause, now)
    case .trying(let pause) where isTrial: return open(min(pause * 2, Self.longestPause), now)
    // Calls that set out before it opened.
    case .trying, .open: return nil
    }
  }

  /// The call that was to try was given up before it came to anything.
  package mutating func abandoned(at now: Int64) {
    if case .trying(let pause) = state { state = .open(until: now, pause: pause) }
  }

  private mutating func open(_ pause: Int64, _ now: Int64) -> Int64 {
    let (until, overflow) = now.addingReportingOverflow(pause)
    state = .open(until: overflow ? now : until, pause: pause)
    return pause
  }
}
