// The policies of a file as they stand in its text, for comparing them with others.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

/// What a file defines, without running it.
package struct PolicySource: Sendable {
  /// The file's.
  package let name: String
  /// What is wrong with it, as it is shown; empty where nothing is.
  package let problems: String
  let policies: [StaticPolicy]

  func policy(_ name: String) throws(RuntimeProblem) -> StaticPolicy {
    if let found = policies.first(where: { $0.definition.name.text == name }) { return found }
    let names = policies.map(\.definition.name.text)
    throw EngineProblem.unknown("policy", name, nearest: NearestName.of(name, among: names))
  }
}

extension Session {
  /// Reads a file for its policies, and the tables that these are made from; nothing of it runs.
  package func policies(in source: SourceText) -> PolicySource {
    let saved = context.sources
    defer { context.sources = saved }
    let prepared = prepare(source, .script, keepsTrees: true, onlyChecked: true)
    guard prepared.isUnderstood else {
      return PolicySource(name: source.name, problems: render(prepared.diagnostics), policies: [])
    }
    var policies = StaticPolicies(prepared.checked) { [context] (path, format, span) throws(RuntimeFault) in
      try RuleTable.read(path, as: format, in: context, at: span).rules
    }
    let own = policies.own()
    let mistakes = own.flatMap(\.mistakes)
    return PolicySource(name: source.name, problems: mistakes.isEmpty ? "" : render(mistakes), policies: own)
  }
}

extension StaticPolicy {
  /// As one side of a comparison. Throws where what it decides takes a run to know.
  func side() throws(RuntimeProblem) -> PolicyComparison.Side {
    let name = definition.name.text
    guard let policy, !lacksBase, !lacksTable, leftOut.isEmpty, limit.map({ $0.content != nil }) ?? true
    else {
      throw .other(
        code: "E0540", message: "what policy `\(name)` decides is not known until it runs",
        help: "its `extends`, `from`, `limit` and `priority` must be known from the text")
    }
    var unknown: [Int: String] = [:]
    for origin in origins { unknown[origin.index] = origin.unknownLifetime }
    if let fallback, fallback.content == nil { unknown[-1] = fallback.text }
    var side = PolicyComparison.Side(policy, constants: facts.constants, unknownLifetimes: unknown)
    // A default that is not known stands for nothing; it only must not be taken for the want of one.
    if unknown[-1] != nil,
      let known = try? policy.extended(name: name, rules: [], fallback: .allow(maxAge: 1))
    {
      side.policy = known
    }
    return side
  }
}
