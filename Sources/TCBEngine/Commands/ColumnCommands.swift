// Rows in, rows out, with other columns: `select`, `drop`, `rename`, `set`.

import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

private let rowsPart = Parameter.labelled(
  "from", "ROWS", takesPipe: true, takes: .rows, "the rows, where they are not piped in")

extension RunContext {
  /// Rows changed batch by batch, as a stream of the same kind.
  func changing(
    _ arguments: Arguments, by name: String,
    _ change: @escaping (RowBatch) throws(RuntimeProblem) -> RowBatch
  ) async throws(RuntimeProblem) -> Value {
    let (reader, typeName) = try await subject(of: arguments)
    let place = arguments.placeOfNames
    let changed = MapReader(reader) { (batch) throws(RowError) in
      do throws(RuntimeProblem) { return try change(batch) } catch {
        // Told where the names stand, and not where somebody reads the rows.
        self.faultInRow = RuntimeFault(error, at: place)
        throw RowError(.other(error), source: name)
      }
    }
    return .object(StreamValue(changed, typeName: typeName))
  }

  func subject(of arguments: Arguments) async throws(RuntimeProblem) -> (
    reader: any RowReader, typeName: String
  ) {
    guard let subject = arguments.value("from") ?? arguments.value() else {
      throw .wrongType("ROWS", wanted: "rows", found: "null")
    }
    return try await rows(of: subject)
  }
}

extension EngineProblem {
  static func unknownColumn(_ name: String, _ names: [String]) -> RuntimeProblem {
    .other(
      code: "E0606", message: "these rows have no column `\(name)`",
      help: .suggestion(nearest(name, in: names))
        ?? "they have \(names.joined(separator: ", "))")
  }
}

extension RowBatch {
  /// Throws `E0606` for the first name that is no column.
  fileprivate func require(_ names: [String]) throws(RuntimeProblem) {
    for name in names where index(of: name) == nil { throw EngineProblem.unknownColumn(name, self.names) }
  }
}

struct SelectCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "select", "Keeps these columns, in this order.",
    [
      .subject(
        "NAMES", kind: .names, required: true, "the columns; of files also `name`, `ext`, `dir`, `stem`"),
      rowsPart,
    ], gives: .rows(.selected),
    examples: [CommandExample("products | select path, ext", "two columns of a file set")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let names = arguments.names(nil) ?? []
    return try await context.changing(arguments, by: "select") { batch throws(RuntimeProblem) in
      let batch = batch.addingPathParts(names)
      try batch.require(names)
      return batch.keeping(names)
    }
  }
}

struct DropCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "drop", "Leaves out these columns.",
    [.subject("NAMES", kind: .names, required: true, "the columns"), rowsPart], gives: .rows(.dropped),
    examples: [CommandExample("products | drop env", "a file set without a column")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let names = arguments.names(nil) ?? []
    return try await context.changing(arguments, by: "drop") { batch throws(RuntimeProblem) in
      try batch.require(names)
      return batch.dropping(Set(names))
    }
  }
}

struct RenameCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "rename", "Gives a column another name.",
    [
      .subject("OLD", kind: .names, required: true, "the column"),
      .labelled("to", "NEW", kind: .names, required: true, "its new name, which no other column has"),
      rowsPart,
    ], gives: .rows(.renamed),
    examples: [CommandExample("products | rename path to file", "a column under another name")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let old = arguments.names(nil) ?? []
    let new = arguments.names("to") ?? []
    guard old.count == new.count else {
      throw .argumentCount("rename", wanted: "as many new names as old ones", given: new.count)
    }
    return try await context.changing(arguments, by: "rename") { batch throws(RuntimeProblem) in
      try batch.require(old)
      var renamed = batch
      for (old, new) in zip(old, new) where old != new {
        if renamed.index(of: new) != nil {
          throw .other(code: "E0607", message: "there is a column `\(new)` already", help: "drop it before")
        }
        renamed = renamed.renaming(old, to: new)
      }
      return renamed
    }
  }
}

struct SetCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "set", "Computes a column for each row, in place of the one of that name or behind the others.",
    [
      .subject("NAME", kind: .names, required: true, "the column"),
      .labelled("to", "EXPR", kind: .perRow, required: true, "its value, over `it`"), rowsPart,
    ], gives: .rows(.computed),
    examples: [CommandExample(#"products | set kind to "\(it.ext) file""#, "one more column")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    guard let names = arguments.names(nil), names.count == 1 else {
      throw .argumentCount("set", wanted: "one column", given: arguments.names(nil)?.count ?? 0)
    }
    let values = try context.perRow(arguments.row("to"), "set")
    let (reader, typeName) = try await context.subject(of: arguments)
    let changed = MapReader(reader) { (batch) throws(RowError) in
      batch.setting(names[0], to: Column(cells: try values(batch).map(\.cell)))
    }
    return .object(StreamValue(changed, typeName: typeName))
  }
}

extension RunContext {
  /// A function that gives the values of an expression for the rows of a batch. What it meets is told at its own place.
  func perRow(_ function: RowFunction, _ name: String) -> (RowBatch) throws(RowError) -> [Value] {
    let evaluator = RowEvaluator(function, machine: machine())
    return { (batch) throws(RowError) in
      do throws(RuntimeFault) {
        evaluator.begin(batch)
        var values: [Value] = []
        values.reserveCapacity(batch.count)
        for row in 0..<batch.count { values.append(try evaluator.value(row)) }
        return values
      } catch {
        self.faultInRow = error
        throw RowError(.other(error), source: name)
      }
    }
  }
}
