// What could stand at the cursor, from the same declarations that commands are parsed from.

import TCBSyntax

/// A word that fits, with what it does.
package struct Candidate: Sendable, Hashable {
  package var text: String
  package var summary: String?
}

package struct Completer: Sendable {
  private let vocabulary: Vocabulary
  /// Names the session has bound, with the keyword that defined each.
  private let names: [(name: String, keyword: String)]

  init(vocabulary: Vocabulary, scope: GlobalScope) {
    self.vocabulary = vocabulary
    names = scope.entries.map { ($0.key, $0.value.keyword) }.sorted { $0.0 < $1.0 }
  }

  /// Candidates for the word that ends at the UTF-8 offset `cursor`, and where that word starts.
  package func candidates(in text: String, at cursor: Int) -> (start: Int, candidates: [Candidate]) {
    let place = place(in: text, at: cursor)
    return place.stage.isInText ? (place.start, []) : place.fitting(candidates(for: place.stage))
  }

  /// The same behind a dot: fields of what stands before it, and functions, which can be called there.
  func candidates(in text: String, at cursor: Int, behindDot fields: [String]) -> (
    start: Int, candidates: [Candidate]
  ) {
    let own = names.filter { $0.keyword == "fn" }.map { Candidate(text: $0.name, summary: $0.keyword) }
    return place(in: text, at: cursor).fitting(
      fields.map { Candidate(text: $0, summary: "field") }
        + (own + functions).filter { !fields.contains($0.text) })
  }

  /// What stands before the dot that stands before the word at `cursor`; nil where there is no dot, or no name before it.
  func receiver(in text: String, at cursor: Int) -> DotReceiver? {
    let place = place(in: text, at: cursor)
    guard !place.stage.isInText, place.start > 0, place.bytes[place.start - 1] == UInt8(ascii: "."),
      let word = place.stage.words.last, word != "\"", place.start > 1,
      isWordByte(place.bytes[place.start - 2])
    else { return nil }
    return word == "it" ? place.stage.source.map { .row(of: $0) } ?? .name(word) : .name(word)
  }

  private struct Place {
    var bytes: [UInt8]
    /// Where the word at the cursor begins.
    var start: Int
    var stage: Stage

    func fitting(_ all: [Candidate]) -> (start: Int, candidates: [Candidate]) {
      let word = String(decoding: bytes[start...], as: UTF8.self)
      let fitting = all.filter { $0.text.hasPrefix(word) }
      return (start, Array(Set(fitting)).sorted { $0.text < $1.text })
    }
  }

  private func place(in text: String, at cursor: Int) -> Place {
    let bytes = Array(Array(text.utf8).prefix(max(0, cursor)))
    var start = bytes.count
    while start > 0, isWordByte(bytes[start - 1]) { start -= 1 }
    return Place(bytes: bytes, start: start, stage: stage(before: start, bytes))
  }

  private struct Stage {
    /// The words of the pipeline's stage before the cursor.
    var words: [String]
    /// The first word of the pipeline, where the stage is not its first.
    var source: String?
    var isPiped: Bool
    var isInText: Bool
  }

  /// The stage of the pipeline that the cursor is in: what stands behind the last `|`, `;`, line end or open bracket.
  private func stage(before end: Int, _ bytes: [UInt8]) -> Stage {
    var words: [String] = []
    var word: [UInt8] = []
    var source: String?
    var isPiped = false
    var quote: UInt8?
    func closeWord() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    for byte in bytes[..<end] {
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        closeWord()
        words.append("\"")
        quote = byte
      case UInt8(ascii: "|"), UInt8(ascii: ";"), 0x0A, UInt8(ascii: "("), UInt8(ascii: "{"),
        UInt8(ascii: "="):
        closeWord()
        isPiped = byte == UInt8(ascii: "|")
        // A bracket opens something inside of a stage, which still has rows of the same source.
        if isPiped { source = source ?? words.first } else if byte != UInt8(ascii: "(") { source = nil }
        words = []
      case _ where isWordByte(byte): word.append(byte)
      default: closeWord()
      }
    }
    closeWord()
    return Stage(words: words, source: source, isPiped: isPiped, isInText: quote != nil)
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || (byte >= 0x30 && byte <= 0x39) || byte == 0x5F
      || byte >= 0x80
  }

  private func candidates(for stage: Stage) -> [Candidate] {
    guard let first = stage.words.first else {
      let commands = vocabulary.commands.values.map { Candidate(text: $0.name, summary: $0.summary) }
      return stage.isPiped ? commands : commands + definitions + values
    }
    if let command = vocabulary.commands[first] { return candidates(in: command, stage.words) }
    if let definition = vocabulary.definitions[first] { return clauses(of: definition) }
    return values
  }

  private var definitions: [Candidate] {
    vocabulary.definitions.values.map { Candidate(text: $0.keyword, summary: $0.summary) }
  }

  private var values: [Candidate] {
    names.map { Candidate(text: $0.name, summary: $0.keyword) } + functions
  }

  private var functions: [Candidate] {
    vocabulary.functions.values.map { Candidate(text: $0.name, summary: $0.summary) }
  }

  private func candidates(in command: CommandSignature, _ words: [String]) -> [Candidate] {
    if let last = words.last, words.count > 1, let index = command.parameterIndex(labelled: last) {
      return arguments(of: command.parameters[index])
    }
    let given = Set(words.dropFirst())
    let labels = command.parameters.compactMap { parameter in
      parameter.label.flatMap { given.contains($0) ? nil : Candidate(text: $0, summary: parameter.summary) }
    }
    return labels + values
  }

  private func arguments(of parameter: Parameter) -> [Candidate] {
    switch parameter.kind {
    case .word(let words): return words.map { Candidate(text: $0, summary: nil) }
    case .flag: return []
    case .names where parameter.label == "about":
      return vocabulary.commands.keys.map { Candidate(text: $0, summary: nil) } + definitions
    default: break
    }
    let kinds = ["POLICY": "policy", "ENV": "env", "TOKEN": "token"]
    guard let keyword = kinds[parameter.placeholder] else { return values }
    return names.filter { $0.keyword == keyword }.map { Candidate(text: $0.name, summary: keyword) }
  }

  private func clauses(of definition: DefinitionSignature) -> [Candidate] {
    var clauses = definition.head
    if case .clauses(let block) = definition.body { clauses += block }
    return clauses.map { Candidate(text: $0.word, summary: $0.summary) }
  }
}
