// What is wrong with a script, for a program to look at.

import TCBHost
import TCBSyntax
import TCBText

/// One finding about a script: what, where, and what to do about it.
public struct ScriptDiagnostic: Sendable, Hashable {
  /// How grave a finding is. Only an error keeps a script from running or ends it.
  public enum Severity: String, Sendable {
    /// It keeps a script from running, or ended it.
    case error
    /// Something was left out, or is probably not meant.
    case warning
    /// Said beside another finding.
    case note
  }

  /// A range of a script. Lines and columns count from 1, columns in characters; the end is just behind the last character.
  public struct Place: Sendable, Hashable {
    /// The name that the script was run under, or the path of an imported file.
    public var source: String
    /// The line it begins on.
    public var line: Int
    /// Where in its line it begins.
    public var column: Int
    /// The line it ends on.
    public var endLine: Int
    /// Where in that line it ends, behind the last character.
    public var endColumn: Int
  }

  /// Another place that explains the finding.
  public struct Related: Sendable, Hashable {
    /// What that place has to do with it.
    public var message: String
    /// Where it is.
    public var place: Place
  }

  /// A row whose expression an error was met in.
  public enum Row: Sendable, Hashable {
    /// The path of its file, or the file id where it has only that.
    case file(String)
    /// Its number from 1 among the rows that the command was given.
    case number(Int)
  }

  /// A call that an error came through.
  public struct Call: Sendable, Hashable {
    /// The function that was called.
    public var function: String
    /// Where it was called.
    public var place: Place
  }

  /// How grave it is.
  public var severity: Severity
  /// Stable across versions, such as `E0301`; of an error that a script or a function of the program raised, the code that
  /// it gave.
  public var code: String
  /// One sentence without a full stop. Secrets in it are replaced by `‹secret›`.
  public var message: String
  /// Nil where no place of the script is to blame.
  public var place: Place?
  /// What to do about it, where something helps.
  public var help: String?
  /// Places that explain it, such as where a name was first defined.
  public var related: [Related]
  /// The row that an error was met in: the path of its file or, where it has none, its number.
  public var row: Row?
  /// The calls an error came through, innermost first; at most eight.
  public var calls: [Call]
}

extension ScriptDiagnostic: CustomStringConvertible {
  /// The finding on one line: `nightly.tcb:14:12: error[E0301]: unknown command`.
  public var description: String {
    let head = "\(severity.rawValue)[\(code)]: \(message)"
    return place.map { "\($0): \(head)" } ?? head
  }
}

extension ScriptDiagnostic.Place: CustomStringConvertible {
  /// Where it begins: `nightly.tcb:14:12`.
  public var description: String { "\(source):\(line):\(column)" }
}

/// Makes what leaves a session out of what is found in it.
struct DiagnosticExchange: Sendable {
  let sources: SourceMap
  let secrets: SecretRegistry
  let language: TextLanguage

  func exchanged(_ diagnostics: [Diagnostic]) -> [ScriptDiagnostic] {
    var indexes: [SourceID: LineIndex] = [:]
    return diagnostics.map { exchanged($0, &indexes) }
  }

  private func exchanged(_ diagnostic: Diagnostic, _ indexes: inout [SourceID: LineIndex]) -> ScriptDiagnostic
  {
    var related: [ScriptDiagnostic.Related] = []
    for other in diagnostic.related {
      guard let place = place(other.span, &indexes) else { continue }
      related.append(.init(message: told(other.text), place: place))
    }
    var calls: [ScriptDiagnostic.Call] = []
    for call in diagnostic.calls {
      guard let place = place(call.span, &indexes) else { continue }
      calls.append(.init(function: call.function, place: place))
    }
    return ScriptDiagnostic(
      severity: severity(diagnostic.severity), code: secrets.redact(diagnostic.code),
      message: told(diagnostic.message), place: diagnostic.span.flatMap { place($0, &indexes) },
      help: diagnostic.help.map(told), related: related, row: diagnostic.row.map(row), calls: calls)
  }

  private func told(_ words: Wording) -> String { secrets.redact(words[language]) }

  private func row(_ row: Diagnostic.Row) -> ScriptDiagnostic.Row {
    switch row {
    case .file(let path): .file(secrets.redact(path))
    case .number(let number): .number(number)
    }
  }

  private func severity(_ severity: Diagnostic.Severity) -> ScriptDiagnostic.Severity {
    switch severity {
    case .error: .error
    case .warning: .warning
    case .note: .note
    }
  }

  private func place(_ span: SourceSpan, _ indexes: inout [SourceID: LineIndex]) -> ScriptDiagnostic.Place? {
    guard let source = sources[span.source] else { return nil }
    let index = indexes[span.source] ?? LineIndex(source)
    indexes[span.source] = index
    let (start, end) = (index.position(at: Int(span.lower)), index.position(at: Int(span.upper)))
    return ScriptDiagnostic.Place(
      source: source.name, line: start.line, column: start.column, endLine: end.line, endColumn: end.column)
  }
}
