// Values as a program and its scripts exchange them. The runtime's own values belong to a session and are made for speed; these
// are plain and may go anywhere.

import TCBRuntime

/// A value that a program gives to a script or gets from one.
///
/// Literals make the common ones: `let price: ScriptValue = ["net": 12, "currency": "CNY"]`. Accessors such as ``int`` give
/// nil where the value is of another kind, and subscripts give ``null`` where there is nothing, so that they chain:
/// `value["files"][0].text`.
public enum ScriptValue: Sendable, Hashable {
  /// Nothing.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number; also a size, in bytes.
  case int(Int)
  /// Finite: a script is not given any other.
  case float(Double)
  /// A text of at most 256 MiB of UTF-8.
  case text(String)
  /// In whole milliseconds; what is finer is cut off when a script gets it.
  case duration(Duration)
  /// Milliseconds since 1970, UTC.
  case time(milliseconds: Int)
  /// Values in order, at most 16,777,216.
  case list([ScriptValue])
  /// Values with names.
  case record(ScriptRecord)
  /// What only a script can use, such as a policy or a function: what it is called, and how it prints. A script that is given
  /// it back gets the text.
  case other(type: String, text: String)
}

extension ScriptValue {
  /// Whether the value is ``null``.
  public var isNull: Bool { self == .null }

  /// The truth value, or nil where it is none.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The whole number, or nil where it is none. A size is the number of its bytes.
  public var int: Int? { if case .int(let value) = self { value } else { nil } }

  /// The number, whole ones included, or nil where it is none.
  public var float: Double? {
    switch self {
    case .float(let value): value
    case .int(let value): Double(value)
    default: nil
    }
  }

  /// The text, or nil where it is none.
  public var text: String? { if case .text(let value) = self { value } else { nil } }

  /// The duration, or nil where it is none.
  public var duration: Duration? { if case .duration(let value) = self { value } else { nil } }

  /// The time in milliseconds since 1970, UTC, or nil where it is none.
  public var time: Int? { if case .time(let value) = self { value } else { nil } }

  /// The elements, or nil where it is no list.
  public var list: [ScriptValue]? { if case .list(let value) = self { value } else { nil } }

  /// The record, or nil where it is none.
  public var record: ScriptRecord? { if case .record(let value) = self { value } else { nil } }

  /// The field of a record; ``null`` where there is none.
  public subscript(name: String) -> ScriptValue { record?[name] ?? .null }

  /// The element of a list, from 0; ``null`` where there is none.
  public subscript(position: Int) -> ScriptValue {
    guard case .list(let elements) = self, elements.indices.contains(position) else { return .null }
    return elements[position]
  }

  /// What a script calls this kind of value: `int`, `string`, `record` …
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .text: "string"
    case .duration: "duration"
    case .time: "time"
    case .list: "list"
    case .record: "record"
    case .other(let type, _): type
    }
  }
}

extension ScriptValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// ``null``, as `nil`.
  public init(nilLiteral: ()) { self = .null }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// A number with a fraction.
  public init(floatLiteral value: Double) { self = .float(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A list.
  public init(arrayLiteral elements: ScriptValue...) { self = .list(elements) }
  /// A record; of two fields of one name the later stays.
  public init(dictionaryLiteral elements: (String, ScriptValue)...) { self = .record(ScriptRecord(elements)) }
}

extension ScriptValue: CustomStringConvertible {
  /// As `print` shows it in a script.
  public var description: String {
    (try? exchanged().displayText) ?? typeName
  }
}
