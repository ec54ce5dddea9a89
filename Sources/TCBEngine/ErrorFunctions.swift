// Raising errors: `fail`, `assert`, and the record that `error` makes for them.

import TCBRuntime
import TCBSyntax
import TCBText

enum ErrorFunctions {
  static let error = NativeFunction(
    FunctionSignature(
      "error", ["message": .string, "code": .string, "note": .string], required: 1, gives: .record,
      "A record to `fail` with.",
      examples: [
        CommandExample(
          #"error("no products", "shop-empty")"#, #"{message: "no products", code: "shop-empty"}"#)
      ])
  ) { arguments throws(RuntimeProblem) in
    var fields: [(String, Value)] = []
    for (name, value) in zip(["message", "code", "note"], arguments) {
      guard case .text = value else {
        throw .wrongType("`\(name)`", wanted: "a string", found: value.typeName)
      }
      fields.append((name, value))
    }
    return .record(fields)
  }
}

struct FailCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "fail", "Ends the script with an error of its own, unless a `try` around it catches that.",
    [
      .subject(
        "ERROR", required: true, takes: .init("the error", "a string or a record", [.string, .record]),
        "what went wrong, or a record with `message` and perhaps `code` and `note`")
    ], gives: .value([]),
    examples: [
      CommandExample(#"try { fail "no products today" } catch e { print e.message }"#, "no products today")
    ],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    switch arguments.value() {
    case .text(let text)?:
      throw .raised(RaisedError(code: Self.code, message: Wording(verbatim: shown(text))))
    case .record(let record)?:
      guard case .text(let message)? = record["message"] else {
        throw .wrongType(
          "the error's `message`", wanted: "a string", found: record["message"]?.typeName ?? "null")
      }
      let code = try text("code", of: record)
      let note = try text("note", of: record)
      throw .raised(
        RaisedError(
          code: code ?? Self.code, message: Wording(verbatim: shown(message)),
          note: note.map(Wording.init(verbatim:)), record: record))
    case let other:
      throw .wrongType("the error", wanted: "a string or a record", found: other?.typeName ?? "null")
    }
  }

  /// Of an error that names none.
  static let code = "E0430"

  private func text(_ name: String, of record: RecordValue) throws(RuntimeProblem) -> String? {
    switch record[name] {
    case .text(let text)?: return shown(text)
    case nil, .null?: return nil
    case let other?: throw .wrongType("the error's `\(name)`", wanted: "a string", found: other.typeName)
    }
  }

  private func shown(_ text: TextValue) -> String { text.isSecret ? secretText : text.string }
}

struct AssertCommand: BuiltInCommand {
  static let signature = assertion("assert", "Ends the script with an error unless a condition is true.")

  /// Shared by `assert` and `expect`, which is the word for it in tests.
  static func assertion(_ word: String, _ summary: String) -> CommandSignature {
    CommandSignature(
      word, summary,
      [
        .subject(
          "CONDITION", required: true, repeats: true, takes: .condition,
          "true or false; behind a comma, what to say where it is false")
      ], gives: .value(.null),
      examples: [CommandExample(#"\#(word) 1 + 1 == 2, "numbers are broken""#, "nothing happens")],
      showsItsResult: true)
  }

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let values = arguments.values()
    guard case .bool(let holds)? = values.first else { throw .notABool(values.first?.typeName ?? "null") }
    if values.count > 2 {
      throw .argumentCount("assert", wanted: "a condition and perhaps a text", given: values.count)
    }
    if holds { return .null }
    let condition: Wording =
      context.sourceText(ofSubject: arguments).map { "`\($0)` is false" } ?? "the condition is false"
    let words = values.count > 1 ? Wording(verbatim: values[1].displayText) : condition
    throw .raised(RaisedError(code: Self.code, message: words))
  }

  static let code = "E0431"
}

struct ExpectCommand: BuiltInCommand {
  static let signature = AssertCommand.assertion("expect", "Fails a test unless a condition is true.")

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    try await AssertCommand().run(arguments, in: context)
  }
}

extension RunContext {
  /// The first subject of a command as it was written.
  func sourceText(ofSubject arguments: Arguments) -> String? {
    let call = arguments.request.site.call
    guard let index = call.signature.subjectIndex, case .expressions(let expressions) = call.arguments[index],
      let span = expressions.first?.span
    else { return nil }
    return sources[span.source]?.text(span.range)
  }
}
