// Diagnostics as text: the line with the part underlined. The only place that knows how they look.

import TCBText

package struct DiagnosticRenderer: Sendable {
  package var sources: SourceMap
  /// Whether to use colour (ANSI), which is for terminals only.
  package var usesColor: Bool
  /// Columns of source shown at most; a longer line is shown around the place.
  package var width: Int
  package var language: TextLanguage

  package init(
    sources: SourceMap, usesColor: Bool = false, width: Int = 100, language: TextLanguage = .english
  ) {
    self.sources = sources
    self.usesColor = usesColor
    self.width = max(width, 20)
    self.language = language
  }

  /// All of them, a blank line between two. A text with very many problems shows the first hundred.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    var indexes: [SourceID: LineIndex] = [:]
    let shown = diagnostics.prefix(100)
    var text = shown.map { render($0, &indexes) }.joined(separator: "\n")
    if diagnostics.count > shown.count {
      let more: Wording = "… and \(diagnostics.count - shown.count) more"
      text += "\n\(more[language])\n"
    }
    return text
  }

  package func render(_ diagnostic: Diagnostic) -> String {
    var indexes: [SourceID: LineIndex] = [:]
    return render(diagnostic, &indexes)
  }

  private func render(_ diagnostic: Diagnostic, _ indexes: inout [SourceID: LineIndex]) -> String {
    let head = painted(
      "\(diagnostic.severity.label[language])[\(diagnostic.code)]", colorCode(diagnostic.severity))
    var text = "\(head): \(visible(clipped(diagnostic.message[language])))\n"
    if let span = diagnostic.span, let index = lineIndex(span.source, &indexes) {
      text += snippet(span, index, note: diagnostic.help)
    } else if let help = diagnostic.help {
      text += "  = \(visible(clipped(help[language])))\n"
    }
    if let row = diagnostic.row { text += "  \(visible(clipped(row.wording[language])))\n" }
    for related in diagnostic.related {
      guard let index = lineIndex(related.span.source, &indexes) else { continue }
      text += snippet(related.span, index, note: related.text)
    }
    for call in diagnostic.calls {
      guard let index = lineIndex(call.span.source, &indexes) else { continue }
      let frame: Wording = "in `\(call.function)` called at \(place(call.span, index))"
      text += "  \(frame[language])\n"
    }
    return text
  }

  private func lineIndex(_ id: SourceID, _ indexes: inout [SourceID: LineIndex]) -> LineIndex? {
    if let index = indexes[id] { return index }
    guard let source = sources[id] else { return nil }
    let index = LineIndex(source)
    indexes[id] = index
    return index
  }

  private func place(_ span: SourceSpan, _ index: LineIndex) -> String {
    let position = index.position(at: Int(span.lower))
    return "\(index.source.name):\(position.line):\(position.column)"
  }

  private func snippet(_ span: SourceSpan, _ index: LineIndex, note: Wording?) -> String {
    let line = index.line(at: min(Int(span.lower), index.source.bytes.count))
    let range = index.range(ofLine: line)
    let number = String(line + 1)
    let margin = String(repeating: " ", count: number.utf8.count)
    let parts = window(index.source, range, span)
    let marks = String(repeating: "^", count: max(1, DisplayWidth.of(parts.marked)))
    let indent = String(repeating: " ", count: DisplayWidth.of(parts.before))
    let tail = note.map { " \(visible(clipped($0[language])))" } ?? ""
    return """
      \(margin) --> \(place(span, index))
      \(margin) |
      \(number) | \(parts.before)\(parts.marked)\(parts.after)
      \(margin) | \(indent)\(painted(marks + tail, "1;31"))

      """
  }

  /// The part of the line that is shown: what stands before the place, the place, and what stands behind it.
  private func window(_ source: SourceText, _ line: Range<Int>, _ span: SourceSpan) -> (
    before: String, marked: String, after: String
  ) {
    let lower = min(max(Int(span.lower), line.lowerBound), line.upperBound)
    let upper = min(max(Int(span.upper), lower), line.upperBound)
    // Bytes are cut first, so that a line of megabytes is never made a String.
    let beforeBytes = max(line.lowerBound, lower - width * 4)
    let afterBytes = min(line.upperBound, upper + width * 4)
    let masked = maskingSecrets(source, line: beforeBytes..<afterBytes)
    var before = visible(masked(beforeBytes..<lower))
    var marked = visible(masked(lower..<min(upper, lower + width * 4)))
    var after = visible(masked(upper..<afterBytes))
    if DisplayWidth.of(marked) > width { marked = prefix(marked, width - 1) + "…" }
    let room = width - DisplayWidth.of(marked)
    let wantsBefore = min(DisplayWidth.of(before), max(room * 2 / 3, room - DisplayWidth.of(after)))
    if beforeBytes > line.lowerBound || DisplayWidth.of(before) > wantsBefore {
      before = "…" + suffix(before, wantsBefore - 1)
    }
    let roomAfter = max(0, room - DisplayWidth.of(before))
    if afterBytes < line.upperBound || DisplayWidth.of(after) > roomAfter {
      after = prefix(after, roomAfter - 1) + "…"
    }
    return (before, marked, after)
  }

  private func prefix(_ text: String, _ columns: Int) -> String {
    var used = 0
    return String(
      text.prefix { character in
        used += DisplayWidth.of(String(character))
        return used <= columns
      })
  }

  private func suffix(_ text: String, _ columns: Int) -> String {
    String(prefix(String(text.reversed()), columns).reversed())
  }

  /// A reader of ranges of the source in which ``SecretTexts`` are starred out.
  private func maskingSecrets(_ source: SourceText, line: Range<Int>) -> (Range<Int>) -> String {
    var bytes = Array(source.bytes[line])
    for range in SecretTexts.ranges(in: bytes[...]) {
      for index in range { bytes[index] = UInt8(ascii: "*") }
    }
    return { range in
      let lower = max(0, range.lowerBound - line.lowerBound)
      let upper = min(bytes.count, max(lower, range.upperBound - line.lowerBound))
      return lower <= upper ? String(decoding: bytes[lower..<upper], as: UTF8.self) : ""
    }
  }

  private func painted(_ text: String, _ code: String) -> String {
    usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private func colorCode(_ severity: Diagnostic.Severity) -> String {
    switch severity {
    case .error: "1;31"
    case .warning: "1;33"
    case .note: "1;36"
    }
  }
}

extension Diagnostic.Severity {
  /// How it is called in a text.
  package var label: Wording {
    switch self {
    case .error: "error"
    case .warning: "warning"
    case .note: "note"
    }
  }
}

/// A name in a message may be as long as the file it stands in.
private func clipped(_ text: String) -> String {
  let most = 1_000
  guard text.utf8.count > most else { return text }
  var start = text.utf8.index(text.startIndex, offsetBy: most)
  while start > text.startIndex, start.samePosition(in: text.unicodeScalars) == nil {
    start = text.utf8.index(before: start)
  }
  return text[..<start] + "…"
}

/// Control characters made visible, so that a file cannot steer the terminal it is shown on. A tab is one space.
private func visible(_ text: String) -> String {
  guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar == "\t" {
      result += " "
    } else if scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0) {
      result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}
