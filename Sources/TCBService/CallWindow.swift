// How often something happened within a minute, a day or a month.

/// A count that begins anew with each minute, day or month. Days and months begin at midnight UTC+8 (ours; the interface is
/// operated there).
struct CallWindow: Sendable, Equatable {
  enum Period: Sendable {
    case minute, day, month

    /// Which of them a time lies in. `now` in milliseconds since 1970.
    func number(at now: Int64) -> Int64 {
      let local = now.saturatingAdd(8 * 3600 * 1000)
      switch self {
      case .minute: return local / 60_000
      case .day: return local / 86_400_000
      case .month: return CallWindow.month(ofDay: local / 86_400_000)
      }
    }
  }

  let period: Period
  private(set) var window: Int64 = 0
  private(set) var count = 0

  init(_ period: Period) { self.period = period }

  init(_ period: Period, window: Int64, count: Int) {
    (self.period, self.window, self.count) = (period, window, count)
  }

  /// Counts one more; false where the bound is reached.
  mutating func admits(at now: Int64, limit: Int) -> Bool {
    let current = period.number(at: now)
    if current != window {
      window = current
      count = 0
    }
    guard count < limit else { return false }
    count += 1
    return true
  }

  func used(at now: Int64) -> Int { period.number(at: now) == window ? count : 0 }

  mutating func clear() { count = 0 }

  /// Whether it counts what the other does not, which was taken of it before.
  func isBeyond(_ other: CallWindow) -> Bool { window != other.window || count > other.count }

  func adding(_ more: Int) -> CallWindow {
    let (sum, overflow) = count.addingReportingOverflow(more)
    return CallWindow(period, window: window, count: overflow ? .max : sum)
  }

  /// Months since the year 0 of the Gregorian calendar; `day` counts from 1970. After Hinnant, "chrono-compatible low-level date
  /// algorithms".
  private static func month(ofDay day: Int64) -> Int64 {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // Counted from March, so that the leap day is the last of a year.
    let month = (5 * dayOfYear + 2) / 153
    return (yearOfEra + era * 400) * 12 + month + 2
  }
}
