// Floats with a fixed number of digits, without a locale.

import Glibc

package enum DecimalText {
  /// As C's `%.*f` prints it: rounded to the nearest, half to even in binary. `digits` is at most 20.
  package static func format(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.description }
    // The largest double has 309 digits before its point.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let length = withVaList([Int32(clamping: min(max(digits, 0), 20)), value]) { arguments in
        vsnprintf(start, buffer.count, "%.*f", arguments)
      }
      return String(decoding: buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
