// The dates of HTTP headers.

import Glibc
import TCBText

package enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Seconds since 1970 of a date in any of the three forms that RFC 9110 wants read: `Sun, 06 Nov 1994 08:49:37 GMT`,
  /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. Nil for anything else.
  package static func parse(_ text: String) -> Int64? {
    guard text.utf8.count <= 40 else { return nil }
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
    let parts: (day: String, month: String, year: String, time: String)
    switch words.count {
    case 6 where words[5] == "GMT": parts = (words[1], words[2], words[3], words[4])
    case 5: parts = (words[2], words[1], words[4], words[3])
    default: return nil
    }
    guard let month = months.firstIndex(of: parts.month), let day = number(parts.day, 1...31),
      var year = number(parts.year, 0...9999), let seconds = seconds(parts.time)
    else { return nil }
    // Two digits are of the century that brings them nearest (RFC 9110 says: not more than 50 years ahead).
    if parts.year.utf8.count == 2 { year += year < 70 ? 2000 : 1900 }
    return TimeText.day(year: year, month: Int64(month) + 1, day: day) * 86_400 + seconds
  }

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  /// Seconds since 1970 of which a date can be told: its year has four digits.
  private static let told: ClosedRange<Int64> = -30_610_224_000...253_402_300_799

  /// In the first of these forms, which is the one to send; nil for a time of another year than 1000 to 9999.
  package static func format(_ seconds: Int64) -> String? {
    guard told.contains(seconds) else { return nil }
    var (time, parts) = (time_t(seconds), tm())
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
    let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    return "\(date) \(parts.tm_year + 1900) \(clock) GMT"
  }

  private static func seconds(_ text: String) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let hour = number(parts[0], 0...23), let minute = number(parts[1], 0...59),
      let second = number(parts[2], 0...60)
    else { return nil }
    return hour * 3_600 + minute * 60 + second
  }

  private static func number(_ text: String, _ range: ClosedRange<Int64>) -> Int64? {
    guard text.utf8.allSatisfy(\.isASCIIDigit), let number = Int64(text), range.contains(number) else {
      return nil
    }
    return number
  }
}
