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
