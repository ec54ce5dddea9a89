// What is told to a person about a script: a stable code, one sentence, the place, and what to do about it.

import TCBText

/// One finding, ready to be rendered as text or as data.
package struct Diagnostic: Sendable, Hashable, Error {
  package enum Severity: String, Sendable { case error, warning, note }

  package var severity: Severity
  /// Stable across versions and languages, such as `E0301`.
  package var code: String
  /// One plain sentence: lower case, no full stop, the user's text in backticks.
  package var message: Wording
  package var span: SourceSpan?
  /// What to do, or the nearest name; stands beside the underline.
  package var help: Wording?
  /// Other places that explain this one.
  package var related: [Related]
  /// A path that shows what is meant.
  package var path: String?
  /// The row that an error was met in.
  package var row: Row?
  /// The calls a run-time error came through, innermost first.
  package var calls: [Call]

  package enum Row: Sendable, Hashable {
    /// Of a file: its path, or whatever it has instead.
    case file(String)
    /// From 1, among the rows that the command was given.
    case number(Int)

    var wording: Wording {
      switch self {
      case .file(let path): "in the row of `\(path)`"
      case .number(let number): "in row \(number)"
      }
    }
  }

  package struct Related: Sendable, Hashable {
    package var span: SourceSpan
    package var text: Wording

    package init(_ text: Wording, at span: SourceSpan) {
      self.span = span
      self.text = text
    }
  }

  package struct Call: Sendable, Hashable {
    package var function: String
    package var span: SourceSpan

    package init(function: String, span: SourceSpan) {
      self.function = function
      self.span = span
    }
  }

  package init(
    _ severity: Severity = .error, code: String, _ message: Wording, at span: SourceSpan? = nil,
    help: Wording? = nil,
    related: [Related] = [], path: String? = nil, calls: [Call] = []
  ) {
    self.path = path
    self.severity = severity
    self.code = code
    self.message = message
    self.span = span
    self.help = help
    self.related = related
    self.calls = calls
  }
}
