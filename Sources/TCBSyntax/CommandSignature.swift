// What a command or a definition looks like, as data. Declared once by whoever implements it; the parser, completion,
// `help` and the reference page all read it from here.

/// One part of a command: its subject, or what follows one of its labels.
package struct Parameter: Sendable {
  package enum Kind: Sendable {
    case expression
    /// An expression over `it`, evaluated for each row.
    case perRow
    /// A list of names, bare or quoted, joined by commas.
    case names
    /// One of a few fixed words.
    case word([String])
    /// Present or absent; nothing follows its label.
    case flag
  }

  /// The word that introduces it; nil for the subject.
  package var label: String?
  /// What stands for its value in help, in capitals: `FILES`.
  package var placeholder: String
  package var kind: Kind
  package var isRequired: Bool
  /// Whether a pipe fills it.
  package var takesPipe: Bool
  /// Whether several, joined by commas, may be given.
  package var repeats: Bool
  /// What its value must be; of several the first. Nil where the command looks for itself.
  package var takes: ValueDemand?
  package var summary: String

  private init(
    label: String?, placeholder: String, kind: Kind, isRequired: Bool, takesPipe: Bool, repeats: Bool,
    takes: ValueDemand?, summary: String
  ) {
    self.label = label
    self.placeholder = placeholder
    self.kind = kind
    self.isRequired = isRequired
    self.takesPipe = takesPipe
    self.repeats = repeats
    self.takes = takes
    self.summary = summary
  }

  /// What stands first, without a word before it.
  package static func subject(
    _ placeholder: String, kind: Kind = .expression, required: Bool = false, takesPipe: Bool = false,
    repeats: Bool = false, takes: ValueDemand? = nil, _ summary: String
  ) -> Parameter {
    Parameter(
      label: nil, placeholder: placeholder, kind: kind, isRequired: required, takesPipe: takesPipe,
      repeats: repeats, takes: takes, summary: summary)
  }

  /// What stands behind its label.
  package static func labelled(
    _ label: String, _ placeholder: String, kind: Kind = .expression, required: Bool = false,
    takesPipe: Bool = false, takes: ValueDemand? = nil, _ summary: String
  ) -> Parameter {
    Parameter(
      label: label, placeholder: placeholder, kind: kind, isRequired: required, takesPipe: takesPipe,
      repeats: false, takes: takes, summary: summary)
  }

  /// The part as it is written: `using POLICY`, `FILES`, `as table|json`.
  package var usage: String {
    var value = placeholder
    if case .word(let words) = kind { value = words.joined(separator: "|") }
    if case .flag = kind { value = "" }
    if repeats { value += ", …" }
    return [label ?? "", value].filter { !$0.isEmpty }.joined(separator: " ")
  }
}

/// An example in a signature: text that runs as it stands after the declarations that the documentation's own test
/// supplies.
package struct CommandExample: Sendable {
  package var code: String
  package var says: String

  package init(_ code: String, _ says: String) {
    self.code = code
    self.says = says
  }
}

/// What a command gives.
package enum CommandResult: Sendable {
  case value(ValueKinds)
  /// Rows of the kind it was given.
  case rows(Columns)

  /// What becomes of the columns of the rows.
  package enum Columns: Sendable {
    case same
    /// Those that the subject names, and all but them.
    case selected, dropped
    /// Those of the subject take the names behind `to`.
    case renamed
    /// One more, or another one, of the name that is the subject.
    case computed
  }
}

package struct CommandSignature: Sendable {
  package var name: String
  package var summary: String
  package var parameters: [Parameter]
  package var examples: [CommandExample]
  package var gives: CommandResult
  /// Whether its result is what a person wanted to see, so that a prompt does not show it once more.
  package var showsItsResult: Bool

  package init(
    _ name: String, _ summary: String, _ parameters: [Parameter], gives: CommandResult = .value(.any),
    examples: [CommandExample] = [], showsItsResult: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.gives = gives
    self.examples = examples
    self.showsItsResult = showsItsResult
  }

  package var subjectIndex: Int? { parameters.firstIndex { $0.label == nil } }
  package var pipedIndex: Int? { parameters.firstIndex { $0.takesPipe } }
  package var labels: [String] { parameters.compactMap(\.label) }

  /// Whether it has a row of values and no other part.
  package var takesOnlyValues: Bool {
    parameters.count == 1 && parameters[0].label == nil && parameters[0].repeats
  }

  package func parameterIndex(labelled word: String) -> Int? {
    parameters.firstIndex { $0.label == word }
  }

  /// `links FILES [using POLICY] [in ENV]`
  package var usage: String {
    ([name] + parameters.map { $0.isRequired ? $0.usage : "[\($0.usage)]" }).joined(separator: " ")
  }
}

