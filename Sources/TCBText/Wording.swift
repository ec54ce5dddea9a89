// What the program says to people. The sentences stand in the code in English, where they are said; what they are in
// Chinese stands in tables, under the English ones.

/// The languages that messages and explanations are written in.
package enum TextLanguage: String, Sendable, CaseIterable {
  case english = "en"
  case chinese = "zh"

  /// From a locale's name such as `zh_CN.UTF-8`, as `LC_ALL` and `LANG` have it.
  package init(locale: String) {
    self = locale.hasPrefix("zh") ? .chinese : .english
  }
}

/// A sentence or a part of one, written as a text literal. What is interpolated keeps its place in every language; another
/// wording is translated in turn, a text is not: it is the script's, or quoted from it.
///
/// A class, so that errors which carry one stay small where they are thrown.
package final class Wording: Sendable, ExpressibleByStringInterpolation {
  /// The literal, with `{0}`, `{1}` … for what is interpolated: the key of the tables.
  package let template: String
  private let parts: [Part]

  fileprivate enum Part: Sendable {
    case text(String)
    case wording(Wording)
  }

  /// Words that are nobody's to translate: a script's own, or the system's.
  package init(verbatim text: String) {
    template = "{0}"
    parts = [.text(text)]
  }

  package init(stringLiteral text: String) {
    template = text
    parts = []
  }

  package init(stringInterpolation literal: StringInterpolation) {
    template = literal.template
    parts = literal.parts
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var template = ""
    fileprivate var parts: [Part] = []

    package init(literalCapacity: Int, interpolationCount: Int) {
      template.reserveCapacity(literalCapacity + interpolationCount * 3)
    }

    package mutating func appendLiteral(_ literal: String) { template += literal }

    package mutating func appendInterpolation(_ text: some LosslessStringConvertible) {
      append(.text(String(text)))
    }

    package mutating func appendInterpolation(_ wording: Wording) { append(.wording(wording)) }

    private mutating func append(_ part: Part) {
      template += "{\(parts.count)}"
      parts.append(part)
    }
  }

  package var english: String { self[.english] }

  package subscript(language: TextLanguage) -> String {
    let words =
      switch language {
      case .english: template
      case .chinese: ChineseTexts.all[template] ?? template
      }
    return parts.isEmpty ? words : filled(words, language)
  }

  private func filled(_ words: String, _ language: TextLanguage) -> String {
    var result = ""
    var rest = words.utf8[...]
    while let brace = rest.firstIndex(of: UInt8(ascii: "{")) {
      result += String(rest[..<brace]) ?? ""
      let digit = rest.index(after: brace)
      guard digit < rest.endIndex, case let end = rest.index(after: digit), end < rest.endIndex,
        rest[end] == UInt8(ascii: "}"), case let number = Int(rest[digit]) - 0x30,
        parts.indices.contains(number)
      else {
        result += "{"
        rest = rest[digit...]
        continue
      }
      switch parts[number] {
      case .text(let text): result += text
      case .wording(let wording): result += wording[language]
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + (String(rest) ?? "")
  }
}

extension Wording: Hashable, CustomStringConvertible {
  package static func == (left: Wording, right: Wording) -> Bool {
    left === right || left.english == right.english
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(english) }

  /// In English.
  package var description: String { english }
}

extension Wording {
  /// Names quoted one behind the other.
  package static func listed(_ names: some Sequence<String>) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }

  package static func oneOf(_ names: [String]) -> Wording { "one of \(listed(names))" }

  /// The question whether another name was meant; nil where there is none to ask about.
  package static func suggestion(_ nearest: String?) -> Wording? { nearest.map { "did you mean `\($0)`?" } }
}
