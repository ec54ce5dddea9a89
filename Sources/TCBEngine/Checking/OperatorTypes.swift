// What operators make of kinds of values. The operators themselves are asked, each with a sample of every kind, so that
// checking a script and running it cannot differ.

import TCBRuntime
import TCBSyntax

enum OperatorTypes {
  /// What an arithmetic operator gives for values of these kinds; empty where it joins none of them.
  static func result(_ operation: Opcode, _ left: ValueKinds, _ right: ValueKinds) -> ValueKinds {
    guard let place = place(of: operation) else { return .any }
    let row = place * (kindCount + 1) * (kindCount + 1)
    // Most are of one kind, or of any; what any gives is known.
    if let a = index(of: left), let b = index(of: right) { return table[row + a * (kindCount + 1) + b] }
    var result: ValueKinds = []
    var kinds = left.rawValue
    while kinds != 0, result != .any {
      let part = row + kinds.trailingZeroBitCount * (kindCount + 1)
      kinds &= kinds - 1
      if right == .any {
        result = result.union(table[part + kindCount])
      } else {
        for b in 0..<kindCount where right.rawValue & 1 << b != 0 { result = result.union(table[part + b]) }
      }
    }
    return result
  }

  /// The place in a row of the table: of one kind, or of any, which stands behind all; nil for others.
  private static func index(of kinds: ValueKinds) -> Int? {
    if kinds == .any { return kindCount }
    return kinds.rawValue.nonzeroBitCount == 1 ? kinds.rawValue.trailingZeroBitCount : nil
  }

  /// Whether some two values of these kinds have an order.
  static func areOrdered(_ left: ValueKinds, _ right: ValueKinds) -> Bool {
    if left == .any || right == .any { return true }
    return ordered.contains { !left.isDisjoint(with: $0) && !right.isDisjoint(with: $0) }
  }

  private static let ordered: [ValueKinds] = [.number, .duration, .time, .string]

  private static let kindCount = 16

  private static let operations: [Opcode] = [
    .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .intersect,
  ]

  /// They are numbered in a row, which saves looking through the list.
  private static func place(of operation: Opcode) -> Int? {
    let place = Int(operation.rawValue) - Int(Opcode.add.rawValue)
    return operations.indices.contains(place) ? place : nil
  }

  /// For each operation, for each kind on the left and then any, the result for each kind on the right and then any.
  private static let table: [ValueKinds] = operations.flatMap { operation in
    let kinds = ValueKinds.any.each
    var rows = kinds.map { left in kinds.map { right in asked(operation, left, right) } }
    rows = rows.map { $0 + [$0.reduce([]) { $0.union($1) }] }
    let ofAny = (0...kindCount).map { right in rows.reduce([] as ValueKinds) { $0.union($1[right]) } }
    return (rows + [ofAny]).flatMap { $0 }
  }

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
