// Values. An enum of sixteen bytes: scalars in place, everything else one reference to something immutable, so that
// copying a value is cheap and changing one never changes another. Nesting is bounded where lists and records are
// made, which bounds every recursion over a value, freeing it included.

import TCBSyntax
import TCBText

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
  /// A local that several functions share. Never seen by a script: whoever reads the local reads what the cell holds.
  case shared(SharedLocal)
  /// A top-level name before its definition has run. Never seen by a script.
  case absent
}

// Unchecked: it belongs to one session, as the functions do that share it, and never leaves its executor.
package final class SharedLocal: @unchecked Sendable {
  var value: Value
  init(_ value: Value) { self.value = value }
}

// Unchecked: `elements` grow only while one reference is all there is.
package final class ListValue: @unchecked Sendable {
  @exclusivity(unchecked) package private(set) var elements: [Value]
  @exclusivity(unchecked) private(set) var extent: Extent

  /// Throws `.valueTooDeep` past `Value.greatestDepth` levels and `.tooLarge` past `Value.greatestWeight`.
  package init(_ elements: [Value]) throws(RuntimeProblem) {
    self.elements = elements
    extent = try Extent(over: elements)
  }

  /// To be called by whoever holds the only reference. Throws as `init` does, and then nothing has changed.
  func append(_ element: Value) throws(RuntimeProblem) {
    guard elements.count < Value.greatestList else { throw .tooLarge("+") }
    try extent.add(element)
    elements.append(element)
  }

  func set(_ value: Value, at position: Int) throws(RuntimeProblem) {
    try extent.replace(elements[position], with: value, in: elements)
    elements[position] = value
  }

  func append(contentsOf other: ListValue) throws(RuntimeProblem) {
    guard elements.count + other.elements.count <= Value.greatestList else { throw .tooLarge("+") }
    try extent.add(partsOf: other.extent)
    elements.append(contentsOf: other.elements)
  }
}

/// How far a list or a record goes, known where it is made, so that whatever recurses over it is bounded.
struct Extent: Sendable {
  /// Levels of lists and records.
  private(set) var depth = 1
  /// Values in it and, for each sixteen bytes of its texts, one more.
  private(set) var weight = 0

  init(over values: [Value]) throws(RuntimeProblem) {
    var watch = CancellationWatch()
    for value in values {
      try watch.step()
      try add(value)
    }
  }

  mutating func add(_ value: Value) throws(RuntimeProblem) {
    switch value {
    case .list(let list): try grow(list.extent.weight + 1, depth: list.extent.depth + 1)
    case .record(let record): try grow(record.extent.weight + 1, depth: record.extent.depth + 1)
    case .text(let text): try grow(text.count / 16 + 1, depth: 1)
    default: try grow(1, depth: 1)
    }
  }

  /// Exact where what goes may have been the deepest: then all are looked at again.
  mutating func replace(_ old: Value, with new: Value, in values: [Value]) throws(RuntimeProblem) {
    var changed = self
    changed.weight -= Extent.weight(of: old)
    try changed.add(new)
    if Extent.depth(of: old) + 1 == depth, depth > 1, Extent.depth(of: new) + 1 < depth {
      var deepest = Extent.depth(of: new)
      var isThereAnother = false
      for value in values {
        let own = Extent.depth(of: value)
        if own + 1 == depth {
          // One of them is the old value itself.
          if isThereAnother { deepest = own }
          isThereAnother = true
        } else {
          deepest = max(deepest, own)
        }
      }
      changed.depth = deepest + 1
    }
    self = changed
  }

  static func weight(of value: Value) -> Int {
    switch value {
    case .list(let list): list.extent.weight + 1
    case .record(let record): record.extent.weight + 1
    case .text(let text): text.count / 16 + 1
    default: 1
    }
  }

  private static func depth(of value: Value) -> Int {
    switch value {
    case .list(let list): list.extent.depth
    case .record(let record): record.extent.depth
    default: 0
    }
  }

  mutating func add(partsOf other: Extent) throws(RuntimeProblem) {
    try grow(other.weight, depth: other.depth)
  }

  // Looked at for each, so that the sum stays far from what an Int holds.
  private mutating func grow(_ added: Int, depth other: Int) throws(RuntimeProblem) {
    if weight + added > Value.greatestWeight { throw .tooLarge("[…]") }
    if other > Value.greatestDepth { throw .valueTooDeep }
    weight += added
    depth = max(depth, other)
  }
}

