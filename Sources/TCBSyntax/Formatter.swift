// The one layout of scripts. Works on tokens, so that nothing it does can change what a script means: line breaks stay
// where they are, and what is between tokens on a line is set anew. Blank lines are kept, one at most.

package struct Formatter {
  /// A token, a text with all it holds, or a comment.
  struct Item {
    var kind: TokenKind?
    var range: Range<Int>
    /// Line ends before it.
    var breaks: Int
    /// Whether nothing stands between it and the item before.
    var touches: Bool
    var isComment: Bool { kind == nil }
  }

  struct Line {
    var items: [Item] = []
    var isAfterBlank = false
    var indent = 0
    /// Whether it stands in the block of a definition itself.
    var isClause = false
  }

  private let text: SourceText
  private let recordBraces: Set<UInt32>
  private let definitionBraces: Set<UInt32>

  /// The text in its layout; nil where it has mistakes, which `Parser` tells.
  package static func format(_ text: SourceText, vocabulary: Vocabulary) -> String? {
    let parsed = Parser.parse(text, id: SourceID(0), vocabulary: vocabulary)
    guard parsed.problems.isEmpty else { return nil }
    let formatter = Formatter(
      text: text, recordBraces: Set(parsed.recordBraces), definitionBraces: Set(parsed.definitionBraces))
    return formatter.formatted(Lexer.lex(text, id: SourceID(0), keepingComments: true))
  }

  private func formatted(_ lexed: LexedSource) -> String {
    var lines = self.lines(of: items(of: lexed))
    indent(&lines)
    let written = lines.map { write($0) }
    var result = ""
    for (index, line) in FormatterColumns(lines: lines, written: written).aligned().enumerated() {
      if lines[index].isAfterBlank { result += "\n" }
      result += line.isEmpty ? "\n" : String(repeating: "  ", count: lines[index].indent) + line + "\n"
    }
    return result
  }

  // MARK: Items and lines

  private func items(of lexed: LexedSource) -> [Item] {
    var items: [Item] = []
    var comments = lexed.comments[...]
    var breaks = 0
    var index = 0
    func add(_ kind: TokenKind?, _ range: Range<Int>) {
      let touches = items.last.map { $0.range.upperBound == range.lowerBound } ?? false
      items.append(Item(kind: kind, range: range, breaks: breaks, touches: touches))
      breaks = 0
    }
    while index < lexed.tokens.count {
      let token = lexed.tokens[index]
      while let comment = comments.first, comment.lowerBound < token.lower {
        add(nil, comment)
        comments = comments.dropFirst()
      }
      switch token.kind {
      case .end: break
      case .newline: breaks += 1
      case .stringStart:
        let end = self.end(ofText: index, lexed.tokens)
        // Comments inside of a text are part of it.
        comments = comments.drop { $0.lowerBound < lexed.tokens[end].upper }
        add(.stringStart, Int(token.lower)..<Int(lexed.tokens[end].upper))
        index = end
      default: add(token.kind, Int(token.lower)..<Int(token.upper))
      }
      index += 1
    }
    for comment in comments { add(nil, comment) }
    return items
  }

  /// The token that ends the text which begins at `start`.
  private func end(ofText start: Int, _ tokens: [Token]) -> Int {
    var depth = 0
    var index = start
    while index < tokens.count - 1 {
      if tokens[index].kind == .stringStart { depth += 1 }
      if tokens[index].kind == .stringEnd { depth -= 1 }
      if depth == 0 { return index }
      index += 1
    }
    return index
  }

  private func lines(of items: [Item]) -> [Line] {
    var lines: [Line] = []
    for (index, item) in items.enumerated() {
      if lines.isEmpty || item.breaks > 0 {
        lines.append(Line(isAfterBlank: item.breaks > 1 && !lines.isEmpty))
      }
      // A `;` at the end of a line, before another, or before the `}` of its block, separates nothing.
      let next = index + 1 < items.count ? items[index + 1] : nil
      let endsLine =
        next.map { $0.breaks > 0 || $0.kind == .rightBrace || $0.kind == .semicolon || $0.isComment } ?? true
      if item.kind == .semicolon, endsLine || lines[lines.count - 1].items.isEmpty { continue }
      lines[lines.count - 1].items.append(item)
    }
    var kept = lines.filter { !$0.items.isEmpty }
    // Of lines that held a `;` and nothing else, none is left for the first to stand behind.
    if !kept.isEmpty { kept[0].isAfterBlank = false }
    return kept
  }

  private func indent(_ lines: inout [Line]) {
    var open: [(kind: TokenKind, line: Int, isDefinition: Bool)] = []
    var endedOpen = false
    for index in lines.indices {
      let items = lines[index].items
      let closing = items.prefix { [.rightParenthesis, .rightBracket, .rightBrace].contains($0.kind) }.count
      let around = open.dropLast(min(closing, open.count))
      lines[index].indent = Set(around.map(\.line)).count
      lines[index].isClause = closing == 0 && (open.last?.isDefinition ?? false)
      let isInBlock = around.last.map { $0.kind == .leftBrace } ?? true
      if closing == 0, isInBlock, endedOpen || items.first?.kind == .pipe { lines[index].indent += 1 }
      // Nothing is left blank at the edges of a block.
      if closing > 0 || (index > 0 && lines[index - 1].items.last.map(opens) == true) {
        lines[index].isAfterBlank = false
      }
      for item in items {
        switch item.kind {
        case .leftParenthesis?, .leftBracket?, .leftBrace?:
          let isDefinition = definitionBraces.contains(UInt32(clamping: item.range.lowerBound))
          open.append((isRecord(item) ? .leftBracket : item.kind ?? .leftBrace, index, isDefinition))
        case .rightParenthesis?, .rightBracket?, .rightBrace?: if !open.isEmpty { open.removeLast() }
        default: break
        }
      }
      if let last = items.last(where: { !$0.isComment }) { endedOpen = continues(last) }
    }
  }

  private func opens(_ item: Item) -> Bool {
    [.leftParenthesis, .leftBracket, .leftBrace].contains(item.kind)
  }

  private func continues(_ item: Item) -> Bool {
    guard let kind = item.kind else { return false }
    return Parser.continuesLine(kind)
  }

  private func isRecord(_ item: Item) -> Bool {
    item.kind == .leftBrace && recordBraces.contains(UInt32(clamping: item.range.lowerBound))
  }

  // MARK: Writing a line

  /// What a line holds: its code, the offset in it where a clause's second column begins, and its comment.
  struct Written {
    var code = ""
    var secondColumn: Int?
    var comment: String?
  }

  private func write(_ line: Line) -> Written {
    var written = Written()
    var records: [Bool] = []
    for (index, item) in line.items.enumerated() {
      let words = text.text(item.range)
      if item.isComment {
        written.comment = trimmed(words)
        continue
      }
      if index > 0 {
        let before = line.items[index - 1]
        if needsSpace(before, item, line.items, index, records) { written.code += " " }
        if line.isClause, written.secondColumn == nil, startsColumn(before, item, words, line.items[0]) {
          written.secondColumn = written.code.utf8.count
        }
      }
      if item.kind == .leftBrace { records.append(isRecord(item)) }
      if item.kind == .rightBrace, !records.isEmpty { records.removeLast() }
      written.code += words
    }
    return written
  }

  /// In a policy the column behind the patterns; in other definitions the one behind the clause's word.
  private func startsColumn(_ before: Item, _ item: Item, _ words: String, _ first: Item) -> Bool {
    if first.kind == .name { return before.range == first.range && item.kind != .leftBrace }
    return item.kind == .name && (words == "max_age" || words == "deny")
  }

  private func needsSpace(_ a: Item, _ b: Item, _ items: [Item], _ index: Int, _ records: [Bool]) -> Bool {
    guard let left = a.kind, let right = b.kind else { return true }
    switch right {
    case .rightParenthesis, .rightBracket, .comma, .colon, .semicolon, .dot, .range: return false
    case .question: return !b.touches
    case .rightBrace: return left != .leftBrace && !(records.last ?? false)
    case .leftParenthesis, .leftBracket:
      if left == .leftParenthesis || left == .leftBracket || left == .dot { return false }
      return !(b.touches && endsValue(items, index - 1))
    default: break
    }
    switch left {
    case .leftParenthesis, .leftBracket, .dot, .range: return false
    case .leftBrace: return !isRecord(a)
    case .minus: return !isSign(items, index - 1)
    default: return true
    }
  }

  /// Whether the `-` at `index` belongs to the number behind it.
  private func isSign(_ items: [Item], _ index: Int) -> Bool {
    guard index > 0, items[index - 1].kind != nil else { return true }
    if !endsValue(items, index - 1) { return true }
    // Behind a command's name it is a sign where it is written as one.
    let next = items[index + 1]
    return next.touches && !items[index].touches
  }

  private func endsValue(_ items: [Item], _ index: Int) -> Bool {
    switch items[index].kind {
    case .name, .integer, .float, .duration, .rawString, .stringStart, .environmentName, .rightParenthesis,
      .rightBracket, .rightBrace, .question, .keywordTrue, .keywordFalse, .keywordNull:
      true
    // Behind a dot a word of the language is a name like any other.
    case let kind?: kind.isKeyword && index > 0 && items[index - 1].kind == .dot
    case nil: false
    }
  }

  private func trimmed(_ words: String) -> String {
    var words = words[...]
    while let last = words.utf8.last, last == 0x20 || last == 0x09 || last == 0x0D {
      words = words.dropLast()
    }
    return String(words)
  }
}
