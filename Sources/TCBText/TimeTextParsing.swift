// Reading RFC 3339 times, strictly.

extension TimeText {
  /// `2026-11-23T22:50:00Z`, with a fraction and an offset where given; nil for anything else.
  ///
  /// RFC 3339 section 5.6: the letters may be lower case and a space may stand for `T`. Digits past the
  /// milliseconds are dropped. A leap second (`23:59:60` UTC) is the second after it. Years 0001–9999.
  public static func parse(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
  }

  public static func parse(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    var digits = TimeDigits(bytes)
    guard let year = digits.number(4), year >= 1, digits.take("-"),
      let month = digits.number(2), (1...12).contains(month), digits.take("-"),
      let day = digits.number(2), (1...length(ofMonth: month, year: year)).contains(day),
      digits.take("T") || digits.take("t") || digits.take(" "),
      let hour = digits.number(2), hour <= 23, digits.take(":"),
      let minute = digits.number(2), minute <= 59, digits.take(":"),
      let second = digits.number(2), second <= 60,
      let fraction = digits.fraction(), let offset = digits.offset(), digits.isAtEnd
    else { return nil }
    let minutes = self.day(year: year, month: month, day: day) * 1440 + hour * 60 + minute - offset
    // Only the last minute of a day in UTC can have a 61st second.
    guard second < 60 || (minutes + 1) % 1440 == 0 else { return nil }
    let time = (minutes * 60 + second) * 1000 + fraction
    return (earliest...latest).contains(time) ? time : nil
  }

  private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// Takes a time's text apart from left to right.
private struct TimeDigits {
  private var rest: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  private mutating func next() -> UInt8? {
    guard let byte = rest.first else { return nil }
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
    return byte
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: scalar) else { return false }
    return next() != nil
  }

  private mutating func digit() -> Int64? {
    guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
    return next().map { Int64($0 - UInt8(ascii: "0")) }
  }

  mutating func number(_ width: Int) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<width {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Milliseconds; 0 when there is no fraction.
  mutating func fraction() -> Int64? {
    guard take(".") || take(",") else { return 0 }
    guard let first = digit() else { return nil }
    var value = first * 100
    var scale: Int64 = 10
    while let digit = digit() {
      value += digit * scale
      scale /= 10
    }
    return value
  }

  /// Minutes east of UTC.
  mutating func offset() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let sign: Int64
    if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
    guard let hours = number(2), hours <= 23, take(":"), let minutes = number(2), minutes <= 59 else {
      return nil
    }
    return sign * (hours * 60 + minutes)
  }
}
