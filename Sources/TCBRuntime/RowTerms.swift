// Row expressions that are comparisons of fields with constants, joined by `and`: whoever has the rows as columns can decide
// these column by column, without the machine.

import TCBSyntax

package struct RowTerm: Sendable {
  /// Of the unit's `rowFields`.
  package let field: Int
  /// `equal` to `greaterEqual`.
  package let comparison: Opcode
  /// A text or a whole number.
  package let constant: Value
}

extension Compiler {
  /// The terms of a row expression in the order they are tried, or none where it is anything else.
  mutating func terms(of expression: Expression) -> [RowTerm] {
    switch expression.kind {
    case .and(let left, let right):
      let first = terms(of: left)
      let second = terms(of: right)
      return first.isEmpty || second.isEmpty ? [] : first + second
    case .binary(let operation, let left, let right):
      guard operation.unlessOpcode != nil, case .field(let base, let name, _, optional: false) = left.kind,
        case .name(let use) = base.kind, case .row = binding(use)
      else { return [] }
      let constant: Value
      switch right.kind {
      case .text(let text): constant = .string(text)
      case .integer(let number): constant = .int(number)
      default: return []
      }
      return [
        RowTerm(field: unit.rowFields.index(of: name), comparison: operation.opcode, constant: constant)
      ]
    default: return []
    }
  }
}
