// `fault NAME { … }`: something that goes wrong on purpose in calls to the API core, for whoever tests a client of it.

import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

enum FaultDefinition {
  private static let chance = ValueDemand("`chance`", "a number from 0 to 1", .number)
  private static let seeds: ClosedRange<Int64> = 0...Int64.max

  private static func duration(_ word: String) -> ValueDemand {
    ValueDemand("`\(word)`", "a duration", .duration)
  }

  private static func words<Word: RawRepresentable & CaseIterable>(
    _ type: Word.Type, behind literal: String? = nil
  ) -> [[ClauseElement]] where Word.RawValue == String {
    type.allCases.map { word in (literal.map { [.literal($0)] } ?? []) + [.literal(word.rawValue)] }
  }

  private static let effects: [[ClauseElement]] =
    [
      [
        .literal("errcode"), .expression("N", takes: .wholeNumber("`errcode`", FaultRule.errorCodes)),
      ],
      [.literal("status"), .expression("N", takes: .wholeNumber("`status`", FaultRule.statuses))],
      [.literal("delay"), .expression("DURATION", takes: duration("delay"))],
    ] + words(FaultEffect.Reset.self, behind: "reset") + words(FaultEffect.Body.self, behind: "body")
    + words(FaultEffect.Rows.self, behind: "rows")
    + [
      [.literal("token"), .literal("superseded")],
      [.literal("clock"), .expression("DURATION", takes: duration("clock"))],
    ]

  static let signature = DefinitionSignature(
    "fault",
    "Something that goes wrong on purpose: which calls meet it, how often, and what becomes of them.",
    body: .clauses([
      ClauseSignature(
        "on", words(FaultScope.self), "the endpoints; every one where it can happen, where not given"),
      ClauseSignature("env", "ENV", takes: .environment("`env`"), "only calls for this environment"),
      ClauseSignature(
        "token", "TOKEN", takes: ValueDemand("`token`", "a token", .token),
        "only requests for tokens of this one's account"),
      ClauseSignature(
        "chance", "NUMBER", takes: chance, "which part of the calls meet it, picked by `seed`: 0.05"),
      ClauseSignature("every", "N", takes: .wholeNumber("`every`", FaultRule.counts), "every nth call"),
      ClauseSignature("first", "N", takes: .wholeNumber("`first`", FaultRule.counts), "the first n calls"),
      ClauseSignature("nth", "N", takes: .wholeNumber("`nth`", FaultRule.counts), "the nth call alone"),
      ClauseSignature(
        "seed", "N", takes: .wholeNumber("`seed`", seeds),
        "what picks the calls and the details; made of the name where not given"),
      ClauseSignature("gives", effects, required: true, "what becomes of the call"),
      ClauseSignature(
        "message", "TEXT", takes: .text("message"), "of an `errcode`, in place of its own text"),
      ClauseSignature(
        "retry_after", "DURATION", takes: duration("retry_after"), "of a `status`: the header `Retry-After`"),
      ClauseSignature(
        "spread", "DURATION", takes: duration("spread"), "of a `delay`: up to so much more"),
    ]),
    examples: [
      CommandExample(
        "fault busy { on links  every 10  gives errcode -1 }",
        "every tenth call for links is told to try again"),
      CommandExample(
        "fault limited { chance 0.05  gives status 429  retry_after 2s }",
        "one call in twenty is answered with 429"),
    ])

  static func value(_ request: DefinitionRequest, in context: RunContext) throws(RuntimeFault) -> FaultValue {
    let definition = request.site.definition
    let clauses = ClauseValues(definition, request.values)
    var rule = FaultRule(
      definition.name.text, on: clauses.entry("on")?.literals.first.flatMap(FaultScope.init),
      when: try occasion(clauses), seed: try clauses.wholeNumber("seed", seeds).map { UInt64($0) },
      gives: try effect(clauses, definition))
    if let (value, span) = clauses.entry("env")?.values.first {
      guard case .foreign(let box) = value, let environment = box.value as? EnvironmentValue else {
        throw RuntimeFault(
          .wrongType("`env`", wanted: "an environment", found: value.typeName), at: span)
      }
      rule.environment = environment.id
    }
    if let (value, span) = clauses.entry("token")?.values.first {
      guard case .foreign(let box) = value, let token = box.value as? TokenValue else {
        throw RuntimeFault(.wrongType("`token`", wanted: "a token", found: value.typeName), at: span)
      }
      guard let appID = token.appID else {
        throw RuntimeFault(EngineProblem.badClause("token", "nobody asks for this token"), at: span)
      }
      rule.appID = appID
    }
    guard rule.canBeMet else {
      let help: Wording = "take away `on`, `env` or `token`, or name another endpoint"
      throw RuntimeFault(
        EngineProblem.badClause("gives", "no call can meet this fault", help: help),
        at: clauses.entry("gives")?.span)
    }
    context.core.faults.add(rule)
    return FaultValue(rule.name, context.core.faults)
  }

