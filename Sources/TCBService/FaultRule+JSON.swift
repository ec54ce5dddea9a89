// A rule's JSON, both ways; flat, with the words that scripts have for the same things.

import TCBInterface

/// What is wrong with rules that somebody has sent, as one plain sentence.
package struct FaultRuleError: Error, Sendable, Equatable {
  package let message: String
}

extension FaultPlan.Entry {
  /// As `{"name": "busy", "on": "links", "env": "e-1", "every": 3, "seed": "7", "errcode": 45009, "calls": 9, "met": 3}`.
  package func append(to bytes: inout [UInt8]) {
    var object = ObjectWriter()
    object.add("name", rule.name)
    if let scope = rule.scope { object.add("on", scope.rawValue) }
    if let environment = rule.environment { object.add("env", environment) }
    if let appID = rule.appID { object.add("appid", appID) }
    switch rule.occasion {
    case .always: break
    case .chance(let chance): object.add("chance", raw: "\(chance)")
    case .every(let count): object.add("every", raw: "\(count)")
    case .first(let count): object.add("first", raw: "\(count)")
    case .nth(let number): object.add("nth", raw: "\(number)")
    }
    // A text, since readers of JSON may take a number of this size for floating point.
    object.add("seed", "\(rule.seed)")
    object.add(rule.effect)
    object.add("calls", raw: "\(calls)")
    object.add("met", raw: "\(met)")
    bytes += object.finished()
  }
}

private struct ObjectWriter {
  private var bytes = Array("{".utf8)

  mutating func add(_ name: String, _ text: String) {
    key(name)
    bytes.append(quoted: text)
  }

  mutating func add(_ name: String, raw: String) {
    key(name)
    bytes += raw.utf8
  }

  private mutating func key(_ name: String) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(quoted: name)
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func add(_ effect: FaultEffect) {
    switch effect {
    case .errorCode(let code, let message):
      add("errcode", raw: "\(code)")
      if let message { add("message", message) }
    case .status(let status, let retryAfter):
      add("status", raw: "\(status)")
      if let retryAfter { add("retry_after", raw: "\(retryAfter)") }
    case .delay(let time, let spread):
      add("delay_ms", raw: "\(time)")
      if spread > 0 { add("spread_ms", raw: "\(spread)") }
    case .reset(let reset): add("reset", reset.rawValue)
    case .body(let body): add("body", body.rawValue)
    case .rows(let rows): add("rows", rows.rawValue)
    case .tokenSuperseded: add("token", "superseded")
    case .clock(let offset): add("clock_ms", raw: "\(offset)")
    }
  }

  func finished() -> [UInt8] { bytes + [UInt8(ascii: "}")] }
}

extension FaultRule {
  /// A list of such objects, or one of them; `calls` and `met` are passed over, so that what was read can be sent back.
  package static func list(decoding bytes: [UInt8]) throws(FaultRuleError) -> [FaultRule] {
    let objects: [FaultFields]
    do throws(WireError) {
      objects = try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
        try FaultFields.all(in: JSONScanner(buffer))
      }
    } catch {
      throw FaultRuleError(message: error.message)
    }
    var rules: [FaultRule] = []
    for fields in objects {
      let rule = try FaultRule(fields)
      guard !rules.contains(where: { $0.name == rule.name }) else {
        throw FaultRuleError(message: "two faults are called `\(rule.name)`")
      }
      rules.append(rule)
    }
    return rules
  }

  private init(_ fields: FaultFields) throws(FaultRuleError) {
    var fields = fields
    guard let name = try fields.text("name"), !name.isEmpty else {
      throw FaultRuleError(message: "a fault needs a `name`")
    }
    self.init(
      name, on: try fields.word("on", FaultScope.self), environment: try fields.text("env"),
      appID: try fields.text("appid"), when: try fields.occasion(), seed: try fields.seed(),
      gives: try fields.effect())
    if let unknown = fields.rest { throw FaultRuleError(message: "a fault has no field `\(unknown)`") }
    guard canBeMet else {
      throw FaultRuleError(message: "no call meets `\(name)`: what it does means nothing where it is on")
    }
  }
}

/// The fields of one rule that have not been read yet.
private struct FaultFields {
  private var values: [String: JSONScalar] = [:]

  static func all(in scanner: JSONScanner) throws(WireError) -> [FaultFields] {
    var scanner = scanner
    var all: [FaultFields] = []
    if scanner.open(UInt8(ascii: "[")) {
      var isFirst = true
      while try scanner.nextElement(isFirst: &isFirst) {
        all.append(try FaultFields(&scanner))
      }
    } else {
      all.append(try FaultFields(&scanner))
    }
    try scanner.finish()
    return all
  }

