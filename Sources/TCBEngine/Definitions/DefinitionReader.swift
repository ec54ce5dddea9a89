// Reads the values of a definition's clauses. Expressions were evaluated in the order they stand in the text; this walks
// the tree in the same order and gives each its value.

import TCBInterface
import TCBRuntime
import TCBSyntax
import TCBText

/// The clauses of a definition with their values.
struct ClauseValues {
  /// A clause, the literals of the form that was chosen, and the values behind them.
  struct Entry {
    var word: String
    var span: SourceSpan
    var literals: [String]
    var values: [(value: Value, span: SourceSpan)]
    var names: [(text: String, span: SourceSpan)]
    var block: ClauseValues?
  }

  private(set) var entries: [Entry] = []

  init(_ definition: Definition, _ values: [Value]) {
    var rest = values[...]
    var clauses = definition.head
    if case .clauses(let block) = definition.body { clauses += block }
    self.init(clauses, &rest)
  }

  private init(_ clauses: [Clause], _ values: inout ArraySlice<Value>) {
    for clause in clauses {
      var entry = Entry(
        word: clause.word, span: clause.wordSpan, literals: clause.literals, values: [], names: [], block: nil
      )
      for value in clause.values {
        switch value {
        case .expression(let expression): entry.values.append((values.popFirst() ?? .null, expression.span))
        case .name(let text, let span): entry.names.append((text, span))
        case .block(let inner): entry.block = ClauseValues(inner, &values)
        }
      }
      entries.append(entry)
    }
  }

  func entry(_ word: String) -> Entry? { entries.first { $0.word == word } }

  /// A text that is no secret in itself.
  func text(_ word: String) throws(RuntimeFault) -> String? {
    guard let (value, span) = entry(word)?.values.first else { return nil }
    guard case .text(let text) = value else {
      throw RuntimeFault(.wrongType("`\(word)`", wanted: "a string", found: value.typeName), at: span)
    }
    return text.string
  }

  /// A text that must never be shown. An unset environment variable is an error that names what it was for.
  func secret(_ word: String) throws(RuntimeFault) -> Secret? {
    guard let (value, span) = entry(word)?.values.first else { return nil }
    if case .null = value {
      throw RuntimeFault(
        EngineProblem.badClause(word, "it is null", help: "is the environment variable it comes from set?"),
        at: span)
    }
    guard let text = try text(word) else { return nil }
    return Secret(text)
  }

  func wholeNumber(_ word: String, _ range: ClosedRange<Int64>) throws(RuntimeFault) -> Int64? {
    guard let (value, span) = entry(word)?.values.first else { return nil }
    if let problem = ValueDemand.wholeNumber("`\(word)`", range).problem(with: value) {
      throw RuntimeFault(problem, at: span)
    }
    guard case .int(let number) = value else { return nil }
    return number
  }

  func lifetime(_ word: String) throws(RuntimeFault) -> Int64? {
    guard let (value, span) = entry(word)?.values.first else { return nil }
    return try seconds(value, at: span)
  }
}

/// A lifetime: a positive whole number of seconds, as an integer or a duration.
func seconds(_ value: Value, at span: SourceSpan) throws(RuntimeFault) -> Int64 {
  switch value {
  case .int(let seconds) where seconds > 0: return seconds
  case .duration(let milliseconds) where milliseconds > 0 && milliseconds % 1_000 == 0:
    return milliseconds / 1_000
  default: throw RuntimeFault(EngineProblem.badLifetime(value), at: span)
  }
}
