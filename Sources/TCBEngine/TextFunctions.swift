// Functions over texts. What is looked for is found by its bytes, so that composed and decomposed letters differ, as they
// do in file ids; a result of a secret is a secret, and nothing can be asked of one.

import TCBRuntime
import TCBSyntax
import TCBText

enum TextFunctions {
  static let all: [NativeFunction] = [
    mapping("upper", "A text in capital letters.", #"upper("a.png")"#, "A.PNG") {
      text throws(RuntimeProblem) in
      try text.inPieces { $0.uppercased() }
    },
    mapping("lower", "A text in small letters.", #"lower("A.PNG")"#, "a.png") { text throws(RuntimeProblem) in
      try text.inPieces { $0.lowercased() }
    },
    mapping("trim", "A text without blanks and line ends around it.", #"trim("  a b ")"#, "a b") {
      $0.trimmed
    },
    testing("starts_with", "Whether a text begins with another.", #"starts_with("img/a", "img/")"#, "true") {
      $0.utf8.starts(with: $1.utf8)
    },
    testing("ends_with", "Whether a text ends with another.", #"ends_with("a.png", ".png")"#, "true") {
      $0.utf8.count >= $1.utf8.count && $0.utf8.suffix($1.utf8.count).elementsEqual($1.utf8)
    },
    testing("contains", "Whether a text has another in it.", #"contains("a/b", "/")"#, "true") {
      whole, part throws(RuntimeProblem) in
      if part.isEmpty { return true }
      return try !ByteSearch.places(of: Array(part.utf8), in: Array(whole.utf8), most: 1).isEmpty
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
    _ body: @escaping @Sendable (String) throws(RuntimeProblem) -> String
  ) -> NativeFunction {
    NativeFunction(
      FunctionSignature(
        word, ["text": .string], gives: .string, summary, examples: [CommandExample(code, result)])
    ) {
      arguments throws(RuntimeProblem) in
      let text = try text(arguments, 0, "text")
      return .text(TextValue(try body(text.string), isSecret: text.isSecret))
    }
  }

  private static func testing(
    _ word: String, _ summary: String, _ code: String, _ result: String,
    _ body: @escaping @Sendable (String, String) throws(RuntimeProblem) -> Bool
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
      return .bool(try body(whole.string, part.string))
    }
  }

  private static let split = NativeFunction(
    FunctionSignature(
      "split", ["text": .string, "separator": .string], gives: .list,
      "The parts of a text between separators.",
      examples: [CommandExample(#"split("a,b,,c", ",")"#, #"["a", "b", "", "c"]"#)])
  ) { arguments throws(RuntimeProblem) in
    let whole = try text(arguments, 0, "text")
    let separator = Array(try text(arguments, 1, "separator").string.utf8)
    guard !separator.isEmpty else { throw emptyPart("separator") }
    let bytes = Array(whole.string.utf8)
    var parts: [Value] = []
    var start = 0
    var watch = CancellationWatch()
    for place in try ByteSearch.places(of: separator, in: bytes) + [bytes.count] {
      try watch.step(8 + (place - start) / 64)
      let part = String(decoding: bytes[start..<place], as: UTF8.self)
      parts.append(.text(TextValue(part, isSecret: whole.isSecret)))
      start = min(place + separator.count, bytes.count)
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
    var isSecret = separator.isSecret
    var length = 0
    var watch = CancellationWatch()
    for (index, element) in list.elements.enumerated() {
      try watch.step()
      guard case .text(let text) = element else {
        throw .wrongType("element \(index)", wanted: "a string", found: element.typeName)
      }
      length += text.string.utf8.count + (index > 0 ? separator.string.utf8.count : 0)
      isSecret = isSecret || text.isSecret
      if length > Value.greatestText { throw .tooLarge("join") }
    }
    var result = ""
    result.reserveCapacity(length)
    for (index, element) in list.elements.enumerated() {
      try watch.step(8 + (separator.string.utf8.count + Swift.min(length, 1 << 20)) / 64)
      if index > 0 { result += separator.string }
      if case .text(let text) = element { result += text.string }
    }
    return .text(TextValue(result, isSecret: isSecret))
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
    guard !part.string.isEmpty else { throw emptyPart("part") }
    let (bytes, wanted, given) = (Array(whole.string.utf8), Array(part.string.utf8), Array(other.string.utf8))
    let found = try ByteSearch.places(of: wanted, in: bytes)
    let (added, overflow) = found.count.multipliedReportingOverflow(by: given.count)
    guard !overflow, added <= Value.greatestText, bytes.count + added <= Value.greatestText else {
      throw .tooLarge("replace")
    }
    var result: [UInt8] = []
    var start = 0
    var watch = CancellationWatch()
    for place in found {
      try watch.step(8 + (place - start + given.count) / 64)
      result += bytes[start..<place]
      result += given
      start = place + wanted.count
    }
    result += bytes[start...]
    return .text(
      TextValue(String(decoding: result, as: UTF8.self), isSecret: whole.isSecret || other.isSecret))
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
