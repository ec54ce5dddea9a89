// What is known of a value before anything runs.

import TCBRuntime
import TCBSyntax

struct StaticType {
  var kinds: ValueKinds
  /// The value itself, where a literal says it. Not known of names: `--set` gives them others.
  var constant: Value?
  /// The fields of a record, or the columns of rows, files and links, where all of them are known.
  var fields: [String]?
  var function: Arity?

  /// What a function is called with.
  struct Arity {
    var name: String
    var required: Int
    var total: Int
    /// Its code, for what it gives; nil where the function is none of the file's top level.
    var slot: Int?
  }

  init(_ kinds: ValueKinds, constant: Value? = nil, fields: [String]? = nil, function: Arity? = nil) {
    self.kinds = kinds
    self.constant = constant
    self.fields = fields
    self.function = function
  }

  static let unknown = StaticType(.any)
  /// Of what gives no value at all, because it leaves first.
  static let never = StaticType([])

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
    type.constant = nil
    return type
  }

  /// Whether it certainly is of none of these kinds, and there is a word for what it is.
  func isNever(_ wanted: ValueKinds) -> String? {
    guard !kinds.isEmpty, kinds.isDisjoint(with: wanted) else { return nil }
    return kinds.name
  }
}
