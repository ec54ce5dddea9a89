// Numbers: whole, fractional, durations (`1h30m`) and sizes (`10KiB`, an integer of bytes).

import TCBText

extension Lexer {
  mutating func lexNumber() {
    let start = position
    let digits = lexDigits()
    if byte() == UInt8(ascii: "."), isDigit(byte(1)) { return lexFraction(from: start) }
    guard let whole = digits else {
      skipNumberRest()
      report(.numberTooLarge, start, position)
      return emit(.integer, start, position, number: 0)
    }
    guard isNameStart(byte()) else { return emit(.integer, start, position, number: whole) }
    lexUnit(of: whole, from: start)
  }

  /// Reads digits and `_`; nil when the value does not fit 64 bits unsigned. The parser decides about the sign.
  private mutating func lexDigits() -> UInt64? {
    var value: UInt64 = 0
    var overflowed = false
    while isDigit(byte()) || byte() == UInt8(ascii: "_"), !isGivenUp() {
      if byte() != UInt8(ascii: "_") {
        let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, carried) = product.addingReportingOverflow(UInt64(byte() - UInt8(ascii: "0")))
        overflowed = overflowed || tooLarge || carried
        value = sum
      }
      position += 1
    }
    return overflowed ? nil : value
  }

  private mutating func lexFraction(from start: Int) {
    position += 1
    while isDigit(byte()) || byte() == UInt8(ascii: "_"), !isGivenUp() { position += 1 }
    if isNameStart(byte()) {
      skipNumberRest()
      report(.unitAfterFraction, start, position)
      return emit(.float, start, position, number: 0)
    }
    let digits = bytes[start..<position].filter { $0 != UInt8(ascii: "_") }
    let value = Double(String(decoding: digits, as: UTF8.self)) ?? .infinity
    if value.isInfinite { report(.numberTooLarge, start, position) }
    emit(.float, start, position, number: value.bitPattern)
  }

  private mutating func skipNumberRest() {
    while isNamePart(byte()), position < bytes.count, !isGivenUp() { position += 1 }
  }

  private mutating func lexUnit(of whole: UInt64, from start: Int) {
    if let bytesPerUnit = sizeUnit() {
      let (value, overflow) = whole.multipliedReportingOverflow(by: bytesPerUnit)
      if overflow || value > UInt64(Int64.max) { report(.numberTooLarge, start, position) }
      return emit(.integer, start, position, number: overflow ? 0 : value)
    }
    lexDuration(firstCount: whole, from: start)
  }

  /// Steps over a unit of size and gives its bytes; leaves the position where it is when there is none.
  private mutating func sizeUnit() -> UInt64? {
    for (name, size) in Lexer.sizeUnits where matches(name) {
      position += name.utf8CodeUnitCount
      return size
    }
    return nil
  }

  private static let sizeUnits: [(StaticString, UInt64)] = [
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
  ]

  /// Whether `name` stands here and no letter of another word follows it.
  private func matches(_ name: StaticString) -> Bool {
    let length = name.utf8CodeUnitCount
    guard position + length <= bytes.count else { return false }
    for index in 0..<length where bytes[position + index] != name.utf8Start[index] { return false }
    return !isNamePart(byte(length))
  }

  private mutating func lexDuration(firstCount: UInt64, from start: Int) {
    var count = firstCount
    var total: UInt64 = 0
    var nextUnit = 0
    var overflowed = false
    while true {
      guard let unit = durationUnit(from: nextUnit) else {
        skipNumberRest()
        report(.unknownUnit, start, position)
        return emit(.duration, start, position, number: 0)
      }
      let (milliseconds, tooLarge) = count.multipliedReportingOverflow(
        by: UInt64(durationUnits[unit].milliseconds))
      let (sum, carried) = total.addingReportingOverflow(milliseconds)
      overflowed = overflowed || tooLarge || carried
      total = sum
      nextUnit = unit + 1
      guard isDigit(byte()) else { break }
      guard let further = lexDigits() else {
        overflowed = true
        break
      }
      count = further
    }
    if overflowed || total > UInt64(Int64.max) {
      report(.numberTooLarge, start, position)
      total = 0
    }
    emit(.duration, start, position, number: total)
  }

  /// The unit that stands here, among those smaller than the last; the longest that fits, so `ms` before `m`.
  private mutating func durationUnit(from first: Int) -> Int? {
    var found: (index: Int, length: Int)?
    for index in durationUnits.indices.dropFirst(first) {
      let name = durationUnits[index].name
      let length = name.utf8CodeUnitCount
      guard position + length <= bytes.count, !isNameStart(byte(length)) else { continue }
      guard (0..<length).allSatisfy({ bytes[position + $0] == name.utf8Start[$0] }) else { continue }
      if length > (found?.length ?? 0) { found = (index, length) }
    }
    guard let found else { return nil }
    position += found.length
    return found.index
  }
}