  private static func occasion(_ clauses: ClauseValues) throws(RuntimeFault) -> FaultOccasion {
    let given = ["chance", "every", "first", "nth"].compactMap { clauses.entry($0) }
    if given.count > 1 {
      throw RuntimeFault(
        EngineProblem.badClause(given[1].word, "a fault has one of `chance`, `every`, `first` and `nth`"),
        at: given[1].span)
    }
    if let count = try clauses.wholeNumber("every", FaultRule.counts) { return .every(Int(count)) }
    if let count = try clauses.wholeNumber("first", FaultRule.counts) { return .first(Int(count)) }
    if let number = try clauses.wholeNumber("nth", FaultRule.counts) { return .nth(Int(number)) }
    guard let (value, span) = clauses.entry("chance")?.values.first else { return .always }
    let found: Double? =
      switch value {
      case .int(let number): Double(number)
      case .float(let number): number
      default: nil
      }
    guard let found, (0...1).contains(found) else {
      throw RuntimeFault(
        .wrongType("`chance`", wanted: "a number from 0 to 1", found: value.displayText), at: span)
    }
    return .chance(found)
  }

  private static func effect(
    _ clauses: ClauseValues, _ definition: Definition
  ) throws(RuntimeFault) -> FaultEffect {
    let gives = clauses.entry("gives")
    let words = gives?.literals ?? []
    try refuse("message", unless: words.first == "errcode", clauses)
    try refuse("retry_after", unless: words.first == "status", clauses)
    try refuse("spread", unless: words.first == "delay", clauses)
    switch words.first {
    case "errcode":
      let code = try clauses.wholeNumber("gives", FaultRule.errorCodes) ?? 0
      guard code != 0 else {
        throw RuntimeFault(
          EngineProblem.badClause("gives", "0 is no error code"), at: gives?.values.first?.span)
      }
      return .errorCode(Int(code), message: try clauses.text("message"))
    case "status":
      return .status(
        Int(try clauses.wholeNumber("gives", FaultRule.statuses) ?? 500),
        // In whole seconds on the wire (documented in RFC 9110).
        retryAfter: try milliseconds("retry_after", 0...FaultRule.longestPause * 1_000, clauses).map {
          ($0 + 999) / 1_000
        })
    case "delay":
      return .delay(
        try milliseconds("gives", 0...FaultRule.longestDelay, clauses) ?? 0,
        spread: try milliseconds("spread", 0...FaultRule.longestDelay, clauses) ?? 0)
    case "clock":
      let offsets = -FaultRule.largestClockOffset...FaultRule.largestClockOffset
      return .clock(try milliseconds("gives", offsets, clauses) ?? 0)
    case "reset": return .reset(words.last.flatMap(FaultEffect.Reset.init) ?? .before)
    case "body": return .body(words.last.flatMap(FaultEffect.Body.init) ?? .truncated)
    case "rows": return .rows(words.last.flatMap(FaultEffect.Rows.init) ?? .dropped)
    case "token": return .tokenSuperseded
    default: throw RuntimeFault(EngineProblem.badClause("gives", "it is missing"), at: definition.name.span)
    }
  }

  private static func milliseconds(
    _ word: String, _ range: ClosedRange<Int64>, _ clauses: ClauseValues
  ) throws(RuntimeFault) -> Int64? {
    guard let (value, span) = clauses.entry(word)?.values.first else { return nil }
    guard case .duration(let time) = value, range.contains(time) else {
      let bounds: Wording =
        "a duration from \(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound))"
      throw RuntimeFault(.wrongType("`\(word)`", wanted: bounds, found: value.displayText), at: span)
    }
    return time
  }

  private static func refuse(
    _ word: String, unless isFitting: Bool, _ clauses: ClauseValues
  ) throws(RuntimeFault) {
    guard !isFitting, let entry = clauses.entry(word) else { return }
    throw RuntimeFault(
      EngineProblem.badClause(word, "it means nothing for what this fault gives"), at: entry.span)
  }
}
