// The list under the line when a word can be completed in several ways.

package struct CandidateList: Sendable {
  /// More than this many lines help nobody.
  package static let maximumLines = 100

  package let candidates: [Completion]
  private let layout: TextLayout

  package init(_ candidates: [Completion], layout: TextLayout) {
    self.candidates = candidates.map {
      Completion(text: $0.text.withoutControls, summary: $0.summary?.withoutControls)
    }
    self.layout = layout
  }

  /// One candidate a line with its summary, or several a line when none has one. No line is as
  /// wide as the terminal, so that none wraps.
  package var lines: [String] {
    let all = candidates.contains { $0.summary != nil } ? described : arranged
    guard all.count > Self.maximumLines else { return all }
    let shown = Array(all.prefix(Self.maximumLines))
    return shown + [layout.clipped("(\(all.count - shown.count) more lines)", to: layout.columns - 1)]
  }

  private var widest: Int { candidates.map { layout.width(of: $0.text) }.max() ?? 0 }

  private var described: [String] {
    let column = min(widest, layout.columns / 2)
    return candidates.map { candidate in
      let summary = candidate.summary ?? ""
      if summary.isEmpty { return layout.clipped(candidate.text, to: layout.columns - 1) }
      let padding = max(0, column - layout.width(of: candidate.text))
      let line = candidate.text + String(repeating: " ", count: padding + 2) + summary
      return layout.clipped(line, to: layout.columns - 1)
    }
  }

  /// Read downwards, like `ls`.
  private var arranged: [String] {
    let cell = widest + 2
    let perLine = max(1, (layout.columns - 1) / cell)
    let rows = (candidates.count + perLine - 1) / perLine
    return (0..<rows).map { row in
      var line = ""
      for index in stride(from: row, to: candidates.count, by: rows) {
        line += String(repeating: " ", count: max(0, index / rows * cell - layout.width(of: line)))
        line += candidates[index].text
      }
      return layout.clipped(line, to: layout.columns - 1)
    }
  }
}

extension String {
  /// Names come from files and scripts; a control character in one must not reach the terminal.
  fileprivate var withoutControls: String {
    var clean = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      clean.append(scalar.properties.generalCategory == .control ? "?" : scalar)
    }
    return String(clean)
  }
}
