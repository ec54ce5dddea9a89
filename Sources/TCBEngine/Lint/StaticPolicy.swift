// A policy as it stands in the text, with what can be known of it before anything runs.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

struct StaticPolicy: Sendable {
  /// A rule that is among the policy's, and where it was written.
  struct Origin: Sendable {
    var line: PolicyLine
    var rule: RuleLine
    /// Among the checked sources.
    var source: Int
    /// Among the policy's rules.
    var index: Int
    /// Its `max_age` as written, where it is not known what that comes to.
    var unknownLifetime: String?
  }

  /// `default` or `limit`, by the line that counts.
  struct Setting<Content: Sendable>: Sendable {
    var line: PolicyLine
    var source: Int
    /// Not taken over from the policy that is extended.
    var isOwn = true
    /// Nil where it takes a run to know.
    var content: Content?
    /// As written.
    var text: String
  }

  var definition: Definition
  var source: Int
  /// By rule of `policy`, but for rules from a table.
  var origins: [Origin] = []
  /// Rules of `policy` that it takes over from the one it extends.
  var inherited = 0
  var fallback: Setting<Effect>?
  var limit: Setting<ClosedRange<Int64>>?
  /// What its own lines say in vain: a `default` or `limit` said again, with the line that counts.
  var restated: [(line: PolicyLine, by: PolicyLine, source: Int)] = []
  /// Rules that are not among the policy's because their place in the winning order is not known.
  var leftOut: [Origin] = []
  /// It extends something of which nothing is known.
  var lacksBase = false
  /// It has rules from a table that was not read. What is found without them holds with them too.
  var lacksTable = false
  var facts = ConditionFacts()
  /// Conditions that come out the same for every file, by their place, with what they come out as.
  var constantConditions: [(span: SourceSpan, isTrue: Bool)] = []
  /// Conditions that use what their file defines, as written: the same text may ask something else in another file. Looked for
  /// only where tables are read.
  var namingConditions: Set<String> = []
  /// What is wrong with it and keeps it from being made.
  var mistakes: [Diagnostic] = []
  /// Nil where there are mistakes.
  var policy: Policy?

  /// Rules whose lifetime only stands for one.
  var unknown: Set<Int> { Set(origins.indices.filter { origins[$0].unknownLifetime != nil }) }
}

/// Reads the policies of checked sources, each after the one it extends.
struct StaticPolicies {
  private let names: StaticNames
  /// By source.
  private let lines: [LineIndex]
  private var values: ConstantEvaluator
  private var literals: ConstantEvaluator
  private var known: [Int: StaticPolicy] = [:]
  private var open: Set<Int> = []
  /// Reads the rules of a table; nil where tables are left to the run.
  private let readsTable: ((String, RuleTable.Format, SourceSpan) throws(RuntimeFault) -> [Rule])?
  private var conditions = 0
  private var kinds: [String: Int] = [:]

  /// A chain of policies that extend one another is followed this far.
  private static let deepest = 100

  init(
    _ sources: [CheckedSource],
    readingTables readsTable: ((String, RuleTable.Format, SourceSpan) throws(RuntimeFault) -> [Rule])? = nil
  ) {
    self.readsTable = readsTable
    names = StaticNames(sources)
    lines = sources.map { LineIndex($0.text) }
    values = ConstantEvaluator(names, lookingThroughNames: true)
    literals = ConstantEvaluator(names, lookingThroughNames: false)
  }

  /// The policies that the first of the sources defines, in their order.
  mutating func own() -> [StaticPolicy] {
    guard let source = names.sources.first else { return [] }
    return source.parsed.statements.compactMap { statement in
      guard case .definition(let definition) = statement.kind, definition.signature.keyword == "policy",
        case .global(let slot) = source.binding(of: definition.name)
      else { return nil }
      return policy(slot)
    }
  }

