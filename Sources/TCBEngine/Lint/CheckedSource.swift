// A source as a check knows it, and what its top-level names stand for.

import TCBRuntime
import TCBSyntax

/// A file that was read and resolved, with its tree.
struct CheckedSource: Sendable {
  let text: SourceText
  let parsed: ParsedSource
  let resolution: Resolution

  func binding(of use: NameUse) -> NameBinding {
    resolution.bindings.indices.contains(use.id) ? resolution.bindings[use.id] : .unresolved
  }

  /// Whether a top-level name of the file stands in an expression, not as a field.
  func usesOwnNames(_ span: SourceSpan) -> Bool {
    let part = SourceText(name: text.name, text.text(span.range))
    let tokens = Lexer.lex(part, id: span.source).tokens
    return tokens.indices.contains { index in
      guard tokens[index].kind == .name else { return false }
      let isBehindDot = index > 0 && tokens[index - 1].kind == .dot
      let isCalled = index + 1 < tokens.count && tokens[index + 1].kind == .leftParenthesis
      guard !isBehindDot || isCalled else { return false }
      let name = part.text(Int(tokens[index].lower)..<Int(tokens[index].upper))
      return resolution.scope.entries[name] != nil || resolution.scope.modules[name] != nil
    }
  }

  /// The slot of the top-level name that an expression is; nil where it is anything else.
  func slot(of expression: Expression) -> Int? {
    switch expression.kind {
    case .name(let use):
      if case .global(let slot) = binding(of: use) { return slot }
    case .field(let base, _, _, _):
      if case .name(let use) = base.kind, case .member(let slot) = binding(of: use) { return slot }
    default: break
    }
    return nil
  }
}

/// What the top-level names of a source and of all it imports stand for, by slot.
struct StaticNames: Sendable {
  enum Meaning: Sendable {
    /// A `let`, by the one expression it is given.
    case constant(Expression, source: Int)
    case definition(Definition, source: Int)
  }

  let sources: [CheckedSource]
  private(set) var meanings: [Int: Meaning] = [:]

  init(_ sources: [CheckedSource]) {
    self.sources = sources
    for (index, source) in sources.enumerated() {
      for statement in source.parsed.statements {
        switch statement.kind {
        case .binding(let name, isVariable: false, let pipeline):
          guard let value = pipeline.onlyExpression else { continue }
          note(name, .constant(value, source: index), in: source)
        case .definition(let definition):
          note(definition.name, .definition(definition, source: index), in: source)
        default: continue
        }
      }
    }
  }

  /// Whether a name of a source stands for what that source defines no earlier than at this place.
  func isLater(_ slot: Int, than offset: UInt32, source: Int) -> Bool {
    switch meanings[slot] {
    case .constant(let value, let home): home == source && value.span.lower >= offset
    case .definition(let definition, let home): home == source && definition.name.span.lower >= offset
    case nil: false
    }
  }

  private mutating func note(_ name: NameUse, _ meaning: Meaning, in source: CheckedSource) {
    if case .global(let slot) = source.binding(of: name) { meanings[slot] = meaning }
  }
}

extension StaticNames {
  /// The error that a run meets where a definition's clause names the definition itself, or one that comes behind it.
  func usedTooEarly(by clause: Clause, of definition: Definition, source: Int) -> Diagnostic? {
    guard case .expression(let expression)? = clause.values.first,
      let slot = sources[source].slot(of: expression),
      isLater(slot, than: definition.name.span.lower, source: source)
    else { return nil }
    let name = sources[source].text.text(expression.span.range)
    return RuntimeFault(.noValueYet(name), at: expression.span).diagnostic
  }
}
