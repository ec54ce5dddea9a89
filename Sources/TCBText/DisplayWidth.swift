// How many columns of a terminal a text takes.

package enum DisplayWidth {
  /// 0 for combining marks and format characters, 2 for wide characters and emoji, else 1, counted by
  /// what a reader takes for one character. Control characters are not expected here.
  package static func of(_ text: some StringProtocol) -> Int {
    var watch = CancellationWatch()
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && !watch.isCancelled() }) { return text.utf8.count }
    var width = 0
    for character in text {
      if watch.isCancelled(after: 8) { break }
      width += of(character)
    }
    return width
  }

  package static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.count == 1 { return width(of: first) }
    if isRegional(first) { return 2 }
    if first.properties.isEmoji, let joined = emojiWidth(scalars, first: first) { return joined }
    return scalars.reduce(0) { $0 + width(of: $1) }
  }

  /// Nil when nothing in the cluster makes it an emoji sequence.
  private static func emojiWidth(_ scalars: Character.UnicodeScalarView, first: Unicode.Scalar) -> Int? {
    for scalar in scalars.dropFirst() {
      switch scalar.value {
      case 0xFE0E: return 1  // text presentation
      case 0xFE0F, 0x200D, 0x1F3FB...0x1F3FF, 0xE0020...0xE007F: return 2
      default: continue
      }
    }
    return nil
  }

  private static func isRegional(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F1E6...0x1F1FF).contains(scalar.value)
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return 1 }
    if WideScalars.contains(scalar) { return isMark(scalar) ? 0 : 2 }
    // The vowels and finals of Hangul join the consonant before them.
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FB).contains(value) { return 0 }
    return isMark(scalar) ? 0 : 1
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: true
    default: false
    }
  }

  /// The longest beginning of `text` that takes no more than `width` columns, and what it takes.
  package static func prefix(of text: String, within width: Int) -> (text: Substring, width: Int) {
    var taken = 0
    var end = text.startIndex
    while end < text.endIndex {
      let next = of(text[end])
      if taken + next > width { break }
      taken += next
      end = text.index(after: end)
    }
    return (text[..<end], taken)
  }
}
