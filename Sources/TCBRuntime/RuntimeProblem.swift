// Everything that can go wrong while an expression is evaluated, with its stable code and its wording.

import TCBSyntax
import TCBText

package enum RuntimeProblem: Error, Sendable, Hashable {
  case notABool(String)
  case noOperator(String, left: String, right: String)
  case noPrefix(String, String)
  case overflow(String)
  case divisionByZero
  case noCommonOrder(String, String)
  case missingField(String, nearest: String?)
  case noFields(String, field: String)
  case indexOutOfRange(Int64, count: Int)
  case noValueYet(String)
  case notCallable(String)
  case argumentCount(String, wanted: Wording, given: Int)
  /// What it is, and whether it was to give a name and a value at a time.
  case notIterable(String, pairs: Bool)
  case commandPerRow
  case notConvertible(String, to: Wording)
  case badIndex(String, of: String)
  case wrongType(Wording, wanted: Wording, found: String)
  case badPattern(Wording)
  case badRange
  case secretUsed(Wording)
  case tooDeep(Int)
  case tooManySteps
  case tooManyStepsForRow(Int)
  case valueTooDeep
  /// A text or a list past the bounds of `Value`.
  case tooLarge(String)
  case cancelled
  case outOfTime
  case outOfMemory(Int)
  /// What a script raised itself.
  case raised(RaisedError)
  /// Of the domain: what a command or a definition met.
  case other(code: String, message: Wording, help: Wording?)
}

extension RuntimeProblem {
  package var code: String {
    switch self {
    case .notABool: "E0401"
    case .noOperator, .noPrefix: "E0402"
    case .overflow: "E0404"
    case .divisionByZero: "E0405"
    case .noCommonOrder: "E0406"
    case .missingField: "E0407"
    case .noFields: "E0408"
    case .indexOutOfRange: "E0409"
    case .noValueYet: "E0410"
    case .notCallable: "E0411"
    case .argumentCount: "E0412"
    case .notIterable: "E0413"
    case .commandPerRow: "E0414"
    case .notConvertible: "E0415"
    case .badIndex: "E0416"
    case .wrongType: "E0417"
    case .badPattern: "E0418"
    case .badRange: "E0419"
    case .secretUsed: "E0420"
    case .tooDeep: "E0901"
    case .tooManySteps, .tooManyStepsForRow: "E0902"
    case .valueTooDeep: "E0903"
    case .cancelled: "E0904"
    case .tooLarge: "E0906"
    case .outOfTime: "E0907"
    case .outOfMemory: "E0908"
    case .raised(let error): error.code
    case .other(let code, _, _): code
    }
  }

  package var message: Wording {
    switch self {
    case .notABool(let type): "this must be true or false, and is \(article(type))"
    case .noOperator(let name, let left, let right):
      "`\(name)` does not join \(article(left)) and \(article(right))"
    case .noPrefix(let name, let type): "`\(name)` does not apply to \(article(type))"
    case .overflow(let name): "the result of `\(name)` does not fit 64 bits"
    case .divisionByZero: "division by zero"
    case .noCommonOrder(let left, let right): "\(article(left)) and \(article(right)) have no common order"
    case .missingField(let name, _): "there is no field `\(name)`"
    case .noFields(let type, let field): "\(article(type)) has no field `\(field)`"
    case .indexOutOfRange(let index, let count): "there is no element \(index) in a list of \(count)"
    case .noValueYet(let name): "`\(name)` has no value yet"
    case .notCallable(let type): "\(article(type)) cannot be called"
    case .argumentCount(let name, let wanted, let given): "`\(name)` takes \(wanted), and \(given) given"
    case .notIterable(let type, pairs: false): "\(article(type)) has no elements to go over"
    case .notIterable(let type, pairs: true): "\(article(type)) has no names to go over beside its elements"
    case .commandPerRow: "what is computed for each row cannot wait for a command"
    case .notConvertible(let text, let type): "`\(text)` is no \(type)"
    case .badIndex(let index, let of): "\(article(of)) is not indexed by \(article(index))"
    case .wrongType(let what, let wanted, let found): "\(what) must be \(wanted), and is \(article(found))"
    case .badPattern(let reason): reason
    case .badRange: "a range goes from one whole number to another"
    case .secretUsed(let what): "a secret cannot be used for \(what)"
    case .tooDeep(let limit): "calls within calls go deeper than \(limit)"
    case .tooManySteps: "the run took more steps than it may"
    case .tooManyStepsForRow(let limit): "more than \(limit) steps for one file"
    case .valueTooDeep: "lists and records are nested more than \(Value.greatestDepth) deep"
    case .cancelled: "the run was stopped"
    case .tooLarge(let name):
      "the result of `\(name)` is too large: more than \(Value.greatestText >> 20) MiB, or \(Value.greatestList) elements"
    case .outOfTime: "the run took longer than it may"
    case .outOfMemory(let limit): "the values of the run take more than the \(limit >> 20) MiB it may have"
    case .raised(let error): error.message
    case .other(_, let message, _): message
    }
  }

