// `policy NAME { … }`: rules, compiled when the definition runs.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

struct PolicyDefinition {
  private static let path = ValueDemand("the path", "a string", .string)

  static let signature = DefinitionSignature(
    "policy", "Rules: which files may have a link, and for how long.",
    head: [
      ClauseSignature(
        "extends", "POLICY", takes: .policy("`extends`"),
        "a policy whose rules, default and limit this one begins with"),
      ClauseSignature(
        "from",
        [
          [.literal("csv"), .expression("PATH", takes: path)],
          [.literal("json"), .expression("PATH", takes: path)],
        ],
        "a table of rules, which come before those of the block; `-` is standard input"),
    ],
    body: .policy,
    examples: [
      CommandExample(
        """
        policy site {
          default max_age 2h
          "private/"                 max_age 10m
          "private/**/thumb_*.jpg"   max_age 1d
          "tmp/"                     deny "temporary files are not shared"
        }
        """, "lifetimes by path, and a prefix that gets no links"),
      CommandExample(
        #"policy shared from csv "rules.csv" { default max_age 2h }"#,
        "rules from a table with the columns pattern, max_age, deny, reason, tags, priority, when"),
    ])

  private let context: RunContext
  private var values: ArraySlice<Value>
  private var rows: ArraySlice<RowFunction>
  private let lines: LineIndex?
  private var rules: [Rule] = []
  /// Of each rule, those of an extended policy first.
  private var places: [SourceSpan] = []
  private var fallbackPlace: SourceSpan?
  private var fallback: Effect?
  private var limit: ClosedRange<Int64>?
  private var conditions: [Int: RowFunction] = [:]

  static func value(_ request: DefinitionRequest, in context: RunContext) throws(RuntimeFault) -> PolicyValue
  {
    var reader = PolicyDefinition(request, context)
    return try reader.read(request.site.definition)
  }

  private init(_ request: DefinitionRequest, _ context: RunContext) {
    self.context = context
    values = request.values[...]
    rows = request.rows[...]
    lines = context.sources[request.site.definition.span.source].map(LineIndex.init)
  }

  private mutating func read(_ definition: Definition) throws(RuntimeFault) -> PolicyValue {
    var base: PolicyValue?
    for clause in definition.head {
      let value = next()
      if clause.word == "extends" {
        let policy = try extended(value, clause)
        base = policy
        conditions.merge(policy.conditions) { own, _ in own }
        places = policy.places + places
        fallbackPlace = policy.fallbackPlace
      } else {
        try readTable(value, clause)
      }
    }
    if case .policy(let policyLines) = definition.body {
      for line in policyLines { try read(line) }
    }
    let name = definition.name.text
    do throws(PolicyError) {
      if let base {
        let policy = try base.policy.extended(name: name, rules: rules, fallback: fallback, limit: limit)
        return PolicyValue(policy, conditions: conditions, places: places, fallbackPlace: fallbackPlace)
      }
      let policy = try Policy(name: name, rules: rules, fallback: fallback, limit: limit)
      return PolicyValue(policy, conditions: conditions, places: places, fallbackPlace: fallbackPlace)
    } catch {
      throw RuntimeFault(EngineProblem.badPolicy(error), at: definition.name.span)
    }
  }

  private func extended(_ value: Value, _ clause: Clause) throws(RuntimeFault) -> PolicyValue {
    guard case .foreign(let box) = value, let policy = box.value as? PolicyValue else {
      throw RuntimeFault(
        .wrongType("`extends`", wanted: "a policy", found: value.typeName),
        at: clause.firstValueSpan ?? clause.wordSpan)
    }
    return policy
  }

  private mutating func readTable(_ value: Value, _ clause: Clause) throws(RuntimeFault) {
    let place = clause.firstValueSpan ?? clause.wordSpan
    guard case .text(let path) = value, !path.isSecret else {
      throw RuntimeFault(
        .wrongType("the path", wanted: "a string", found: value.typeName), at: place)
    }
    let format = clause.literals.first.flatMap(RuleTable.Format.init) ?? .csv
    let table = try RuleTable.read(path.string, as: format, in: context, at: place)
    rules += table.rules
    places += table.places
    conditions.merge(table.conditions) { own, _ in own }
  }

