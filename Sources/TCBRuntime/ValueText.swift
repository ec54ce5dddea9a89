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
    case .list, .record: writtenText
    case .function(let function): "fn \(function.name)"
    case .foreign(let box): box.value.displayText
    case .shared, .absent: "null"
    }
  }

  /// Of a list or a record; cut short where the run was stopped.
  private var writtenText: String {
    var text = ""
    var watch = CancellationWatch()
    write(to: &text, &watch)
    return text
  }

  private func write(to text: inout String, _ watch: inout CancellationWatch) {
    switch self {
    case .list(let list):
      text += "["
      for (index, element) in list.elements.enumerated() {
        if watch.isCancelled(after: 8) { return }
        if index > 0 { text += ", " }
        element.write(to: &text, &watch)
      }
      text += "]"
    case .record(let record):
      text += "{"
      for index in record.keys.indices {
        if watch.isCancelled(after: 8) { return }
        if index > 0 { text += ", " }
        text += keyText(record.keys[index]) + ": "
        record.values[index].write(to: &text, &watch)
      }
      text += "}"
    default: text += literalText
    }
  }

  /// Whether the text of this value would show a secret.
  package var holdsSecret: Bool {
    switch self {
    case .text(let text): text.isSecret
    case .list(let list): Value.holdSecret(list.elements)
    case .record(let record): Value.holdSecret(record.values)
    default: false
    }
  }

  /// Yes, where the run was stopped: what is not known to hold none is treated as if it did.
  private static func holdSecret(_ values: [Value]) -> Bool {
    var watch = CancellationWatch()
    return values.contains { watch.isCancelled() || $0.holdsSecret }
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
  var watch = CancellationWatch()
  for scalar in text.unicodeScalars {
    if watch.isCancelled() { break }
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
