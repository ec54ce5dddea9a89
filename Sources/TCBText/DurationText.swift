// Durations as people write them: `90s`, `1h30m`. One table of units for the lexer, the printer and the exports.

/// The units of a duration, largest first, in milliseconds.
package let durationUnits: [(name: StaticString, milliseconds: Int64)] = [
  ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
]

package enum DurationText {
  /// A duration of `milliseconds` in the language's own notation, joined from large to small: `1h30m`, `-5s`, `0s`.
  /// From days to milliseconds: a week is `7d`, as thirty days are `30d`.
  package static func format(_ milliseconds: Int64) -> String {
    guard milliseconds != 0 else { return "0s" }
    var rest = milliseconds.magnitude
    var text = milliseconds < 0 ? "-" : ""
    for unit in durationUnits.dropFirst() {
      let size = UInt64(unit.milliseconds)
      guard rest >= size else { continue }
      text += "\(rest / size)\(unit.name)"
      rest %= size
    }
    return text
  }
}

extension DurationText {
  /// The milliseconds of a text such as `1h30m`, units from large to small; nil where it is none, or does not fit.
  package static func parse(_ text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    var units = durationUnits[...]
    var total: Int64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      var count: Int64 = 0
      let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      guard !digits.isEmpty else { return nil }
      for digit in digits {
        let (product, overflows) = count.multipliedReportingOverflow(by: 10)
        let (sum, exceeds) = product.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
        if overflows || exceeds { return nil }
        count = sum
      }
      rest = rest[digits.endIndex...]
      let letters = rest.prefix { $0 > UInt8(ascii: "9") }
      rest = rest[letters.endIndex...]
      guard let unit = units.firstIndex(where: { $0.name.withUTF8Buffer { letters.elementsEqual($0) } })
      else {
        return nil
      }
      let (part, overflows) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
      let (sum, exceeds) = total.addingReportingOverflow(part)
      if overflows || exceeds { return nil }
      total = sum
      units = units[(unit + 1)...]
    }
    return total
  }
}
