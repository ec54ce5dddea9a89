// The text of a regular expression to its parts.

import TCBText

struct RegularExpressionReader {
  indirect enum Node {
    case empty
    case step(RegularExpression.Step)
    case sequence([Node])
    case choice([Node])
    case repeated(Node, least: Int, most: Int?)
  }

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0
  var sets: [RegularExpression.ScalarSet] = []
  var ignoresCase = false

  static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
  static let space: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20]
  private static let deepest = 100
  private static let mostRepeats = 1_000

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  mutating func read() throws(RuntimeProblem) -> Node {
    if take("(?i)") { ignoresCase = true }
    let node = try readChoice()
    if position < scalars.count { throw wrong("`)` closes nothing") }
    return node
  }

  private func wrong(_ what: Wording) -> RuntimeProblem {
    .badPattern("in this regular expression \(what), at character \(position + 1)")
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func readChoice() throws(RuntimeProblem) -> Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw wrong("groups are nested too deeply") }
    var choices = [try readSequence()]
    while take("|") { choices.append(try readSequence()) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func readSequence() throws(RuntimeProblem) -> Node {
    var parts: [Node] = []
    while let scalar = current, scalar != "|", scalar != ")" {
      parts.append(try readRepeated())
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func readRepeated() throws(RuntimeProblem) -> Node {
    var node = try readAtom()
    var repeats = 0
    while let (least, most) = try readCount() {
      repeats += 1
      guard repeats == 1 else { throw wrong("a repetition stands behind a repetition") }
      node = .repeated(node, least: least, most: most)
    }
    return node
  }

  /// `*`, `+`, `?`, `{2,5}`, each perhaps with a `?` behind it.
  private mutating func readCount() throws(RuntimeProblem) -> (Int, Int?)? {
    let count: (Int, Int?)
    if take("*") {
      count = (0, nil)
    } else if take("+") {
      count = (1, nil)
    } else if take("?") {
      count = (0, 1)
    } else if current == "{", let bounds = try readBounds() {
      count = bounds
    } else {
      return nil
    }
    _ = take("?")
    return count
  }

  /// `{m}`, `{m,}` or `{m,n}`; nil where the brace is a literal one.
  private mutating func readBounds() throws(RuntimeProblem) -> (Int, Int?)? {
    let start = position
    position += 1
    guard let least = readNumber() else {
      position = start
      return nil
    }
    var most: Int? = least
    if take(",") { most = readNumber() }
    guard take("}") else {
      position = start
      return nil
    }
    guard least <= Self.mostRepeats, (most ?? least) <= Self.mostRepeats, (most ?? least) >= least else {
      throw wrong("a count is out of range: at most \(Self.mostRepeats), the smaller one first")
    }
    return (least, most)
  }

  private mutating func readNumber() -> Int? {
    var value: Int?
    while let scalar = current, scalar >= "0", scalar <= "9" {
      value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
      position += 1
    }
    return value
  }

  private mutating func readAtom() throws(RuntimeProblem) -> Node {
    guard let scalar = current else { return .empty }
    switch scalar {
    case "(":
      position += 1
      if current == "?" {
        guard take("?:") else {
          throw wrong("only `(?:…)`, and `(?i)` at the beginning, are understood behind `(`")
        }
      }
      let inner = try readChoice()
      guard take(")") else { throw wrong("a `(` is not closed") }
      return inner
    case "[":
      position += 1
      return try readClass()
    case ".":
      position += 1
      return .step(.any)
    case "^":
      position += 1
      return .step(.start)
    case "$":
      position += 1
      return .step(.end)
    case "\\":
      position += 1
      return try readEscape()
    case "*", "+", "?": throw wrong("`\(scalar)` repeats nothing")
    default:
      position += 1
      return literal(scalar)
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> Node {
    .step(.scalar(ignoresCase ? folded(scalar) : scalar.value))
  }

  private mutating func set(_ ranges: [ClosedRange<UInt32>], negated: Bool) -> Node {
    sets.append(RegularExpression.ScalarSet(ranges: ranges, isNegated: negated))
    return .step(.oneOf(sets.count - 1))
  }

  private mutating func readEscape() throws(RuntimeProblem) -> Node {
    guard let scalar = current else { throw wrong("a `\\` stands at the end") }
    position += 1
    switch scalar {
    case "d": return set(Self.digits, negated: false)
    case "D": return set(Self.digits, negated: true)
    case "w": return set(Self.word, negated: false)
    case "W": return set(Self.word, negated: true)
    case "s": return set(Self.space, negated: false)
    case "S": return set(Self.space, negated: true)
    case "b": return .step(.wordBoundary(true))
    case "B": return .step(.wordBoundary(false))
    default: return literal(try escaped(scalar))
    }
  }

  /// The character that an escape stands for.
  private mutating func escaped(_ scalar: Unicode.Scalar) throws(RuntimeProblem) -> Unicode.Scalar {
    switch scalar {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "u":
      guard take("{") else { throw wrong("`\\u` needs `{…}`") }
      var value: UInt32 = 0
      var digits = 0
      while let digit = hexValue(current) {
        value = min(value, 0xFFFFFF) * 16 + digit
        digits += 1
        position += 1
      }
      guard digits > 0, take("}"), let result = Unicode.Scalar(value) else {
        throw wrong("this is no character")
      }
      return result
    default:
      let isLetter = scalar.value < 0x80 && Self.word.contains { $0.contains(scalar.value) } && scalar != "_"
      // What a letter or a digit means behind a backslash is not for this to guess: a back reference, say.
      if isLetter { throw wrong("`\\\(scalar)` is not understood") }
      return scalar
    }
  }

  private func hexValue(_ scalar: Unicode.Scalar?) -> UInt32? {
    switch scalar {
    case let digit? where digit >= "0" && digit <= "9": digit.value - 0x30
    case let digit? where digit >= "a" && digit <= "f": digit.value - 0x61 + 10
    case let digit? where digit >= "A" && digit <= "F": digit.value - 0x41 + 10
    default: nil
    }
  }

  /// Behind the `[`.
  private mutating func readClass() throws(RuntimeProblem) -> Node {
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while let scalar = current, scalar != "]" || isFirst {
      isFirst = false
      position += 1
      var lower = scalar
      if scalar == "\\" {
        guard let next = current else { break }
        position += 1
        if let named = Self.named(next) {
          ranges += named
          continue
        }
        lower = try escaped(next)
      }
      guard current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
        add(lower, lower, to: &ranges)
        continue
      }
      position += 1
      var upper = scalars[position]
      position += 1
      if upper == "\\", let next = current {
        position += 1
        upper = try escaped(next)
      }
      guard lower <= upper else { throw wrong("a range goes from the greater to the smaller") }
      add(lower, upper, to: &ranges)
    }
    guard take("]") else { throw wrong("a `[` is not closed") }
    return set(ranges, negated: isNegated)
  }

  private func add(_ lower: Unicode.Scalar, _ upper: Unicode.Scalar, to ranges: inout [ClosedRange<UInt32>]) {
    ranges.append(lower.value...upper.value)
    // One letter is compared in its small form.
    if ignoresCase, lower == upper { ranges.append(folded(lower)...folded(lower)) }
  }

  private static func named(_ scalar: Unicode.Scalar) -> [ClosedRange<UInt32>]? {
    func others(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
      var result: [ClosedRange<UInt32>] = []
      var next: UInt32 = 0
      for range in ranges {
        if next < range.lowerBound { result.append(next...(range.lowerBound - 1)) }
        next = range.upperBound + 1
      }
      return result + [next...0x10FFFF]
    }
    switch scalar {
    case "d": return digits
    case "D": return others(digits)
    case "w": return word
    case "W": return others(word)
    case "s": return space
    case "S": return others(space)
    default: return nil
    }
  }
}
