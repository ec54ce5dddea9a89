// Functions over texts. What is looked for is found by its bytes, so that composed and decomposed letters differ, as they
// do in file ids; a result of a secret is a secret, and nothing can be asked of one.

import TCBRuntime
import TCBSyntax
import TCBText

enum TextFunctions {
  static let all: [NativeFunction] = [
    mapping("upper", "A text in capital letters.", #"upper("a.png")"#, "A.PNG") {
      text throws(RuntimeProblem) in
      TextValue(try text.string.inPieces { $0.uppercased() }, isSecret: text.isSecret)
    },
    mapping("lower", "A text in small letters.", #"lower("A.PNG")"#, "a.png") { text throws(RuntimeProblem) in
      TextValue(try text.string.inPieces { $0.lowercased() }, isSecret: text.isSecret)
    },
    mapping("trim", "A text without blanks and line ends around it.", #"trim("  a b ")"#, "a b") {
      $0.trimmed
    },
    testing("starts_with", "Whether a text begins with another.", #"starts_with("img/a", "img/")"#, "true") {
      $0.begins(with: $1)
    },
    testing("ends_with", "Whether a text ends with another.", #"ends_with("a.png", ".png")"#, "true") {
      $0.ends(with: $1)
    },
    testing("contains", "Whether a text has another in it.", #"contains("a/b", "/")"#, "true") {
      whole, part throws(RuntimeProblem) in try whole.contains(part)
    },
    split, join, replace,
  ]

  private static func text(
    _ arguments: ArgumentList, _ index: Int, _ name: String
  ) throws(RuntimeProblem) -> TextValue {
    guard arguments.indices.contains(index) else {
      throw .wrongType("`\(name)`", wanted: "a string", found: "null")
    }
    guard case .text(let text) = arguments[index] else {
      throw .wrongType("`\(name)`", wanted: "a string", found: arguments[index].typeName)
    }
    return text
  }

  private static func mapping(
    _ word: String, _ summary: String, _ code: String, _ result: String,
    _ body: @escaping @Sendable (TextValue) throws(RuntimeProblem) -> TextValue
  ) -> NativeFunction {
    NativeFunction(
      FunctionSignature(
        word, ["text": .string], gives: .string, summary, examples: [CommandExample(code, result)])
    ) {
      arguments throws(RuntimeProblem) in
      .text(try body(try text(arguments, 0, "text")))
    }
  }

  private static func testing(
    _ word: String, _ summary: String, _ code: String, _ result: String,
    _ body: @escaping @Sendable (TextValue, TextValue) throws(RuntimeProblem) -> Bool
  ) -> NativeFunction {
    NativeFunction(
      FunctionSignature(
        word, ["text": .string, "part": .string], gives: .bool, summary,
        examples: [CommandExample(code, result)])
    ) {
      arguments throws(RuntimeProblem) in
      let whole = try text(arguments, 0, "text")
      let part = try text(arguments, 1, "part")
      if whole.isSecret || part.isSecret { throw .secretUsed("a comparison") }
      return .bool(try body(whole, part))
    }
  }

