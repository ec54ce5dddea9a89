// Arithmetic, comparison and containment of values: what the operators mean.

import TCBText

extension Value {
  package static func arithmetic(_ operation: Opcode, _ left: Value, _ right: Value) throws(RuntimeProblem)
    -> Value
  {
    switch (left, right) {
    case (.int(let a), .int(let b)): return try integers(operation, a, b)
    case (.float(let a), .float(let b)): return try floats(operation, a, b)
    case (.int(let a), .float(let b)): return try floats(operation, Double(a), b)
    case (.float(let a), .int(let b)): return try floats(operation, a, Double(b))
    case (.text(let a), .text(let b)) where operation == .add:
      guard a.count + b.count <= Value.greatestText else { throw .tooLarge("+") }
      try CancellationWatch.look(before: a.count + b.count)
      return .text(TextValue.joined(a, b))
    case (.list(let a), .list(let b)) where operation == .add:
      guard a.elements.count + b.elements.count <= Value.greatestList else { throw .tooLarge("+") }
      try CancellationWatch.look(before: (a.elements.count + b.elements.count) * 16)
      return .list(try ListValue(a.elements + b.elements))
    case (.duration, _), (_, .duration), (.time, _): return try temporal(operation, left, right)
    case (.foreign(let box), _):
      if let result = try box.value.combined(operation, with: right) { return result }
    default: break
    }
    throw .noOperator(operation.symbol, left: left.typeName, right: right.typeName)
  }

  private static func integers(_ operation: Opcode, _ a: Int64, _ b: Int64) throws(RuntimeProblem) -> Value {
    let (result, overflow): (Int64, Bool)
    switch operation {
    case .add: (result, overflow) = a.addingReportingOverflow(b)
    case .subtract: (result, overflow) = a.subtractingReportingOverflow(b)
    case .multiply: (result, overflow) = a.multipliedReportingOverflow(by: b)
    case .divide:
      guard b != 0 else { throw .divisionByZero }
      let (quotient, divisionOverflow) = a.dividedReportingOverflow(by: b)
      if divisionOverflow { throw .overflow("/") }
      return a % b == 0 ? .int(quotient) : .float(Double(a) / Double(b))
    case .floorDivide:
      guard b != 0 else { throw .divisionByZero }
      (result, overflow) = a.dividedReportingOverflow(by: b)
      if !overflow, a % b != 0, (a < 0) != (b < 0) { return .int(result - 1) }
    case .remainder:
      guard b != 0 else { throw .divisionByZero }
      if b == -1 { return .int(0) }
      let rest = a % b
      return .int(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest)
    default: throw .noOperator(operation.symbol, left: "int", right: "int")
    }
    if overflow { throw .overflow(operation.symbol) }
    return .int(result)
  }

  private static func floats(_ operation: Opcode, _ a: Double, _ b: Double) throws(RuntimeProblem) -> Value {
    switch operation {
    case .add: return .float(a + b)
    case .subtract: return .float(a - b)
    case .multiply: return .float(a * b)
    case .divide, .floorDivide, .remainder:
      guard b != 0 else { throw .divisionByZero }
      if operation == .divide { return .float(a / b) }
      let floored = (a / b).rounded(.down)
      return .float(operation == .floorDivide ? floored : a - floored * b)
    default: throw .noOperator(operation.symbol, left: "float", right: "float")
    }
  }

  private static func temporal(_ operation: Opcode, _ left: Value, _ right: Value) throws(RuntimeProblem)
    -> Value
  {
    switch (operation, left, right) {
    case (.add, .duration(let a), .duration(let b)): return .duration(try sum(a, b, "+"))
    case (.subtract, .duration(let a), .duration(let b)): return .duration(try difference(a, b))
    case (.add, .time(let a), .duration(let b)), (.add, .duration(let b), .time(let a)):
      return .time(try sum(a, b, "+"))
    case (.subtract, .time(let a), .duration(let b)): return .time(try difference(a, b))
    case (.subtract, .time(let a), .time(let b)): return .duration(try difference(a, b))
    case (.multiply, .duration(let a), .int(let b)), (.multiply, .int(let b), .duration(let a)):
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      if overflow { throw .overflow("*") }
      return .duration(product)
    case (.multiply, .duration(let a), .float(let b)), (.multiply, .float(let b), .duration(let a)):
      return .duration(try whole(Double(a) * b, "*"))
    case (.divide, .duration(let a), .duration(let b)):
      return try integers(.divide, a, b)
    case (.divide, .duration(let a), .int(let b)):
      guard b != 0 else { throw .divisionByZero }
      return .duration(try whole(Double(a) / Double(b), "/"))
    case (.divide, .duration(let a), .float(let b)):
      guard b != 0 else { throw .divisionByZero }
      return .duration(try whole(Double(a) / b, "/"))
    default: throw .noOperator(operation.symbol, left: left.typeName, right: right.typeName)
    }
  }

  private static func sum(_ a: Int64, _ b: Int64, _ symbol: String) throws(RuntimeProblem) -> Int64 {
    let (result, overflow) = a.addingReportingOverflow(b)
    if overflow { throw .overflow(symbol) }
    return result
  }

  private static func difference(_ a: Int64, _ b: Int64) throws(RuntimeProblem) -> Int64 {
    let (result, overflow) = a.subtractingReportingOverflow(b)
    if overflow { throw .overflow("-") }
    return result
  }

  /// Durations are whole milliseconds: a fraction is rounded to the nearest.
  private static func whole(_ value: Double, _ symbol: String) throws(RuntimeProblem) -> Int64 {
    guard let result = Int64(exactly: value.rounded()) else { throw .overflow(symbol) }
    return result
  }

