// `# tcb: allow CODE reason` on the line above a finding quiets it.

import Glibc
import TCBSyntax
import TCBText

struct AllowComments {
  private struct Allowance {
    var code: String
    var span: SourceSpan
    /// The line it is about, from 0.
    var line: Int
    var isUsed = false
  }

  /// Made where there is anything to allow.
  private var lines: LineIndex?
  private var allowances: [Allowance] = []
  /// What cannot be understood of them.
  private(set) var problems: [Diagnostic] = []

  init(_ source: SourceText, id: SourceID) {
    guard Self.mayHold(source.bytes) else { return }
    let lines = LineIndex(source)
    self.lines = lines
    let comments = Lexer.lex(source, id: id, keepingComments: true).comments
    // An allowance is about the next line that is not one itself, so that several may stand above a rule.
    var pending: [Allowance] = []
    for comment in comments {
      let text = source.text(comment)
      guard let words = Self.words(of: text) else { continue }
      let span = SourceSpan(source: id, lower: comment.lowerBound, upper: comment.upperBound)
      let line = lines.line(at: comment.lowerBound)
      if let last = pending.last, last.line != line { flush(&pending) }
      guard let code = Self.code(words) else {
        problems.append(
          Diagnostic(
            .warning, code: "E0542", "a comment for lint says which code it allows, and why", at: span,
            help: "write `# tcb: allow E0530 reason`"))
        for index in pending.indices { pending[index].line = line + 1 }
        continue
      }
      for index in pending.indices { pending[index].line = line + 1 }
      pending.append(Allowance(code: code, span: span, line: line + 1))
    }
    flush(&pending)
  }

  private mutating func flush(_ pending: inout [Allowance]) {
    allowances += pending
    pending = []
  }

  /// Whether `tcb:` stands anywhere, sought by its rarest byte.
  private static func mayHold(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      var start = 0
      while let hit = memchr(base + start, Int32(UInt8(ascii: ":")), bytes.count - start) {
        let place = UnsafeRawPointer(hit) - base
        if bytes[..<place].suffix(3).elementsEqual("tcb".utf8) { return true }
        start = place + 1
      }
      return false
    }
  }

  /// What stands behind `# tcb:`; nil for any other comment.
  private static func words(of comment: String) -> [Substring]? {
    let text = comment.drop { $0 == "#" }.drop { $0 == " " }
    guard text.hasPrefix("tcb:") else { return nil }
    return text.dropFirst(4).split(separator: " ")
  }

  private static func code(_ words: [Substring]) -> String? {
    guard words.count > 2, words[0] == "allow", CodeCatalogue.entries.contains(where: { $0.code == words[1] })
    else { return nil }
    return String(words[1])
  }

  /// The findings without those that are allowed, and with what is wrong with the allowances themselves.
  mutating func apply(to findings: [Diagnostic]) -> [Diagnostic] {
    guard let lines, !allowances.isEmpty || !problems.isEmpty else { return findings }
    var kept: [Diagnostic] = []
    for finding in findings {
      let line = finding.span.map { lines.line(at: Int($0.lower)) }
      let found = allowances.indices.filter {
        allowances[$0].code == finding.code && allowances[$0].line == line
      }
      if found.isEmpty || finding.severity == .error { kept.append(finding) }
      for index in found { allowances[index].isUsed = true }
    }
    for allowance in allowances where !allowance.isUsed {
      kept.append(
        Diagnostic(
          .warning, code: "E0541", "nothing on the next line is told as `\(allowance.code)`",
          at: allowance.span,
          help: "this can go"))
    }
    return kept + problems
  }
}
