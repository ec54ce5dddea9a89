// What a command is, and how it gets at its arguments.

import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

package protocol Command: Sendable {
  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value
}

/// A command of the language. Declared once: parsing, completion, help and the reference are made from `signature`, when something
/// first asks for it.
protocol BuiltInCommand: Command {
  static var signature: CommandSignature { get }
  init()
}

/// The arguments of one call, by the labels of the command's signature.
package struct Arguments {
  let request: CommandRequest

  private func argument(_ label: String?) -> CommandRequest.RequestArgument {
    let parameters = request.site.call.signature.parameters
    guard let index = parameters.firstIndex(where: { $0.label == label }),
      request.arguments.indices.contains(index)
    else { return .absent }
    return request.arguments[index]
  }

  /// The first value behind a label, or of the subject.
  func value(_ label: String? = nil) -> Value? { values(label).first }

  func values(_ label: String? = nil) -> [Value] {
    if case .values(let values) = argument(label) { return values }
    return []
  }

  func row(_ label: String? = nil) throws(RuntimeProblem) -> RowFunction {
    if case .row(let function) = argument(label) { return function }
    throw .wrongType("this", wanted: "an expression over `it`", found: "null")
  }

  /// Whether a part is there.
  func isGiven(_ label: String) -> Bool {
    if case .absent = argument(label) { return false }
    return true
  }

  func names(_ label: String?) -> [String]? {
    if case .names(let names) = argument(label) { return names }
    return nil
  }

  /// Where the names that are the subject stand.
  var placeOfNames: SourceSpan {
    let call = request.site.call
    guard let index = call.signature.subjectIndex, call.arguments.indices.contains(index),
      case .names(let names) = call.arguments[index], let first = names.first, let last = names.last
    else { return call.nameSpan }
    return first.span.through(last.span)
  }

  func word(_ label: String?) -> String? {
    if case .word(let word) = argument(label) { return word }
    return nil
  }

  func has(_ label: String) -> Bool {
    if case .flag = argument(label) { return true }
    return false
  }

  /// The value behind a label as one of the domain's own, or nil where the label is absent.
  func object<Object: ForeignValue>(_ label: String, as type: Object.Type, _ wanted: Wording)
    throws(RuntimeProblem) -> Object?
  {
    guard let value = value(label) else { return nil }
    guard case .foreign(let box) = value, let object = box.value as? Object else {
      throw .wrongType("`\(label)`", wanted: wanted, found: value.typeName)
    }
    return object
  }

  /// A count of rows: a whole number from 0 on.
  func count(_ label: String? = nil) throws(RuntimeProblem) -> Int {
    guard case .int(let number)? = value(label), number >= 0 else {
      throw .wrongType(
        label.map { "`\($0)`" } ?? "this", wanted: "a whole number of rows",
        found: value(label)?.typeName ?? "null")
    }
    return Int(clamping: number)
  }

  func text(_ label: String? = nil, _ what: Wording) throws(RuntimeProblem) -> String {
    guard case .text(let text)? = value(label) else {
      throw .wrongType(what, wanted: "a string", found: value(label)?.typeName ?? "null")
    }
    if text.isSecret { throw .secretUsed(what) }
    return text.string
  }
}

func nearest(_ name: String, in candidates: some Sequence<String>) -> String? {
  NearestName.of(name, among: candidates)
}
