// `--set name=value`: another value for a top-level `let`.

import TCBSyntax
import TCBText

package struct Setting: Sendable {
  package var name: String
  package var value: String

  /// From `name=value`; nil where it is not of that form.
  package init?(_ text: String) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
    name = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
  }

  /// Puts the values into the tree of a script. What it says is wrong keeps the script from running.
  static func apply(_ settings: [Setting], to parsed: inout ParsedSource, vocabulary: Vocabulary)
    -> [Diagnostic]
  {
    var problems: [Diagnostic] = []
    for setting in settings {
      var names: [String] = []
      var isFound = false
      for index in parsed.statements.indices {
        guard case .binding(let name, isVariable: false, var pipeline) = parsed.statements[index].kind else {
          continue
        }
        names.append(name.text)
        guard name.text == setting.name else { continue }
        isFound = true
        guard let kind = setting.literal(like: pipeline, vocabulary) else {
          let message: Wording =
            "`--set \(setting.name)`: `\(setting.value)` is not of the kind that the script gives it"
          problems.append(
            Diagnostic(code: "E0215", message, at: pipeline.span, help: "the value it replaces is this"))
          continue
        }
        pipeline.first = .expression(Expression(kind: kind, span: pipeline.span, height: 1))
        pipeline.rest = []
        parsed.statements[index].kind = .binding(name, isVariable: false, pipeline)
      }
      guard !isFound else { continue }
      let nearest = NearestName.of(setting.name, among: names)
      problems.append(
        Diagnostic(
          code: "E0214", "the script has no top-level `let \(setting.name)` to set",
          help: .suggestion(nearest)))
    }
    return problems
  }

  /// The value as a literal of the kind that stands in the script; where no literal does, as whatever it reads as, and
  /// as a text where it reads as nothing. Nil where the kinds differ.
  private func literal(like pipeline: Pipeline, _ vocabulary: Vocabulary) -> Expression.Kind? {
    guard let expression = pipeline.onlyExpression else {
      return scalar(vocabulary) ?? .text(value)
    }
    switch (expression.kind, scalar(vocabulary)) {
    case (.text, _), (.interpolation, _): return .text(value)
    case (.integer, .integer(let number)?): return .integer(number)
    case (.float, .float(let number)?): return .float(number)
    case (.float, .integer(let number)?): return .float(Double(number))
    case (.duration, .duration(let length)?): return .duration(length)
    case (.bool, .bool(let flag)?): return .bool(flag)
    case (.integer, _), (.float, _), (.duration, _), (.bool, _): return nil
    case (_, let read): return read ?? .text(value)
    }
  }

  /// The number, duration, bool or null that the value reads as.
  private func scalar(_ vocabulary: Vocabulary) -> Expression.Kind? {
    let parsed = Parser.parse(SourceText(name: "--set", value), id: SourceID(0), vocabulary: vocabulary)
    guard parsed.problems.isEmpty, parsed.statements.count == 1,
      case .pipeline(let pipeline) = parsed.statements[0].kind, let expression = pipeline.onlyExpression
    else { return nil }
    switch expression.kind {
    case .integer, .float, .duration, .bool, .null: return expression.kind
    case .negate(let inner):
      switch inner.kind {
      case .integer(let number): return .integer(-number)
      case .float(let number): return .float(-number)
      case .duration(let length): return .duration(-length)
      default: return nil
      }
    default: return nil
    }
  }
}
