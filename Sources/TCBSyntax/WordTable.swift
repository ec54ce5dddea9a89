// The distinct words of a source, numbered, so that whatever looks at names compares and indexes by numbers.

/// Words numbered in the order in which they were met. Those of the language come first, so that a number says whether
/// it is one of them.
package struct WordTable: Sendable {
  package typealias Word = UInt32

  package private(set) var texts: [String] = []
  private var bytes: [UInt8] = []
  /// Where each word ends in `bytes`.
  private var ends: [UInt32] = [0]
  /// Hash table with open addressing: the number of a word and 1, or 0 where nothing is.
  private var slots: [UInt32] = Array(repeating: 0, count: 64)

  /// The words of the language, in the order of their kinds of token.
  static let language: WordTable = {
    var table = WordTable()
    for (text, _) in TokenKind.keywords { _ = table.number(text) }
    for text in ["it", "env", "matches", "as", "test"] { _ = table.number(text) }
    return table
  }()

  static let keywordCount = Word(TokenKind.keywords.count)
  static let it = keywordCount
  static let env = keywordCount + 1
  static let matches = keywordCount + 2
  static let `as` = keywordCount + 3
  static let test = keywordCount + 4

  mutating func number(_ text: String) -> Word {
    var text = text
    return text.withUTF8 { number($0) }
  }

  /// The number of a word, which it is given if it has none.
  mutating func number(_ word: UnsafeBufferPointer<UInt8>) -> Word {
    if let known = find(word) { return known }
    if (texts.count + 1) * 2 > slots.count { grow() }
    texts.append(String(decoding: word, as: UTF8.self))
    bytes += word
    ends.append(UInt32(clamping: bytes.count))
    let number = Word(texts.count - 1)
    place(number, WordTable.hash(word))
    return number
  }

  package func find(_ text: String) -> Word? {
    var text = text
    return text.withUTF8 { find($0) }
  }

  private func find(_ word: UnsafeBufferPointer<UInt8>) -> Word? {
    let mask = slots.count - 1
    var index = WordTable.hash(word) & mask
    while slots[index] != 0 {
      let number = slots[index] - 1
      if spells(number, word) { return number }
      index = (index + 1) & mask
    }
    return nil
  }

  private func spells(_ number: Word, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let lower = Int(ends[Int(number)])
    let upper = Int(ends[Int(number) + 1])
    guard upper - lower == word.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<word.count where bytes[lower + index] != word[index] { return false }
      return true
    }
  }

  private mutating func place(_ number: Word, _ hash: Int) {
    let mask = slots.count - 1
    var index = hash & mask
    while slots[index] != 0 { index = (index + 1) & mask }
    slots[index] = number + 1
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    bytes.withUnsafeBufferPointer { bytes in
      for number in texts.indices {
        let word = UnsafeBufferPointer(rebasing: bytes[Int(ends[number])..<Int(ends[number + 1])])
        place(Word(number), WordTable.hash(word))
      }
    }
  }

  /// Differs from process to process, so that no script can be written whose words all collide.
  private static let seed = UInt64.random(in: .min ... .max) | 1

  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> Int {
    var state = seed
    // Eight bytes a step. No word holds a zero, so that what is left at the end needs no mark of its length.
    var part: UInt64 = 0
    for (index, byte) in word.enumerated() {
      part = part << 8 | UInt64(byte)
      guard index & 7 == 7 || index == word.count - 1 else { continue }
      state = (state ^ part) &* 0x9E37_79B9_7F4A_7C15
      state ^= state >> 29
      part = 0
    }
    return Int(truncatingIfNeeded: state >> 1)
  }
}
