// Diagnostics as data: a JSON object each, on a line of its own. Lines and columns count from 1, columns in characters;
// an end is just behind the last character. What does not apply is left out.

import TCBText

package struct DiagnosticJSON: Sendable {
  package var sources: SourceMap

  package var language: TextLanguage

  package init(sources: SourceMap, language: TextLanguage = .english) {
    self.sources = sources
    self.language = language
  }

  package func render(_ diagnostics: [Diagnostic]) -> String {
    var indexes: [SourceID: LineIndex] = [:]
    return diagnostics.map { object($0, &indexes) + "\n" }.joined()
  }

  private func object(_ diagnostic: Diagnostic, _ indexes: inout [SourceID: LineIndex]) -> String {
    var fields = [
      field("severity", diagnostic.severity.rawValue), field("code", diagnostic.code),
      field("message", diagnostic.message[language]),
    ]
    if let span = diagnostic.span { fields += place(span, &indexes) }
    if let help = diagnostic.help { fields.append(field("help", help[language])) }
    if let path = diagnostic.path { fields.append(field("path", path)) }
    switch diagnostic.row {
    case nil: break
    case .file(let path): fields.append("\"row\":{\(field("file", path))}")
    case .number(let number): fields.append("\"row\":{\"number\":\(number)}")
    }
    let related = diagnostic.related.map { related in
      "{"
        + ([field("message", related.text[language])] + place(related.span, &indexes)).joined(separator: ",")
        + "}"
    }
    if !related.isEmpty { fields.append("\"related\":[\(related.joined(separator: ","))]") }
    let calls = diagnostic.calls.map { call in
      "{" + ([field("function", call.function)] + place(call.span, &indexes)).joined(separator: ",") + "}"
    }
    if !calls.isEmpty { fields.append("\"calls\":[\(calls.joined(separator: ","))]") }
    return "{\(fields.joined(separator: ","))}"
  }

  private func place(_ span: SourceSpan, _ indexes: inout [SourceID: LineIndex]) -> [String] {
    guard let source = sources[span.source] else { return [] }
    let index = indexes[span.source] ?? LineIndex(source)
    indexes[span.source] = index
    let start = index.position(at: Int(span.lower))
    let end = index.position(at: Int(span.upper))
    return [
      field("source", source.name), "\"line\":\(start.line)", "\"column\":\(start.column)",
      "\"endLine\":\(end.line)", "\"endColumn\":\(end.column)",
    ]
  }

  private func field(_ name: String, _ text: String) -> String { "\"\(name)\":\(Self.quoted(text))" }

  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
