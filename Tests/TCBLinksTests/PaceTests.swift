import TCBLinks
import TCBTestSupport
import Testing

/// The machines that hold calls back, by the clock they are given.
@Suite struct PaceTests {
  // MARK: Rate

  @Test func `a second has as many calls as the rate says, whenever they ask`() {
    var limit = RateLimit(perSecond: 50)
    // All at once: a fifth of a second's calls set out together, the others one by one.
    let waits = (0..<60).map { _ in limit.take(at: 1_000) }
    #expect(waits.prefix(10).allSatisfy { $0 == 0 })
    #expect(Array(waits[10..<15]) == [20, 40, 60, 80, 100])
    #expect(waits[59] == 1_000)
  }

  @Test(arguments: [1, 3, 7, 100, 999] as [Int64])
  func `over any stretch of time no more set out than the rate and one burst`(rate: Int64) {
    var random = SeededGenerator(seed: UInt64(rate))
    var limit = RateLimit(perSecond: rate)
    var now: Int64 = 0
    var starts: [Int64] = []
    for _ in 0..<2_000 {
      now += Int64.random(in: 0...(3_000 / rate), using: &random)
      starts.append(now + limit.take(at: now))
    }
    starts.sort()
    let burst = max(1, rate / 5)
    for first in stride(from: 0, to: starts.count, by: 37) {
      for last in stride(from: first, to: starts.count, by: 61) {
        let allowed = burst + 1 + (starts[last] - starts[first] + 1) * rate / 1_000
        #expect(Int64(last - first) <= allowed, "\(first) to \(last)")
      }
    }
  }

  @Test func `a clock that is set back holds nobody for longer than those before it`() {
    var limit = RateLimit(perSecond: 10)
    for _ in 0..<5 { _ = limit.take(at: 1_000_000_000) }
    #expect(limit.take(at: 1_000) == 0)
    // Whatever the clock says, nothing overflows.
    for now in [Int64.min, .max, -1, 0] { #expect(limit.take(at: now) >= 0) }
  }

  // MARK: Width

  @Test func `too much halves what is under way, once for all calls of that time`() {
    var width = AdaptiveWidth()
    #expect(width.width(of: 32) == 32)
    let calls = (0..<16).map { _ in width.begin() }
    for call in calls.prefix(8) { width.end(call, overloaded: true) }
    #expect(width.width(of: 32) == 8)
    let later = width.begin()
    width.end(later, overloaded: true)
    #expect(width.width(of: 32) == 4)
  }

  @Test func `as many answers as are allowed make it one wider`() {
    var width = AdaptiveWidth()
    width.end(width.begin(), overloaded: true)
    #expect(width.width(of: 8) == 1)
    var widths: [Int] = []
    for _ in 0..<10 {
      width.end(width.begin(), overloaded: false)
      widths.append(width.width(of: 8))
    }
    #expect(widths == [2, 2, 3, 3, 3, 4, 4, 4, 4, 5])
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `it is never narrower than one, nor wider than is wanted`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var width = AdaptiveWidth()
    var open: [Int] = []
    for _ in 0..<5_000 {
      if open.count < width.width(of: 20), Bool.random(using: &random) {
        open.append(width.begin())
      } else if let index = open.indices.randomElement(using: &random) {
        width.end(open.remove(at: index), overloaded: Int.random(in: 0..<20, using: &random) == 0)
      }
      #expect((1...20).contains(width.width(of: 20)))
      #expect(width.underWay == open.count)
    }
  }

  // MARK: Circuit

  private func opened(at now: Int64 = 0) -> Circuit {
    var circuit = Circuit()
    for _ in 1..<Circuit.patience {
      #expect(circuit.unanswered(isTrial: false, at: now) == nil)
      #expect(circuit.admission(at: now, mayWait: true) == .go(isTrial: false))
    }
    #expect(circuit.unanswered(isTrial: false, at: now) == Circuit.firstPause)
    return circuit
  }

  @Test func `five in a row that find nobody open it, and one that finds somebody begins anew`() {
    _ = opened()
    var circuit = Circuit()
    for _ in 0..<3 {
      for _ in 1..<Circuit.patience { #expect(circuit.unanswered(isTrial: false, at: 0) == nil) }
      circuit.answered()
    }
    #expect(circuit.admission(at: 0, mayWait: true) == .go(isTrial: false))
  }

  @Test func `while it is open nobody goes, then a single one, and its answer lets all go`() {
    var circuit = opened(at: 5_000)
    #expect(circuit.admission(at: 5_000, mayWait: true) == .wait(1_000))
    #expect(circuit.admission(at: 5_999, mayWait: true) == .wait(1))
    #expect(circuit.admission(at: 5_999, mayWait: false) == .refused(1))
    #expect(circuit.admission(at: 6_000, mayWait: true) == .go(isTrial: true))
    for now in [6_000, 9_000, 50_000] as [Int64] {
      #expect(circuit.admission(at: now, mayWait: true) == .wait(50))
    }
    circuit.answered()
    #expect(circuit.admission(at: 6_001, mayWait: true) == .go(isTrial: false))
  }

  @Test func `pauses double, and long ones are not waited for`() {
    var circuit = opened()
    var now: Int64 = 0
    var pauses: [Int64] = [1_000]
    for _ in 0..<8 {
      now += pauses[pauses.count - 1]
      #expect(circuit.admission(at: now, mayWait: true) == .go(isTrial: true))
      // What set out before it opened changes nothing.
      #expect(circuit.unanswered(isTrial: false, at: now) == nil)
      pauses.append(circuit.unanswered(isTrial: true, at: now) ?? 0)
      let next = circuit.admission(at: now, mayWait: true)
      let pause = pauses[pauses.count - 1]
      #expect(next == (pause <= Circuit.longestWait ? .wait(pause) : .refused(pause)))
    }
    #expect(pauses == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  }

  @Test func `a trial that is given up leaves the next to try`() {
    var circuit = opened()
    #expect(circuit.admission(at: 1_000, mayWait: true) == .go(isTrial: true))
    circuit.abandoned(at: 1_000)
    #expect(circuit.admission(at: 1_000, mayWait: true) == .go(isTrial: true))
  }

  @Test func `a clock that is set back does not keep it open`() {
    var circuit = opened(at: 1_000_000)
    #expect(circuit.admission(at: 10, mayWait: true) == .go(isTrial: true))
  }

  // MARK: Budget

  @Test func `repeats are at most as many as calls, and a reserve`() {
    var budget = RetryBudget()
    var allowed = 0
    for _ in 0..<1_000 {
      budget.noteCall()
      for _ in 0..<3 where budget.takeRetry() { allowed += 1 }
    }
    #expect(allowed == 1_000 + RetryBudget.reserve)
    #expect(budget.takeRetry() == false)
    budget.noteCall()
    #expect(budget.takeRetry() == true)
    #expect(budget.takeRetry() == false)
  }

  @Test func `a pause before a repeat is anything up to a bound that doubles`() {
    var backoff = Backoff()
    backoff.random = { $0 - 1 }
    #expect(
      (1...8).map { backoff.delay(attempt: $0) } == [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000])
    #expect(backoff.delay(attempt: .max) == 10_000)
    backoff.random = { _ in 0 }
    #expect(backoff.delay(attempt: 9) == 0)
  }
}
