// The findings of lint about a policy as diagnostics, each at its place in the text.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

struct PolicyFindings {
  private let policy: StaticPolicy
  private var diagnostics: [Diagnostic] = []

  static func of(_ policy: StaticPolicy) -> [Diagnostic] {
    guard let contents = policy.policy else { return policy.mistakes }
    var findings = PolicyFindings(policy: policy)
    let found = contents.lint(inherited: policy.inherited, facts: policy.facts, unknown: policy.unknown)
    for finding in found { findings.add(finding) }
    findings.addConstantConditions()
    findings.addRestated()
    findings.addUnknown()
    return findings.diagnostics
  }

  private init(policy: StaticPolicy) { self.policy = policy }

  private mutating func add(_ finding: LintFinding) {
    guard let span = span(of: finding) else { return }
    let isPattern = finding.pattern != nil
    let what: Wording = isPattern ? "this pattern" : "this rule"
    let path = finding.path
    let example: Wording? = path.map { "`\($0)` is such a path" }
    func add(
      _ severity: Diagnostic.Severity, _ code: String, _ message: Wording, _ help: Wording?, _ why: Wording
    ) {
      diagnostics.append(
        Diagnostic(
          severity, code: code, message, at: span, help: help, related: related(finding, why), path: path))
    }
    switch finding.kind {
    case .neverDecides:
      add(
        .warning, "E0530", "\(what) never decides: others go before it on every path that it matches",
        example,
        "this goes before it")
    case .matchesNoPath:
      add(.warning, "E0531", "\(what) matches no path that a file can have", nil, "")
    case .duplicate:
      add(.warning, "E0532", "this rule says what another one says already", example, "the other one")
    case .decidedByOrder:
      add(
        .warning, "E0533", "this rule decides over an equally specific one only because it comes later",
        path.map { "both match `\($0)`" }, "this one says something else")
    case .outsideLimit(let said, let becomes):
      let message: Wording =
        "`max_age` \(lifetime(said)) is outside the policy's limit and becomes \(lifetime(becomes)) for every file"
      diagnostics.append(
        Diagnostic(.warning, code: "E0534", message, at: span, related: limitPlace()))
    case .denyWithoutReason:
      add(.note, "E0536", "a denial without a reason", "say why: `deny \"…\"`", "")
    case .overriddenByBase:
      add(
        .warning, "E0538", "\(what) is without effect: the policy that is extended goes before it", example,
        "this goes before it")
    case .repeatsBase:
      add(
        .warning, "E0538", "\(what) is without effect: the policy that is extended says the same", nil, "here"
      )
    case .fallbackNeverDecides:
      add(
        .warning, "E0539", "the default never decides: the rules decide every path", nil, "this is among them"
      )
    case .undecided:
      add(
        .note, "E0540", "whether this ever decides was not found out: it would take too long", nil, "")
    }
  }

  private func span(of finding: LintFinding) -> SourceSpan? {
    guard let index = finding.rule else { return policy.fallback?.line.span ?? policy.definition.name.span }
    guard policy.origins.indices.contains(index) else { return nil }
    let origin = policy.origins[index]
    guard let pattern = finding.pattern, origin.rule.patterns.indices.contains(pattern) else {
      return origin.line.span
    }
    return origin.rule.patterns[pattern].span
  }

  /// A few are enough to see it.
  private static let mostRelated = 5

  private func related(_ finding: LintFinding, _ why: Wording) -> [Diagnostic.Related] {
    finding.others.filter { $0 != finding.rule && policy.origins.indices.contains($0) }.prefix(
      Self.mostRelated
    )
    .map { Diagnostic.Related(why, at: policy.origins[$0].line.span) }
  }

  private func limitPlace() -> [Diagnostic.Related] {
    policy.limit.map { [Diagnostic.Related("the limit", at: $0.line.span)] } ?? []
  }

  private func lifetime(_ seconds: Int64) -> String {
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    return overflow ? "\(seconds)s" : Value.duration(milliseconds).displayText
  }

  // MARK: What the text alone shows

  private mutating func addConstantConditions() {
    for (span, isTrue) in policy.constantConditions {
      let message: Wording =
        isTrue
        ? "this condition is true for every file"
        : "this condition is false for every file, so that the rule never decides"
      diagnostics.append(
        Diagnostic(.warning, code: "E0535", message, at: span, help: "it asks nothing about `it` or `env`"))
    }
  }

  private mutating func addRestated() {
    for (line, by, _) in policy.restated {
      let isLimit = if case .limit = line.kind { true } else { false }
      let what: Wording = isLimit ? "this limit" : "this default"
      let isLater = by.span.source == line.span.source && by.span.lower > line.span.lower
      let message: Wording =
        isLater
        ? "\(what) is without effect: a later one replaces it"
        : "\(what) is without effect: the policy that is extended says the same"
      diagnostics.append(
        Diagnostic(.warning, code: "E0538", message, at: line.span, related: [.init("here", at: by.span)]))
    }
  }

  private mutating func addUnknown() {
    for origin in policy.leftOut.filter({ $0.source == policy.source }) {
      guard let priority = origin.rule.priority else { continue }
      diagnostics.append(
        Diagnostic(
          .note, code: "E0540", "what this rule goes before is not known until it runs", at: priority.span,
          help: "a number could be checked"))
    }
    guard policy.lacksBase, let clause = policy.definition.clause("extends") else { return }
    diagnostics.append(
      Diagnostic(
        .note, code: "E0540", "what this policy extends is not known until it runs", at: clause.wordSpan,
        help: "its own rules were checked by themselves"))
  }
}
