// A compiled function, main text or row expression, with what its instructions refer to.

import TCBSyntax

package final class CodeUnit: Sendable {
  package let name: String
  let code: [Instruction]
  /// The place each instruction was compiled from.
  let spans: [SourceSpan]
  let constants: [Value]
  let names: [String]
  let keyLists: [[String]]
  let builtins: [NativeFunction]
  let registerCount: Int
  package let commands: [CommandSite]
  package let definitions: [DefinitionSite]
  /// The fields of `it` that it reads, by the operand of `loadRowField`.
  package let rowFields: [String]

  init(_ builder: UnitBuilder) {
    name = builder.name
    code = builder.code
    spans = builder.spans
    constants = builder.constants
    names = builder.names.values
    keyLists = builder.keyLists
    builtins = builder.builtins
    registerCount = builder.registerCount
    commands = builder.commands
    definitions = builder.definitions
    rowFields = builder.rowFields.values
  }
}

/// A command in the code: its tree, and where the values of its arguments are.
package struct CommandSite: Sendable {
  package let call: CommandCall
  /// One per parameter of the signature.
  package let arguments: [SiteArgument]
}

package enum SiteArgument: Sendable {
  case absent
  case registers([Int])
  case row(RowUnit)
  case names([String])
  case word(String)
  case flag
}

/// A compiled row expression and the locals around it that it uses.
package struct RowUnit: Sendable {
  package let unit: CodeUnit
  package let captures: [(outer: Int, inner: Int)]
  package let span: SourceSpan
  package let text: String
}

/// A definition in the code: its tree, and the registers of its expressions in the order they stand in the text.
package struct DefinitionSite: Sendable {
  package let definition: Definition
  package let slot: Int
  package let registers: [Int]
  package let rows: [RowUnit]
}

/// A row expression with the values it closed over: what a command gets to evaluate for each row.
package struct RowFunction: Sendable {
  package let unit: CodeUnit
  package let captured: [(register: Int, value: Value)]
  package let span: SourceSpan
  /// As it was written.
  package let text: String
}

/// The row that `it` stands for. Field numbers are those of the unit's `rowFields`.
package protocol RowFields: AnyObject {
  /// The value of a field, or nil where the row has none.
  func value(ofField index: Int) -> Value?
  func record() -> Value
  func environment() -> Value
  var fieldNames: [String] { get }
}

/// A function of the language written in Swift. It may not wait.
package struct NativeFunction: Sendable {
  package let signature: FunctionSignature
  package let body: @Sendable (ArraySlice<Value>) throws(RuntimeProblem) -> Value

  package init(
    _ signature: FunctionSignature,
    _ body: @escaping @Sendable (ArraySlice<Value>) throws(RuntimeProblem) -> Value
  ) {
    self.signature = signature
    self.body = body
  }
}

/// Names to small numbers.
struct NameTable {
  private(set) var values: [String] = []
  private var indexes: [String: Int] = [:]

  mutating func index(of name: String) -> Int {
    if let index = indexes[name] { return index }
    indexes[name] = values.count
    values.append(name)
    return values.count - 1
  }
}
