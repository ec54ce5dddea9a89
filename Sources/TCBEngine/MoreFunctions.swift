// Parts of texts and lists, numbers, times, and what reaches outside: `now`, `env_var`, `fileid`.

import TCBHost
import TCBInterface
import TCBRuntime
import TCBSyntax
import TCBText

enum MoreFunctions {
  static func all(_ context: @escaping @Sendable () -> RunContext?) -> [NativeFunction] {
    [slice, pad, format, joinPath, unique, zipped, flatten, range, round, abs, floor, fileid]
      + [now(context), environmentVariable(context)]
  }

  private static let slice = NativeFunction(
    FunctionSignature(
      "slice", ["value": [.string, .list], "from": .int, "to": [.int, .null]], required: 2,
      gives: [.string, .list],
      "A part of a text or a list, from one place up to but not including another; negative places count from the end.",
      examples: [
        CommandExample(#"slice("abcdef", 1, 3)"#, "bc"), CommandExample("slice([1, 2, 3], -2)", "[2, 3]"),
      ])
  ) { arguments throws(RuntimeProblem) in
    func bounds(_ count: Int) throws(RuntimeProblem) -> Range<Int> {
      func place(_ number: Int64) -> Int {
        let place = number < 0 ? number.addingReportingOverflow(Int64(count)).partialValue : number
        return Int(Swift.min(Swift.max(place, 0), Int64(count)))
      }
      let lower = place(try arguments.wholeNumber(1, "from"))
      let upper = arguments.optional(2) == nil ? count : place(try arguments.wholeNumber(2, "to"))
      return lower..<Swift.max(lower, upper)
    }
    switch arguments[0] {
    case .text(let text):
      // ASCII without `\r` has a character a byte, which needs no look at how letters combine.
      if text.isPlainASCII { return .text(text.part(try bounds(text.count))) }
      return .text(TextValue(try text.string.slice(bounds), isSecret: text.isSecret))
    case .list(let list):
      return .list(try ListValue(Array(list.elements[try bounds(list.elements.count)])))
    case let other: throw .wrongType("`value`", wanted: "a string or a list", found: other.typeName)
    }
  }

  private static let pad = NativeFunction(
    FunctionSignature(
      "pad", ["value": .any, "width": .int, "fill": [.string, .null]], required: 2, gives: .string,
      "What a value prints as, filled up at the front to a width in columns, or at the end where the width is negative.",
      examples: [CommandExample(#"pad(7, 3, "0")"#, "007"), CommandExample(#"pad("ab", -4, ".")"#, "ab..")])
  ) { arguments throws(RuntimeProblem) in
    let text = arguments[0].displayText
    let width = try arguments.wholeNumber(1, "width")
    let fill = arguments.optional(2) == nil ? " " : try arguments.text(2, "fill").string
    guard DisplayWidth.of(fill) == 1 else {
      throw .other(code: "E0417", message: "`fill` must be one character of one column", help: nil)
    }
    let (total, overflow) = Int64(DisplayWidth.of(text)).subtractingReportingOverflow(
      Int64(clamping: width.magnitude))
    if overflow || -total > Int64(Value.greatestText) { throw .tooLarge("pad") }
    let filling = String(repeating: fill, count: Int(Swift.max(0, -total)))
    let result = width < 0 ? text + filling : filling + text
    return .text(TextValue(result, isSecret: arguments[0].holdsSecret))
  }

  private static let format = NativeFunction(
    FunctionSignature(
      "format", ["number": .number, "digits": .int], gives: .string,
      "A number with so many digits behind the point, from 0 to 15.",
      examples: [CommandExample("format(2 / 3, 2)", "0.67"), CommandExample("format(5, 1)", "5.0")])
  ) { arguments throws(RuntimeProblem) in
    let digits = try arguments.wholeNumber(1, "digits")
    guard digits >= 0, digits <= 15 else {
      throw .other(code: "E0417", message: "`digits` must be from 0 to 15", help: nil)
    }
    switch arguments[0] {
    case .int(let number):
      return .string(digits == 0 ? String(number) : "\(number)." + String(repeating: "0", count: Int(digits)))
    case .float(let number): return .string(DecimalText.format(number, digits: Int(digits)))
    case let other: throw .wrongType("`number`", wanted: "a number", found: other.typeName)
    }
  }

  private static let joinPath = NativeFunction(
    FunctionSignature(
      "join_path", ["folder": .string, "path": .string], gives: .string,
      "A path below a folder, with one `/` between them.",
      examples: [CommandExample(#"join_path("img/", "/a.png")"#, "img/a.png")])
  ) { arguments throws(RuntimeProblem) in
    let (folder, path) = (try arguments.text(0, "folder"), try arguments.text(1, "path"))
    let slash = UInt8(ascii: "/")
    let end = folder.string.utf8.lastIndex { $0 != slash }.map { folder.string.utf8.index(after: $0) }
    let start = folder.string[..<(end ?? folder.string.startIndex)]
    let rest = path.string[(path.string.utf8.firstIndex { $0 != slash } ?? path.string.endIndex)...]
    let joined = start.isEmpty || rest.isEmpty ? String(start + rest) : "\(start)/\(rest)"
    return .text(TextValue(joined, isSecret: folder.isSecret || path.isSecret))
  }

  // MARK: Lists

  private static let unique = NativeFunction(
    FunctionSignature(
      "unique", ["list": .list], gives: .list, "The elements of a list, each once, as they first came.",
      examples: [CommandExample("unique([1, 2, 1.0, 2])", "[1, 2]")])
  ) { arguments throws(RuntimeProblem) in
    var seen: Set<String> = []
    let elements = try arguments.list(0, "list")
    var watch = CancellationWatch()
    var kept: [Value] = []
    for element in elements {
      try watch.step(16)
      if seen.insert(element.identity).inserted { kept.append(element) }
    }
    return .list(try ListValue(kept))
  }

  private static let zipped = NativeFunction(
    FunctionSignature(
      "zip", ["list": .list, "other": .list], gives: .list,
      "Pairs of the elements of two lists, as many as the shorter has.",
      examples: [CommandExample(#"zip([1, 2], ["a", "b"])"#, #"[[1, "a"], [2, "b"]]"#)])
  ) { arguments throws(RuntimeProblem) in
    var pairs: [Value] = []
    var watch = CancellationWatch()
    for (a, b) in Swift.zip(try arguments.list(0, "list"), try arguments.list(1, "other")) {
      try watch.step(8)
      pairs.append(.list(try ListValue([a, b])))
    }
    return .list(try ListValue(pairs))
  }

  private static let flatten = NativeFunction(
    FunctionSignature(
      "flatten", ["list": .list], gives: .list,
      "The elements of the lists in a list, one after the other; what is no list stays as it is.",
      examples: [CommandExample("flatten([[1, 2], 3, [[4]]])", "[1, 2, 3, [4]]")])
  ) { arguments throws(RuntimeProblem) in
    var result: [Value] = []
    var watch = CancellationWatch()
    for element in try arguments.list(0, "list") {
      try watch.step()
      if case .list(let inner) = element { result += inner.elements } else { result.append(element) }
      if result.count > Value.greatestList { throw .tooLarge("flatten") }
    }
    return .list(try ListValue(result))
  }

  private static let range = NativeFunction(
    FunctionSignature(
      "range", ["first": .int, "last": .int], gives: .list,
      "The whole numbers from one to another, both among them.",
      examples: [CommandExample("range(1, 4)", "[1, 2, 3, 4]")])
  ) { arguments throws(RuntimeProblem) in
    let (first, last) = (try arguments.wholeNumber(0, "first"), try arguments.wholeNumber(1, "last"))
    guard first <= last else { return .list(try ListValue([])) }
    let (count, overflow) = last.subtractingReportingOverflow(first)
    if overflow || count >= Int64(Value.greatestList) { throw .tooLarge("range") }
    var numbers: [Value] = []
    numbers.reserveCapacity(Int(count) + 1)
    var watch = CancellationWatch()
    for number in first...last {
      try watch.step()
      numbers.append(.int(number))
    }
    return .list(try ListValue(numbers))
  }

  // MARK: Numbers and times

  private static let round = NativeFunction(
    FunctionSignature(
      "round", ["number": .number], gives: .int, "The nearest whole number; a half goes away from zero.",
      examples: [CommandExample("round(2.5)", "3")])
  ) { arguments throws(RuntimeProblem) in try whole(arguments[0], "round", .toNearestOrAwayFromZero) }

  private static func whole(_ value: Value, _ name: String, _ rule: FloatingPointRoundingRule)
    throws(RuntimeProblem) -> Value
  {
    switch value {
    case .int: return value
    case .float(let number):
      guard let whole = Int64(exactly: number.rounded(rule)) else { throw .overflow(name) }
      return .int(whole)
    default: throw .wrongType("`number`", wanted: "a number", found: value.typeName)
    }
  }

  private static let abs = NativeFunction(
    FunctionSignature(
      "abs", ["number": [.int, .float, .duration]], gives: [.int, .float, .duration],
      "A number or a duration without its sign.",
      examples: [CommandExample("abs(3 - 5)", "2")])
  ) { arguments throws(RuntimeProblem) in
    switch arguments[0] {
    case .int(let number):
      guard number != .min else { throw .overflow("abs") }
      return .int(Swift.abs(number))
    case .float(let number): return .float(Swift.abs(number))
    case .duration(let duration):
      guard duration != .min else { throw .overflow("abs") }
      return .duration(Swift.abs(duration))
    case let other: throw .wrongType("`number`", wanted: "a number or a duration", found: other.typeName)
    }
  }

  private static let floor = NativeFunction(
    FunctionSignature(
      "floor", ["value": [.int, .float, .time, .duration], "unit": [.duration, .null]], required: 1,
      gives: [.int, .time, .duration],
      "A number rounded down, or a time or duration rounded down to whole units; those of times begin at midnight UTC.",
      examples: [
        CommandExample("floor(-1.5)", "-2"), CommandExample("floor(90m, 1h)", "1h"),
        CommandExample(#"floor(time("2026-11-23T08:30:00Z"), 1d)"#, "2026-11-23T00:00:00Z"),
      ])
  ) { arguments throws(RuntimeProblem) in
    let value = arguments[0]
    guard let unit = arguments.optional(1) else { return try whole(value, "floor", .down) }
    guard case .duration(let length) = unit, length > 0 else {
      throw .wrongType("`unit`", wanted: "a duration above 0", found: unit.typeName)
    }
    func down(_ number: Int64) throws(RuntimeProblem) -> Int64 {
      let rest = ((number % length) + length) % length
      let (result, overflow) = number.subtractingReportingOverflow(rest)
      if overflow { throw .overflow("floor") }
      return result
    }
    switch value {
    case .duration(let number): return .duration(try down(number))
    case .time(let number): return .time(try down(number))
    default: throw .wrongType("`value`", wanted: "a time or a duration", found: value.typeName)
    }
  }

  private static func now(_ context: @escaping @Sendable () -> RunContext?) -> NativeFunction {
    NativeFunction(
      FunctionSignature(
        "now", [:], gives: .time, "The time it is.", examples: [CommandExample("type(now())", "time")])
    ) { _ throws(RuntimeProblem) in .time(context()?.host.now() ?? 0) }
  }

  private static func environmentVariable(_ context: @escaping @Sendable () -> RunContext?) -> NativeFunction
  {
    NativeFunction(
      FunctionSignature(
        "env_var", ["name": .string, "default": .any], required: 1, gives: .any,
        "The environment variable of that name, or the default, or null where it is not set.",
        examples: [CommandExample(#"env_var("TCB_NOT_SET", "none")"#, "none")])
    ) { arguments throws(RuntimeProblem) in
      let name = try arguments.plainText(0, "name", for: "a name")
      guard let context = context() else { return .null }
      let value = try context.world.environmentVariable(name)
      if case .null = value { return arguments.optional(1) ?? .null }
      return value
    }
  }

  private static let fileid = NativeFunction(
    FunctionSignature(
      "fileid", ["text": .string], gives: .record, "The parts of a file id as a record.",
      examples: [
        CommandExample(
          #"fileid("cloud://test2-4a89da.7465-test2-4a89da/A.png")"#,
          #"{env: "test2-4a89da", bucket: "7465-test2-4a89da", path: "A.png"}"#)
      ])
  ) { arguments throws(RuntimeProblem) in
    let text = try arguments.plainText(0, "text", for: "a file id")
    do throws(FileIDError) {
      let id = try FileID(parsing: text)
      return .record([
        ("env", .string(id.environment)), ("bucket", .string(id.bucket)), ("path", .string(id.path)),
      ])
    } catch {
      throw .notConvertible(text, to: "file id: \(error.wording)")
    }
  }
}

extension String {
  /// The characters between two places, which `bounds` gives for their number.
  fileprivate func slice(_ bounds: (Int) throws(RuntimeProblem) -> Range<Int>) throws(RuntimeProblem)
    -> String
  {
    var watch = CancellationWatch()
    var places: [Index] = []
    for place in indices {
      try watch.step(8)
      places.append(place)
    }
    let range = try bounds(places.count)
    func place(_ index: Int) -> Index { index < places.count ? places[index] : endIndex }
    return String(self[place(range.lowerBound)..<place(range.upperBound)])
  }
}
