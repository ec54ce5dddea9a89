// How values print: a text as itself, everything else as the language would write it.

import TCBText

extension Value {
  /// What `print` and `\( )` show.
  package var displayText: String {
    if case .text(let text) = self, !text.isSecret { return text.string }
    return literalText
  }

  /// As a literal of the language, as far as there is one.
  package var literalText: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .float(let value): String(describing: value)
    case .duration(let value): DurationText.format(value)
    case .time(let value): TimeText.format(value)
    case .text(let text): text.isSecret ? secretText : quoted(text.string)
    case .list(let list): "[" + list.elements.map(\.literalText).joined(separator: ", ") + "]"
    case .record(let record):
      "{"
        + zip(record.keys, record.values).map { "\(keyText($0)): \($1.literalText)" }.joined(separator: ", ")
        + "}"
    case .function(let function): "fn \(function.name)"
    case .foreign(let box): box.value.displayText
    case .shared, .absent: "null"
    }
  }

  /// Whether the text of this value would show a secret.
  package var holdsSecret: Bool {
    switch self {
    case .text(let text): text.isSecret
    case .list(let list): list.elements.contains(where: \.holdsSecret)
    case .record(let record): record.values.contains(where: \.holdsSecret)
    default: false
    }
  }
}

/// What stands for a secret wherever one would be shown.
package let secretText = "‹secret›"

private func keyText(_ key: String) -> String {
  let bytes = Array(key.utf8)
  let isName = bytes.first.map { !($0 >= 0x30 && $0 <= 0x39) } ?? false
  let allNameParts = bytes.allSatisfy { byte in
    (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || (byte >= 0x30 && byte <= 0x39) || byte == 0x5F
  }
  return isName && allNameParts ? key : quoted(key)
}

/// A text in double quotes with the language's escapes.
package func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F:
      result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
