// Expressions over rows: `it`, read from the columns of a batch.

import TCBLinks
import TCBRows
import TCBRules
import TCBRuntime
import TCBSyntax

/// The row of a batch that an expression looks at. One object serves all rows of a run.
final class BatchRow: RowFields {
  private var batch = RowBatch([])
  private var row = 0
  /// Where each field of the expression is: a column, a part of the path, or nowhere.
  private var places: [Place] = []
  var environmentValue: Value = .null

  private enum Place {
    case column(Int)
    case pathPart(PathPart)
    case absent
  }

  func begin(_ batch: RowBatch, fields: [String]) {
    self.batch = batch
    places = fields.map(place)
  }

  private func place(of name: String) -> Place {
    if let index = batch.index(of: name) { return .column(index) }
    if let part = PathPart(rawValue: name), batch.index(of: "path") != nil { return .pathPart(part) }
    return .absent
  }

  func move(to row: Int) { self.row = row }

  func value(ofField index: Int) -> Value? {
    places.indices.contains(index) ? value(at: places[index]) : nil
  }

  func value(named name: String) -> Value? { value(at: place(of: name)) }

  private func value(at place: Place) -> Value? {
    switch place {
    case .column(let column): return Value(batch.cell(row, column))
    case .pathPart(let part):
      guard case .text(let path) = batch.cell(row, "path") else { return .null }
      return .string(part.of(path))
    case .absent: return nil
    }
  }

  /// Compares bytes where they lie: no row of a million makes a text to be thrown away.
  func field(_ index: Int, equals text: TextValue) -> Bool? {
    guard places.indices.contains(index) else { return nil }
    switch places[index] {
    case .absent: return nil
    case .column(let column):
      if case .text(let texts) = batch.columns[column] {
        return texts.withBytes(at: row) { bytes in bytes.map(text.isEqual) ?? false }
      }
    case .pathPart(let part):
      if let column = batch.index(of: "path"), case .text(let texts) = batch.columns[column] {
        return texts.withBytes(at: row) { bytes in
          bytes.map { text.isEqual(UnsafeRawBufferPointer(rebasing: $0[part.range(in: $0)])) } ?? false
        }
      }
    }
    return value(ofField: index).map { Value.areEqual($0, .text(text)) }
  }

  var fieldNames: [String] {
    batch.index(of: "path") == nil ? batch.names : batch.names + ["name", "ext", "dir"]
  }

  /// What the row is of, where it says so.
  var file: String? {
    for name in ["path", "fileid"] {
      if case .text(let text) = batch.cell(row, name) { return text }
    }
    return nil
  }

  func record() -> Value { BatchRow.record(batch, row) }
  func environment() -> Value { environmentValue }

  /// A row as a record: its columns, and for a file's row the parts of its path.
  static func record(_ batch: RowBatch, _ row: Int) -> Value {
    var fields = batch.record(row).map { ($0.name, Value($0.value)) }
    if case .text(let path) = batch.cell(row, "path") {
      for name in ["name", "ext", "dir"] where batch.index(of: name) == nil {
        fields.append((name, PathParts.part(name, of: path).map(Value.string) ?? .null))
      }
    }
    return .record(fields)
  }
}

/// Evaluates one expression for the rows of batch after batch.
final class RowEvaluator {
  private let function: RowFunction
  private let machine: Machine
  private let row = BatchRow()
  /// Rows of the batches before, and of this one.
  private var rowsBefore = 0
  private var rowsOfBatch = 0

  /// `steps` is what one row may take, nil for as many as the run may.
  init(_ function: RowFunction, machine: Machine, steps: Int? = nil) {
    if let steps { machine.stepsOfRow = steps }
    self.function = function
    self.machine = machine
  }

  func begin(_ batch: RowBatch) {
    count(batch)
    row.begin(batch, fields: function.unit.rowFields)
  }

  private func count(_ batch: RowBatch) {
    rowsBefore += rowsOfBatch
    rowsOfBatch = batch.count
  }

  func value(_ index: Int, environment: Value = .null) throws(RuntimeFault) -> Value {
    row.move(to: index)
    row.environmentValue = environment
    do throws(RuntimeFault) { return try machine.evaluate(function, for: row) } catch {
      throw placed(error, index)
    }
  }

  private func placed(_ fault: RuntimeFault, _ index: Int) -> RuntimeFault {
    var fault = fault
    fault.row = row.file.map { .file($0) } ?? .number(rowsBefore + index + 1)
    return fault
  }

  /// The rows of a batch for which the expression is true.
  func selection(_ batch: RowBatch) throws(RuntimeFault) -> [Int] {
    if let rows = TermSelection(batch).rows(function.unit.terms, fields: function.unit.rowFields) {
      count(batch)
      return rows
    }
    begin(batch)
    var rows: [Int] = []
    rows.reserveCapacity(batch.count)
    for index in 0..<batch.count {
      let value = try value(index)
      guard case .bool(let isTrue) = value else {
        throw placed(RuntimeFault(.notABool(value.typeName), at: function.span), index)
      }
      if isTrue { rows.append(index) }
    }
    return rows
  }
}

/// The conditions of a policy over rows. An error in one denies the file, and says so.
final class PolicyConditions: RowConditions {
  private let functions: [Int: RowFunction]
  private let environments: [String: Value]
  private let machine: () -> Machine
  /// Of the conditions met so far: a table of rules may have a hundred thousand.
  private var evaluators: [Int: Met] = [:]
  private var batch = RowBatch([])
  /// Counts the batches, so that an evaluator knows whether it has begun this one.
  private var round = 0

  private struct Met {
    var evaluator: RowEvaluator
    var round: Int
  }

  /// Jumps back and calls that a condition may take for one file, our own bound: some tenths of a second. Past it the condition
  /// fails, as it does with any other error.
  private static let steps = 20_000_000

  /// Nil where nobody counts what conditions come to.
  private let coverage: RuleCoverage?

  init(_ policy: PolicyValue, in context: RunContext, isCovering: Bool = true) {
    environments = context.environmentsByID()
    machine = context.machine
    functions = policy.conditions
    coverage = isCovering ? context.coverage : nil
  }

  func begin(_ batch: RowBatch) {
    self.batch = batch
    round += 1
  }

  private func evaluator(_ index: Int) -> RowEvaluator? {
    if let met = evaluators[index], met.round == round { return met.evaluator }
    guard let function = functions[index] else { return nil }
    let evaluator =
      evaluators[index]?.evaluator ?? RowEvaluator(function, machine: machine(), steps: Self.steps)
    evaluator.begin(batch)
    evaluators[index] = Met(evaluator: evaluator, round: round)
    return evaluator
  }

  func isTrue(_ condition: Condition, row: Int, environment: LinkEnvironment?) throws(ConditionError) -> Bool
  {
    guard let evaluator = evaluator(condition.index) else {
      throw ConditionError(message: "the condition `\(condition.text)` is not known here")
    }
    let value: Value
    do throws(RuntimeFault) {
      value = try evaluator.value(row, environment: environment.flatMap { environments[$0.id] } ?? .null)
    } catch {
      throw ConditionError(message: "`when \(condition.text)`: \(error.problem.message)")
    }
    guard case .bool(let isTrue) = value else {
      throw ConditionError(
        message: "`when \(condition.text)`: must be true or false, and is \(value.typeName)")
    }
    coverage?.note(condition, isTrue)
    return isTrue
  }
}