  package var help: Wording? {
    switch self {
    case .noCommonOrder("null", _), .noCommonOrder(_, "null"), .noOperator(_, left: "null", _),
      .noOperator(_, _, right: "null"):
      "`value ?? 0` puts 0 in place of null"
    case .notABool: "compare it with something, such as `!= null`"
    case .missingField(_, let nearest):
      Wording.suggestion(nearest) ?? "`.name?` gives null where there is none"
    case .noValueYet: "its definition runs further down"
    case .overflow: "use a float where the exact integer does not matter"
    case .tooDeep: "does the function ever return without calling itself?"
    case .raised(let error): error.note
    case .other(_, _, let help): help
    default: nil
    }
  }

  private func article(_ noun: String) -> Wording {
    switch noun {
    case "null", "files", "links", "rows", "rules": Wording(verbatim: noun)
    case _ where noun.first?.isNumber ?? false || noun.hasPrefix("-"): Wording(verbatim: noun)
    default: (noun.first.map { "aeiou".contains($0) } ?? false) ? "an \(noun)" : "a \(noun)"
    }
  }
}

extension RuntimeProblem {
  /// Cancellation and a host's limits end a run whatever the script says.
  package var isCatchable: Bool {
    switch self {
    case .cancelled, .tooDeep, .tooManySteps, .tooManyStepsForRow, .outOfTime, .outOfMemory: false
    case .other(let code, _, _): code != RuntimeProblem.outputClosedCode
    default: true
    }
  }

  /// Of the problem that standard output was closed by whoever read it.
  package static let outputClosedCode = "E0804"
}

/// An error that a script raised with `fail`.
package final class RaisedError: Sendable, Hashable {
  package let code: String
  package let message: Wording
  package let note: Wording?
  /// Every field that it was raised with.
  package let record: RecordValue?

  package init(code: String, message: Wording, note: Wording? = nil, record: RecordValue? = nil) {
    self.code = code
    self.message = message
    self.note = note
    self.record = record
  }

  package static func == (a: RaisedError, b: RaisedError) -> Bool { a === b }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A problem with its place and the calls it came through.
package struct RuntimeFault: Error, Sendable {
  package var problem: RuntimeProblem
  package var span: SourceSpan?
  package var calls: [Diagnostic.Call] = []
  /// The row in whose expression it was met.
  package var row: Diagnostic.Row?
  /// What else is wrong there, where one look found more than one mistake: told behind this one.
  package var others: [Diagnostic] = []

  package init(_ problem: RuntimeProblem, at span: SourceSpan?) {
    self.problem = problem
    self.span = span
  }

  package var diagnostic: Diagnostic {
    var diagnostic = Diagnostic(
      code: problem.code, problem.message, at: span, help: problem.help, calls: calls)
    diagnostic.row = row
    return diagnostic
  }

  package var diagnostics: [Diagnostic] { [diagnostic] + others }
}
