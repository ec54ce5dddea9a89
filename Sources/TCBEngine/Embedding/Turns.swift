// One run at a time: a session's runs wait for one another in the order in which they came.

struct Turns {
  private var isTaken = false
  private var waiting: [(id: Int, wake: CheckedContinuation<Bool, Never>)] = []
  private var count = 0

  /// Whether the turn was free, and is the caller's now.
  mutating func take() -> Bool {
    if isTaken { return false }
    isTaken = true
    return true
  }

  mutating func number() -> Int {
    count += 1
    return count
  }

  mutating func wait(_ id: Int, _ wake: CheckedContinuation<Bool, Never>) { waiting.append((id, wake)) }

  /// Wakes the one that waits under this number, without a turn.
  mutating func giveUp(_ id: Int) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: index).wake.resume(returning: false)
  }

  /// Hands the turn on.
  mutating func end() {
    guard !waiting.isEmpty else {
      isTaken = false
      return
    }
    waiting.removeFirst().wake.resume(returning: true)
  }
}
