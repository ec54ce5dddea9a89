// The error of everything that runs scripts for a program.

import TCBHost
import TCBRuntime
import TCBSyntax

/// Why a script did not run, or what ended it.
public struct ScriptError: Error, Sendable {
  /// What kind of end it was.
  public enum Kind: Sendable, Hashable {
    /// The text has mistakes, and nothing of it ran.
    case notUnderstood
    /// It ran and met an error that nothing in it caught.
    case failed
    /// It reached one of its ``Limits``.
    case limitExceeded
    /// The task that ran it was cancelled.
    case cancelled
  }

  /// Whether it ran at all, and whose doing its end was.
  public let kind: Kind
  /// What a function or a command of the program threw, where that ended the script and was no ``HostFailure``. The script
  /// and the words of this error tell nothing of it.
  public let underlying: (any Error)?
  /// What a session goes on with where a command of the program hands this error through.
  let fault: RuntimeFault?
  private let found: [Diagnostic]
  private let exchange: DiagnosticExchange

  init(
    _ kind: Kind, _ found: [Diagnostic], in exchange: DiagnosticExchange, fault: RuntimeFault? = nil,
    underlying: (any Error)? = nil
  ) {
    self.kind = kind
    self.found = found
    self.exchange = exchange
    self.fault = fault
    self.underlying = underlying
  }

  /// Whether it was met in the session that keeps these secrets.
  func belongs(to secrets: SecretRegistry) -> Bool { exchange.secrets === secrets }

  /// Everything that was found, in the order of its places. Worked out anew each time.
  public var diagnostics: [ScriptDiagnostic] { exchange.exchanged(found) }

  private var first: ScriptDiagnostic? { exchange.exchanged(Array(found.prefix(1))).first }

  /// The code of the first finding, such as `E0405`.
  public var code: String { first?.code ?? "" }

  /// The words of the first finding: one sentence without a full stop.
  public var message: String { first?.message ?? "" }

  /// What to do about the first finding, where something helps.
  public var help: String? { first?.help }

  /// Where the first finding is; nil where no place of the script is to blame.
  public var place: ScriptDiagnostic.Place? { first?.place }

  /// Every finding with the line it is in and a mark below its place, as a person reads it. Secrets are replaced by `‹secret›`.
  public var text: String {
    exchange.secrets.redact(
      DiagnosticRenderer(sources: exchange.sources, language: exchange.language).render(found))
  }

  /// Every finding as a JSON object on a line of its own: `severity`, `code`, `message`, `source`, `line`, `column`, `endLine`,
  /// `endColumn`, `help`, `related`, `calls`, without what does not apply. Secrets are replaced by `‹secret›`.
  public var json: String {
    exchange.secrets.redact(
      DiagnosticJSON(sources: exchange.sources, language: exchange.language).render(found))
  }
}

extension ScriptError: CustomStringConvertible {
  /// The same as ``text``.
  public var description: String { text }
}

extension ScriptError.Kind {
  init(_ problem: RuntimeProblem) {
    switch problem {
    case .cancelled: self = .cancelled
    case .tooDeep, .tooManySteps, .tooManyStepsForRow, .outOfTime, .outOfMemory: self = .limitExceeded
    default: self = .failed
    }
  }
}
