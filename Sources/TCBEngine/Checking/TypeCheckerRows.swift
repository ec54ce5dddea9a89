// What is known of rows: which columns they have, and what commands make of them.

import TCBLinks
import TCBRuntime
import TCBSyntax
import TCBText

extension TypeChecker {
  mutating func type(of pipeline: Pipeline) -> StaticType {
    var result = type(of: pipeline.first, piped: nil)
    for stage in pipeline.rest { result = type(of: stage, piped: result) }
    return result
  }

  private mutating func type(of stage: Pipeline.Stage, piped: StaticType?) -> StaticType {
    switch stage {
    case .expression(let expression): type(of: expression)
    case .command(let call): type(of: call, piped: piped)
    }
  }

  private mutating func type(of call: CommandCall, piped: StaticType?) -> StaticType {
    var given: [StaticType?] = Array(repeating: nil, count: call.arguments.count)
    for (index, argument) in call.arguments.enumerated() {
      switch argument {
      case .piped: given[index] = piped
      case .expressions(let expressions):
        for (place, expression) in expressions.enumerated() {
          let type = type(of: expression)
          if place == 0 { given[index] = type }
        }
      default: break
      }
    }
    var isWrong = false
    for (index, parameter) in call.signature.parameters.enumerated() {
      guard let demand = parameter.takes, let type = given[index],
        check(type, against: demand, at: call.place(ofArgument: index))
      else { continue }
      isWrong = true
    }
    let rows = call.signature.pipedIndex.flatMap { given[$0] } ?? .unknown
    checkRowExpressions(of: call, over: rowType(of: rows))
    return isWrong ? .unknown : result(of: call, rows)
  }

  private mutating func checkRowExpressions(of call: CommandCall, over row: StaticType) {
    for (parameter, argument) in zip(call.signature.parameters, call.arguments) {
      guard case .perRow(let expression) = argument else { continue }
      let type = type(of: expression, over: row)
      if let demand = parameter.takes { _ = check(type, against: demand, at: expression.expression.span) }
    }
  }

  mutating func type(of expression: RowExpression, over row: StaticType) -> StaticType {
    let saved = self.row
    self.row = row
    defer { self.row = saved }
    return inScope(expression.scope) { $0.type(of: expression.expression) }
  }

  /// Whether a value certainly is not what is demanded; reports it.
  @discardableResult
  mutating func check(_ type: StaticType, against demand: ValueDemand, at span: SourceSpan) -> Bool {
    if let constant = type.constant {
      guard let problem = demand.problem(with: constant) else { return false }
      report(problem, at: span)
      return true
    }
    if case .lifetime = demand.bounds { return false }
    guard let found = type.isNever(demand.kinds) else { return false }
    report(demand.problem(found: found), at: span)
    return true
  }

  mutating func check(_ expression: Expression, against demand: ValueDemand) {
    let type = type(of: expression)
    check(type, against: demand, at: expression.span)
  }

  // MARK: Columns

  /// The record that a row of these rows is.
  func rowType(of rows: StaticType) -> StaticType {
    guard var names = rows.columns else { return StaticType(.record) }
    if names.contains("path") {
      for part in ["name", "ext", "dir"] where !names.contains(part) { names.append(part) }
    }
    return StaticType(.record, fields: names)
  }

  private mutating func result(of call: CommandCall, _ rows: StaticType) -> StaticType {
    switch call.signature.gives {
    case .value(.links):
      return StaticType(.links, fields: Self.fileColumns(rows).map(Self.linkColumns))
    case .value(let kinds): return StaticType(kinds)
    case .rows(let columns):
      var kinds = rows.kinds.intersection([.files, .links, .rows])
      if !rows.kinds.isDisjoint(with: [.list, .policy]) { kinds.formUnion(.rows) }
      return StaticType(kinds, fields: rows.columns.flatMap { self.columns($0, after: columns, of: call) })
    }
  }

  /// The columns behind a command, nil where one that it wants is missing.
  private mutating func columns(
    _ names: [String], after change: CommandResult.Columns, of call: CommandCall
  ) -> [String]? {
    guard change.isOfSubject, let index = call.signature.subjectIndex,
      case .names(let subject) = call.arguments[index]
    else { return names }
    let wanted = subject.map(\.text)
    if case .computed = change { return names + wanted.filter { !names.contains($0) } }
    for name in subject where !names.contains(name.text) {
      if case .selected = change, PathPart(rawValue: name.text) != nil, names.contains("path") { continue }
      report(EngineProblem.unknownColumn(name.text, names), at: name.span)
      return nil
    }
    switch change {
    case .selected: return wanted
    case .dropped: return names.filter { !wanted.contains($0) }
    default:
      guard let index = call.signature.parameterIndex(labelled: "to"),
        case .names(let new) = call.arguments[index], new.count == wanted.count
      else { return nil }
      let renamed = Dictionary(zip(wanted, new.map(\.text)), uniquingKeysWith: { first, _ in first })
      return names.map { renamed[$0] ?? $0 }
    }
  }

  /// The columns of values read as files, as `FileRowReader` makes them.
  static func fileColumns(_ source: StaticType) -> [String]? {
    var names: [String]?
    switch source.kinds {
    case .string: names = ["path"]
    case .record: names = source.fields
    default: names = source.columns
    }
    return names.map { names in
      let others = names.filter { !LinkColumns.ofFile.contains($0) }
      return LinkColumns.ofFile
        + others.map { FileRowReader.builtInNames.contains($0) ? "source_\($0)" : $0 }
    }
  }

  /// The columns of links for files with these, as `links` makes them.
  private static func linkColumns(_ files: [String]) -> [String] {
    let own = LinkColumns.names
    return own
      + files.filter { !LinkColumns.ofFile.contains($0) }.map {
        own.contains($0) ? "source_\($0)" : $0
      }
  }

  /// The columns of file sets joined by an operator.
  func columns(ofSet operation: Opcode, _ left: StaticType, _ right: StaticType) -> [String]? {
    guard let first = Self.fileColumns(left) else { return nil }
    guard operation == .add else { return first }
    guard let second = Self.fileColumns(right) else { return nil }
    return first + second.filter { !first.contains($0) }
  }
}

extension CommandResult.Columns {
  fileprivate var isOfSubject: Bool { if case .same = self { false } else { true } }
}

extension StaticType {
  /// The columns of what certainly is rows, or a list that is read as rows.
  var columns: [String]? {
    kinds.isSubset(of: .rowsOfAnyKind) && !kinds.isEmpty ? fields : nil
  }
}
