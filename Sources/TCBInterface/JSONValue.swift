// A whole JSON text as a tree, for what is too rare to be read field by field.

import TCBText

package indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case whole(Int64)
  case float(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// How deep lists and objects may lie in one another.
  package static let nestingLimit = 16

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
      var scanner = JSONScanner(buffer)
      let value = try scanner.value(depth: 0)
      try scanner.finish()
      return value
    }
  }

  package subscript(_ name: String) -> JSONValue? {
    guard case .object(let fields) = self else { return nil }
    return fields[name]
  }

  package var text: String? { if case .text(let text) = self { text } else { nil } }
  package var whole: Int64? { if case .whole(let number) = self { number } else { nil } }
  package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  package var list: [JSONValue]? { if case .list(let values) = self { values } else { nil } }
  package var isNull: Bool { self == .null }

  /// Compact, the fields of objects in the order of their names.
  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  // Recurses as deep as the value, which whoever made it bounds; what was decoded is bounded by `nestingLimit`.
  private func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append("null")
    case .bool(let flag): bytes.append(flag ? "true" : "false")
    case .whole(let number): bytes.append(decimal: number)
    case .float(let number): bytes += Array("\(number)".utf8)
    case .text(let text): bytes.append(quoted: text)
    case .list(let values):
      bytes.append(Byte.openBracket)
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(Byte.comma) }
        value.append(to: &bytes)
      }
      bytes.append(Byte.closeBracket)
    case .object(let fields):
      bytes.append(Byte.openBrace)
      for (index, (name, value)) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { bytes.append(Byte.comma) }
        bytes.append(quoted: name)
        bytes.append(Byte.colon)
        value.append(to: &bytes)
      }
      bytes.append(Byte.closeBrace)
    }
  }
}

extension JSONScanner {
  fileprivate mutating func value(depth: Int) throws(WireError) -> JSONValue {
    if let scalar = try scalar() {
      return switch scalar {
      case .null: .null
      case .bool(let flag): .bool(flag)
      case .whole(let number): .whole(number)
      case .float(let number): .float(number)
      case .text(let text): .text(text)
      }
    }
    guard depth < JSONValue.nestingLimit else { throw expected(.noDeeperNesting) }
    var isFirst = true
    if open(Byte.openBracket) {
      var values: [JSONValue] = []
      while try nextElement(isFirst: &isFirst) { values.append(try value(depth: depth + 1)) }
      return .list(values)
    }
    guard open(Byte.openBrace) else { throw expected(.value) }
    var fields: [String: JSONValue] = [:]
    while try nextField(isFirst: &isFirst) {
      let name = keyText
      fields[name] = try value(depth: depth + 1)
    }
    return .object(fields)
  }
}
