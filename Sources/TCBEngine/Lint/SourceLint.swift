// Lint of a source: its policies, and what it does with them.

import TCBSyntax
import TCBText

enum SourceLint {
  /// What is found in the first of the sources, which the others belong to. Where there are errors, which a run would meet, in
  /// what is known of it already or in its policies, it is these alone.
  static func findings(in sources: [CheckedSource], besides known: [Diagnostic] = []) -> [Diagnostic] {
    guard let source = sources.first else { return known }
    var findings: [Diagnostic] = []
    if source.parsed.statements.contains(where: \.isPolicy) {
      var policies = StaticPolicies(sources)
      let own = policies.own()
      findings = own.flatMap { PolicyFindings.of($0) } + PublicLifetimes.findings(in: sources, own)
    }
    // What is wrong with a base is wrong with all that extend it: it is told once.
    var seen: Set<Diagnostic> = []
    findings = findings.filter { seen.insert($0).inserted }
    var allowed = AllowComments(source.text, id: source.parsed.id)
    let told = Set(known.map { Place($0) })
    let new = allowed.apply(to: findings).filter { !told.contains(Place($0)) }
    // What cannot be run as it stands is told first: there may be nothing else to it.
    let errors = (known + new).filter { $0.severity == .error }
    return (errors.isEmpty ? new : errors).sorted {
      ($0.span?.lower ?? 0, $0.code) < ($1.span?.lower ?? 0, $1.code)
    }
  }
}

extension Statement {
  fileprivate var isPolicy: Bool {
    guard case .definition(let definition) = kind, case .policy = definition.body else { return false }
    return true
  }
}

/// Where something is told, and as what: the same is not told twice.
private struct Place: Hashable {
  var code: String
  var span: SourceSpan?

  init(_ diagnostic: Diagnostic) {
    code = diagnostic.code
    span = diagnostic.span
  }
}

/// What a check found.
package struct CheckReport: Sendable {
  /// As it is shown; empty where nothing was found.
  package var text: String
  /// The text can be run.
  package var isUnderstood: Bool
  /// The worst of the findings.
  package var worst: Diagnostic.Severity?

  init(_ diagnostics: [Diagnostic], isUnderstood: Bool, text: ([Diagnostic]) -> String) {
    self.text = diagnostics.isEmpty ? "" : text(diagnostics)
    worst = diagnostics.map(\.severity).max()
    self.isUnderstood = isUnderstood && worst != .error
  }
}

extension Diagnostic.Severity: Comparable {
  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }

  package static func < (one: Diagnostic.Severity, other: Diagnostic.Severity) -> Bool {
    one.rank < other.rank
  }
}
