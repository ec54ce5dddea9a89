// What declarations demand of values, looked at before a command or a definition does anything.

import TCBRuntime
import TCBSyntax
import TCBText

extension ValueDemand {
  static let rows = ValueDemand("this", "rows, files or a list", .rowsOfAnyKind)
  static let filesOfAnyKind = ValueDemand(
    "this", "files, a path or a list of paths", [.files, .links, .rows, .list, .string, .record])
  static let rowCount: ValueDemand = {
    var demand = ValueDemand("this", "a whole number of rows", .int)
    demand.bounds = .within(0...Int64.max)
    return demand
  }()
  static let judgedFile = ValueDemand(
    "the file", "a path, or a row such as `{path: \"a.png\"}`", [.string, .record])
  static let condition = ValueDemand("this", "true or false", .bool)

  static func policy(_ what: Wording) -> ValueDemand { ValueDemand(what, "a policy", .policy) }
  static func environment(_ what: Wording) -> ValueDemand { ValueDemand(what, "an environment", .env) }
  /// Of a clause.
  static func text(_ word: String) -> ValueDemand { ValueDemand("`\(word)`", "a string", .string) }
  /// Of a clause that says of null by itself what is missing.
  static func secret(_ word: String) -> ValueDemand {
    ValueDemand("`\(word)`", "a string", [.string, .null])
  }

  /// What is wrong with a value; nil where nothing is.
  func problem(with value: Value) -> RuntimeProblem? {
    switch bounds {
    case .none: break
    case .lifetime: return Self.isLifetime(value) ? nil : EngineProblem.badLifetime(value)
    case .within(let range):
      guard case .int(let number) = value else { break }
      return range.contains(number) ? nil : .wrongType(what, wanted: wanted, found: String(number))
    }
    guard let kind = value.kind, !kinds.contains(kind) else { return nil }
    return problem(found: value.typeName)
  }

  /// What is wrong with any value of a kind that is not demanded.
  func problem(found: String) -> RuntimeProblem {
    if kinds == .bool { return .notABool(found) }
    if found == "null", kinds == .rowsOfAnyKind { return EngineProblem.nothingPiped }
    return .wrongType(what, wanted: wanted, found: found)
  }

  private static func isLifetime(_ value: Value) -> Bool {
    switch value {
    case .int(let seconds): seconds > 0
    case .duration(let milliseconds): milliseconds > 0 && milliseconds % 1_000 == 0
    default: false
    }
  }
}

extension EngineProblem {
  static let nothingPiped = RuntimeProblem.other(
    code: "E0417", message: "the stage before gives nothing to go on with",
    help: "to print what a pipeline gives, put it in parentheses")
}

extension Value {
  /// Its kind; nil for what a program brought along.
  var kind: ValueKinds? {
    switch self {
    case .null, .shared, .absent: return .null
    case .bool: return .bool
    case .int: return .int
    case .float: return .float
    case .duration: return .duration
    case .time: return .time
    case .text: return .string
    case .list: return .list
    case .record: return .record
    case .function: return .function
    case .foreign(let box):
      switch box.value {
      case is EnvironmentValue: return .env
      case is TokenValue: return .token
      case is FileSetValue: return .files
      case is PolicyValue: return .policy
      case let rows as StreamValue: return Self.kind(ofRows: rows.typeName)
      case let rows as TableValue: return Self.kind(ofRows: rows.typeName)
      default: return nil
      }
    }
  }

  private static func kind(ofRows name: String) -> ValueKinds {
    switch name {
    case "files": .files
    case "links": .links
    default: .rows
    }
  }
}

extension CommandRequest {
  /// Looks at what the command's declaration demands of its values. Throws with the place of the one that is wrong.
  func checkDemands() throws(RuntimeFault) {
    for (index, parameter) in site.call.signature.parameters.enumerated() {
      guard let demand = parameter.takes, arguments.indices.contains(index),
        case .values(let values) = arguments[index], let value = values.first,
        let problem = demand.problem(with: value)
      else { continue }
      throw RuntimeFault(problem, at: site.call.place(ofArgument: index))
    }
  }
}

extension CommandCall {
  /// Where the first value of a part is written; the command's name for what a pipe brought.
  func place(ofArgument index: Int) -> SourceSpan {
    guard arguments.indices.contains(index), case .expressions(let list) = arguments[index],
      let first = list.first
    else { return nameSpan }
    return first.span
  }
}
