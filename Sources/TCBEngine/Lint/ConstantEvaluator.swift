// What an expression comes to, where that can be known without running anything: literals and operators, and, where
// they are looked through, top-level `let`s of such.

import TCBRuntime
import TCBSyntax

struct ConstantEvaluator {
  enum Outcome: Sendable {
    case value(Value)
    /// Whenever it is evaluated it ends with this error.
    case fails(RuntimeProblem)
    /// It takes a run to know.
    case unknown
  }

  private let names: StaticNames
  private let looksThroughNames: Bool
  private var known: [Int: Outcome] = [:]
  private var depth = 0

  /// A name that stands for a name that stands for a name …
  private static let deepest = 16

  init(_ names: StaticNames, lookingThroughNames: Bool) {
    self.names = names
    looksThroughNames = lookingThroughNames
  }

  /// `source` is the place of the expression's source among the checked ones.
  mutating func outcome(of expression: Expression, source: Int) -> Outcome {
    do throws(RuntimeProblem) {
      return try value(of: expression, source).map(Outcome.value) ?? .unknown
    } catch {
      return .fails(error)
    }
  }

  /// Nil where it is not known. The height of a tree is bounded, and so is this recursion.
  private mutating func value(of expression: Expression, _ source: Int) throws(RuntimeProblem) -> Value? {
    switch expression.kind {
    case .null: return .null
    case .bool(let flag): return .bool(flag)
    case .integer(let number): return .int(number)
    case .float(let number): return .float(number)
    case .duration(let milliseconds): return .duration(milliseconds)
    case .text(let text): return .string(text)
    case .negate(let operand):
      guard let value = try value(of: operand, source) else { return nil }
      return try Value.negated(value)
    case .not(let operand):
      guard let flag = try flag(operand, source) else { return nil }
      return .bool(!flag)
    case .and(let left, let right): return try joined(left, right, stopsAt: false, source)
    case .or(let left, let right): return try joined(left, right, stopsAt: true, source)
    case .coalesce(let left, let right):
      guard let value = try value(of: left, source) else { return nil }
      if case .null = value { return try self.value(of: right, source) }
      return value
    case .binary(let operation, let left, let right):
      guard let left = try value(of: left, source), let right = try value(of: right, source) else {
        return nil
      }
      return try result(operation, left, right)
    case .pipeline(let pipeline):
      guard let inner = pipeline.onlyExpression else { return nil }
      return try value(of: inner, source)
    case .name, .field: return try named(expression, source)
    default: return nil
    }
  }

  private mutating func named(_ expression: Expression, _ source: Int) throws(RuntimeProblem) -> Value? {
    guard looksThroughNames, depth < Self.deepest, let slot = names.sources[source].slot(of: expression),
      case .constant(let meaning, let home)? = names.meanings[slot]
    else { return nil }
    if names.isLater(slot, than: expression.span.lower, source: source) {
      // Of a name that stands for a name, it is the definition of the former that fails.
      guard depth == 0 else { return nil }
      throw .noValueYet(names.sources[source].text.text(expression.span.range))
    }
    if known[slot] == nil {
      // What is met again on the way to its own value has none.
      known[slot] = .unknown
      depth += 1
      known[slot] = outcome(of: meaning, source: home)
      depth -= 1
    }
    switch known[slot] {
    case .value(let value): return value
    case .fails(let problem): throw problem
    case .unknown, nil: return nil
    }
  }

  private mutating func flag(_ expression: Expression, _ source: Int) throws(RuntimeProblem) -> Bool? {
    guard let value = try value(of: expression, source) else { return nil }
    guard case .bool(let flag) = value else {
      throw .notABool(value.typeName)
    }
    return flag
  }

  /// `and` and `or`: the right side is asked only where the left one leaves it open.
  private mutating func joined(
    _ left: Expression, _ right: Expression, stopsAt stop: Bool, _ source: Int
  ) throws(RuntimeProblem) -> Value? {
    guard let first = try flag(left, source) else { return nil }
    if first == stop { return .bool(stop) }
    return try flag(right, source).map(Value.bool)
  }

  private func result(_ operation: BinaryOperator, _ left: Value, _ right: Value) throws(RuntimeProblem)
    -> Value?
  {
    switch operation {
    case .equal: return .bool(Value.areEqual(left, right))
    case .notEqual: return .bool(!Value.areEqual(left, right))
    case .less: return try Value.order(left, right).map { .bool($0 < 0) }
    case .lessEqual: return try Value.order(left, right).map { .bool($0 <= 0) }
    case .greater: return try Value.order(left, right).map { .bool($0 > 0) }
    case .greaterEqual: return try Value.order(left, right).map { .bool($0 >= 0) }
    case .add: return try number(.add, left, right)
    case .subtract: return try number(.subtract, left, right)
    case .multiply: return try number(.multiply, left, right)
    case .divide: return try number(.divide, left, right)
    case .floorDivide: return try number(.floorDivide, left, right)
    case .remainder: return try number(.remainder, left, right)
    case .intersect, .isIn, .matchesGlob, .matchesRegex: return nil
    }
  }

  /// Numbers and durations only: a text could be made as long as one likes.
  private func number(_ operation: Opcode, _ left: Value, _ right: Value) throws(RuntimeProblem) -> Value? {
    if case .text = left { return nil }
    return try Value.arithmetic(operation, left, right)
  }
}
