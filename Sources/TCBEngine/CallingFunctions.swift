// Functions that call the functions they are given. None calls anything itself: each is a driver that the machine asks
// what to call next, so that calls within calls have one depth, and what is called may run commands.

import TCBRuntime
import TCBSyntax
import TCBText

enum CallingFunctions {
  static let all: [NativeFunction] = [map, filter, reduce, any, every, sort]

  private static func list(_ arguments: ArgumentList) throws(RuntimeProblem) -> [Value] {
    guard case .list(let list)? = arguments.first else {
      throw .wrongType("`list`", wanted: "a list", found: arguments.first?.typeName ?? "null")
    }
    return list.elements
  }

  private static func function(
    _ arguments: ArgumentList, _ index: Int, named name: String = "function"
  ) throws(RuntimeProblem) -> Value {
    guard case .function = arguments[index] else {
      throw .wrongType("`\(name)`", wanted: "a function", found: arguments[index].typeName)
    }
    return arguments[index]
  }

  private static func isTrue(_ value: Value) throws(RuntimeProblem) -> Bool {
    guard case .bool(let isTrue) = value else { throw .notABool(value.typeName) }
    return isTrue
  }

  private static let map = NativeFunction(
    FunctionSignature(
      "map", ["list": .list, "function": .function], gives: .list, "What a function makes of each element.",
      examples: [CommandExample("map([1, 2, 3], fn (n) { n * n })", "[1, 4, 9]")]),
    driver: { arguments throws(RuntimeProblem) in
      EachDriver(try list(arguments), try function(arguments, 1)) { results throws(RuntimeProblem) in
        .list(try ListValue(results))
      }
    })

  private static let filter = NativeFunction(
    FunctionSignature(
      "filter", ["list": .list, "function": .function], gives: .list,
      "The elements for which a function gives true.",
      examples: [CommandExample("filter([1, 2, 3], fn (n) { n > 1 })", "[2, 3]")]),
    driver: { arguments throws(RuntimeProblem) in
      let elements = try list(arguments)
      return EachDriver(elements, try function(arguments, 1)) { results throws(RuntimeProblem) in
        var kept: [Value] = []
        var watch = CancellationWatch()
        for (element, result) in zip(elements, results) {
          try watch.step()
          if try isTrue(result) { kept.append(element) }
        }
        return .list(try ListValue(kept))
      }
    })

  private static let reduce = NativeFunction(
    FunctionSignature(
      "reduce", ["list": .list, "start": .any, "function": .function], gives: .any,
      "One value out of many: the function makes a new one of what there is and each element.",
      examples: [CommandExample("reduce([1, 2, 3], 0, fn (sum, n) { sum + n })", "6")]),
    driver: { arguments throws(RuntimeProblem) in
      ReduceDriver(try list(arguments), arguments[1], try function(arguments, 2))
    })

  private static let any = NativeFunction(
    FunctionSignature(
      "any", ["list": .list, "function": .function], gives: .bool,
      "Whether a function gives true for some element; asks no further than that.",
      examples: [CommandExample("any([1, 2, 3], fn (n) { n > 2 })", "true")]),
    driver: { arguments throws(RuntimeProblem) in
      SearchDriver(try list(arguments), try function(arguments, 1), wanted: true)
    })

  private static let every = NativeFunction(
    FunctionSignature(
      "all", ["list": .list, "function": .function], gives: .bool,
      "Whether a function gives true for every element, as it does for none.",
      examples: [CommandExample("all([1, 2, 3], fn (n) { n > 2 })", "false")]),
    driver: { arguments throws(RuntimeProblem) in
      SearchDriver(try list(arguments), try function(arguments, 1), wanted: false)
    })

  private static let sort = NativeFunction(
    FunctionSignature(
      "sort", ["list": .list, "key": .function], required: 1, gives: .list,
      "A list in ascending order: bools, numbers, durations, times, texts, the rest, nulls; equal ones as they came. `key` is a function that gives what to compare.",
      examples: [
        CommandExample("sort([3, null, 1, 2])", "[1, 2, 3, null]"),
        CommandExample(#"sort(["bb", "a"], length)"#, #"["a", "bb"]"#),
      ]),
    driver: { arguments throws(RuntimeProblem) in
      let elements = try list(arguments)
      guard arguments.count > 1 else {
        return DoneDriver(.list(try ListValue(try Value.sorted(elements, by: elements))))
      }
      return EachDriver(elements, try function(arguments, 1, named: "key")) { keys throws(RuntimeProblem) in
        .list(try ListValue(try Value.sorted(elements, by: keys)))
      }
    })
}

extension Value {
  /// Elements in the order of their keys, equal ones as they came.
  static func sorted(_ elements: [Value], by keys: [Value]) throws(RuntimeProblem) -> [Value] {
    try order(of: keys, isDescending: false).map { elements[$0] }
  }
}

/// Calls a function for each element and makes something of all results.
private final class EachDriver: CallDriver {
  private let elements: [Value]
  private let function: Value
  private let finish: ([Value]) throws(RuntimeProblem) -> Value
  private var results: [Value] = []

  init(_ elements: [Value], _ function: Value, finish: @escaping ([Value]) throws(RuntimeProblem) -> Value) {
    self.elements = elements
    self.function = function
    self.finish = finish
    results.reserveCapacity(elements.count)
  }

  func next(_ result: Value?) throws(RuntimeProblem) -> DriverStep {
    if let result { results.append(result) }
    guard results.count < elements.count else { return .done(try finish(results)) }
    return .call(function, [elements[results.count]])
  }
}

private final class ReduceDriver: CallDriver {
  private var rest: ArraySlice<Value>
  private var value: Value
  private let function: Value

  init(_ elements: [Value], _ start: Value, _ function: Value) {
    rest = elements[...]
    value = start
    self.function = function
  }

  func next(_ result: Value?) throws(RuntimeProblem) -> DriverStep {
    if let result { value = result }
    guard let element = rest.popFirst() else { return .done(value) }
    return .call(function, [value, element])
  }
}

/// Stops at the first element for which the function gives `wanted`.
private final class SearchDriver: CallDriver {
  private var rest: ArraySlice<Value>
  private let function: Value
  private let wanted: Bool

  init(_ elements: [Value], _ function: Value, wanted: Bool) {
    rest = elements[...]
    self.function = function
    self.wanted = wanted
  }

  func next(_ result: Value?) throws(RuntimeProblem) -> DriverStep {
    if let result {
      guard case .bool(let isTrue) = result else { throw .notABool(result.typeName) }
      if isTrue == wanted { return .done(.bool(wanted)) }
    }
    guard let element = rest.popFirst() else { return .done(.bool(!wanted)) }
    return .call(function, [element])
  }
}

private final class DoneDriver: CallDriver {
  private let value: Value
  init(_ value: Value) { self.value = value }
  func next(_ result: Value?) throws(RuntimeProblem) -> DriverStep { .done(value) }
}
