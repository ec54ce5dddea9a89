// Functions over lists and records.

import TCBRuntime
import TCBSyntax
import TCBText

enum ListFunctions {
  static let all: [NativeFunction] = [keys, values, reverse, sum, least("min", <), least("max", >)]

  private static func list(_ arguments: ArgumentList) throws(RuntimeProblem) -> ListValue {
    guard case .list(let list)? = arguments.first else {
      throw .wrongType("`list`", wanted: "a list", found: arguments.first?.typeName ?? "null")
    }
    return list
  }

  private static func record(_ arguments: ArgumentList) throws(RuntimeProblem) -> RecordValue {
    guard case .record(let record)? = arguments.first else {
      throw .wrongType("`record`", wanted: "a record", found: arguments.first?.typeName ?? "null")
    }
    return record
  }

  private static let keys = NativeFunction(
    FunctionSignature(
      "keys", ["record": .record], gives: .list, "The names of a record's fields, in their order.",
      examples: [CommandExample("keys({a: 1, b: 2})", #"["a", "b"]"#)])
  ) { arguments throws(RuntimeProblem) in .list(of: try record(arguments).keys.map(Value.string)) }

  private static let values = NativeFunction(
    FunctionSignature(
      "values", ["record": .record], gives: .list, "The values of a record's fields, in their order.",
      examples: [CommandExample("values({a: 1, b: 2})", "[1, 2]")])
  ) { arguments throws(RuntimeProblem) in .list(try ListValue(try record(arguments).values)) }

  private static let reverse = NativeFunction(
    FunctionSignature(
      "reverse", ["list": .list], gives: .list, "A list from its end to its beginning.",
      examples: [CommandExample("reverse([1, 2, 3])", "[3, 2, 1]")])
  ) { arguments throws(RuntimeProblem) in
    let elements = try list(arguments).elements
    var watch = CancellationWatch()
    var reversed: [Value] = []
    reversed.reserveCapacity(elements.count)
    for element in elements.reversed() {
      try watch.step()
      reversed.append(element)
    }
    return .list(try ListValue(reversed))
  }

  private static let sum = NativeFunction(
    FunctionSignature(
      "sum", ["list": .list], gives: [.int, .float, .duration],
      "The sum of numbers, or of durations; 0 for an empty list.",
      examples: [CommandExample("sum([1h, 30m])", "1h30m")])
  ) { arguments throws(RuntimeProblem) in
    let elements = try list(arguments).elements
    var total: Value?
    var watch = CancellationWatch()
    for (index, element) in elements.enumerated() {
      try watch.step()
      switch element {
      case .int, .float, .duration: break
      default: throw .wrongType("element \(index)", wanted: "a number or a duration", found: element.typeName)
      }
      total =
        try total.map { sum throws(RuntimeProblem) in try Value.arithmetic(.add, sum, element) } ?? element
    }
    return total ?? .int(0)
  }

  private static func least(
    _ word: String, _ isBefore: @escaping @Sendable (Int, Int) -> Bool
  ) -> NativeFunction {
    let isMin = word == "min"
    return NativeFunction(
      FunctionSignature(
        word, ["list": .list], gives: .any,
        "The \(isMin ? "least" : "greatest") element of a list; null for an empty one.",
        examples: [CommandExample("\(word)([3, 1, 2])", isMin ? "1" : "3")])
    ) { arguments throws(RuntimeProblem) in
      let elements = try list(arguments).elements
      guard var best = elements.first else { return .null }
      var watch = CancellationWatch()
      for element in elements.dropFirst() {
        try watch.step()
        // What is not a number has no order, and is neither the least nor the greatest of others.
        if case .float(let number) = best, number.isNaN, element.kind == .int || element.kind == .float {
          best = element
        }
        if let order = try Value.order(element, best), isBefore(order, 0) { best = element }
      }
      return best
    }
  }
}
