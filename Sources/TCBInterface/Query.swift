// The query of an address: `name=value` pairs joined by `&`.

package enum Query {
  /// The value of a name; nil where there is none or it is empty. What is no percent-encoding is taken as it stands.
  package static func value(_ name: String, in query: String) -> String? {
    for field in query.utf8.split(separator: UInt8(ascii: "&")) {
      let equals = field.firstIndex(of: UInt8(ascii: "=")) ?? field.endIndex
      guard field[..<equals].elementsEqual(name.utf8) else { continue }
      let text = String(Substring(field[equals...].dropFirst()))
      if text.isEmpty { continue }
      return (try? PercentEncoding.decode(path: text)) ?? text
    }
    return nil
  }

  /// The pairs with everything encoded that is neither letter, digit nor one of `-._~`.
  package static func encode(_ pairs: KeyValuePairs<String, String>) -> String {
    pairs.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
  }

  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte.isASCIILetter || byte.isASCIIDigit || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