  private static let split = NativeFunction(
    FunctionSignature(
      "split", ["text": .string, "separator": .string], gives: .list,
      "The parts of a text between separators.",
      examples: [CommandExample(#"split("a,b,,c", ",")"#, #"["a", "b", "", "c"]"#)])
  ) { arguments throws(RuntimeProblem) in
    let whole = try text(arguments, 0, "text")
    let separator = try text(arguments, 1, "separator")
    guard !separator.isEmpty else { throw emptyPart("separator") }
    var parts: [Value] = []
    var start = 0
    var watch = CancellationWatch()
    for place in try whole.places(of: separator) + [whole.count] {
      try watch.step(8 + (place - start) / 64)
      parts.append(.text(whole.part(start..<place)))
      start = min(place + separator.count, whole.count)
    }
    return .list(try ListValue(parts))
  }

  private static let join = NativeFunction(
    FunctionSignature(
      "join", ["list": .list, "separator": .string], required: 1, gives: .string,
      "The texts of a list, with a separator between two.",
      examples: [CommandExample(#"join(["a", "b"], "/")"#, "a/b")])
  ) { arguments throws(RuntimeProblem) in
    guard case .list(let list)? = arguments.first else {
      throw .wrongType("`list`", wanted: "a list", found: arguments.first?.typeName ?? "null")
    }
    let separator = arguments.count > 1 ? try text(arguments, 1, "separator") : TextValue("")
    return .text(try joined(list.elements, separator))
  }

  /// Measured first, so that each text is copied once; looked at where they lie, since there may be a million.
  private static func joined(_ elements: [Value], _ separator: TextValue) throws(RuntimeProblem) -> TextValue
  {
    try elements.withUnsafeBufferPointer { (elements) throws(RuntimeProblem) -> TextValue in
      guard let first = elements.baseAddress else { return TextValue("", isSecret: separator.isSecret) }
      var isSecret = separator.isSecret
      var length = 0
      var watch = CancellationWatch()
      for index in elements.indices {
        try watch.step()
        guard let text = Value.text(in: first + index) else {
          throw .wrongType("element \(index)", wanted: "a string", found: elements[index].typeName)
        }
        length += text.bytes.count + (index > 0 ? separator.count : 0)
        isSecret = isSecret || text.isSecret
        if length > Value.greatestText { throw .tooLarge("join") }
      }
      return TextValue(capacity: length, isSecret: isSecret) { buffer in
        var end = 0
        for index in elements.indices {
          // Cut short where the run was stopped.
          if watch.isCancelled(after: 8) { break }
          if index > 0 {
            separator.copy(to: buffer, at: end)
            end += separator.count
          }
          guard let text = Value.text(in: first + index) else { continue }
          _ = UnsafeMutableBufferPointer(rebasing: buffer[end...]).update(fromContentsOf: text.bytes)
          end += text.bytes.count
        }
        return end
      }
    }
  }

  private static let replace = NativeFunction(
    FunctionSignature(
      "replace", ["text": .string, "part": .string, "with": .string], gives: .string,
      "A text with each occurrence of a part replaced.",
      examples: [CommandExample(#"replace("a b c", " ", "-")"#, "a-b-c")])
  ) { arguments throws(RuntimeProblem) in
    let whole = try text(arguments, 0, "text")
    let part = try text(arguments, 1, "part")
    let other = try text(arguments, 2, "with")
    if part.isSecret { throw .secretUsed("a comparison") }
    guard !part.isEmpty else { throw emptyPart("part") }
    let found = try whole.places(of: part)
    let (added, overflow) = found.count.multipliedReportingOverflow(by: other.count)
    let kept = whole.count - found.count * part.count
    guard !overflow, added <= Value.greatestText, kept + added <= Value.greatestText else {
      throw .tooLarge("replace")
    }
    let isSecret = whole.isSecret || other.isSecret
    let result = TextValue(capacity: kept + added, isSecret: isSecret) { buffer in
      whole.withBytes { bytes in
        var end = 0
        var start = 0
        for place in found + [bytes.count] {
          let piece = UnsafeBufferPointer(rebasing: bytes[start..<place])
          _ = UnsafeMutableBufferPointer(rebasing: buffer[end...]).update(fromContentsOf: piece)
          end += piece.count
          guard place < bytes.count else { break }
          other.copy(to: buffer, at: end)
          end += other.count
          start = place + part.count
        }
        return end
      }
    }
    return .text(result)
  }

  private static func emptyPart(_ name: String) -> RuntimeProblem {
    .other(code: "E0417", message: "`\(name)` must not be empty", help: nil)
  }
}

extension String {
  /// What a change that looks at each scalar by itself makes of a text, piece by piece.
  fileprivate func inPieces(_ change: (String) -> String) throws(RuntimeProblem) -> String {
    let pieceLength = 1 << 16
    guard utf8.count > pieceLength else { return change(self) }
    let bytes = Array(utf8)
    var result = ""
    var start = 0
    while start < bytes.count {
      if Task.isCancelled { throw .cancelled }
      var end = min(start + pieceLength, bytes.count)
      // A piece ends where a scalar does.
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      result += change(String(decoding: bytes[start..<end], as: UTF8.self))
      start = end
    }
    return result
  }
}
