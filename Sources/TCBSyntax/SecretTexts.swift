// Texts that are secrets by the word before them, found in the bytes alone: an entry with a mistake is never parsed, but
// it is shown and remembered.

package enum SecretTexts {
  /// The clauses whose value is a secret.
  package static let words: Set<String> = ["secret", "key", "backup_key", "refresh", "ticket"]

  private static let wordBytes = words.map { Array($0.utf8) }

  /// The insides of the quoted texts behind one of ``words``, in ascending order. A text that is never closed goes to the
  /// end.
  package static func ranges(in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard isNamePart(bytes[index]) else {
        index += 1
        continue
      }
      let wordEnd = bytes[index...].firstIndex { !isNamePart($0) } ?? bytes.endIndex
      let word = bytes[index..<wordEnd]
      index = wordEnd
      guard wordBytes.contains(where: { word.elementsEqual($0) }) else { continue }
      index = bytes[wordEnd...].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? bytes.endIndex
      guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'")
      else { continue }
      let close = end(of: bytes[(index + 1)...], quote: bytes[index])
      if close > index + 1 { found.append((index + 1)..<close) }
      index = min(close + 1, bytes.endIndex)
    }
    return found
  }

  private static func end(of text: ArraySlice<UInt8>, quote: UInt8) -> Int {
    var index = text.startIndex
    while index < text.endIndex, text[index] != quote {
      // A quote behind a backslash does not end the text.
      let isEscape = quote == UInt8(ascii: "\"") && text[index] == UInt8(ascii: "\\")
      index += isEscape ? 2 : 1
    }
    return min(index, text.endIndex)
  }

  /// `text` with each of them replaced.
  package static func masking(_ text: String, with mask: String) -> String {
    let bytes = Array(text.utf8)
    let ranges = ranges(in: bytes[...])
    guard !ranges.isEmpty else { return text }
    var result: [UInt8] = []
    var position = 0
    for range in ranges {
      result += bytes[position..<range.lowerBound]
      result += mask.utf8
      position = range.upperBound
    }
    return String(decoding: result + bytes[position...], as: UTF8.self)
  }
}
