// The instructions of the register machine.
//
// A unit of code (the main text, a function, a row expression) runs over a window of registers: its locals first, then
// temporaries. An instruction names up to three registers `a` `b` `c` and has a wide operand `d`: a constant, a jump
// target, a name. Expressions never leave the machine. What must wait (a command, a definition, rows that are not there
// yet) makes the machine stop with a `Step` and go on when it is given the result.

package enum Opcode: UInt16, Sendable {
  // a <- …
  case loadConstant  // constants[d]
  case loadInteger  // d
  case move  // b
  case loadGlobal  // globals[d]
  case storeGlobal  // globals[d] <- a
  case loadEnvironment  // $names[d]
  case loadRow  // it
  case loadRowField  // it.rowFields[d]; c: null where there is none
  case loadRowNamed  // it.names[d]; c: null where there is none; for functions inside of a row expression
  case rowTextEquals  // it.rowFields[d] == constants[b]; c: whether it must differ
  case loadRowEnvironment  // env of the row
  // a <- b op c
  case addInteger  // a <- b + d
  case append  // a <- a + [b], in place where nobody else holds a
  case add, subtract, multiply, divide, floorDivide, remainder, intersect
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  case isIn, matchesGlob, matchesRegex
  case negate, not  // a <- op b
  // control
  case jump  // to d
  case jumpIfFalse, jumpIfTrue  // on a, to d
  case jumpIfNotNull  // on a, to d
  // to d unless a cmp b
  case unlessEqual, unlessNotEqual, unlessLess, unlessLessEqual, unlessGreater, unlessGreaterEqual
  // to d unless a cmp the whole number c
  case unlessEqualTo, unlessNotEqualTo, unlessLessThan, unlessAtMost, unlessGreaterThan, unlessAtLeast
  case checkBool  // a
  // parts
  case field  // a <- b.names[d]; c: null where there is none
  case index  // a <- b[c]; d: null where there is none
  case setField  // a <- b with names[d] = c
  case setIndex  // a <- b with [c] = register d
  // in place, where nobody else holds what is changed
  case setLocalField  // a.constants[d] <- b
  case setLocalIndex  // a[c] <- b
  case setGlobalField  // globals[d].constants[a] <- b
  case setGlobalIndex  // globals[d][c] <- b
  case appendGlobal  // globals[d] <- globals[d] + [b]
  case addGlobal  // globals[d] <- globals[d] + b
  // making
  case makeList  // a <- [b ..< b + d]
  case joinLists  // a <- lists b ..< b + d, one after the other
  case makeRecord  // a <- keyLists[d] with values from b
  case interpolate  // a <- text of b ..< b + d
  // calls
  case call  // a <- register b (arguments from b + 1, c of them)
  case callGlobal  // a <- the function globals[d], which nothing replaces (b and c as of call)
  /// a <- builtins[d] (arguments from b, c of them, which are cleared unless c has `keepsArguments`)
  case callBuiltin
  case returnValue  // a
  case drive  // the function in the frame's driver goes on
  case makeFunction  // a <- closures[d]
  case makeCell  // a <- a cell that holds a
  case loadCell  // a <- what the cell b holds
  case storeCell  // the cell a holds b
  case runModule  // modules[d], unless it ran before
  // errors
  case pushHandler  // an error goes to d, and what it says to a
  case popHandler
  // loops
  /// Where the counter a is past the bound b jumps to d
  case rangeStart
  /// While the counter a is below the bound b it goes one on and jumps to d
  case rangeNext
  case openIterator  // over a
  /// a <- element, b <- value of a pair (c: whether two names are wanted); at the end jumps to d
  case iteratorNext
  case closeIterator
  // what the machine stops for
  case command  // a <- commands[d]
  case definition  // definitions[d]
  case collect  // a: a stream becomes a table
  /// a: the end of a pipeline; b: shown at a prompt; c: stages may have unfinished work
  case finish
}

extension Opcode {
  /// The operator as it is written.
  package var symbol: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .floorDivide: "//"
    case .remainder: "%"
    case .intersect: "&"
    case .less: "<"
    case .lessEqual: "<="
    case .greater: ">"
    case .greaterEqual: ">="
    case .equal: "=="
    case .notEqual: "!="
    case .isIn: "in"
    case .matchesGlob: "matches"
    case .matchesRegex: "=~"
    case .append, .addInteger, .appendGlobal, .addGlobal: "+"
    default: "?"
    }
  }
}

/// Twelve bytes.
package struct Instruction: Sendable {
  var op: Opcode
  var a: UInt16
  var b: UInt16
  var c: UInt16
  var d: Int32

  /// In `c` of `callBuiltin`: the argument is a local, which keeps its value.
  static let keepsArguments = 0x8000
  var argumentCount: Int { Int(c) & (Instruction.keepsArguments - 1) }
  var keepsArguments: Bool { Int(c) & Instruction.keepsArguments != 0 }
}
