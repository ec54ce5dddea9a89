// Memory to work in, lent to one decision at a time.

import Synchronization

/// As many pieces as there were decisions at once that needed one, kept for the next; more than a few are given up.
final class SparePool: @unchecked Sendable {
  // Sendable: a piece is in one slot or in the hands of whoever took it, because slots are exchanged, never read.
  private static let kept = 16

  private let room: Int
  private let slots: UnsafeMutablePointer<Atomic<UnsafeMutablePointer<UInt32>?>>

  /// Of pieces for `room` numbers.
  init(room: Int) {
    self.room = room
    slots = .allocate(capacity: Self.kept)
    for slot in 0..<Self.kept { (slots + slot).initialize(to: Atomic(nil)) }
  }

  deinit {
    for slot in 0..<Self.kept { slots[slot].exchange(nil, ordering: .acquiring)?.deallocate() }
    slots.deinitialize(count: Self.kept)
    slots.deallocate()
  }

  func take() -> UnsafeMutablePointer<UInt32> {
    for slot in 0..<Self.kept {
      if let piece = slots[slot].exchange(nil, ordering: .acquiring) { return piece }
    }
    return .allocate(capacity: room)
  }

  func giveBack(_ piece: UnsafeMutablePointer<UInt32>) {
    var piece = piece
    for slot in 0..<Self.kept {
      guard let other = slots[slot].exchange(piece, ordering: .acquiringAndReleasing) else { return }
      // Somebody's spare lay here: it goes on to the next slot.
      piece = other
    }
    piece.deallocate()
  }
}
