// Writing JSON strings into bytes.

import TCBText

extension [UInt8] {
  /// Appends a JSON string: UTF-8 as it is, escaping only what must be (controls, `"` and `\`), so never `/`.
  package mutating func append(quoted text: String) { append(quoted: text.utf8Span.span) }

  /// The same for UTF-8.
  package mutating func append(quoted bytes: Span<UInt8>) {
    append(Byte.quote)
    var clean = 0
    var index = 0
    while index < bytes.count {
      if index &+ 8 <= bytes.count,
        !bytes.withUnsafeBytes({ $0.loadUnaligned(fromByteOffset: index, as: UInt64.self) }).holdsJSONEscape
      {
        index &+= 8
        continue
      }
      let byte = bytes[index]
      if byte < 0x20 || byte == Byte.quote || byte == Byte.backslash {
        if clean < index { append(bytes.extracting(clean..<index)) }
        append(escaped: byte)
        clean = index &+ 1
      }
      index &+= 1
    }
    if clean < index { append(bytes.extracting(clean..<index)) }
    append(Byte.quote)
  }

  private mutating func append(escaped byte: UInt8) {
    append(Byte.backslash)
    switch byte {
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0x0D: append(UInt8(ascii: "r"))
    case Byte.quote, Byte.backslash: append(byte)
    default:
      append("u00")
      append(hexadecimal: byte)
    }
  }
}
