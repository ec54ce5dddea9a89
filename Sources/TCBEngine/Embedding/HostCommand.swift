// A command of the language that a program brings along.

import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

/// A command that scripts use like those of the language: `products | publish to "autumn" quietly`.
///
/// It is declared once; the parser, `help` and completion read the declaration. A command may wait, take rows from the pipe and
/// give rows or a value to what stands behind it. Where a function is enough, ``HostFunction`` is less to write.
public struct HostCommand: Sendable {
  /// What a command does with one call of it.
  public typealias Body = @Sendable (HostCall) async throws -> HostResult

  package let signature: CommandSignature
  private let names: [String]
  private let rowsIndex: Int?
  private let body: Body

  /// Declares a command.
  ///
  /// - Parameters:
  ///   - name: ASCII letters, digits and `_`, not beginning with a digit, and no word of the language.
  ///   - parameters: Its parts, in the order in which help shows them.
  ///   - rows: What the rows are that it takes, for help; nil where it takes none. They are piped in, or stand behind the command's
  ///     name, or behind `from` where it has a subject of its own.
  ///   - summary: One sentence for `help`.
  ///   - body: Does the work. A ``HostFailure`` it throws is the script's error; of any other error the script learns only that the
  ///     command failed, and the program finds it in ``ScriptError/underlying``. It should end soon after its task was cancelled.
  public init(
    _ name: String, _ parameters: [HostParameter] = [], rows: String? = nil, summary: String,
    body: @escaping Body
  ) {
    var parts = parameters.map(\.parameter)
    var names = parameters.map(\.name)
    if let rows {
      let hasSubject = parts.contains { $0.label == nil }
      let part: Parameter =
        hasSubject
        ? .labelled("from", "ROWS", required: true, takesPipe: true, rows)
        : .subject("ROWS", required: true, takesPipe: true, rows)
      parts.insert(part, at: hasSubject ? parts.count : 0)
      names.insert("from", at: hasSubject ? names.count : 0)
      rowsIndex = hasSubject ? parts.count - 1 : 0
    } else {
      rowsIndex = nil
    }
    signature = CommandSignature(name, summary, parts)
    self.names = names
    self.body = body
  }
}

extension HostCommand: Command {
  package func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let session = context.session else { throw .cancelled }
    let call = HostCall(
      arguments: try exchanged(arguments.request.arguments),
      rows: try await rows(arguments.request.arguments, of: session, in: context))
    let result: HostResult
    do {
      result = try await Session.$busy.withValue(Session.busy + [ObjectIdentifier(session)]) {
        try await body(call)
      }
    } catch {
      throw context.problem(for: error, thrownBy: signature.name)
    }
    switch result.kind {
    case .value(let value): return try value.exchanged()
    case .rows(let open):
      let name = signature.name
      return .object(
        StreamValue(
          HostRowReader(open()) { [weak context] error in
            context?.problem(for: error, thrownBy: name) ?? .cancelled
          }))
    }
  }

  private func exchanged(_ arguments: [CommandRequest.RequestArgument]) throws(RuntimeProblem)
    -> HostArguments
  {
    var given: [HostArguments.Argument] = []
    for (index, argument) in arguments.enumerated() {
      switch argument {
      case .values(let several) where index != rowsIndex:
        if several.contains(where: \.holdsSecret) { throw .secretUsed("`\(signature.name)`") }
        given.append(.several(several.map { ScriptValue($0) }))
      case .names(let words): given.append(.several(words.map(ScriptValue.text)))
      case .word(let word): given.append(.one(.text(word)))
      case .flag: given.append(.one(true))
      case .absent, .row, .values: given.append(.absent)
      }
    }
    return HostArguments(names, given)
  }

  private func rows(
    _ arguments: [CommandRequest.RequestArgument], of session: Session, in context: RunContext
  ) async throws(RuntimeProblem) -> Rows {
    guard let rowsIndex, arguments.indices.contains(rowsIndex),
      case .values(let values) = arguments[rowsIndex],
      let value = values.first
    else { return Rows(OpenRows(nil)) { () throws(ScriptError) in nil } }
    let open = OpenRows(try await context.rows(of: value).reader)
    return Rows(open) { [weak session] () throws(ScriptError) in try await session?.batch(of: open) }
  }
}

/// One part of a ``HostCommand``.
public struct HostParameter: Sendable {
  let name: String
  let parameter: Parameter

  /// What stands right behind the command's name. A command has one of these at most.
  ///
  /// - Parameters:
  ///   - name: The name under which the command finds it; help shows it in capitals.
  ///   - required: Whether it must be there.
  ///   - repeats: Whether several may be given, with commas between.
  ///   - summary: A few words for `help`.
  public static func subject(
    _ name: String, required: Bool = true, repeats: Bool = false, _ summary: String
  ) -> HostParameter {
    HostParameter(
      name: name,
      parameter: .subject(name.uppercased(), required: required, repeats: repeats, summary))
  }

  /// A value behind a word of its own: `to "autumn"`. `placeholder` stands for the value in help.
  public static func labelled(
    _ label: String, _ placeholder: String, required: Bool = false, _ summary: String
  ) -> HostParameter {
    HostParameter(name: label, parameter: .labelled(label, placeholder, required: required, summary))
  }

  /// One of a few words behind a word of its own: `as table`.
  public static func word(
    _ label: String, _ words: [String], required: Bool = false, _ summary: String
  ) -> HostParameter {
    HostParameter(
      name: label, parameter: .labelled(label, "WORD", kind: .word(words), required: required, summary))
  }

  /// Names with commas between, behind a word of its own: `columns path, url`.
  public static func names(_ label: String, required: Bool = false, _ summary: String) -> HostParameter {
    HostParameter(
      name: label, parameter: .labelled(label, "NAMES", kind: .names, required: required, summary))
  }

  /// A word that is there or not: `quietly`.
  public static func flag(_ label: String, _ summary: String) -> HostParameter {
    HostParameter(name: label, parameter: .labelled(label, "", kind: .flag, summary))
  }
}

/// One call of a ``HostCommand``.
public struct HostCall: Sendable {
  /// The parts of the call, the rows apart.
  public let arguments: HostArguments
  /// The rows it was given, each read when it is asked for; none where the command takes none. They may be read while the command
  /// runs, or handed on in its result, not later.
  public let rows: Rows
}
