// A rule in the words of the language, for whoever shows rules that were written elsewhere.

import TCBText

extension Rule {
  /// The rule as a line of a policy. As it was written where that is known, else made of its parts.
  public var written: String {
    if let text { return text }
    var words = [patterns.map { Self.quoted($0.text) }.joined(separator: ", "), effect.written]
    if !tags.isEmpty { words.append("tag " + tags.map(Self.quoted).joined(separator: ", ")) }
    if let condition { words.append("when \(condition.text)") }
    if priority != 0 { words.append("priority \(priority)") }
    return words.joined(separator: " ")
  }

  /// A text as the language writes it: raw where it has what would need a `\`, unless nothing but escapes can say it.
  static func quoted(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    if isPlain, text.utf8.contains(UInt8(ascii: "\\")) || text.utf8.contains(UInt8(ascii: "\"")) {
      return "'" + text.replacing("'", with: "''") + "'"
    }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension Effect {
  /// `max_age 2h`, or `deny` with its reason, as the language writes it.
  public var written: String {
    switch self {
    case .allow(let maxAge): "max_age \(Explanation.duration(maxAge))"
    case .deny(nil): "deny"
    case .deny(let reason?): "deny \(Rule.quoted(reason))"
    }
  }
}
