// Rows in another order or fewer of them, by what stands in them: `sort`, `distinct`, `sample`; and what ends rows:
// `summarize`, `first`, `collect`. A sample is held in memory.

import TCBHost
import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

private let rowsPart = Parameter.labelled(
  "from", "ROWS", takesPipe: true, takes: .rows, "the rows, where they are not piped in")

/// Gives rows that are only known when all of another reader's have been read.
private final class LateReader: RowReader {
  private var make: (() async throws(RowError) -> any RowReader)?
  private var reader: (any RowReader)?

  init(_ make: @escaping () async throws(RowError) -> any RowReader) { self.make = make }

  func next() async throws(RowError) -> RowBatch? {
    if let make {
      self.make = nil
      reader = try await make()
    }
    return try await reader?.next()
  }
}

struct SortCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "sort",
    "Orders rows by what an expression gives for each: bools, numbers, durations, times, texts, the rest, nulls; equal rows as they came.",
    [
      .labelled("by", "EXPR", kind: .perRow, required: true, "what to compare, over `it`"),
      .labelled("descending", "", kind: .flag, "the greatest first; nulls stay last"), rowsPart,
    ], gives: .rows(.same),
    examples: [CommandExample("products | sort by it.name", "a file set by name")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let values = try context.perRow(arguments.row("by"), "sort")
    let isDescending = arguments.has("descending")
    let room = context.rowRoom
    let (reader, typeName) = try await context.subject(of: arguments)
    let sorted = LateReader { () throws(RowError) in
      let sorter = RowSorter(isDescending: isDescending, room: room)
      while let batch = try await reader.next() { try sorter.add(batch, keys: try values(batch)) }
      return try sorter.sorted()
    }
    return .object(StreamValue(sorted, typeName: typeName))
  }
}

extension Value {
  /// The same text for values that are equal, and another for those that are not.
  var identity: String {
    switch self {
    case .float(let value):
      if let whole = Int64(exactly: value) { return String(whole) }
      return literalText
    case .list(let list):
      var watch = CancellationWatch()
      var text = "["
      for element in list.elements {
        if watch.isCancelled(after: 8) { break }
        text += element.identity + ","
      }
      return text + "]"
    case .record(let record):
      let fields = zip(record.keys, record.values).sorted { $0.0 < $1.0 }
      return "{" + fields.map { "\(quoted($0.0)):\($0.1.identity)" }.joined(separator: ",") + "}"
    default: return literalText
    }
  }
}

struct DistinctCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "distinct", "Keeps the first of the rows that are equal, or for which an expression gives the same.",
    [
      .labelled(
        "by", "EXPR", kind: .perRow, "what must differ, over `it`; the whole row where it is left out"),
      rowsPart,
    ], gives: .rows(.same),
    examples: [CommandExample("products | distinct by it.ext", "one file of each kind")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    var values: (RowBatch) throws(RowError) -> [Value] = { batch in
      (0..<batch.count).map { BatchRow.record(batch, $0) }
    }
    if arguments.isGiven("by") { values = try context.perRow(arguments.row("by"), "distinct") }
    let (reader, typeName) = try await context.subject(of: arguments)
    var seen: Set<String> = []
    let kept = FilterReader(reader) { (batch) throws(RowError) in
      let keys = try values(batch)
      return keys.indices.filter { seen.insert(keys[$0].identity).inserted }
    }
    return .object(StreamValue(kept, typeName: typeName))
  }
}

struct SampleCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "sample", "Keeps so many rows, picked by chance, each with the same chance and in their order.",
    [
      .subject("N", required: true, takes: .rowCount, "how many"),
      .labelled(
        "seed", "NUMBER", takes: .wholeNumber("`seed`"), "a whole number that picks the same rows each time"),
      rowsPart,
    ], gives: .rows(.same),
    examples: [CommandExample("products | sample 3 seed 1", "three files to look at")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let count = try arguments.count()
    var generator = SampleGenerator(seed: try seed(arguments, context))
    let (reader, typeName) = try await context.subject(of: arguments)
    let sampled = LateReader { () throws(RowError) in
      // Algorithm R: of the rows so far each is kept with the same chance, and no more are held than are wanted.
      var kept: [(number: Int, row: RowBatch)] = []
      var seen = 0
      while count > 0, let batch = try await reader.next() {
        for row in 0..<batch.count {
          seen += 1
          if kept.count < count {
            kept.append((seen, batch.slice(row..<(row + 1))))
          } else {
            let place = Int.random(in: 0..<seen, using: &generator)
            if place < count { kept[place] = (seen, batch.slice(row..<(row + 1))) }
          }
        }
      }
      return CollectedRows(kept.sorted { $0.number < $1.number }.map(\.row)).reader()
    }
    return .object(StreamValue(sampled, typeName: typeName))
  }

  private func seed(_ arguments: Arguments, _ context: RunContext) throws(RuntimeProblem) -> UInt64 {
    guard let given = arguments.value("seed") else {
      return context.host.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard case .int(let number) = given else {
      throw .wrongType("`seed`", wanted: "a whole number", found: given.typeName)
    }
    return UInt64(bitPattern: number)
  }
}

