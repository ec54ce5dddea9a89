// What is known of expressions.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

extension TypeChecker {
  mutating func type(of expression: Expression) -> StaticType {
    if watch.isCancelled() { return .unknown }
    height += 1
    defer { height -= 1 }
    let span = expression.span
    switch expression.kind {
    case .null: return StaticType(.null, literal: .null)
    case .bool(let value): return StaticType(.bool, literal: .bool(value))
    case .integer(let value): return StaticType(.int, literal: .int(value))
    case .float(let value): return StaticType(.float, literal: .float(value))
    case .duration(let value): return StaticType(.duration, literal: .duration(value))
    case .text(let value): return StaticType(.string, literal: .text(value))
    case .interpolation(let segments):
      for case .value(let value) in segments { _ = type(of: value) }
      return StaticType(.string)
    case .list(let elements): return typeOfList(elements)
    case .record(let entries):
      for entry in entries { _ = type(of: entry.value) }
      return StaticType(.record, fields: entries.map(\.key))
    case .environment: return StaticType([.string, .null])
    case .name(let use): return type(of: use)
    case .negate(let operand): return typeOfNegation(operand, at: span)
    case .not(let operand):
      let type = type(of: operand)
      if let found = type.isNever(.bool) { return report(.notABool(found), at: span) }
      return StaticType(.bool)
    case .and(let left, let right):
      checkCondition(left)
      unless(left.isLiteral(false)) { $0.checkCondition(right) }
      return StaticType(.bool)
    case .or(let left, let right):
      checkCondition(left)
      unless(left.isLiteral(true)) { $0.checkCondition(right) }
      return StaticType(.bool)
    case .coalesce(let left, let right):
      let left = type(of: left)
      let isDecided = left.constant.map { $0.kind != .null } ?? false
      let right = unless(isDecided) { $0.type(of: right) }
      return StaticType(left.kinds.subtracting(.null)).joined(with: right.named)
    case .binary(let operation, let left, let right):
      return type(of: operation, type(of: left), type(of: right), at: span)
    case .field(let base, let name, let nameSpan, let optional):
      return typeOfField(name, of: base, at: nameSpan, optional: optional)
    case .index(let base, let index, let optional):
      return typeOfElement(of: type(of: base), at: type(of: index), optional: optional, span)
    case .call(let callee, let arguments):
      return typeOfCall(callee, arguments, at: span)
    case .dotCall(let receiver, let use, let arguments):
      if case .name(let module) = receiver.kind, case .member = binding(module) {
        for argument in arguments { _ = type(of: argument) }
        return .unknown
      }
      let callee = Expression(kind: .name(use), span: use.span, height: 1)
      return typeOfCall(callee, [receiver] + arguments, at: span)
    case .pipeline(let pipeline): return type(of: pipeline)
    case .ifElse(let value): return type(of: value)
    case .tryCatch(let value): return type(of: value)
    case .function(let function):
      _ = result(of: function)
      return StaticType(
        .function, fields: nil,
        function: .init(name: "fn", required: function.requiredCount, total: function.parameters.count))
    case .range, .invalid: return .unknown
    }
  }

  /// Looks at what is not evaluated where `isLeftOut`, and then reports nothing of it.
  private mutating func unless<Result>(_ isLeftOut: Bool, _ body: (inout TypeChecker) -> Result) -> Result {
    tryDepth += isLeftOut ? 1 : 0
    defer { tryDepth -= isLeftOut ? 1 : 0 }
    return body(&self)
  }

  private func type(of use: NameUse) -> StaticType {
    switch binding(use) {
    case .local(let register): return locals.indices.contains(register) ? locals[register] : .unknown
    case .global(let slot):
      if let arity = arity(of: use) { return StaticType(.function, fields: nil, function: arity) }
      return slot < globals.count ? globals[slot] ?? .unknown : .unknown
    case .row: return row
    case .rowEnvironment: return StaticType([.env, .null])
    case .builtin(let name):
      guard let signature = builtins[name] else { return .unknown }
      return StaticType(
        .function, fields: nil,
        function: .init(
          name: name, required: signature.requiredCount, total: signature.parameters.count))
    case .member, .unresolved: return .unknown
    }
  }

  /// A list, with the columns that it has where it is read as rows.
  private mutating func typeOfList(_ elements: [Expression]) -> StaticType {
    // What has many is data, whose every row need not be looked through.
    var columns: [String]? = elements.count > 1_000 ? nil : []
    for element in elements {
      let type = type(of: element)
      guard columns != nil, let fields = type.kinds == .string ? ["path"] : type.recordFields else {
        columns = nil
        continue
      }
      for field in fields where columns?.contains(field) == false { columns?.append(field) }
      if columns.map({ $0.count > 100 }) == true { columns = nil }
    }
    return StaticType(.list, fields: elements.isEmpty ? nil : columns)
  }

