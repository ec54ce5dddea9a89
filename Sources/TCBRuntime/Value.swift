// Values. An enum of sixteen bytes: scalars in place, everything else one reference to something immutable, so that
// copying a value is cheap and changing one never changes another. Nesting is bounded where lists and records are
// made, which bounds every recursion over a value, freeing it included.

package enum Value: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case float(Double)
  /// Milliseconds.
  case duration(Int64)
  /// Milliseconds since 1970, UTC.
  case time(Int64)
  case text(TextValue)
  case list(ListValue)
  case record(RecordValue)
  case function(FunctionValue)
  /// A value of the domain: an environment, a file set, a table of links.
  case foreign(ForeignBox)
}

package final class TextValue: Sendable {
  package let string: String
  /// Whether it came from a secret; such a text never prints.
  package let isSecret: Bool

  package init(_ string: String, isSecret: Bool = false) {
    self.string = string
    self.isSecret = isSecret
  }
}

package final class ListValue: Sendable {
  package let elements: [Value]
  let extent: Extent

  /// Throws `.valueTooDeep` past `Value.greatestDepth` levels and `.tooLarge` past `Value.greatestWeight`.
  package init(_ elements: [Value]) throws(RuntimeProblem) {
    self.elements = elements
    extent = try Extent(over: elements)
  }
}

package final class RecordValue: Sendable {
  package let keys: [String]
  package let values: [Value]
  let extent: Extent
  private let index: [String: Int]?

  /// Keys must differ. Throws as a list does.
  package init(keys: [String], values: [Value]) throws(RuntimeProblem) {
    self.keys = keys
    self.values = values
    extent = try Extent(over: values)
    let isLarge = keys.count > 8
    self.index = isLarge ? Dictionary(zip(keys, keys.indices), uniquingKeysWith: { first, _ in first }) : nil
  }

  package func position(of key: String) -> Int? {
    if let index { return index[key] }
    return keys.firstIndex(of: key)
  }

  package subscript(key: String) -> Value? {
    guard let position = position(of: key), values.indices.contains(position) else { return nil }
    return values[position]
  }
}

/// How far a list or a record goes, known where it is made, so that whatever recurses over it is bounded.
struct Extent: Sendable {
  /// Levels of lists and records.
  let depth: Int
  /// Values in it and, for each sixteen bytes of its texts, one more.
  let weight: Int

  init(over values: [Value]) throws(RuntimeProblem) {
    var deepest = 0
    var weight = values.count
    for value in values {
      switch value {
      case .list(let list):
        deepest = max(deepest, list.extent.depth)
        weight += list.extent.weight
      case .record(let record):
        deepest = max(deepest, record.extent.depth)
        weight += record.extent.weight
      case .text(let text): weight += text.string.utf8.count / 16
      default: break
      }
      // Looked at for each, so that the sum stays far from what an Int holds.
      if weight > Value.greatestWeight { throw .tooLarge("[…]") }
    }
    guard deepest < Value.greatestDepth else { throw .valueTooDeep }
    depth = deepest + 1
    self.weight = weight
  }
}

/// A function written in the language.
package final class FunctionValue: Sendable {
  package let name: String
  package let unit: CodeUnit
  package let parameterCount: Int

  package init(name: String, unit: CodeUnit, parameterCount: Int) {
    self.name = name
    self.unit = unit
    self.parameterCount = parameterCount
  }
}

/// A value that the language carries about without knowing it. What it cannot do is an error with its type's name.
package protocol ForeignValue: AnyObject, Sendable {
  var typeName: String { get }
  var displayText: String { get }
  var fieldNames: [String] { get }
  /// Whether it is a run of rows that has not happened yet, so that binding it to a name runs it.
  var isStream: Bool { get }
  func field(_ name: String) -> Value?
  /// The result of `+`, `-` or `&` with another value, or nil where there is none.
  func combined(_ operation: Opcode, with other: Value) throws(RuntimeProblem) -> Value?
}

extension ForeignValue {
  package var fieldNames: [String] { [] }
  package var isStream: Bool { false }
  package func field(_ name: String) -> Value? { nil }
  package func combined(_ operation: Opcode, with other: Value) throws(RuntimeProblem) -> Value? { nil }
}

/// Keeps an existential to one reference, and so `Value` to sixteen bytes.
package final class ForeignBox: Sendable {
  package let value: any ForeignValue
  package init(_ value: any ForeignValue) { self.value = value }
}

extension Value {
  /// The longest text, in UTF-8 bytes: a loop that doubles one is an error before the machine's memory is gone.
  package static let greatestText = 1 << 28
  /// The longest list.
  package static let greatestList = 1 << 24
  /// Lists and records inside one another.
  package static let greatestDepth = 200

  /// What a list or a record comes to when it is written out: a value that stands in it twice counts twice. Without a
  /// bound on this `x = [x, x]`, sixty times over, would take no memory and print without end.
  package static let greatestWeight = 1 << 26

  package static func string(_ text: String) -> Value { .text(TextValue(text)) }
  package static func object(_ value: any ForeignValue) -> Value { .foreign(ForeignBox(value)) }

  /// A list, and a record, of values that cannot be nested too deeply because they are no lists or records themselves.
  package static func list(of scalars: [Value]) -> Value {
    (try? ListValue(scalars)).map(Value.list) ?? .null
  }
  package static func record(_ fields: [(String, Value)]) -> Value {
    (try? RecordValue(keys: fields.map(\.0), values: fields.map(\.1))).map(Value.record) ?? .null
  }

  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .duration: "duration"
    case .time: "time"
    case .text(let text): text.isSecret ? "secret" : "string"
    case .list: "list"
    case .record: "record"
    case .function: "function"
    case .foreign(let box): box.value.typeName
    }
  }
}