/// One element of the values behind a clause's word.
package enum ClauseElement: Sendable {
  case literal(String)
  /// An expression; the text names it in help.
  case expression(String, takes: ValueDemand? = nil)
  /// A bare or quoted name of something defined elsewhere.
  case name(String)
  case block([ClauseSignature])
}

/// A clause of a definition: its word and the forms its values may take, the longest run of literals first.
package struct ClauseSignature: Sendable {
  package var word: String
  package var forms: [[ClauseElement]]
  package var isRequired: Bool
  package var summary: String

  package init(_ word: String, _ forms: [[ClauseElement]], required: Bool = false, _ summary: String) {
    self.word = word
    self.forms = forms
    self.isRequired = required
    self.summary = summary
  }

  package init(
    _ word: String, _ value: String, required: Bool = false, takes: ValueDemand? = nil, _ summary: String
  ) {
    self.init(word, [[.expression(value, takes: takes)]], required: required, summary)
  }

  /// What the value at a place among those of a form must be; the form is the one with these literals.
  package func demand(literals: [String], valueIndex: Int) -> ValueDemand? {
    for form in forms {
      let words = form.compactMap { if case .literal(let word) = $0 { word } else { nil } }
      guard words == literals else { continue }
      let values = form.filter { if case .literal = $0 { false } else { true } }
      guard values.indices.contains(valueIndex), case .expression(_, let demand) = values[valueIndex] else {
        continue
      }
      return demand
    }
    return nil
  }

  /// The clauses of the block that the form with these literals has.
  package func block(literals: [String]) -> [ClauseSignature]? {
    for form in forms
    where form.compactMap({ if case .literal(let word) = $0 { word } else { nil } }) == literals {
      for case .block(let clauses) in form { return clauses }
    }
    return nil
  }

  /// A usage line per form: `api embedded list PATH`.
  package var usages: [String] {
    forms.map { form in
      let parts = form.map { element in
        switch element {
        case .literal(let word): word
        case .expression(let what, _), .name(let what): what
        case .block(let clauses): "{ \(clauses.map(\.word).joined(separator: " … ")) … }"
        }
      }
      return ([word] + parts).joined(separator: " ")
    }
  }
}

package struct DefinitionSignature: Sendable {
  package enum Body: Sendable {
    /// Clauses behind the name only.
    case none
    /// A block of clauses.
    case clauses([ClauseSignature])
    /// `= pipeline`, instead of clauses behind the name.
    case pipeline
    /// Rules.
    case policy
  }

  package var keyword: String
  package var summary: String
  /// Clauses that stand behind the name, before any block.
  package var head: [ClauseSignature]
  package var body: Body
  package var examples: [CommandExample]

  package init(
    _ keyword: String, _ summary: String, head: [ClauseSignature] = [], body: Body,
    examples: [CommandExample] = []
  ) {
    self.keyword = keyword
    self.summary = summary
    self.head = head
    self.body = body
    self.examples = examples
  }
}

/// A function of the language that is not written in it: what resolving, help and completion need of it.
package struct FunctionSignature: Sendable {
  package var name: String
  package var parameters: [String]
  /// The kinds that each parameter takes.
  package var takes: [ValueKinds]
  package var gives: ValueKinds
  /// Of `parameters`, how many must be given.
  package var requiredCount: Int
  package var summary: String
  package var examples: [CommandExample]

  /// The parameters with the kinds they take. An argument that is left out is not of these kinds.
  package init(
    _ name: String, _ parameters: KeyValuePairs<String, ValueKinds>, required: Int? = nil,
    gives: ValueKinds, _ summary: String, examples: [CommandExample] = []
  ) {
    self.init(name, parameters.map(\.key), required: required, summary, examples: examples)
    takes = parameters.map(\.value)
    self.gives = gives
  }

  /// A function that takes and gives any kind.
  package init(
    _ name: String, _ parameters: [String], required: Int? = nil, _ summary: String,
    examples: [CommandExample] = []
  ) {
    self.name = name
    self.parameters = parameters
    takes = Array(repeating: .any, count: parameters.count)
    gives = .any
    self.requiredCount = required ?? parameters.count
    self.summary = summary
    self.examples = examples
  }

  package var usage: String {
    let shown = parameters.enumerated().map { $0.offset < requiredCount ? $0.element : "[\($0.element)]" }
    return "\(name)(\(shown.joined(separator: ", ")))"
  }
}