  private mutating func policy(_ slot: Int) -> StaticPolicy? {
    if let policy = known[slot] { return policy }
    guard case .definition(let definition, let source)? = names.meanings[slot],
      definition.signature.keyword == "policy", case .policy(let lines) = definition.body,
      open.count < Self.deepest, open.insert(slot).inserted
    else { return nil }
    defer { open.remove(slot) }
    var policy = StaticPolicy(definition: definition, source: source)
    var rules: [Rule] = []
    if let extends = definition.clause("extends") {
      if let mistake = names.usedTooEarly(by: extends, of: definition, source: source) {
        policy.mistakes.append(mistake)
      } else if let base = base(extends, source), let contents = base.policy {
        inherit(base, into: &policy)
        rules = contents.rules
      } else {
        policy.lacksBase = true
      }
    }
    if let from = definition.clause("from") { readTable(from, into: &policy, &rules) }
    for line in lines { read(line, into: &policy, &rules) }
    finish(&policy, rules)
    known[slot] = policy
    return policy
  }

  private mutating func base(_ extends: Clause, _ source: Int) -> StaticPolicy? {
    guard case .expression(let expression)? = extends.values.first,
      let slot = names.sources[source].slot(of: expression)
    else { return nil }
    return policy(slot)
  }

  private func inherit(_ base: StaticPolicy, into policy: inout StaticPolicy) {
    policy.origins = base.origins
    policy.inherited = base.origins.count
    policy.fallback = base.fallback
    policy.fallback?.isOwn = false
    policy.limit = base.limit
    policy.limit?.isOwn = false
    policy.leftOut = base.leftOut
    policy.lacksBase = base.lacksBase
    policy.lacksTable = base.lacksTable
    policy.facts = base.facts
    policy.namingConditions = base.namingConditions
  }

  private mutating func readTable(_ clause: Clause, into policy: inout StaticPolicy, _ rules: inout [Rule]) {
    guard let readsTable, case .expression(let expression)? = clause.values.first,
      case .value(.text(let path)) = values.outcome(of: expression, source: policy.source),
      path.string != "-",
      let format = clause.literals.first.flatMap(RuleTable.Format.init)
    else {
      policy.lacksTable = true
      return
    }
    do throws(RuntimeFault) {
      for var rule in try readsTable(path.string, format, expression.span) {
        if let condition = rule.condition {
          rule.condition = Condition(index: conditions, text: condition.text)
          conditions += 1
        }
        rules.append(rule)
      }
    } catch {
      policy.mistakes.append(error.diagnostic)
      policy.mistakes += error.others
    }
  }

  private func finish(_ policy: inout StaticPolicy, _ rules: [Rule]) {
    guard policy.mistakes.isEmpty else { return }
    do throws(PolicyError) {
      policy.policy = try Policy(
        name: policy.definition.name.text, rules: rules, fallback: policy.fallback?.content,
        limit: policy.limit?.content)
    } catch {
      let problem = EngineProblem.badPolicy(error)
      policy.mistakes.append(
        RuntimeFault(problem, at: policy.definition.name.span).diagnostic)
    }
  }

  // MARK: Lines

  private mutating func read(_ line: PolicyLine, into policy: inout StaticPolicy, _ rules: inout [Rule]) {
    switch line.kind {
    case .defaultLifetime(let expression):
      let seconds = lifetime(expression, &policy)
      set(
        &policy.fallback, line, seconds.map { .allow(maxAge: $0) }, text(expression.span, policy.source),
        &policy.restated, policy.source)
    case .defaultDeny(let reason):
      set(
        &policy.fallback, line, .deny(reason: reason.map { self.reason($0, policy.source) }),
        reason.map { text($0.span, policy.source) } ?? "", &policy.restated, policy.source)
    case .limit(let lower, let upper):
      var range: ClosedRange<Int64>?
      if let shortest = lifetime(lower, &policy), let longest = lifetime(upper, &policy) {
        do throws(PolicyError) { range = try Policy.limit(from: shortest, to: longest) } catch {
          policy.mistakes.append(
            RuntimeFault(EngineProblem.badPolicy(error), at: lower.span.through(upper.span)).diagnostic)
        }
      }
      let span = lower.span.through(upper.span)
      set(&policy.limit, line, range, text(span, policy.source), &policy.restated, policy.source)
    case .rule(let rule): read(rule, line, into: &policy, &rules)
    }
  }