/// A function: written in the language, with what it closed over, or in Swift.
// Unchecked: the pointer is to memory of `unit`, which it keeps alive and which never changes.
package final class FunctionValue: @unchecked Sendable {
  package let name: String
  package let parameterCount: Int
  let requiredCount: Int
  /// Nil for one written in Swift.
  package let unit: CodeUnit?
  let native: NativeFunction?
  let captured: [(register: Int, value: Value)]
  /// Set where a call with all arguments needs nothing but a frame.
  let plainHeader: UnsafeMutablePointer<UnitHeader>?

  package init(
    name: String, unit: CodeUnit, parameterCount: Int, requiredCount: Int,
    captured: [(register: Int, value: Value)] = []
  ) {
    self.name = name
    self.unit = unit
    self.parameterCount = parameterCount
    self.requiredCount = requiredCount
    self.captured = captured
    native = nil
    plainHeader = captured.isEmpty && requiredCount == parameterCount ? unit.header : nil
  }

  init(_ native: NativeFunction) {
    name = native.signature.name
    unit = nil
    self.native = native
    parameterCount = native.signature.parameters.count
    requiredCount = native.signature.requiredCount
    captured = []
    plainHeader = nil
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
    case .shared, .absent: "null"
    }
  }

  /// `target + other` in place of `target`; what nobody else holds grows where it is.
  ///
  /// Neither this nor what follows may look at `target` in a tuple or bind its payload: that would be another holder.
  static func add(_ other: Value, to target: inout Value) throws(RuntimeProblem) {
    if case .list(let right) = other {
      if try grow(&target, { (list) throws(RuntimeProblem) in try list.append(contentsOf: right) }) { return }
    } else if case .text(let right) = other, growText(&target, right) {
      return
    }
    target = try arithmetic(.add, target, other)
  }

  /// `target + [element]` in place of `target`.
  static func append(_ element: Value, to target: inout Value) throws(RuntimeProblem) {
    if case .list = target,
      try grow(&target, { (list) throws(RuntimeProblem) in try list.append(element) })
    {
      return
    }
    target = try arithmetic(.add, target, .list(try ListValue([element])))
  }

  /// `target.field = value`, in place where nobody else holds what it holds.
  static func set(_ value: Value, atField name: Value, in target: inout Value) throws(RuntimeProblem) {
    if case .record = target { return try set(value, at: name, in: &target) }
    guard case .text(let name) = name else { return }
    target = try target.settingField(name, to: value)
  }

  /// `target[index] = value`, in place where nobody else holds what it holds.
  static func set(_ value: Value, at index: Value, in target: inout Value) throws(RuntimeProblem) {
    switch index {
    case .text(let key): if try setField(key, to: value, of: &target) { return }
    case .int(let wanted):
      let isChanged = try grow(&target) { (list) throws(RuntimeProblem) in
        let position = wanted < 0 ? wanted + Int64(list.elements.count) : wanted
        guard position >= 0, position < list.elements.count else {
          throw .indexOutOfRange(wanted, count: list.elements.count)
        }
        try list.set(value, at: Int(position))
      }
      if isChanged { return }
    default: break
    }
    target = try target.settingElement(at: index, to: value)
  }

  /// Changes a record that nobody else holds; false where somebody does, or where it is none.
  private static func setField(_ key: TextValue, to value: Value, of target: inout Value)
    throws(RuntimeProblem)
    -> Bool
  {
    guard case .record(var record) = target else { return false }
    target = .null
    defer { target = .record(record) }
    guard isKnownUniquelyReferenced(&record) else { return false }
    try record.set(value, for: key)
    return true
  }

  /// Changes a list that nobody else holds; false where somebody does.
  @inline(__always)
  private static func grow(
    _ target: inout Value, _ body: (ListValue) throws(RuntimeProblem) -> Void
  ) throws(RuntimeProblem) -> Bool {
    guard case .list(var list) = target else { return false }
    // The only way to count the references is to hold none besides.
    target = .null
    defer { target = .list(list) }
    guard isKnownUniquelyReferenced(&list) else { return false }
    try body(list)
    return true
  }

  private static func growText(_ target: inout Value, _ added: TextValue) -> Bool {
    guard case .text(var text) = target else { return false }
    target = .null
    defer { target = .text(text) }
    guard !added.isSecret || text.isSecret, text.count + added.count <= Value.greatestText else {
      return false
    }
    return text.appendInPlace(added)
  }
}
