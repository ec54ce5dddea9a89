// Functions of the language that are written in Swift. Declared once; resolving, help and completion read the same
// signatures.

import TCBLinks
import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

enum Builtins {
  /// Those that need nothing of the session, and `decide`, which asks a policy of it.
  static func all(_ context: @escaping @Sendable () -> RunContext?) -> [NativeFunction] {
    [name, ext, dir, stem, length, int, float, time, type, decide(context)] + TextFunctions.all
      + ListFunctions.all
      + CallingFunctions.all + [ErrorFunctions.error] + MoreFunctions.all(context) + DataFunctions.all
  }

  /// For whoever wants only the signatures.
  static var signatures: [FunctionSignature] { all { nil }.map(\.signature) }

  private static func part(_ part: PathPart, _ summary: String, _ example: CommandExample) -> NativeFunction {
    NativeFunction(
      FunctionSignature(part.rawValue, ["path": .string], gives: .string, summary, examples: [example])
    ) {
      arguments throws(RuntimeProblem) in
      guard let path = arguments.textBytes(at: 0) else {
        throw .wrongType("`path`", wanted: "a string", found: arguments.first?.typeName ?? "null")
      }
      let range = part.range(in: UnsafeRawBufferPointer(path.bytes))
      return .text(TextValue(UnsafeBufferPointer(rebasing: path.bytes[range]), isSecret: path.isSecret))
    }
  }

  static let name = part(
    .name, "The part of a path behind its last `/`.", .init(#"name("docs/说明.pdf")"#, "说明.pdf"))
  static let ext = part(
    .ext, "What follows the last `.` of a path's name, without it.", .init(#"ext("a/b.tar.gz")"#, "gz"))
  static let dir = part(
    .dir, "The part of a path before its last `/`.", .init(#"dir("docs/a/b.pdf")"#, "docs/a"))

  static let stem = part(
    .stem, "The name of a path without its `ext`.", .init(#"stem("a/b.tar.gz")"#, "b.tar"))

  static let length = NativeFunction(
    FunctionSignature(
      "length", ["value": [.string, .list, .record, .files, .links, .rows]], gives: .int,
      "Characters of a text, elements of a list, fields of a record, rows of a table.",
      examples: [CommandExample(#"length("中文")"#, "2")])
  ) { arguments throws(RuntimeProblem) in
    switch arguments.first {
    case .text(let text)?:
      if text.isSecret { throw .secretUsed("a number") }
      return .int(Int64(try characterCount(text)))
    case .list(let list)?: return .int(Int64(list.elements.count))
    case .record(let record)?: return .int(Int64(record.keys.count))
    case .foreign(let box)?:
      if let table = box.value as? TableValue { return .int(Int64(table.rows.count)) }
    default: break
    }
    throw .wrongType(
      "`value`", wanted: "a string, a list, a record or a table", found: arguments.first?.typeName ?? "null")
  }

  /// ASCII without `\r` has a character a byte, which needs no look at how letters combine.
  private static func characterCount(_ text: TextValue) throws(RuntimeProblem) -> Int {
    if text.isPlainASCII { return text.count }
    var watch = CancellationWatch()
    var count = 0
    for _ in text.string {
      try watch.step(8)
      count += 1
    }
    return count
  }

  static let int = NativeFunction(
    FunctionSignature(
      "int", ["value": [.string, .int, .float]], gives: .int,
      "A text or number as a whole number; a fraction is cut off.",
      examples: [CommandExample(#"int("42") + 1"#, "43")])
  ) { arguments throws(RuntimeProblem) in
    switch arguments.first {
    case .int(let value)?: return .int(value)
    case .float(let value)?:
      guard let whole = Int64(exactly: value.rounded(.towardZero)) else { throw .overflow("int") }
      return .int(whole)
    case .text(let text)?:
      if text.isSecret { throw .secretUsed("a number") }
      guard let value = Int64(text.string.trimmed) else {
        throw .notConvertible(text.string, to: "whole number")
      }
      return .int(value)
    default:
      throw .wrongType("`value`", wanted: "a string or a number", found: arguments.first?.typeName ?? "null")
    }
  }

  static let float = NativeFunction(
    FunctionSignature(
      "float", ["value": [.string, .int, .float]], gives: .float, "A text or number as a float.",
      examples: [CommandExample(#"float("1.5") * 2"#, "3.0")])
  ) { arguments throws(RuntimeProblem) in
    switch arguments.first {
    case .int(let value)?: return .float(Double(value))
    case .float(let value)?: return .float(value)
    case .text(let text)?:
      if text.isSecret { throw .secretUsed("a number") }
      let trimmed = text.string.trimmed
      let isPlain = trimmed.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || "+-.eE".utf8.contains($0) }
      guard isPlain, let value = Double(trimmed), value.isFinite else {
        throw .notConvertible(text.string, to: "number")
      }
      return .float(value)
    default:
      throw .wrongType("`value`", wanted: "a string or a number", found: arguments.first?.typeName ?? "null")
    }
  }

  static let time = NativeFunction(
    FunctionSignature(
      "time", ["text": .string], gives: .time, "A time from RFC 3339 text.",
      examples: [CommandExample(#"time("2026-11-23T08:00:00Z") + 2h"#, "2026-11-23T10:00:00Z")])
  ) { arguments throws(RuntimeProblem) in
    guard case .text(let text)? = arguments.first, !text.isSecret else {
      throw .wrongType("`text`", wanted: "a string", found: arguments.first?.typeName ?? "null")
    }
    guard let milliseconds = TimeText.parse(text.string.trimmed) else {
      throw .notConvertible(text.string, to: "time")
    }
    return .time(milliseconds)
  }

  static let type = NativeFunction(
    FunctionSignature(
      "type", ["value": .any], gives: .string, "The name of a value's type.",
      examples: [CommandExample("type(30d)", "duration")])
  ) { arguments throws(RuntimeProblem) in .string(arguments.first?.typeName ?? "null") }

  static func decide(_ context: @escaping @Sendable () -> RunContext?) -> NativeFunction {
    let depth = DecisionDepth()
    return NativeFunction(
      FunctionSignature(
        "decide", ["file": .any, "policy": .policy], gives: .record,
        "What a policy decides for a path or a row: a record.",
        examples: [CommandExample(#"decide("private/a.pdf", site).max_age"#, "10m")])
    ) { arguments throws(RuntimeProblem) in
      guard let context = context(), let file = arguments.first, case .foreign(let box)? = arguments.last,
        let policy = box.value as? PolicyValue
      else { throw .wrongType("`policy`", wanted: "a policy", found: arguments.last?.typeName ?? "null") }
      let judged = try JudgedFile(file, in: context)
      return try depth.deeper { () throws(RuntimeProblem) in
        .decision(context.decision(policy, judged), path: judged.path)
      }
    }
  }
}
