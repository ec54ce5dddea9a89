// One way a pattern can match: a prefix, a whole path, or literal text around something wild.

enum PatternForm: Sendable {
  case prefix([UInt8])
  case whole([UInt8])
  case glob(Glob)

  func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    switch self {
    case .prefix(let bytes): path.starts(with: bytes, at: 0)
    case .whole(let bytes): path.count == bytes.count && path.starts(with: bytes, at: 0)
    case .glob(let glob): glob.matches(path)
    }
  }
}

struct Glob: Sendable {
  /// What lies between the literal prefix and the literal suffix. All but the last are answered without
  /// running the automaton; they are what most patterns in use look like.
  private enum Gap: Sendable {
    case anything
    case withoutSlash
    /// Nothing, or bytes that end in `/`.
    case wholeSegments
    case automaton(Automaton)
  }

  let prefix: [UInt8]
  let suffix: [UInt8]
  /// The longest literal text after the prefix that every path matched must hold; may be empty.
  let keyword: [UInt8]
  private let gap: Gap

  func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    guard path.count >= prefix.count + suffix.count, path.starts(with: prefix, at: 0) else { return false }
    let suffixStart = path.count - suffix.count
    guard path.starts(with: suffix, at: suffixStart) else { return false }
    switch gap {
    case .anything: return true
    case .withoutSlash:
      for index in prefix.count..<suffixStart where path[index] == UInt8(ascii: "/") { return false }
      return true
    case .wholeSegments: return suffixStart == prefix.count || path[suffixStart - 1] == UInt8(ascii: "/")
    case .automaton(let automaton): return automaton.matches(path, from: prefix.count)
    }
  }
}

extension PatternForm {
  /// The one form of steps that end in `.end`; `branches` is empty where they have been resolved.
  init(_ steps: [PatternProgram.Step], branches: [[Int]], classes: [ScalarClass]) {
    let literal = Self.literalBytes(steps[...])
    if literal.steps == steps.count - 1 {
      self = literal.bytes.last == UInt8(ascii: "/") ? .prefix(literal.bytes) : .whole(literal.bytes)
    } else {
      let automaton = Automaton(steps, from: literal.steps, branches: branches, classes: classes)
      self = .glob(Glob(steps, prefix: literal, automaton: automaton))
    }
  }

  fileprivate static func literalBytes(
    _ steps: ArraySlice<PatternProgram.Step>
  ) -> (bytes: [UInt8], steps: Int) {
    var bytes: [UInt8] = []
    var count = 0
    for step in steps {
      guard case .scalar(let scalar) = step else { break }
      Scalars.append(scalar, to: &bytes)
      count += 1
    }
    return (bytes, count)
  }
}

extension Glob {
  fileprivate init(
    _ steps: [PatternProgram.Step], prefix: (bytes: [UInt8], steps: Int), automaton: Automaton
  ) {
    let end = steps.count - 1
    var suffixStart = end
    while suffixStart > prefix.steps, case .scalar = steps[suffixStart - 1] { suffixStart -= 1 }
    // A `/` after a `**` may go unmatched with it, so it is not counted on.
    if suffixStart < end, steps[suffixStart] == .scalar(Scalars.slash) { suffixStart += 1 }
    // What ends in `/` goes on with everything under it.
    let isOpenEnded = steps[end - 1] == .scalar(Scalars.slash)
    if isOpenEnded { suffixStart = end }

    self.prefix = prefix.bytes
    suffix = PatternForm.literalBytes(steps[suffixStart...]).bytes
    keyword = Self.longestLiteral(steps[prefix.steps...])
    let opensSegment = prefix.bytes.isEmpty || prefix.bytes.last == UInt8(ascii: "/")
    let slash = PatternProgram.Step.scalar(Scalars.slash)
    switch Array(steps[prefix.steps..<suffixStart]) {
    case [.deepRun]: gap = .anything
    case [.run]: gap = .withoutSlash
    case [.deepRun, slash] where opensSegment && !isOpenEnded: gap = .wholeSegments
    case [.deepRun, slash, .run] where opensSegment: gap = .anything
    default: gap = .automaton(automaton)
    }
  }

  /// Outside braces, and without a `/` that opens a run: it may go unmatched with a `**`.
  private static func longestLiteral(_ steps: ArraySlice<PatternProgram.Step>) -> [UInt8] {
    var longest: [UInt8] = []
    var current: [UInt8] = []
    var depth = 0
    for step in steps {
      if case .scalar(let scalar) = step, depth == 0 {
        if scalar != Scalars.slash || !current.isEmpty { Scalars.append(scalar, to: &current) }
        continue
      }
      if current.count > longest.count { longest = current }
      current = []
      if case .branch = step { depth += 1 }
      if step == .join { depth -= 1 }
    }
    return longest
  }
}

extension UnsafeBufferPointer where Element == UInt8 {
  /// Whether `bytes` stand at `offset`, which is within bounds or at their end.
  @inline(__always)
  func starts(with bytes: [UInt8], at offset: Int) -> Bool {
    guard count &- offset >= bytes.count else { return false }
    for index in 0..<bytes.count where self[offset &+ index] != bytes[index] { return false }
    return true
  }
}