  /// Of two lines of one policy the later one counts; one that says what the base says is said in vain.
  private func set<Content: Equatable>(
    _ setting: inout StaticPolicy.Setting<Content>?, _ line: PolicyLine, _ content: Content?, _ text: String,
    _ restated: inout [(line: PolicyLine, by: PolicyLine, source: Int)], _ source: Int
  ) {
    if let before = setting {
      if before.isOwn {
        restated.append((before.line, line, source))
      } else if let content, before.content == content {
        restated.append((line, before.line, source))
      }
    }
    setting = StaticPolicy.Setting(line: line, source: source, content: content, text: text)
  }

  private mutating func read(
    _ rule: RuleLine, _ line: PolicyLine, into policy: inout StaticPolicy, _ rules: inout [Rule]
  ) {
    var origin = StaticPolicy.Origin(line: line, rule: rule, source: policy.source, index: rules.count)
    var patterns: [Pattern] = []
    for pattern in rule.patterns {
      do throws(RuntimeFault) { patterns.append(try PolicyDefinition.compile(pattern)) } catch {
        policy.mistakes.append(error.diagnostic)
      }
    }
    let effect: Effect
    switch rule.effect {
    case .deny(let reason): effect = .deny(reason: reason.map { self.reason($0, policy.source) })
    case .lifetime(let expression):
      let seconds = lifetime(expression, &policy)
      if seconds == nil { origin.unknownLifetime = text(expression.span, policy.source) }
      effect = .allow(maxAge: seconds ?? 1)
    }
    var priority = 0
    if let expression = rule.priority {
      guard case .value(.int(let number)) = values.outcome(of: expression, source: policy.source) else {
        policy.leftOut.append(origin)
        return
      }
      priority = Int(number)
    }
    guard !patterns.isEmpty else { return }
    let condition = rule.condition.map { self.condition($0, &policy) }
    policy.origins.append(origin)
    rules.append(
      Rule(
        patterns: patterns, effect: effect, tags: rule.tags, condition: condition, priority: priority,
        origin: place(line.span, policy.source)))
  }

  private mutating func condition(_ row: RowExpression, _ policy: inout StaticPolicy) -> Condition {
    let expression = row.expression
    let index = conditions
    conditions += 1
    let text = text(expression.span, policy.source)
    if readsTable != nil, names.sources[policy.source].usesOwnNames(expression.span) {
      policy.namingConditions.insert(text)
    }
    // Conditions see the names of their own file: the same text means the same there, and perhaps elsewhere not.
    let key = "\(policy.source) \(text)"
    policy.facts.kinds[index] = kinds[key] ?? index
    kinds[key] = policy.facts.kinds[index]
    if case .value(.bool(let flag)) = literals.outcome(of: expression, source: policy.source) {
      policy.facts.constants[index] = flag
      policy.constantConditions.append((expression.span, flag))
    }
    return Condition(index: index, text: text)
  }

  // MARK: Values

  /// In seconds; nil where it is not known, or wrong, which is then said.
  private mutating func lifetime(_ expression: Expression, _ policy: inout StaticPolicy) -> Int64? {
    switch values.outcome(of: expression, source: policy.source) {
    case .value(let value):
      do throws(RuntimeFault) { return try seconds(value, at: expression.span) } catch {
        policy.mistakes.append(error.diagnostic)
      }
    case .fails(let problem):
      policy.mistakes.append(RuntimeFault(problem, at: expression.span).diagnostic)
    case .unknown: break
    }
    return nil
  }

  /// What is not known is told apart by how it is written.
  private mutating func reason(_ expression: Expression, _ source: Int) -> String {
    if case .value(.text(let text)) = values.outcome(of: expression, source: source) { return text.string }
    return text(expression.span, source)
  }

  /// As written. Space is made one only where it cannot be part of a text.
  private func text(_ span: SourceSpan, _ source: Int) -> String {
    let text = names.sources[source].text.text(span.range)
    if text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }) { return text }
    return text.split(whereSeparator: { $0 == " " || $0.isNewline || $0 == "\t" }).joined(separator: " ")
  }

  private func place(_ span: SourceSpan, _ source: Int) -> String {
    "\(names.sources[source].text.name):\(lines[source].line(at: Int(span.lower)) + 1)"
  }
}
