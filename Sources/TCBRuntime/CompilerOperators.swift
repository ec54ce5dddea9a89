// The instructions that operators become.

import TCBSyntax

extension BinaryOperator {
  package var opcode: Opcode {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .floorDivide: .floorDivide
    case .remainder: .remainder
    case .intersect: .intersect
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessEqual: .lessEqual
    case .greater: .greater
    case .greaterEqual: .greaterEqual
    case .isIn: .isIn
    case .matchesGlob: .matchesGlob
    case .matchesRegex: .matchesRegex
    }
  }

  /// The jump over what happens only if this comparison holds.
  var unlessOpcode: Opcode? {
    switch self {
    case .equal: .unlessEqual
    case .notEqual: .unlessNotEqual
    case .less: .unlessLess
    case .lessEqual: .unlessLessEqual
    case .greater: .unlessGreater
    case .greaterEqual: .unlessGreaterEqual
    default: nil
    }
  }

  /// The same, with a small whole number on the right.
  var unlessIntegerOpcode: Opcode? {
    switch self {
    case .equal: .unlessEqualTo
    case .notEqual: .unlessNotEqualTo
    case .less: .unlessLessThan
    case .lessEqual: .unlessAtMost
    case .greater: .unlessGreaterThan
    case .greaterEqual: .unlessAtLeast
    default: nil
    }
  }
}
