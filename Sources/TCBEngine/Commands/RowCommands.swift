// Rows in, rows out: `where`, `take`, `skip`; and `count`, which ends them.

import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

private let rowsSubject = Parameter.labelled(
  "from", "ROWS", takesPipe: true, takes: .rows, "the rows, where they are not piped in")

/// Applies an operator to a value: a file set stays a description, anything else becomes a stream.
private func applying(
  to arguments: Arguments, in context: RunContext,
  files: (FileSetValue.Node) -> FileSetValue.Node,
  rows: (any RowReader) throws(RuntimeProblem) -> any RowReader
) async throws(RuntimeProblem) -> Value {
  guard let subject = arguments.value("from") else { throw .wrongType("ROWS", wanted: "rows", found: "null") }
  if case .foreign(let box) = subject, let set = box.value as? FileSetValue {
    return .object(FileSetValue(try FileSetValue.bounded(files(set.node))))
  }
  let (reader, typeName) = try await context.rows(of: subject)
  return .object(StreamValue(try rows(reader), typeName: typeName))
}

struct WhereCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "where", "Keeps the rows for which a condition over `it` is true.",
    [
      .subject("CONDITION", kind: .perRow, required: true, takes: .condition, "true or false for each row"),
      rowsSubject,
    ], gives: .rows(.same),
    examples: [CommandExample(#"products | where it.ext == "png""#, "the pictures of a file set")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let condition = try arguments.row()
    return try await applying(to: arguments, in: context) {
      .filtered($0, condition)
    } rows: {
      context.filter($0, by: condition)
    }
  }
}

struct TakeCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "take", "Keeps the first rows and stops reading behind them.",
    [.subject("N", required: true, takes: .rowCount, "how many"), rowsSubject], gives: .rows(.same),
    examples: [CommandExample("products | take 3", "the first three files")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let count = try arguments.count()
    return try await applying(to: arguments, in: context) {
      .taken($0, count)
    } rows: {
      TakeReader(count, of: $0)
    }
  }
}

struct SkipCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "skip", "Leaves out the first rows.",
    [.subject("N", required: true, takes: .rowCount, "how many"), rowsSubject], gives: .rows(.same),
    examples: [CommandExample("products | skip 1", "all files but the first")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let count = try arguments.count()
    return try await applying(to: arguments, in: context) {
      .skipped($0, count)
    } rows: {
      SkipReader(count, of: $0)
    }
  }
}

struct CountCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "count", "Says how many rows there are.",
    [.subject("ROWS", required: true, takesPipe: true, takes: .rows, "the rows")], gives: .value(.int),
    examples: [CommandExample(#"products | where it.ext == "png" | count"#, "how many pictures there are")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let subject = arguments.value() else { throw .wrongType("ROWS", wanted: "rows", found: "null") }
    let (reader, _) = try await context.rows(of: subject)
    var count: Int64 = 0
    do throws(RowError) {
      while let batch = try await reader.next() { count += Int64(batch.count) }
    } catch {
      throw EngineProblem.source(error)
    }
    return .int(count)
  }
}