  package static func negated(_ value: Value) throws(RuntimeProblem) -> Value {
    switch value {
    case .int(let a):
      if a == Int64.min { throw .overflow("-") }
      return .int(-a)
    case .float(let a): return .float(-a)
    case .duration(let a):
      if a == Int64.min { throw .overflow("-") }
      return .duration(-a)
    default: throw .noPrefix("-", value.typeName)
    }
  }

  // MARK: Equality and order

  package static func areEqual(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.int(let a), .int(let b)): return a == b
    case (.float(let a), .float(let b)): return a == b
    case (.int(let a), .float(let b)), (.float(let b), .int(let a)): return order(a, b) == 0
    case (.duration(let a), .duration(let b)), (.time(let a), .time(let b)): return a == b
    case (.text(let a), .text(let b)): return a.hasSameBytes(as: b)
    case (.list(let a), .list(let b)):
      guard a !== b else { return true }
      guard a.elements.count == b.elements.count else { return false }
      var watch = CancellationWatch()
      for (x, y) in zip(a.elements, b.elements) {
        if watch.isCancelled(after: Extent.weight(of: x)) || !areEqual(x, y) { return false }
      }
      return true
    case (.record(let a), .record(let b)):
      guard a !== b else { return true }
      return a.keys.count == b.keys.count
        && zip(a.keys, a.values).allSatisfy { key, value in b[key].map { areEqual(value, $0) } ?? false }
    case (.function(let a), .function(let b)): return a === b
    case (.foreign(let a), .foreign(let b)): return a.value === b.value
    default: return false
    }
  }

  /// Negative, zero or positive as `left` comes before, with or after `right`; nil where NaN has no order.
  package static func order(_ left: Value, _ right: Value) throws(RuntimeProblem) -> Int? {
    switch (left, right) {
    case (.int(let a), .int(let b)), (.duration(let a), .duration(let b)), (.time(let a), .time(let b)):
      return a < b ? -1 : a == b ? 0 : 1
    case (.float(let a), .float(let b)):
      if a.isNaN || b.isNaN { return nil }
      return a < b ? -1 : a == b ? 0 : 1
    case (.int(let a), .float(let b)): return order(a, b)
    case (.float(let a), .int(let b)): return order(b, a).map { -$0 }
    case (.text(let a), .text(let b)): return a.order(b)
    default: throw .noCommonOrder(left.typeName, right.typeName)
    }
  }

  /// Exact, where a conversion of the integer to a double would round.
  private static func order(_ a: Int64, _ b: Double) -> Int? {
    if b.isNaN { return nil }
    if b >= 0x1p63 { return -1 }
    if b < -0x1p63 { return 1 }
    let floor = b.rounded(.down)
    let whole = Int64(floor)
    if a != whole { return a < whole ? -1 : 1 }
    return b > floor ? -1 : 0
  }

  /// Negative, zero or positive for any two values: bools, numbers (NaN last among them), durations, times, texts,
  /// everything else, null. What has no order of its own keeps the one it came in.
  package static func sortOrder(_ left: Value, _ right: Value) -> Int {
    let (a, b) = (left.sortRank, right.sortRank)
    if a != b { return a < b ? -1 : 1 }
    switch (left, right) {
    case (.bool(let x), .bool(let y)): return x == y ? 0 : x ? 1 : -1
    case (.float(let x), _) where x.isNaN:
      if case .float(let y) = right, y.isNaN { return 0 } else { return 1 }
    case (_, .float(let y)) where y.isNaN: return -1
    default:
      guard a < 5, let order = try? order(left, right) else { return 0 }
      return order
    }
  }

  private var sortRank: Int {
    switch self {
    case .bool: 0
    case .int, .float: 1
    case .duration: 2
    case .time: 3
    case .text: 4
    case .list, .record, .function, .foreign, .shared: 5
    case .null, .absent: 6
    }
  }

  static func contains(_ element: Value, in container: Value) throws(RuntimeProblem) -> Bool {
    switch (element, container) {
    case (_, .list(let list)):
      var watch = CancellationWatch()
      for other in list.elements {
        try watch.step()
        if areEqual(other, element) { return true }
      }
      return false
    case (.text(let key), .record(let record)): return record[key] != nil
    case (.text(let part), .text(let whole)):
      if part.isSecret || whole.isSecret { throw .secretUsed("a comparison") }
      return try whole.contains(part)
    default: throw .noOperator("in", left: element.typeName, right: container.typeName)
    }
  }

  // MARK: Parts

  func field(_ name: String) throws(RuntimeProblem) -> Value? {
    switch self {
    case .record(let record): return record[name]
    case .foreign(let box): return box.value.field(name)
    case .null: return nil
    default: throw .noFields(typeName, field: name)
    }
  }

  var fieldNames: [String] {
    switch self {
    case .record(let record): record.keys
    case .foreign(let box): box.value.fieldNames
    default: []
    }
  }

  /// The element of a list (from the end where negative) or the field of a record; nil where there is none.
  func element(at index: Value) throws(RuntimeProblem) -> Value? {
    switch (self, index) {
    case (.list(let list), .int(let wanted)):
      let position = wanted < 0 ? wanted + Int64(list.elements.count) : wanted
      guard position >= 0, position < list.elements.count else { return nil }
      return list.elements[Int(position)]
    case (.record(let record), .text(let key)): return record[key]
    case (.foreign(let box), .text(let key)): return box.value.field(key.string)
    default: throw .badIndex(index.typeName, of: typeName)
    }
  }
}
