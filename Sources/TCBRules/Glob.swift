// One way a pattern can match: a prefix, a whole path, or literal text around something wild.

import Glibc

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
  /// What lies between the literal prefix and the literal suffix. All but the last two are answered without
  /// running anything; they are what most patterns in use look like.
  enum Gap: Sendable {
    case anything
    case withoutSlash
    /// Nothing, or bytes that end in `/`.
    case wholeSegments
    case narrow(NarrowAutomaton)
    case wide(ByteAutomaton)
  }

  let prefix: [UInt8]
  let suffix: [UInt8]
  /// Before the suffix, or before the end, stand this many single characters that are not literal, and before them this
  /// text. Only where the gap takes an automaton, which it may spare.
  let singles: Int
  let nearSuffix: [UInt8]
  let gap: Gap
  /// The gap once more, for ``GapProgram``; empty where that cannot be, or need not.
  let program: [UInt8]
  /// Which of the pattern's alternatives this is.
  let alternative: Int

  func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    guard path.count >= prefix.count + suffix.count, path.starts(with: prefix, at: 0) else { return false }
    let suffixStart = path.count - suffix.count
    guard path.starts(with: suffix, at: suffixStart) else { return false }
    switch gap {
    case .anything: return true
    case .withoutSlash:
      guard let start = path.baseAddress else { return true }
      return memchr(start + prefix.count, Int32(UInt8(ascii: "/")), suffixStart - prefix.count) == nil
    case .wholeSegments: return suffixStart == prefix.count || path[suffixStart - 1] == UInt8(ascii: "/")
    case .narrow(let automaton): return automaton.matches(path, from: prefix.count)
    case .wide(let automaton): return automaton.matches(path)
    }
  }
}

extension PatternForm {
  /// The one form of steps that end in `.end`; `branches` is empty where they have been resolved.
  init(_ steps: [PatternProgram.Step], branches: [[Int]], classes: [ScalarClass], alternative: Int) {
    let literal = Glob.literalBytes(steps[...])
    if literal.steps == steps.count - 1 {
      self = literal.bytes.last == UInt8(ascii: "/") ? .prefix(literal.bytes) : .whole(literal.bytes)
    } else {
      self = .glob(
        Glob(steps, branches: branches, classes: classes, prefix: literal, alternative: alternative))
    }
  }
}

extension Glob {
  fileprivate init(
    _ steps: [PatternProgram.Step], branches: [[Int]], classes: [ScalarClass],
    prefix: (bytes: [UInt8], steps: Int), alternative: Int
  ) {
    let end = steps.count - 1
    let suffixStart = Self.suffixStart(steps, after: prefix.steps)
    // What ends in `/` goes on with everything under it.
    let isOpenEnded = steps[end - 1] == .scalar(Scalars.slash)

    self.prefix = prefix.bytes
    self.alternative = alternative
    suffix = Self.literalBytes(steps[suffixStart...]).bytes
    (singles, nearSuffix) = Self.near(steps, prefix.steps..<suffixStart)
    let opensSegment = prefix.bytes.isEmpty || prefix.bytes.last == UInt8(ascii: "/")
    let slash = PatternProgram.Step.scalar(Scalars.slash)
    let between = prefix.steps..<suffixStart
    switch Array(steps[between]) {
    case [.deepRun]: (gap, program) = (.anything, [])
    case [.run]: (gap, program) = (.withoutSlash, [])
    case [.deepRun, slash] where opensSegment && !isOpenEnded: (gap, program) = (.wholeSegments, [])
    case [.deepRun, slash, .run] where opensSegment: (gap, program) = (.anything, [])
    default:
      program = GapProgram.bytes(of: steps, in: between, isOpenEnded: isOpenEnded, classes: classes) ?? []
      if let narrow = NarrowAutomaton(steps, from: prefix.steps, branches: branches, classes: classes) {
        gap = .narrow(narrow)
      } else {
        var builder = ByteAutomatonBuilder()
        builder.add(steps, branches: branches, classes: classes, place: 0)
        gap = .wide(ByteAutomaton(builder))
      }
    }
  }

  /// Where the literal text begins that every path matched ends with.
  private static func suffixStart(_ steps: [PatternProgram.Step], after prefix: Int) -> Int {
    let end = steps.count - 1
    var start = end
    while start > prefix, case .scalar = steps[start - 1] { start -= 1 }
    // A `/` after a `**` may go unmatched with it, so it is not counted on.
    if start < end, steps[start] == .scalar(Scalars.slash) { start += 1 }
    return steps[end - 1] == .scalar(Scalars.slash) ? end : start
  }

  /// What stands before the suffix, as far as it has a fixed number of characters.
  private static func near(_ steps: [PatternProgram.Step], _ range: Range<Int>) -> (Int, [UInt8]) {
    var start = range.upperBound
    while start > range.lowerBound {
      switch steps[start - 1] {
      case .anyScalar, .oneOf: start -= 1
      default:
        let end = start
        // A `/` may go unmatched with a `**` before it.
        while start > range.lowerBound, case .scalar(let scalar) = steps[start - 1], scalar != Scalars.slash {
          start -= 1
        }
        let text = literalBytes(steps[start..<end]).bytes
        return text.isEmpty ? (0, []) : (range.upperBound - end, text)
      }
    }
    return (0, [])
  }

  static func literalBytes(_ steps: ArraySlice<PatternProgram.Step>) -> (bytes: [UInt8], steps: Int) {
    var bytes: [UInt8] = []
    var count = 0
    for step in steps {
      guard case .scalar(let scalar) = step else { break }
      Scalars.append(scalar, to: &bytes)
      count += 1
    }
    return (bytes, count)
  }

  /// The literal texts after the first wildcard that every path matched holds: those outside braces. A `/` that
  /// opens one may be the one the path begins as if it had.
  static func inner(_ steps: [PatternProgram.Step]) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    var current: [UInt8] = []
    var depth = 0
    var isFirst = true
    for step in steps {
      if case .scalar(let scalar) = step, depth == 0 {
        Scalars.append(scalar, to: &current)
        continue
      }
      if !isFirst { texts.append(current) }
      isFirst = false
      current = []
      if case .branch = step { depth += 1 }
      if step == .join { depth -= 1 }
    }
    return texts.filter { !$0.isEmpty }
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
