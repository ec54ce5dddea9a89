// Values with a part changed.

extension Value {
  /// What it comes to, in values.
  var weight: Int {
    if case .shared(let local) = self { return local.value.weight }
    return Extent.weight(of: self)
  }

  /// This record with one field changed or added.
  func settingField(_ name: TextValue, to value: Value) throws(RuntimeProblem) -> Value {
    guard case .record(let record) = self else { throw .noFields(typeName, field: name.string) }
    let changed = RecordValue(copying: record)
    try changed.set(value, for: name)
    return .record(changed)
  }

  /// This list or record with one element changed; a list is never lengthened by it.
  func settingElement(at index: Value, to value: Value) throws(RuntimeProblem) -> Value {
    switch (self, index) {
    case (.record, .text(let key)): return try settingField(key, to: value)
    case (.list(let list), .int(let wanted)):
      let position = wanted < 0 ? wanted + Int64(list.elements.count) : wanted
      guard position >= 0, position < list.elements.count else {
        throw .indexOutOfRange(wanted, count: list.elements.count)
      }
      var elements = list.elements
      elements[Int(position)] = value
      return .list(try ListValue(elements))
    default: throw .badIndex(index.typeName, of: typeName)
    }
  }
}
