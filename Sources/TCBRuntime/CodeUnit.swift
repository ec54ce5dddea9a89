// A compiled function, main text or row expression, with what its instructions refer to.

import TCBSyntax

/// What a frame needs of its unit at each instruction, in one place.
struct UnitHeader {
  let code: UnsafeMutablePointer<Instruction>
  let constants: UnsafeMutablePointer<Value>
  let builtins: UnsafeMutablePointer<Unmanaged<NativeFunction>>
  let unit: Unmanaged<CodeUnit>
  let registerCount: Int
}

// Unchecked: nothing of it changes once it is made; the pointers are to memory of its own, freed with it.
package final class CodeUnit: @unchecked Sendable {
  package let name: String
  private let code: UnsafeMutableBufferPointer<Instruction>
  private let constants: UnsafeMutableBufferPointer<Value>
  /// Those of `builtins`, which keeps them alive.
  private let natives: UnsafeMutableBufferPointer<Unmanaged<NativeFunction>>
  let header: UnsafeMutablePointer<UnitHeader> = .allocate(capacity: 1)
  /// The place each instruction was compiled from.
  let spans: [SourceSpan]
  let names: [String]
  let keyLists: [[String]]
  let builtins: [NativeFunction]
  let registerCount: Int
  let closures: [ClosureSite]
  let modules: [ModuleSite]
  package let commands: [CommandSite]
  package let definitions: [DefinitionSite]
  /// The fields of `it` that it reads, by the operand of `loadRowField`.
  package let rowFields: [String]
  /// What a row expression comes to where it can be decided column by column; otherwise empty.
  package let terms: [RowTerm]
  /// Where the code begins with as many arguments as must be given, with one more, … up to all.
  let entries: [Int]

  init(_ builder: UnitBuilder) {
    name = builder.name
    code = .allocate(capacity: builder.code.count)
    _ = code.initialize(from: builder.code)
    constants = .allocate(capacity: builder.constants.count)
    _ = constants.initialize(from: builder.constants)
    natives = .allocate(capacity: builder.builtins.count)
    _ = natives.initialize(from: builder.builtins.map { .passUnretained($0) })
    spans = builder.spans
    names = builder.names.values
    keyLists = builder.keyLists
    builtins = builder.builtins
    registerCount = builder.registerCount
    closures = builder.closures
    modules = builder.modules
    commands = builder.commands
    definitions = builder.definitions
    rowFields = builder.rowFields.values
    terms = builder.terms
    entries = builder.entries
    // INVARIANT: a unit has at least its `returnValue`, so its code has an address. Constants and functions may be none, and
    // then no instruction names one.
    let nowhere = 16
    header.initialize(
      to: UnitHeader(
        code: code.baseAddress ?? UnsafeMutablePointer(bitPattern: nowhere).unsafelyUnwrapped,
        constants: constants.baseAddress ?? UnsafeMutablePointer(bitPattern: nowhere).unsafelyUnwrapped,
        builtins: natives.baseAddress ?? UnsafeMutablePointer(bitPattern: nowhere).unsafelyUnwrapped,
        unit: .passUnretained(self), registerCount: registerCount))
  }

  deinit {
    header.deallocate()
    code.deinitialize()
    code.deallocate()
    constants.deinitialize()
    constants.deallocate()
    natives.deallocate()
  }

  /// The number of the instruction at an address in this unit's code.
  func index(of instruction: UnsafeMutablePointer<Instruction>) -> Int { instruction - header.pointee.code }

  func constant(_ index: Int) -> Value { constants.indices.contains(index) ? constants[index] : .null }
}

/// A function among expressions: its code, and the registers whose values it takes along.
struct ClosureSite: Sendable {
  let unit: CodeUnit
  let parameterCount: Int
  let requiredCount: Int
  let captures: [(outer: Int, inner: Int)]
}

/// The main text of an imported file. `id` is the session's.
package struct ModuleSite: Sendable {
  package let id: Int
  package let unit: CodeUnit

  package init(id: Int, unit: CodeUnit) {
    self.id = id
    self.unit = unit
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
  /// The same by its name.
  func value(named name: String) -> Value?
  /// Whether a field is this text, or nil where the row has no such field.
  func field(_ index: Int, equals text: TextValue) -> Bool?
  func record() -> Value
  func environment() -> Value
  var fieldNames: [String] { get }
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