  private mutating func read(_ line: PolicyLine) throws(RuntimeFault) {
    switch line.kind {
    case .defaultLifetime(let expression):
      fallback = .allow(maxAge: try seconds(next(), at: expression.span))
      fallbackPlace = line.span
    case .defaultDeny(let reason):
      fallbackPlace = line.span
      fallback = .deny(
        reason: try reason.map { (expression) throws(RuntimeFault) in try text(next(), at: expression.span) })
    case .limit(let lower, let upper):
      let shortest = try seconds(next(), at: lower.span)
      let longest = try seconds(next(), at: upper.span)
      do throws(PolicyError) { limit = try Policy.limit(from: shortest, to: longest) } catch {
        throw RuntimeFault(EngineProblem.badPolicy(error), at: lower.span.through(upper.span))
      }
    case .rule(let rule): try read(rule, line)
    }
  }

  private mutating func read(_ rule: RuleLine, _ line: PolicyLine) throws(RuntimeFault) {
    var patterns: [Pattern] = []
    for pattern in rule.patterns { patterns.append(try Self.compile(pattern)) }
    let effect: Effect
    switch rule.effect {
    case .lifetime(let expression): effect = .allow(maxAge: try seconds(next(), at: expression.span))
    case .deny(let reason):
      effect = .deny(
        reason: try reason.map { (expression) throws(RuntimeFault) in try text(next(), at: expression.span) })
    }
    var condition: Condition?
    if rule.condition != nil, let function = rows.popFirst() {
      let index = context.nextConditionIndex()
      conditions[index] = function
      condition = Condition(index: index, text: function.text)
    }
    var priority = 0
    if let expression = rule.priority {
      let value = next()
      guard case .int(let number) = value else {
        throw RuntimeFault(
          .wrongType("`priority`", wanted: "a whole number", found: value.typeName), at: expression.span)
      }
      priority = Int(number)
    }
    rules.append(
      Rule(
        patterns: patterns, effect: effect, tags: rule.tags, condition: condition, priority: priority,
        origin: origin(line.span), text: source(line.span)))
    places.append(line.span)
  }

  /// The place of an error inside the pattern is that in the source where the pattern is written as it is read.
  static func compile(_ pattern: (text: String, span: SourceSpan, isRaw: Bool)) throws(RuntimeFault)
    -> Pattern
  {
    do throws(PatternError) { return try Pattern(pattern.text) } catch {
      var span = pattern.span
      let isVerbatim = span.range.count == pattern.text.utf8.count + 2
      if isVerbatim, error.offset <= pattern.text.utf8.count {
        let lower = Int(span.lower) + 1 + error.offset
        span = SourceSpan(source: span.source, lower: lower, upper: lower + max(1, error.length))
      }
      throw RuntimeFault(EngineProblem.badPattern(error), at: span)
    }
  }

  private mutating func next() -> Value { values.popFirst() ?? .null }

  private func text(_ value: Value, at span: SourceSpan) throws(RuntimeFault) -> String {
    guard case .text(let text) = value else {
      throw RuntimeFault(.wrongType("the reason", wanted: "a string", found: value.typeName), at: span)
    }
    return text.isSecret ? secretText : text.string
  }

  private func origin(_ span: SourceSpan) -> String {
    guard let lines else { return "?" }
    return "\(lines.source.name):\(lines.line(at: Int(span.lower)) + 1)"
  }

  /// The rule as it was written, on one line.
  private func source(_ span: SourceSpan) -> String? {
    guard let lines else { return nil }
    return lines.source.text(span.range).split(whereSeparator: { $0 == " " || $0.isNewline }).joined(
      separator: " ")
  }
}
