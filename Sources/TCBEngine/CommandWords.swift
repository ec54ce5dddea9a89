// The words of a command line.

package enum CommandWords {
  /// Words lie between blanks; what is between quotes is one word, and a `\` takes the next character as it is, but not between
  /// `'`. That is all of a shell there is: no variables, no patterns, no pipes. Nil where a quote is not closed.
  package static func split(_ line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        (word, isEscaped) = (word ?? "", true)
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        (word, quote) = (word ?? "", character)
      } else if quote == nil, character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return quote == nil && !isEscaped ? words : nil
  }
}