  private init(_ scanner: inout JSONScanner) throws(WireError) {
    guard scanner.open(UInt8(ascii: "{")) else { throw .notAnObject }
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      let name = scanner.keyText
      guard let value = try scanner.scalar() else { throw .wrongType(field: name, expected: .text) }
      if case .null = value { continue }
      values[name] = value
    }
  }

  /// The first of the fields that nobody asked for.
  var rest: String? { values.keys.filter { $0 != "calls" && $0 != "met" }.min() }

  mutating func text(_ name: String) throws(FaultRuleError) -> String? {
    guard let value = values.removeValue(forKey: name) else { return nil }
    guard case .text(let text) = value else { throw FaultRuleError(message: "`\(name)` is not a string") }
    return text
  }

  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Word.Type
  ) throws(FaultRuleError) -> Word? where Word.RawValue == String {
    guard let text = try text(name) else { return nil }
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw FaultRuleError(message: "`\(name)` is one of \(words)")
    }
    return word
  }

  mutating func wholeNumber(
    _ name: String, _ range: ClosedRange<Int64>
  ) throws(FaultRuleError) -> Int64? {
    guard let value = values.removeValue(forKey: name) else { return nil }
    guard case .whole(let number) = value, range.contains(number) else {
      throw FaultRuleError(
        message: "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  mutating func seed() throws(FaultRuleError) -> UInt64? {
    let message = "`seed` is a whole number from 0 on"
    switch values.removeValue(forKey: "seed") {
    case nil: return nil
    case .whole(let number) where number >= 0: return UInt64(number)
    case .text(let text):
      guard let number = UInt64(text) else { throw FaultRuleError(message: message) }
      return number
    default: throw FaultRuleError(message: message)
    }
  }

  mutating func occasion() throws(FaultRuleError) -> FaultOccasion {
    var found: [FaultOccasion] = []
    switch values.removeValue(forKey: "chance") {
    case nil: break
    case .float(let chance) where (0...1).contains(chance): found.append(.chance(chance))
    case .whole(let chance) where (0...1).contains(chance): found.append(.chance(Double(chance)))
    default: throw FaultRuleError(message: "`chance` is a number from 0 to 1")
    }
    let counts = FaultRule.counts
    if let count = try wholeNumber("every", counts) { found.append(.every(Int(count))) }
    if let count = try wholeNumber("first", counts) { found.append(.first(Int(count))) }
    if let number = try wholeNumber("nth", counts) { found.append(.nth(Int(number))) }
    guard found.count <= 1 else {
      throw FaultRuleError(message: "a fault has one of `chance`, `every`, `first` and `nth`")
    }
    return found.first ?? .always
  }

  mutating func effect() throws(FaultRuleError) -> FaultEffect {
    var found: [FaultEffect] = []
    if let code = try wholeNumber("errcode", FaultRule.errorCodes) {
      guard code != 0 else { throw FaultRuleError(message: "`errcode` 0 is no fault") }
      found.append(.errorCode(Int(code), message: try text("message")))
    }
    if let status = try wholeNumber("status", FaultRule.statuses) {
      let pause = try wholeNumber("retry_after", 0...FaultRule.longestPause)
      found.append(.status(Int(status), retryAfter: pause))
    }
    if let delay = try wholeNumber("delay_ms", 0...FaultRule.longestDelay) {
      found.append(.delay(delay, spread: try wholeNumber("spread_ms", 0...FaultRule.longestDelay) ?? 0))
    }
    if let reset = try word("reset", FaultEffect.Reset.self) { found.append(.reset(reset)) }
    if let body = try word("body", FaultEffect.Body.self) { found.append(.body(body)) }
    if let rows = try word("rows", FaultEffect.Rows.self) { found.append(.rows(rows)) }
    if let token = try text("token") {
      guard token == "superseded" else { throw FaultRuleError(message: "`token` is `superseded`") }
      found.append(.tokenSuperseded)
    }
    let clocks = -FaultRule.largestClockOffset...FaultRule.largestClockOffset
    if let offset = try wholeNumber("clock_ms", clocks) { found.append(.clock(offset)) }
    guard let effect = found.first, found.count == 1 else {
      throw FaultRuleError(
        message:
          "a fault does one thing: one of `errcode`, `status`, `delay_ms`, `reset`, `body`, `rows`, `token` and `clock_ms`"
      )
    }
    return effect
  }
}
