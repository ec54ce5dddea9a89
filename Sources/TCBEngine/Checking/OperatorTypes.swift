// What operators make of kinds of values. The operators themselves are asked, each with a sample of every kind, so that
// checking a script and running it cannot differ.

import TCBRuntime
import TCBSyntax

enum OperatorTypes {
  /// What an arithmetic operator gives for values of these kinds; empty where it joins none of them.
  static func result(_ operation: Opcode, _ left: ValueKinds, _ right: ValueKinds) -> ValueKinds {
    guard let row = table[operation] else { return .any }
    if left == .any, right == .any { return row.ofAny }
    var result: ValueKinds = []
    for a in left.indexes {
      for b in right.indexes { result.formUnion(row.results[a * kindCount + b]) }
    }
    return result
  }

  /// Whether some two values of these kinds have an order.
  static func areOrdered(_ left: ValueKinds, _ right: ValueKinds) -> Bool {
    if left == .any || right == .any { return true }
    return ordered.contains { !left.isDisjoint(with: $0) && !right.isDisjoint(with: $0) }
  }

  private static let ordered: [ValueKinds] = [.number, .duration, .time, .string]

  private static let kindCount = ValueKinds.any.each.count

  private struct Row {
    /// By the indexes of both kinds.
    var results: [ValueKinds]
    var ofAny: ValueKinds
  }

  private static let operations: [Opcode] = [
    .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .intersect,
  ]

  private static let table: [Opcode: Row] = Dictionary(
    uniqueKeysWithValues: operations.map { operation in
      let kinds = ValueKinds.any.each
      let results = kinds.flatMap { left in kinds.map { right in asked(operation, left, right) } }
      return (operation, Row(results: results, ofAny: results.reduce([]) { $0.union($1) }))
    })

  private static func asked(_ operation: Opcode, _ left: ValueKinds, _ right: ValueKinds) -> ValueKinds {
    let setLike: ValueKinds = [.files, .links, .rows, .list, .string, .record]
    if left == .files {
      let joins = [.add, .subtract, .intersect].contains(operation)
      return joins && setLike.contains(right) ? .files : []
    }
    guard let a = samples[left], let b = samples[right],
      let kind = (try? Value.arithmetic(operation, a, b))?.kind
    else { return [] }
    // What divides evenly stays whole, and anything else does not.
    return operation == .divide && kind == .int ? .number : kind
  }

  /// Foreign values but file sets have no operators: they have no sample.
  private static let samples: [ValueKinds: Value] = [
    .null: .null, .bool: .bool(true), .int: .int(1), .float: .float(1), .duration: .duration(1_000),
    .time: .time(0), .string: .string(""), .list: .list(of: []), .record: .record([]),
  ]
}

extension ValueKinds {
  /// The bits that are set, without an array of them.
  fileprivate var indexes: some Sequence<Int> {
    sequence(state: rawValue) { rest -> Int? in
      guard rest != 0 else { return nil }
      defer { rest &= rest - 1 }
      return rest.trailingZeroBitCount
    }
  }
}
