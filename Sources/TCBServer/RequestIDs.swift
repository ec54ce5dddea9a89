// What tells one request from all others: in the form of the interface's `rid` (observed), three times eight hexadecimal digits.

import Glibc
import Synchronization
import TCBInterface

/// The second of the request, a number of this process, a number of the request.
final class RequestIDs: Sendable {
  private let process = UInt32.random(in: .min ... .max)
  private let count = Atomic<UInt32>(0)

  func next(at seconds: time_t) -> String {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    return String(unsafeUninitializedCapacity: 26) { buffer in
      var index = 0
      for (place, part) in [UInt32(truncatingIfNeeded: seconds), process, number].enumerated() {
        if place > 0 {
          buffer[index] = UInt8(ascii: "-")
          index += 1
        }
        for shift in stride(from: UInt32(28), through: 0, by: -4) {
          buffer[index] = hexadecimalDigit(UInt8(truncatingIfNeeded: part >> shift) & 15)
          index += 1
        }
      }
      return index
    }
  }
}