/// SplitMix64: the same rows for the same seed on every machine.
private struct SampleGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

struct SummarizeCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "summarize", "Counts the rows for each value of an expression: a table in the order of the values.",
    [
      .labelled("by", "EXPR", kind: .perRow, required: true, "what to count by, over `it`"),
      .labelled(
        "adding", "EXPR", kind: .perRow,
        takes: .init("`adding`", "a number or a duration", [.null, .int, .float, .duration]),
        "a number or duration of each row, added up as `total`"),
      rowsPart,
    ], gives: .value(.rows),
    examples: [CommandExample("products | summarize by it.ext", "how many files of each kind")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let function = try arguments.row("by")
    let keys = context.perRow(function, "summarize")
    let amounts = arguments.isGiven("adding") ? try context.perRow(arguments.row("adding"), "summarize") : nil
    let (reader, _) = try await context.subject(of: arguments)
    var groups: [String: Int] = [:]
    var rows: [(key: Value, count: Int64, total: Value)] = []
    do throws(RowError) {
      while let batch = try await reader.next() {
        let added = try amounts?(batch)
        for (row, key) in try keys(batch).enumerated() {
          let group = groups[key.identity] ?? rows.count
          if group == rows.count {
            groups[key.identity] = group
            rows.append((key, 0, .null))
          }
          rows[group].count += 1
          if let amount = added?[row] { rows[group].total = try sum(rows[group].total, amount) }
        }
      }
    } catch {
      throw EngineProblem.source(error)
    }
    let order = try Value.sorted(rows.indices.map { .int(Int64($0)) }, by: rows.map(\.key))
    let sorted = order.compactMap { if case .int(let row) = $0 { rows[Int(row)] } else { nil } }
    let name = function.text.hasPrefix("it.") ? String(function.text.dropFirst(3)) : "by"
    let isName = name.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 == 0x5F }
    var columns = [
      (name: isName ? name : "by", column: Column(cells: sorted.map(\.key.cell))),
      (name: "count", column: Column.integers(sorted.map(\.count))),
    ]
    if amounts != nil { columns.append((name: "total", column: Column(cells: sorted.map(\.total.cell)))) }
    return .object(TableValue(CollectedRows([RowBatch(columns)]), typeName: "rows"))
  }

  private func sum(_ total: Value, _ amount: Value) throws(RowError) -> Value {
    do throws(RuntimeProblem) {
      switch amount {
      case .null: return total
      case .int, .float, .duration: break
      default: throw .wrongType("`adding`", wanted: "a number or a duration", found: amount.typeName)
      }
      if case .null = total { return amount }
      return try Value.arithmetic(.add, total, amount)
    } catch {
      throw RowError(.other(error), source: "summarize")
    }
  }
}

struct FirstCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "first", "Gives the first row as a record, or null where there is none, and reads no further.",
    [.subject("ROWS", required: true, takesPipe: true, takes: .rows, "the rows")],
    gives: .value([.record, .null]),
    examples: [CommandExample("(products | first).path", "the path of the first file")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let (reader, _) = try await context.subject(of: arguments)
    do throws(RowError) {
      guard let batch = try await reader.next() else { return .null }
      return BatchRow.record(batch, 0)
    } catch {
      throw EngineProblem.source(error)
    }
  }
}

struct CollectCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "collect", "Reads all rows into a table, which can be read as often as wanted.",
    [.subject("ROWS", required: true, takesPipe: true, takes: .rows, "the rows")], gives: .rows(.same),
    examples: [CommandExample("products | collect", "the files as they are listed now")])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let (reader, typeName) = try await context.subject(of: arguments)
    return .object(try await context.collect(StreamValue(reader, typeName: typeName)))
  }
}
