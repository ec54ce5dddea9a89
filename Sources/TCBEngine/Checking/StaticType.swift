// What is known of a value before anything runs.

import TCBRuntime
import TCBSyntax

struct StaticType: Sendable {
  var kinds: ValueKinds
  private var literal: Literal?
  /// Nothing for most, which keeps what is known of them small: of a script all of this is made a million times.
  private var shape: Shape?

  /// A literal as the tree has it: most are never looked at as values, which are dearer to copy.
  enum Literal: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case float(Double)
    case duration(Int64)
    case text(String)
  }

  private final class Shape: Sendable {
    let fields: [String]?
    let function: Arity?

    init(fields: [String]?, function: Arity?) {
      self.fields = fields
      self.function = function
    }
  }

  /// What a function is called with.
  struct Arity: Sendable {
    var name: String
    var required: Int
    var total: Int
    /// Its code, for what it gives; nil where the function is none of the file's top level.
    var slot: Int?
  }

  init(_ kinds: ValueKinds, literal: Literal? = nil) {
    self.kinds = kinds
    self.literal = literal
  }

  init(_ kinds: ValueKinds, fields: [String]?, function: Arity? = nil) {
    self.kinds = kinds
    if fields != nil || function != nil { shape = Shape(fields: fields, function: function) }
  }

  /// What an operator made of constants.
  init(_ value: Value) {
    kinds = value.kind ?? .any
    literal = Literal(value)
  }

  /// The value itself, where a literal says it. Not known of names: `--set` gives them others.
  var constant: Value? {
    switch literal {
    case nil: nil
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .int(let number): .int(number)
    case .float(let number): .float(number)
    case .duration(let length): .duration(length)
    case .text(let text): .string(text)
    }
  }

  var isConstant: Bool { literal != nil }

  /// The fields of a record, or the columns of rows, files and links, where all of them are known.
  var fields: [String]? {
    get { shape?.fields }
    set { shape = Shape(fields: newValue, function: function) }
  }

  var function: Arity? { shape?.function }

  static var unknown: StaticType { StaticType(.any) }
  /// Of what gives no value at all, because it leaves first.
  static var never: StaticType { StaticType([]) }

  /// Either of the two.
  func joined(with other: StaticType) -> StaticType {
    if kinds.isEmpty { return other }
    if other.kinds.isEmpty { return self }
    let same = fields != nil && fields == other.fields
    return StaticType(kinds.union(other.kinds), fields: same ? fields : nil)
  }

  /// The same without the value, for a name.
  var named: StaticType {
    var type = self
    type.literal = nil
    return type
  }

  /// Whether it certainly is of none of these kinds, and there is a word for what it is.
  func isNever(_ wanted: ValueKinds) -> String? {
    guard !kinds.isEmpty, kinds.isDisjoint(with: wanted) else { return nil }
    return kinds.name
  }
}

extension StaticType.Literal {
  /// Nil for values that no literal is, such as lists.
  init?(_ value: Value) {
    switch value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .float(let number): self = .float(number)
    case .duration(let length): self = .duration(length)
    case .text(let text): self = .text(text.string)
    default: return nil
    }
  }
}
