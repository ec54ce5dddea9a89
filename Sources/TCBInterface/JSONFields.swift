// How a field of a message is read: there, absent, or of the wrong type.

/// One field while its object is read. A later duplicate replaces an earlier one.
package enum JSONField<Value> {
  case absent
  case wrong
  case value(Value)

  /// The value of a field that may be left out.
  package func value(
    or fallback: Value, named name: @autoclosure () -> String, _ type: WireError.FieldType
  ) throws(WireError) -> Value {
    switch self {
    case .absent: return fallback
    case .value(let value): return value
    case .wrong: throw .wrongType(field: name(), expected: type)
    }
  }
}

extension JSONScanner {
  /// A string; null counts as absent (ours).
  package mutating func textField() throws(WireError) -> JSONField<String> {
    if current == Byte.quote { return .value(try string()) }
    if try skipNull() { return .absent }
    try skipValue()
    return .wrong
  }

  /// A whole number, or one written in a string, as some gateways do (ours); null counts as absent.
  package mutating func wholeNumberField() throws(WireError) -> JSONField<Int64> {
    switch current {
    case Byte.minus, 0x30...0x39:
      return try wholeNumber().map { .value($0) } ?? .wrong
    case Byte.quote:
      return JSONScanner.wholeNumber(in: try string()).map { .value($0) } ?? .wrong
    default:
      if try skipNull() { return .absent }
      try skipValue()
      return .wrong
    }
  }

  private static func wholeNumber(in text: String) -> Int64? {
    var text = text
    return text.withUTF8 { bytes in
      var scanner = JSONScanner(bytes)
      do {
        guard scanner.current == Byte.minus || scanner.current.isASCIIDigit else { return nil }
        let number = try scanner.wholeNumber()
        return scanner.position == bytes.count ? number : nil
      } catch {
        return nil
      }
    }
  }
}
