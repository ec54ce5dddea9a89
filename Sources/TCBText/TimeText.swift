// Times as RFC 3339 text, by civil-day arithmetic.

/// Milliseconds since 1970 as `2026-11-23T22:50:00Z`, and back.
public enum TimeText {
  private static let dayLength: Int64 = 86_400_000
  /// 0001-01-01T00:00:00Z.
  static let earliest: Int64 = -62_135_596_800_000
  /// 9999-12-31T23:59:59.999Z.
  static let latest: Int64 = 253_402_300_799_999

  /// In UTC, with milliseconds only when there are any. A year outside 0001–9999 has a sign and at
  /// least six digits, which RFC 3339 does not provide for and ``parse(_:)`` refuses.
  public static func format(_ milliseconds: Int64) -> String {
    var text: [UInt8] = []
    append(milliseconds, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The same, as bytes at the end of `text`.
  public static func append(_ milliseconds: Int64, to text: inout [UInt8]) {
    var day = milliseconds / dayLength
    var rest = milliseconds % dayLength
    if rest < 0 {
      rest += dayLength
      day -= 1
    }
    let (year, month, dayOfMonth) = civil(fromDay: day)
    if (1...9999).contains(year) {
      return append(ordinary: (year, month, dayOfMonth), rest, to: &text)
    }
    appendYear(year, to: &text)
    text.append(UInt8(ascii: "-"))
    appendDigits(month, 2, to: &text)
    text.append(UInt8(ascii: "-"))
    appendDigits(dayOfMonth, 2, to: &text)
    text.append(UInt8(ascii: "T"))
    appendDigits(rest / 3_600_000, 2, to: &text)
    text.append(UInt8(ascii: ":"))
    appendDigits(rest / 60_000 % 60, 2, to: &text)
    text.append(UInt8(ascii: ":"))
    appendDigits(rest / 1000 % 60, 2, to: &text)
    if rest % 1000 != 0 {
      text.append(UInt8(ascii: "."))
      appendDigits(rest % 1000, 3, to: &text)
    }
    text.append(UInt8(ascii: "Z"))
  }

  /// Of a year of four digits: all of it at once, since outputs have millions of times.
  private static func append(
    ordinary date: (year: Int64, month: Int64, day: Int64), _ rest: Int64, to text: inout [UInt8]
  ) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { field in
      var end = 0
      func put(_ value: Int64, _ width: Int, _ after: UInt8) {
        var value = value
        for index in stride(from: end + width - 1, through: end, by: -1) {
          field[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
          value /= 10
        }
        field[end + width] = after
        end += width + 1
      }
      put(date.year, 4, UInt8(ascii: "-"))
      put(date.month, 2, UInt8(ascii: "-"))
      put(date.day, 2, UInt8(ascii: "T"))
      put(rest / 3_600_000, 2, UInt8(ascii: ":"))
      put(rest / 60_000 % 60, 2, UInt8(ascii: ":"))
      let milliseconds = rest % 1000
      put(rest / 1000 % 60, 2, milliseconds == 0 ? UInt8(ascii: "Z") : UInt8(ascii: "."))
      if milliseconds != 0 { put(milliseconds, 3, UInt8(ascii: "Z")) }
      text.append(contentsOf: UnsafeBufferPointer(rebasing: field[..<end]))
    }
  }

  private static func appendYear(_ year: Int64, to text: inout [UInt8]) {
    text.append(year < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    // INVARIANT: |year| < 300,000,000, since 2^63 ms is no more; so negating is safe.
    let digits = String(year < 0 ? -year : year)
    for _ in 0..<max(0, 6 - digits.utf8.count) { text.append(UInt8(ascii: "0")) }
    text.append(contentsOf: digits.utf8)
  }

  private static func appendDigits(_ value: Int64, _ width: Int, to text: inout [UInt8]) {
    let start = text.count
    var value = value
    for _ in 0..<width {
      text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
      value /= 10
    }
    text[start...].reverse()
  }

  /// Day number to date, by eras of 400 years that begin on 1 March (H. Hinnant's days_from_civil).
  private static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// The inverse; the caller has checked the ranges. A day behind the month's last is one of the next.
  package static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
