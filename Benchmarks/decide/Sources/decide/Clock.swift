// Time and memory, as the system counts them.

import Glibc

enum Clock {
  /// Nanoseconds that this thread has run, so that what else the machine does counts only by what it spoils.
  static func thread() -> Double { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }
  static func wall() -> Double { nanoseconds(CLOCK_MONOTONIC) }

  private static func nanoseconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  /// In kilobytes: `VmRSS`, what there is now, or `VmHWM`, the most there has been.
  static func memory(_ field: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix(field) { return Int(text.filter(\.isNumber)) ?? 0 }
    }
    return 0
  }
}
