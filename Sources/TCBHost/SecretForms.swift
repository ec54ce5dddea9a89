// The ways in which a secret's text can turn up in output.

enum SecretForms {
  /// The text itself, and as it looks inside JSON, a csv field, and a URL, where that differs.
  static func all(of text: String) -> [[UInt8]] {
    let plain = Array(text.utf8)
    var forms = [plain]
    let others = [
      json(plain), csv(plain),
      percent(plain, digits: Array("0123456789ABCDEF".utf8)),
      percent(plain, digits: Array("0123456789abcdef".utf8)),
    ]
    for form in others where !forms.contains(form) { forms.append(form) }
    return forms
  }

  private static func json(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
      case 0x08: Array("\\b".utf8)
      case 0x09: Array("\\t".utf8)
      case 0x0A: Array("\\n".utf8)
      case 0x0C: Array("\\f".utf8)
      case 0x0D: Array("\\r".utf8)
      case 0..<0x20: Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: [byte]
      }
    }
  }

  private static func csv(_ bytes: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    return bytes.flatMap { $0 == quote ? [quote, quote] : [$0] }
  }

  /// Everything but the unreserved characters of RFC 3986 is encoded.
  private static func percent(_ bytes: [UInt8], digits: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        [byte]
      default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
  }
}
