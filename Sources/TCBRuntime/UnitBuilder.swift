// Code under construction: emitting, jumps to places not yet known, and the registers in use.

import TCBSyntax

struct UnitBuilder {
  let name: String
  var code: [Instruction] = []
  var spans: [SourceSpan] = []
  var constants: [Value] = []
  var names = NameTable()
  var rowFields = NameTable()
  var terms: [RowTerm] = []
  var keyLists: [[String]] = []
  var builtins: [NativeFunction] = []
  var commands: [CommandSite] = []
  var definitions: [DefinitionSite] = []
  var closures: [ClosureSite] = []
  var modules: [ModuleSite] = []
  var entries: [Int] = [0]
  /// Registers in use now, locals included, and the most there ever were.
  private(set) var used: Int
  private(set) var registerCount: Int
  /// Set when the unit needs more registers or code than instructions can name.
  private(set) var overflowed = false
  /// The loops around what is being compiled: where their `break`s and `continue`s wait for a target.
  var loops: [Loop] = []

  /// `try` blocks around what is being compiled.
  var handlerDepth = 0

  struct Loop {
    var breaks: [Int] = []
    /// Jumps that wait for the place where the loop goes on, where that is not known yet.
    var continues: [Int] = []
    var continueTarget: Int?
    var handlerDepth: Int
  }

  init(name: String, localCount: Int) {
    self.name = name
    used = localCount
    registerCount = localCount
    overflowed = localCount > UnitBuilder.mostRegisters
  }

  static let mostRegisters = 60_000
  static let mostInstructions = 50_000_000

  @discardableResult
  mutating func emit(_ op: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, d: Int = 0, at span: SourceSpan)
    -> Int
  {
    let instruction = Instruction(
      op: op, a: UInt16(clamping: a), b: UInt16(clamping: b), c: UInt16(clamping: c), d: Int32(clamping: d))
    if code.count >= UnitBuilder.mostInstructions {
      overflowed = true
    } else {
      code.append(instruction)
      spans.append(span)
    }
    return code.count - 1
  }

  /// Lets the jump at `index` go to the instruction that comes next.
  mutating func land(_ index: Int) {
    code[index].d = Int32(clamping: code.count)
  }

  var here: Int { code.count }

  mutating func allocate(_ count: Int = 1) -> Int {
    let first = used
    used += count
    registerCount = max(registerCount, used)
    guard used <= UnitBuilder.mostRegisters else {
      overflowed = true
      used = first
      return 0
    }
    return first
  }

  /// Gives back every register above `mark`.
  mutating func release(to mark: Int) { used = mark }

  mutating func constant(_ value: Value) -> Int {
    constants.append(value)
    return constants.count - 1
  }
}
