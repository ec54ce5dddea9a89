// JSON and CSV in and out, and digests.

import TCBExport
import TCBHost
import TCBInterface
import TCBRuntime
import TCBSyntax
import TCBText

enum DataFunctions {
  static let all: [NativeFunction] = [json, toJSON, csv, toCSV, hash]

  private static let json = NativeFunction(
    FunctionSignature(
      "json", ["text": .string], gives: .any, "The value that a JSON text says.",
      examples: [CommandExample(#"json('{"a": [1, 2.5, null]}')"#, "{a: [1, 2.5, null]}")])
  ) { arguments throws(RuntimeProblem) in
    let text = try arguments.plainText(0, "text", for: "JSON")
    return try JSONValue.read(text)
  }

  private static let toJSON = NativeFunction(
    FunctionSignature(
      "to_json", ["value": .any], gives: .string,
      "A value as JSON: times as RFC 3339 texts, durations as seconds, secrets not at all.",
      examples: [CommandExample(#"to_json({a: [1, "x"], b: 90s})"#, #"{"a":[1,"x"],"b":90}"#)])
  ) { arguments throws(RuntimeProblem) in
    do throws(ExportError) { return .string(try CellText.json(arguments[0].cell)) } catch {
      if error.reason == .host(HostError(.cancelled)) { throw .cancelled }
      throw .other(code: "E0421", message: error.message, help: nil)
    }
  }

  private static let csv = NativeFunction(
    FunctionSignature(
      "csv", ["text": .string], gives: .list,
      "The rows of a CSV text, whose first line names the fields, as a list of records of texts.",
      examples: [CommandExample(#"csv("a,b\n1,\"x, y\"\n")"#, #"[{a: "1", b: "x, y"}]"#)])
  ) { arguments throws(RuntimeProblem) in
    let text = try arguments.plainText(0, "text", for: "CSV")
    return try CSVText.read(text)
  }

  private static let toCSV = NativeFunction(
    FunctionSignature(
      "to_csv", ["list": .list], gives: .string, "A list of records as CSV, with a line of names before it.",
      examples: [CommandExample(#"trim(to_csv([{a: 1, b: "x, y"}]))"#, "a,b\n1,\"x, y\"")])
  ) { arguments throws(RuntimeProblem) in .string(try CSVText.write(try arguments.list(0, "list"))) }

  private static let hash = NativeFunction(
    FunctionSignature(
      "hash", ["text": .string, "algorithm": [.string, .null]], required: 1, gives: .string,
      "The digest of a text's bytes in hexadecimal: by `sha256`, or by `md5`, which links are signed with.",
      examples: [
        CommandExample(#"hash("abc", "md5")"#, "900150983cd24fb0d6963f7d28e17f72"),
        CommandExample(
          #"hash("abc")"#, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      ])
  ) { arguments throws(RuntimeProblem) in
    let text = try arguments.text(0, "text")
    let name =
      arguments.optional(1) == nil ? "sha256" : try arguments.plainText(1, "algorithm", for: "a name")
    guard let digest = HexDigest(rawValue: name) else {
      throw .other(
        code: "E0417", message: "no digest is called `\(name)`",
        help: .suggestion(nearest(name, in: HexDigest.allCases.map(\.rawValue)))
          ?? "there are md5 and sha256")
    }
    // The digest of a short secret tells the secret to whoever tries all.
    guard let hexadecimal = digest.textUnlessCancelled(of: text.string) else { throw .cancelled }
    return .text(TextValue(hexadecimal, isSecret: text.isSecret))
  }
}

/// JSON texts to values.
private enum JSONValue {
  static func read(_ text: String) throws(RuntimeProblem) -> Value {
    var text = text
    let result: Result<Value, RuntimeProblem> = text.withUTF8 { bytes in
      var scanner = JSONScanner(bytes)
      var watch = CancellationWatch()
      do throws(RuntimeProblem) {
        let value = try self.value(&scanner, depth: 0, &watch)
        do throws(WireError) { try scanner.finish() } catch { return .failure(problem(error)) }
        return .success(value)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func problem(_ error: WireError) -> RuntimeProblem {
    .other(code: "E0415", message: "this is no JSON: \(error.wording)", help: nil)
  }

  private static func value(
    _ scanner: inout JSONScanner, depth: Int, _ watch: inout CancellationWatch
  ) throws(RuntimeProblem) -> Value {
    try watch.step(8)
    guard depth < JSONScanner.nestingLimit else { throw .valueTooDeep }
    do throws(WireError) {
      if let simple = try scanner.scalar() {
        switch simple {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .whole(let value): return .int(value)
        case .float(let value): return .float(value)
        case .text(let value): return .string(value)
        }
      }
    } catch {
      throw problem(error)
    }
    var isFirst = true
    if scanner.open(UInt8(ascii: "[")) {
      var elements: [Value] = []
      while try more(&scanner, &isFirst, isRecord: false) {
        elements.append(try value(&scanner, depth: depth + 1, &watch))
      }
      return .list(try ListValue(elements))
    }
    guard scanner.open(UInt8(ascii: "{")) else {
      throw problem(.malformed(at: scanner.position, expected: .value))
    }
    var fields: [String: Value] = [:]
    var keys: [String] = []
    while try more(&scanner, &isFirst, isRecord: true) {
      let key = scanner.keyText
      // Of two fields of one name the later one counts, as everywhere else.
      if fields.updateValue(try value(&scanner, depth: depth + 1, &watch), forKey: key) == nil {
        keys.append(key)
      }
    }
    return .record(try RecordValue(keys: keys, values: keys.map { fields[$0] ?? .null }))
  }

  private static func more(_ scanner: inout JSONScanner, _ isFirst: inout Bool, isRecord: Bool)
    throws(RuntimeProblem) -> Bool
  {
    do throws(WireError) {
      return isRecord ? try scanner.nextField(isFirst: &isFirst) : try scanner.nextElement(isFirst: &isFirst)
    } catch {
      throw problem(error)
    }
  }
}

/// CSV texts (RFC 4180) to lists of records and back.
private enum CSVText {
  static func read(_ text: String) throws(RuntimeProblem) -> Value {
    let lines = try fields(of: Array(text.utf8))
    guard let names = lines.first else { return .list(try ListValue([])) }
    guard Set(names).count == names.count else {
      throw .other(code: "E0415", message: "this is no CSV: a name stands twice in its first line", help: nil)
    }
    var rows: [Value] = []
    var watch = CancellationWatch()
    for (index, line) in lines.enumerated().dropFirst() {
      try watch.step(line.count)
      guard line.count == names.count else {
        throw .other(
          code: "E0415",
          message: "this is no CSV: row \(index) has \(line.count) fields, and the first line \(names.count)",
          help: nil)
      }
      rows.append(
        .record(try RecordValue(keys: names, values: line.map { $0.isEmpty ? .null : .string($0) })))
    }
    return .list(try ListValue(rows))
  }

  private static func fields(of bytes: [UInt8]) throws(RuntimeProblem) -> [[String]] {
    var lines: [[String]] = []
    var line: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var index = 0
    func endField() {
      line.append(String(decoding: field, as: UTF8.self))
      field = []
    }
    var watch = CancellationWatch()
    while index < bytes.count {
      try watch.step()
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          field.append(byte)
        } else if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
      case UInt8(ascii: ","): endField()
      case UInt8(ascii: "\r") where index < bytes.count && bytes[index] == UInt8(ascii: "\n"): continue
      case UInt8(ascii: "\n"):
        endField()
        lines.append(line)
        line = []
      default: field.append(byte)
      }
    }
    if isQuoted { throw .other(code: "E0415", message: "this is no CSV: a quote is not closed", help: nil) }
    if !field.isEmpty || !line.isEmpty {
      endField()
      lines.append(line)
    }
    return lines
  }

  static func write(_ rows: [Value]) throws(RuntimeProblem) -> String {
    var names: [String] = []
    var seen: Set<String> = []
    var watch = CancellationWatch()
    for (index, row) in rows.enumerated() {
      try watch.step()
      guard case .record(let record) = row else {
        throw .wrongType("element \(index)", wanted: "a record", found: row.typeName)
      }
      for key in record.keys where seen.insert(key).inserted { names.append(key) }
    }
    guard !names.isEmpty else { return "" }
    var text = names.map(field).joined(separator: ",") + "\n"
    for case .record(let record) in rows {
      try watch.step(names.count * 8)
      text += names.map { field(shown(record[$0] ?? .null)) }.joined(separator: ",") + "\n"
      if text.utf8.count > Value.greatestText { throw .tooLarge("to_csv") }
    }
    return text
  }

  private static func shown(_ value: Value) -> String {
    if case .null = value { return "" }
    return value.displayText
  }

  private static func field(_ text: String) -> String {
    if text.utf8.count > 1 << 16, Task.isCancelled { return "" }
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
