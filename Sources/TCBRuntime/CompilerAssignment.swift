// Assignments to code: in place where a name holds what is changed, from the inside out where parts of parts are.

import TCBSyntax

extension Compiler {
  mutating func compileAssignment(_ target: Expression, _ pipeline: Pipeline) {
    if case .name(let use) = target.kind, let expression = pipeline.onlyExpression {
      if compileGrowth(of: use, expression) { return }
      if case .local(let register) = binding(use), !isBoxed(register), expression.writesLast {
        return compile(expression, into: register)
      }
    }
    let value = compile(pipeline)
    collect(value, of: pipeline)
    store(value, in: target)
  }

  /// `x = x + [element]` and `x = x + more` grow what `x` holds where it is.
  private mutating func compileGrowth(of name: NameUse, _ expression: Expression) -> Bool {
    guard case .binary(.add, let left, let right) = expression.kind, case .name(let use) = left.kind,
      binding(use) == binding(name)
    else { return false }
    var element: Expression?
    if case .list(let elements) = right.kind, elements.count == 1 { element = elements[0] }
    switch binding(name) {
    case .local(let register) where !isBoxed(register):
      guard let element else { return false }
      unit.emit(.append, register, compile(element), at: expression.span)
    case .global(let slot):
      // Numbers are added in registers, where that costs less.
      if case .integer = right.kind { return false }
      let opcode: Opcode = element == nil ? .addGlobal : .appendGlobal
      unit.emit(opcode, 0, compile(element ?? right), d: slot, at: expression.span)
    default: return false
    }
    return true
  }

  /// `x.field = value` and `x[index] = value` change what `x` holds where it is.
  private mutating func storeInPlace(_ value: Int, in target: Expression) -> Bool {
    let base: Expression
    switch target.kind {
    case .field(let inner, _, _, _), .index(let inner, _, _): base = inner
    default: return false
    }
    guard case .name(let use) = base.kind else { return false }
    let place: (local: Int?, slot: Int)
    switch binding(use) {
    case .local(let register) where !isBoxed(register): place = (register, 0)
    case .global(let slot): place = (nil, slot)
    default: return false
    }
    switch target.kind {
    case .field(_, let name, let span, _):
      let key = unit.constant(.string(name))
      if let local = place.local {
        unit.emit(.setLocalField, local, value, d: key, at: span)
      } else {
        guard key <= Int(UInt16.max) else { return false }
        unit.emit(.setGlobalField, key, value, d: place.slot, at: span)
      }
    case .index(_, let index, _):
      let position = compile(index)
      if let local = place.local {
        unit.emit(.setLocalIndex, local, value, position, at: target.span)
      } else {
        unit.emit(.setGlobalIndex, 0, value, position, d: place.slot, at: target.span)
      }
    default: return false
    }
    return true
  }

  /// A part of what a name holds, on the way to the place that is assigned.
  private struct PartOfTarget {
    enum Key {
      case field(String)
      /// The register that the index was evaluated into, once.
      case index(Int)
    }

    var key: Key
    var span: SourceSpan
    /// The register of the value that this is a part of.
    var whole: Int
  }

  /// Stores into a name, or into a part of what a name holds: the changed wholes are made from the inside out, and the
  /// outermost is stored in the name.
  private mutating func store(_ value: Int, in target: Expression) {
    if storeInPlace(value, in: target) { return }
    var steps: [Expression] = []
    var root = target
    while true {
      switch root.kind {
      case .field(let base, _, _, _), .index(let base, _, _):
        steps.append(root)
        root = base
        continue
      default: break
      }
      break
    }
    guard case .name(let use) = root.kind else { return }
    let parts = steps.isEmpty ? [] : compileParts(steps.reversed(), of: compile(root))
    var changed = value
    for part in parts.reversed() {
      let whole = unit.allocate()
      switch part.key {
      case .field(let name):
        unit.emit(.setField, whole, part.whole, changed, d: unit.names.index(of: name), at: part.span)
      case .index(let index): unit.emit(.setIndex, whole, part.whole, index, d: changed, at: part.span)
      }
      changed = whole
    }
    switch binding(use) {
    case .local(let register):
      unit.emit(isBoxed(register) ? .storeCell : .move, register, changed, at: target.span)
    case .global(let slot): unit.emit(.storeGlobal, changed, d: slot, at: target.span)
    default: break
    }
  }

  /// Code that reads, from the outside in, everything that the assigned place is a part of.
  private mutating func compileParts(_ steps: [Expression], of root: Int) -> [PartOfTarget] {
    var parts: [PartOfTarget] = []
    var whole = root
    for (offset, step) in steps.enumerated() {
      let isLast = offset == steps.count - 1
      let inner = isLast ? 0 : unit.allocate()
      switch step.kind {
      case .field(_, let name, let span, _):
        parts.append(PartOfTarget(key: .field(name), span: span, whole: whole))
        if !isLast { unit.emit(.field, inner, whole, d: unit.names.index(of: name), at: span) }
      case .index(_, let index, _):
        let position = unit.allocate()
        compile(index, into: position)
        parts.append(PartOfTarget(key: .index(position), span: step.span, whole: whole))
        if !isLast { unit.emit(.index, inner, whole, position, at: step.span) }
      default: break
      }
      whole = inner
    }
    return parts
  }
}