  private mutating func typeOfNegation(_ operand: Expression, at span: SourceSpan) -> StaticType {
    let type = type(of: operand)
    let kinds = ValueKinds.negatable
    if let found = type.isNever(kinds) { return report(.noPrefix("-", found), at: span) }
    var negated: StaticType.Literal?
    switch type.constant {
    case .int(let number)?: negated = number == .min ? nil : .int(-number)
    case .float(let number)?: negated = .float(-number)
    case .duration(let length)?: negated = length == .min ? nil : .duration(-length)
    default: break
    }
    return StaticType(type.kinds.intersection(kinds), literal: negated)
  }

  // MARK: Operators

  private mutating func type(
    of operation: BinaryOperator, _ left: StaticType, _ right: StaticType, at span: SourceSpan
  ) -> StaticType {
    if left.kinds.isEmpty || right.kinds.isEmpty { return .never }
    func cannotJoin() -> RuntimeProblem? {
      guard let left = left.kinds.name, let right = right.kinds.name else { return nil }
      return .noOperator(operation.opcode.symbol, left: left, right: right)
    }
    switch operation {
    case .equal, .notEqual: break
    case .less, .lessEqual, .greater, .greaterEqual:
      if !OperatorTypes.areOrdered(left.kinds, right.kinds), let a = left.kinds.name, let b = right.kinds.name
      {
        return report(.noCommonOrder(a, b), at: span)
      }
    case .isIn:
      let holds = left.kinds.contains(.string) ? ValueKinds.holdingTexts : .list
      if right.kinds.isDisjoint(with: holds), let problem = cannotJoin() { return report(problem, at: span) }
    case .matchesGlob, .matchesRegex:
      guard left.kinds.contains(.string), right.kinds.contains(.string) else {
        if let problem = cannotJoin() { return report(problem, at: span) }
        return .unknown
      }
      if let problem = patternProblem(operation, right.constant) { return report(problem, at: span) }
    default: return typeOfArithmetic(operation.opcode, left, right, at: span)
    }
    return StaticType(.bool)
  }

  private func patternProblem(_ operation: BinaryOperator, _ pattern: Value?) -> RuntimeProblem? {
    guard case .text(let text)? = pattern else { return nil }
    if operation == .matchesRegex {
      do throws(RuntimeProblem) { _ = try RegularExpression(text.string) } catch { return error }
    } else {
      do throws(PatternError) { _ = try Pattern(text.string) } catch { return .badPattern(error.wording) }
    }
    return nil
  }

  private mutating func typeOfArithmetic(
    _ operation: Opcode, _ left: StaticType, _ right: StaticType, at span: SourceSpan
  ) -> StaticType {
    if left.isConstant, right.isConstant, let a = left.constant, let b = right.constant {
      do throws(RuntimeProblem) {
        return StaticType(try Value.arithmetic(operation, a, b))
      } catch {
        return report(error, at: span)
      }
    }
    let kinds = OperatorTypes.result(operation, left.kinds, right.kinds)
    if kinds.isEmpty {
      guard let a = left.kinds.name, let b = right.kinds.name else { return .unknown }
      return report(.noOperator(operation.symbol, left: a, right: b), at: span)
    }
    if operation.divides, right.constant?.isZero == true, left.kinds.isSubset(of: .number) {
      return report(.divisionByZero, at: span)
    }
    guard kinds == .files else { return StaticType(kinds) }
    return StaticType(kinds, fields: columns(ofSet: operation, left, right))
  }

  // MARK: Parts

  private mutating func typeOfField(
    _ name: String, of base: Expression, at span: SourceSpan, optional: Bool
  ) -> StaticType {
    if case .name(let use) = base.kind, case .member = binding(use) { return .unknown }
    let type = type(of: base)
    if let fields = type.recordFields, !optional, !fields.contains(name) {
      if case .name(let use) = base.kind, case .row = binding(use), name == "stem", fields.contains("path") {
        return .unknown
      }
      return report(.missingField(name, nearest: NearestName.of(name, among: fields)), at: span)
    }
    if let found = type.isNever(optional ? .withFieldsOrNull : .withFields) {
      return report(.noFields(found, field: name), at: span)
    }
    return .unknown
  }

