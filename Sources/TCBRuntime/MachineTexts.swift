// What the machine does with texts: interpolation, and matching them.

import TCBText

extension Machine {
  /// The text of values one behind the other, written where it will stay.
  static func interpolated(_ parts: UnsafeBufferPointer<Value>) throws(RuntimeProblem) -> Value {
    guard let first = parts.baseAddress else { return .string("") }
    var length = 0
    var isSecret = false
    var others: [TextValue] = []
    for part in first..<first + parts.count {
      if let text = Value.text(in: part) {
        length += text.bytes.count
        isSecret = isSecret || text.isSecret
      } else if case .int(let number) = part.pointee {
        length += DecimalDigits.count(number)
      } else {
        let text = TextValue(part.pointee.displayText, isSecret: part.pointee.holdsSecret)
        length += text.count
        others.append(text)
        isSecret = isSecret || text.isSecret
      }
      if length > Value.greatestText { throw .tooLarge("\\(…)") }
    }
    let text = TextValue(capacity: length, isSecret: isSecret) { buffer in
      var end = 0
      var next = others[...]
      for part in first..<first + parts.count {
        if let text = Value.text(in: part) {
          _ = UnsafeMutableBufferPointer(rebasing: buffer[end...]).update(fromContentsOf: text.bytes)
          end += text.bytes.count
        } else if case .int(let number) = part.pointee {
          end += DecimalDigits.write(number, to: buffer, at: end)
        } else if let text = next.popFirst() {
          text.copy(to: buffer, at: end)
          end += text.count
        }
      }
      return end
    }
    return .text(text)
  }

  func matchesGlob(_ path: Value, _ pattern: Value) throws(RuntimeProblem) -> Bool {
    guard case .text(let path) = path, case .text(let pattern) = pattern else {
      throw .noOperator("matches", left: path.typeName, right: pattern.typeName)
    }
    if path.isSecret || pattern.isSecret { throw .secretUsed("a comparison") }
    return try world.path(path.string, matches: pattern.string)
  }

  func matchesRegex(_ text: Value, _ pattern: Value) throws(RuntimeProblem) -> Bool {
    guard case .text(let text) = text, case .text(let pattern) = pattern else {
      throw .noOperator("=~", left: text.typeName, right: pattern.typeName)
    }
    if text.isSecret || pattern.isSecret { throw .secretUsed("a comparison") }
    let world = self.world
    if let known = expressions[pattern.string] {
      return try known.isFound(in: text.string) { world.isCancelled }
    }
    let expression = try RegularExpression(pattern.string)
    // Expressions made from data could be without number.
    if expressions.count > 200 { expressions = [:] }
    expressions[pattern.string] = expression
    return try expression.isFound(in: text.string) { world.isCancelled }
  }
}

/// Whole numbers in decimal, as bytes.
enum DecimalDigits {
  /// How many bytes a number takes.
  static func count(_ number: Int64) -> Int {
    var rest = number.magnitude
    var count = number < 0 ? 2 : 1
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    return count
  }

  /// Writes a number into a buffer that has room for it and says how many bytes it took.
  static func write(_ number: Int64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
    let count = count(number)
    var rest = number.magnitude
    var place = start + count
    repeat {
      place -= 1
      buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if number < 0 { buffer[start] = UInt8(ascii: "-") }
    return count
  }
}
