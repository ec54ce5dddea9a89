// Reads the text of a pattern into its program and measures how specific it is.

struct PatternReader {
  private struct OpenBrace {
    var offset: Int
    var branch: Int
    var jumps: [Int] = []
  }

  private let bytes: [UInt8]
  private var position = 0
  private var open: [OpenBrace] = []
  private(set) var program = PatternProgram()
  private(set) var hasWildcard = false
  /// Bytes of literal text before the first wildcard.
  private(set) var literalPrefix = 0
  /// Bytes of literal text outside classes and braces.
  private(set) var literalText = 0

  init(_ text: String) throws(PatternError) {
    bytes = Array(text.utf8)
    guard bytes.count <= Pattern.longestText else {
      throw PatternError(reason: .tooLong(bytes: bytes.count), offset: 0, length: bytes.count)
    }
    // Documented: a path never holds CAN, EM, SUB or ESC.
    if let offset = bytes.firstIndex(where: { (0x18...0x1B).contains($0) }) {
      throw PatternError(reason: .controlCharacter(bytes[offset]), offset: offset, length: 1)
    }
    while position < bytes.count { try readStep() }
    if let brace = open.last {
      throw PatternError(reason: .unclosedBrace, offset: brace.offset, length: 1)
    }
    program.append(.end, bytes.count, 0)
    if let fault = program.segmentFault() { throw fault }
  }

  private mutating func readStep() throws(PatternError) {
    let start = position
    switch bytes[position] {
    case UInt8(ascii: "?"):
      position += 1
      wildcard(.anyScalar, from: start)
    case UInt8(ascii: "*"):
      position += 1
      let isDeep = peek(UInt8(ascii: "*"))
      if isDeep { position += 1 }
      wildcard(isDeep ? .deepRun : .run, from: start)
    case UInt8(ascii: "["):
      program.classes.append(try readClass())
      wildcard(.oneOf(program.classes.count - 1), from: start)
    case UInt8(ascii: "{"): openBrace()
    case UInt8(ascii: ",") where !open.isEmpty: nextAlternative()
    case UInt8(ascii: "}") where !open.isEmpty: try closeBrace()
    default:
      let scalar = try readScalar()
      program.append(.scalar(scalar), start, position - start)
      guard open.isEmpty else { return }
      let length = Unicode.Scalar(scalar).map(UTF8.width) ?? 0
      literalText += length
      if !hasWildcard { literalPrefix += length }
    }
  }

  private mutating func wildcard(_ step: PatternProgram.Step, from start: Int) {
    hasWildcard = true
    program.append(step, start, position - start)
  }

  private func peek(_ byte: UInt8) -> Bool {
    position < bytes.count && bytes[position] == byte
  }

  /// One character, quoted or not.
  private mutating func readScalar() throws(PatternError) -> UInt32 {
    if bytes[position] == UInt8(ascii: "\\") {
      position += 1
      guard position < bytes.count else {
        throw PatternError(reason: .trailingBackslash, offset: position - 1, length: 1)
      }
    }
    return bytes.withUnsafeBufferPointer { Scalars.next(in: $0, at: &position) }
  }
}

// MARK: - Braces

extension PatternReader {
  private mutating func openBrace() {
    open.append(OpenBrace(offset: position, branch: program.branches.count))
    position += 1
    wildcard(.branch(program.branches.count), from: position - 1)
    program.branches.append([program.steps.count])
  }

  private mutating func nextAlternative() {
    let last = open.count - 1
    open[last].jumps.append(program.steps.count)
    program.append(.jump(0), position, 1)
    program.branches[open[last].branch].append(program.steps.count)
    position += 1
  }

  private mutating func closeBrace() throws(PatternError) {
    guard let brace = open.popLast() else { return }
    position += 1
    let join = program.steps.count
    if program.branches[brace.branch] == [join] {
      throw PatternError(reason: .emptyBraces, offset: brace.offset, length: position - brace.offset)
    }
    program.append(.join, position - 1, 1)
    for jump in brace.jumps { program.steps[jump] = .jump(join) }
  }
}

// MARK: - Classes

extension PatternReader {
  private mutating func readClass() throws(PatternError) -> ScalarClass {
    let start = position
    position += 1
    var result = ScalarClass()
    if peek(UInt8(ascii: "^")) {
      throw PatternError(reason: .caretInClass, offset: position, length: 1)
    }
    if peek(UInt8(ascii: "!")) {
      result.isNegated = true
      position += 1
    }
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "]") {
        position += 1
        guard !result.ranges.isEmpty else {
          throw PatternError(reason: .emptyClass, offset: start, length: position - start)
        }
        return result
      }
      result.ranges.append(try readRange())
    }
    throw PatternError(reason: .unclosedClass, offset: start, length: 1)
  }

  /// `a`, or `a-z`; a hyphen that is the first or the last of its class stands for itself.
  private mutating func readRange() throws(PatternError) -> ClosedRange<UInt32> {
    let start = position
    let lower = try readMember()
    let hasUpper = peek(UInt8(ascii: "-")) && position + 1 < bytes.count
    guard hasUpper, bytes[position + 1] != UInt8(ascii: "]") else { return lower...lower }
    position += 1
    let upper = try readMember()
    guard lower <= upper else {
      throw PatternError(reason: .reversedRange, offset: start, length: position - start)
    }
    return lower...upper
  }

  private mutating func readMember() throws(PatternError) -> UInt32 {
    let start = position
    let scalar = try readScalar()
    guard scalar != Scalars.slash else {
      throw PatternError(reason: .slashInClass, offset: start, length: position - start)
    }
    return scalar
  }
}
