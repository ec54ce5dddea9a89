// The two sources a process has without asking anybody: the time and randomness.
import Glibc

struct SystemClock: Sendable {
  /// Milliseconds since 1970, UTC.
  func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
  }
}

enum SystemRandomness {
  static func bytes(_ count: Int) -> [UInt8] {
    // The standard generator is getrandom(2) on Linux.
    var generator = SystemRandomNumberGenerator()
    return (0..<max(0, count)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
