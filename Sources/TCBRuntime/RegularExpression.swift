// Regular expressions, for `=~`. Matched by walking all ways at once, so that the time is bounded by the text's length
// times the expression's, whatever it says: there is no backtracking that could go on for ever.
//
// Understood: literal characters, `.`, classes `[a-z]` `[^…]` with `\d \w \s` in them, `\d \D \w \W \s \S`, `^` `$`
// (the ends of the text), `\b` `\B`, groups `(…)` `(?:…)`, `|`, `* + ? {m} {m,} {m,n}` (also lazy, which decides
// nothing here), `\n \t \r \u{…}` and `(?i)` at the beginning. A character is a Unicode scalar.

import TCBText

package struct RegularExpression: Sendable {
  enum Step: Sendable {
    case scalar(UInt32)
    case any
    case oneOf(Int)
    case split(Int, Int)
    case jump(Int)
    case start, end
    case wordBoundary(Bool)
    case match
  }

  struct ScalarSet: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    func contains(_ scalar: UInt32) -> Bool {
      ranges.contains { $0.contains(scalar) } != isNegated
    }
  }

  var steps: [Step] = []
  var sets: [ScalarSet] = []
  var ignoresCase = false

  static let mostSteps = 20_000

  /// Throws `E0418` for what is no expression, or one too large.
  package init(_ pattern: String) throws(RuntimeProblem) {
    var reader = RegularExpressionReader(pattern)
    let node = try reader.read()
    ignoresCase = reader.ignoresCase
    sets = reader.sets
    try emit(node)
    steps.append(.match)
  }

  private mutating func add(_ step: Step) throws(RuntimeProblem) {
    guard steps.count < Self.mostSteps else { throw .badPattern("this regular expression is too large") }
    steps.append(step)
  }

  private mutating func emit(_ node: RegularExpressionReader.Node) throws(RuntimeProblem) {
    switch node {
    case .empty: break
    case .step(let step): try add(step)
    case .sequence(let parts): for part in parts { try emit(part) }
    case .choice(let choices):
      var ends: [Int] = []
      for (index, choice) in choices.enumerated() {
        let isLast = index == choices.count - 1
        let split = steps.count
        if !isLast { try add(.split(split + 1, 0)) }
        try emit(choice)
        if !isLast {
          ends.append(steps.count)
          try add(.jump(0))
          steps[split] = .split(split + 1, steps.count)
        }
      }
      for end in ends { steps[end] = .jump(steps.count) }
    case .repeated(let inner, let least, let most):
      for _ in 0..<least { try emit(inner) }
      guard let most else {
        let split = steps.count
        try add(.split(split + 1, 0))
        try emit(inner)
        try add(.jump(split))
        steps[split] = .split(split + 1, steps.count)
        return
      }
      var splits: [Int] = []
      for _ in 0..<max(0, most - least) {
        splits.append(steps.count)
        try add(.split(steps.count + 1, 0))
        try emit(inner)
      }
      for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
  }

  /// Whether the expression matches anywhere in the text. Asks `isCancelled` now and then, and throws when it says so.
  func isFound(in text: String, isCancelled: () -> Bool) throws(RuntimeProblem) -> Bool {
    var ways = Ways(count: steps.count)
    var arrived: [Int] = []
    var before: UInt32?
    var work = 0
    var scalars = text.unicodeScalars.makeIterator()
    while true {
      let here = scalars.next().map { ignoresCase ? folded($0) : $0.value }
      ways.clear()
      // A match may begin at every place.
      arrived.append(0)
      for at in arrived where follow(at, &ways, before, here) { return true }
      guard let here else { return false }
      arrived.removeAll(keepingCapacity: true)
      for at in ways.list where accepts(steps[at], here) { arrived.append(at + 1) }
      before = here
      work += ways.list.count + 1
      if work > 1 << 18 {
        work = 0
        if isCancelled() { throw .cancelled }
      }
    }
  }

  /// Steps that can be taken from here, each once.
  private struct Ways {
    var list: [Int] = []
    private var isThere: [Bool]
    var open: [Int] = []

    init(count: Int) { isThere = Array(repeating: false, count: count) }

    mutating func insert(_ at: Int) -> Bool {
      if isThere[at] { return false }
      isThere[at] = true
      list.append(at)
      return true
    }

    mutating func clear() {
      for at in list { isThere[at] = false }
      list.removeAll(keepingCapacity: true)
    }
  }

  /// Adds every step that is reached from `at` without a character; true where the match is one of them.
  private func follow(_ at: Int, _ ways: inout Ways, _ before: UInt32?, _ here: UInt32?) -> Bool {
    ways.open.append(at)
    while let at = ways.open.popLast() {
      guard ways.insert(at) else { continue }
      switch steps[at] {
      case .match:
        ways.open.removeAll()
        return true
      case .split(let one, let other):
        ways.open.append(other)
        ways.open.append(one)
      case .jump(let target): ways.open.append(target)
      case .start: if before == nil { ways.open.append(at + 1) }
      case .end: if here == nil { ways.open.append(at + 1) }
      case .wordBoundary(let wanted):
        if (isWord(before) != isWord(here)) == wanted { ways.open.append(at + 1) }
      case .scalar, .any, .oneOf: break
      }
    }
    return false
  }

  private func accepts(_ step: Step, _ scalar: UInt32) -> Bool {
    switch step {
    case .scalar(let wanted): return scalar == wanted
    case .any: return scalar != 0x0A
    case .oneOf(let index):
      if sets[index].contains(scalar) { return true }
      guard ignoresCase, let upper = Unicode.Scalar(scalar).map(raised) else { return false }
      return upper != scalar && sets[index].contains(upper) != sets[index].isNegated
    default: return false
    }
  }

  private func raised(_ scalar: Unicode.Scalar) -> UInt32 {
    let mapped = scalar.properties.uppercaseMapping.unicodeScalars
    return mapped.count == 1 ? mapped.first?.value ?? scalar.value : scalar.value
  }

  private func isWord(_ scalar: UInt32?) -> Bool {
    scalar.map { scalar in RegularExpressionReader.word.contains { $0.contains(scalar) } } ?? false
  }
}

/// The small letter of a scalar, where that is one scalar too.
func folded(_ scalar: Unicode.Scalar) -> UInt32 {
  if scalar.value < 0x80 {
    return scalar.value >= 0x41 && scalar.value <= 0x5A ? scalar.value + 32 : scalar.value
  }
  let mapped = scalar.properties.lowercaseMapping.unicodeScalars
  return mapped.count == 1 ? mapped.first?.value ?? scalar.value : scalar.value
}
