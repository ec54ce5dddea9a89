// How many calls an environment bears at once, found out by asking.

/// Unbounded until the environment says that it is asked too much; then half of what is under way, and one more each time that as
/// many calls as are allowed have been answered (additive increase, multiplicative decrease).
package struct AdaptiveWidth: Sendable, Equatable {
  private(set) var limit: Int?
  private var answered = 0
  /// Number of the call that sets out next.
  private var next = 0
  /// The first call that knew of the last cut. What the others meet was meant by the same cut.
  private var firstSinceCut = 0
  package private(set) var underWay = 0

  /// Past this many nothing is held back any more.
  package static let widest = 256

  package init() {}

  /// Calls that may be under way of `most` that are wanted.
  package func width(of most: Int) -> Int { min(most, limit ?? most) }

  /// The number under which the call's end is told.
  package mutating func begin() -> Int {
    underWay += 1
    next += 1
    return next - 1
  }

  package mutating func end(_ call: Int, overloaded: Bool) {
    // Counted before this one leaves: that many were too many.
    let crowd = underWay
    underWay = max(0, underWay - 1)
    guard overloaded else { return grow() }
    guard call >= firstSinceCut else { return }
    limit = max(1, min(limit ?? crowd, max(1, crowd)) / 2)
    firstSinceCut = next
    answered = 0
  }

  private mutating func grow() {
    guard let limit else { return }
    answered += 1
    guard answered >= limit else { return }
    answered = 0
    self.limit = limit + 1 >= Self.widest ? nil : limit + 1
  }
}
