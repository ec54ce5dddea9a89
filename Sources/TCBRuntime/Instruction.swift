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
  case loadRowEnvironment  // env of the row
  // a <- b op c
  case add, subtract, multiply, divide, floorDivide, remainder, intersect
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  case isIn, matchesGlob
  case negate, not  // a <- op b
  // control
  case jump  // to d
  case jumpIfFalse, jumpIfTrue  // on a, to d
  case jumpIfNotNull  // on a, to d
  case jumpUnless  // a cmp b fails, cmp is the opcode c, to d
  case checkBool  // a
  // parts
  case field  // a <- b.names[d]; c: null where there is none
  case index  // a <- b[c]; d: null where there is none
  case setField  // a <- b with names[d] = c
  case setIndex  // a <- b with [c] = register d
  // making
  case makeList  // a <- [b ..< b + d]
  case joinLists  // a <- lists b ..< b + d, one after the other
  case makeRecord  // a <- keyLists[d] with values from b
  case interpolate  // a <- text of b ..< b + d
  // calls
  case call  // a <- register b (arguments from b + 1, c of them)
  case callBuiltin  // a <- builtins[d] (arguments from b, c of them)
  case returnValue  // a
  // loops
  case checkInteger  // a is a whole number, for the bounds of a range
  /// a <- counter b, which goes one on; past register c jumps to d
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
}
