// Secrets that a text names, found before it runs: from the first line on, nothing that is printed may show them.

import TCBHost
import TCBSyntax

struct SecretLiterals {
  let host: any Host
  let secrets: SecretRegistry

  func register(in statements: [Statement]) {
    for case .definition(let definition) in statements.map(\.kind) {
      register(definition.head)
      if case .clauses(let clauses) = definition.body { register(clauses) }
    }
  }

  private func register(_ clauses: [Clause]) {
    for clause in clauses {
      let isSecret = SecretTexts.words.contains(clause.word)
      let isVariable = clause.word == "from" && clause.literals.last == "variable"
      for value in clause.values {
        switch value {
        case .expression(let expression):
          if isSecret { register(expression) }
          if isVariable, case .text(let name) = expression.kind { registerVariable(name) }
        case .block(let inner): register(inner)
        case .name: break
        }
      }
    }
  }

  private func register(_ expression: Expression) {
    switch expression.kind {
    case .text(let text): secrets.add(text)
    case .environment(let name): registerVariable(name)
    default: break
    }
  }

  private func registerVariable(_ name: String) {
    if let text = try? host.environmentVariable(name) { secrets.add(text.trimmed) }
  }
}
