// What is known of definitions and their clauses.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

extension ValueDemand {
  static let reason = ValueDemand("the reason", "a string", .string)
}

extension TypeChecker {
  mutating func check(_ definition: Definition) {
    let signature = definition.signature
    check(definition.head, signature.head)
    var type = StaticType(ValueKinds.defined(by: signature.keyword))
    switch definition.body {
    case .none: break
    case .clauses(let clauses):
      if case .clauses(let signatures) = signature.body { check(clauses, signatures) }
    case .pipeline(let pipeline):
      let source = self.type(of: pipeline)
      if let found = source.isNever([.files, .links, .rows, .list, .string, .record]) {
        report(.wrongType("a file set", wanted: "files or a list", found: found), at: pipeline.span)
      }
      type.fields = Self.fileColumns(source)
    case .policy(let lines): for line in lines { check(line) }
    }
    if signature.keyword == "files", case .none = definition.body {
      type.fields = Self.columns(from: definition)
    }
    bind(definition.name, to: type, isVariable: false)
  }

  /// The columns of a source that always has the same.
  private static func columns(from definition: Definition) -> [String]? {
    switch definition.clause("from")?.literals.first {
    case "dir": FileSetValue.columnsOfFolder
    case "lines": FileSetValue.columnsOfLines
    default: nil
    }
  }

  private mutating func check(_ clauses: [Clause], _ signatures: [ClauseSignature]) {
    for clause in clauses {
      let signature = signatures.first { $0.word == clause.word }
      for (index, value) in clause.values.enumerated() {
        switch value {
        case .expression(let expression):
          let demand = signature?.demand(literals: clause.literals, valueIndex: index)
          if let demand { check(expression, against: demand) } else { _ = type(of: expression) }
        case .name: break
        case .block(let inner): check(inner, signature?.block(literals: clause.literals) ?? [])
        }
      }
    }
  }

  private mutating func check(_ line: PolicyLine) {
    switch line.kind {
    case .defaultLifetime(let value): check(value, against: .lifetime)
    case .defaultDeny(let reason): if let reason { check(reason, against: .reason) }
    case .limit(let lower, let upper):
      check(lower, against: .lifetime)
      check(upper, against: .lifetime)
    case .rule(let rule):
      for pattern in rule.patterns where readsPatterns {
        do throws(RuntimeFault) { _ = try PolicyDefinition.compile(pattern) } catch {
          report(error.problem, at: error.span ?? pattern.span)
        }
      }
      switch rule.effect {
      case .lifetime(let value): check(value, against: .lifetime)
      case .deny(let reason): if let reason { check(reason, against: .reason) }
      }
      if let condition = rule.condition {
        let type = type(of: condition, over: StaticType(.record))
        check(type, against: .condition, at: condition.expression.span)
      }
      if let priority = rule.priority { check(priority, against: .wholeNumber("`priority`")) }
    }
  }
}

extension ValueKinds {
  fileprivate static func defined(by keyword: String) -> ValueKinds {
    switch keyword {
    case "env": .env
    case "token": .token
    case "files": .files
    case "policy": .policy
    default: .any
    }
  }
}
