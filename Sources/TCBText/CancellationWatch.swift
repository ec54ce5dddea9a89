// Work that waits for nothing must look by itself whether anybody still wants it.

/// Counts the steps of long work and says now and then whether its task was cancelled.
///
/// Asking costs some nanoseconds, so it is done after 256 steps and then once in 16,384: what takes less is over soon anyway. A
/// step is meant to take some nanoseconds too; whoever does more in one counts it as several.
///
/// What cannot throw ends early instead, with whatever it has: nothing is done with it, since whatever writes, asks or runs on looks
/// again before it does.
package struct CancellationWatch {
  @usableFromInline var left = 256

  @inlinable package init() {}

  /// Whether to stop, so many steps later.
  @inlinable @inline(__always)
  package mutating func isCancelled(after steps: Int = 1) -> Bool {
    left &-= steps
    return left < 0 && looksCancelled()
  }

  @usableFromInline @inline(never)
  mutating func looksCancelled() -> Bool {
    left = 16_384
    return Task.isCancelled
  }
}