  private mutating func typeOfElement(
    of base: StaticType, at index: StaticType, optional: Bool, _ span: SourceSpan
  ) -> StaticType {
    var fitting: ValueKinds = []
    if base.kinds.contains(.list) { fitting.formUnion(.int) }
    if !base.kinds.isDisjoint(with: .withFields) {
      fitting.formUnion(.string)
    }
    guard !base.kinds.isEmpty, !index.kinds.isEmpty else { return .never }
    if fitting.isDisjoint(with: index.kinds), let whole = base.kinds.name, let found = index.kinds.name {
      return report(.badIndex(found, of: whole), at: span)
    }
    if let fields = base.recordFields, case .text(let key)? = index.constant, !optional,
      !fields.contains(key.string)
    {
      let nearest = NearestName.of(key.string, among: fields)
      return report(.missingField(key.string, nearest: nearest), at: span)
    }
    return .unknown
  }

  // MARK: Calls

  private mutating func typeOfCall(_ callee: Expression, _ arguments: [Expression], at span: SourceSpan)
    -> StaticType
  {
    if case .name(let use) = callee.kind, case .builtin(let name) = binding(use),
      let signature = builtins[name]
    {
      return typeOfCall(signature, arguments, at: span)
    }
    for argument in arguments { _ = type(of: argument) }
    let arity: StaticType.Arity
    if case .name(let use) = callee.kind, let known = self.arity(of: use) {
      arity = known
    } else {
      let function = type(of: callee)
      if let found = function.isNever(.function) { return report(.notCallable(found), at: span) }
      guard let known = function.function else { return .unknown }
      arity = known
    }
    guard arguments.count >= arity.required, arguments.count <= arity.total else {
      let wanted = FunctionValue.wantedArguments(required: arity.required, total: arity.total)
      return report(.argumentCount(arity.name, wanted: wanted, given: arguments.count), at: span)
    }
    return arity.slot.map { result(ofFunction: $0) } ?? .unknown
  }

  private mutating func typeOfCall(
    _ signature: FunctionSignature, _ arguments: [Expression], at span: SourceSpan
  ) -> StaticType {
    let takes = signature.takes
    var problem: RuntimeProblem?
    for (index, argument) in arguments.enumerated() {
      let type = type(of: argument)
      if problem == nil, index < takes.count, let found = type.isNever(takes[index]) {
        problem = signature.problem(ofArgument: index, found: found)
      }
    }
    guard arguments.count >= signature.requiredCount, arguments.count <= takes.count else {
      return report(
        .argumentCount(signature.name, wanted: "`\(signature.usage)`", given: arguments.count), at: span)
    }
    return problem.map { report($0, at: span) } ?? StaticType(signature.gives)
  }
}

extension FunctionSignature {
  /// What the function says of an argument of a kind that it does not take; nil where there are no words for what it takes.
  package func problem(ofArgument index: Int, found: String) -> RuntimeProblem? {
    guard let wanted = FunctionSignature.wanted[takes[index].subtracting(.null)] else { return nil }
    return .wrongType("`\(parameters[index])`", wanted: wanted, found: found)
  }

  private static let wanted: [ValueKinds: Wording] = [
    .string: "a string", .list: "a list", .record: "a record", .function: "a function",
    .int: "a whole number",
    .number: "a number", .policy: "a policy", [.string, .int, .float]: "a string or a number",
    [.string, .list]: "a string or a list", [.int, .float, .duration]: "a number or a duration",
    .duration: "a duration above 0",
    [.string, .list, .record, .files, .links, .rows]: "a string, a list, a record or a table",
  ]
}

extension Expression {
  fileprivate func isLiteral(_ wanted: Bool) -> Bool {
    if case .bool(let value) = kind { value == wanted } else { false }
  }
}

extension ValueKinds {
  // Once each: made from a literal at every expression, they would take a tenth of the time of checking.
  fileprivate static let negatable: ValueKinds = [.int, .float, .duration]
  fileprivate static let holdingTexts: ValueKinds = [.list, .record, .string]
  fileprivate static let withFields: ValueKinds = [.record, .env, .token, .files, .policy, .links, .rows]
  fileprivate static let withFieldsOrNull = withFields.union(.null)
  static let iterable: ValueKinds = [.list, .record, .files, .links, .rows, .policy]
  static let tables: ValueKinds = [.files, .links, .rows, .policy]
}

extension StaticType {
  /// The fields of what is certainly a record.
  var recordFields: [String]? { kinds == .record ? fields : nil }
}

extension Opcode {
  fileprivate var divides: Bool {
    switch self {
    case .divide, .floorDivide, .remainder: true
    default: false
    }
  }
}

extension Value {
  fileprivate var isZero: Bool {
    switch self {
    case .int(let number): number == 0
    case .float(let number): number == 0
    default: false
    }
  }
}
