// The unfinished files of this process, so that one leaving on a signal leaves none behind.
import Glibc
import Synchronization

/// A table of paths that may be emptied from a signal handler.
///
/// A slot holds the address of a C string, or 0. Whoever takes an address out of its slot by an atomic
/// exchange owns it alone, so a handler that interrupts `add` or `remove` never meets freed memory.
package final class TemporaryFiles: Sendable {
  /// The files of every ``SystemHost`` of this process.
  package static let inUse = TemporaryFiles()

  /// More files at once than this are simply not known to a signal handler.
  static let capacity = 256
  private let slots: InlineArray<256, Atomic<UInt>> = InlineArray { _ in Atomic(0) }

  package init() {}

  /// Unlinks every unfinished file. Uses atomic loads and unlink(2) only, so it may run in a signal
  /// handler, provided that ``inUse`` was touched before the handler was set up.
  package func removeAll() {
    for index in 0..<TemporaryFiles.capacity {
      let address = slots[index].exchange(0, ordering: .acquiringAndReleasing)
      // The string is leaked: free(3) may not be called in a handler, and the process is leaving.
      if let path = UnsafePointer<CChar>(bitPattern: address) { unlink(path) }
    }
  }

  /// The same as ``removeAll()`` of ``inUse``.
  package static func removeAll() { inUse.removeAll() }

  /// The slot to give back to `remove`, or nil when the table is full.
  func add(_ path: String) -> Int? {
    guard let copy = strdup(path) else { return nil }
    let address = UInt(bitPattern: copy)
    for index in 0..<TemporaryFiles.capacity {
      let outcome = slots[index].compareExchange(
        expected: 0, desired: address, ordering: .acquiringAndReleasing)
      if outcome.exchanged { return index }
    }
    free(copy)
    return nil
  }

  func remove(_ slot: Int?) {
    guard let slot, (0..<TemporaryFiles.capacity).contains(slot) else { return }
    let address = slots[slot].exchange(0, ordering: .acquiringAndReleasing)
    free(UnsafeMutableRawPointer(bitPattern: address))
  }
}
