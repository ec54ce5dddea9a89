// Rules from a table that is kept elsewhere: what a row says, checked column by column, every mistake with its place.

import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

/// The columns of a table of rules.
enum RuleColumn: Int, CaseIterable {
  case pattern, maxAge, deny, reason, tags, priority, when

  var name: String {
    switch self {
    case .pattern: "pattern"
    case .maxAge: "max_age"
    case .deny: "deny"
    case .reason: "reason"
    case .tags: "tags"
    case .priority: "priority"
    case .when: "when"
    }
  }

  /// `tag`, as a line of a policy has it, is `tags` too.
  init?(name: String) {
    guard let column = Self.allCases.first(where: { $0.name == name || name == "tag" && $0 == .tags }) else {
      return nil
    }
    self = column
  }
}

/// A value in a table, and where it stands.
struct RuleCell {
  enum Content {
    case null
    case bool(Bool)
    case whole(Int64)
    case text(String)
    case texts([String])
    /// Anything that no column takes, as it is written.
    case other(String)
  }

  /// How a text stands in the table.
  enum Form {
    /// As it is, from this byte on.
    case verbatim(from: Int)
    /// In quotes, with those inside doubled.
    case quoted
    /// So that a place inside of it cannot be told.
    case opaque
  }

  var content: Content
  /// In bytes of the table.
  var range: Range<Int>
  var form = Form.opaque

  var isNull: Bool { if case .null = content { true } else { false } }
}

/// The values of one row, by column.
struct RuleRow {
  private var cells = [RuleCell?](repeating: nil, count: RuleColumn.allCases.count)
  /// All of it, in bytes of the table.
  var range: Range<Int>
  /// From 1.
  var line: Int

  init(range: Range<Int>, line: Int) {
    self.range = range
    self.line = line
  }

  subscript(column: RuleColumn) -> RuleCell? {
    get { cells[column.rawValue] }
    set { cells[column.rawValue] = newValue }
  }

  var columns: [RuleColumn] { RuleColumn.allCases.filter { cells[$0.rawValue] != nil } }
}

/// Collects the rules of one table.
struct RuleTable {
  let source: SourceText
  private let id: SourceID
  private let context: RunContext
  /// Where space around what stands between commas is easily written by accident.
  private let isCSV: Bool
  private(set) var rules: [Rule] = []
  private(set) var places: [SourceSpan] = []
  private(set) var conditions: [Int: RowFunction] = [:]
  private(set) var faults: [RuntimeFault] = []
  /// Mistakes that were met, those not kept included.
  private(set) var faultCount = 0
  /// Conditions that stand more than once are compiled once; nil for one that has mistakes.
  private var compiled: [String: RowFunction?] = [:]

  /// In bytes: the table is in memory while it is read, and with its places afterwards.
  static let largest = 256 << 20
  /// So many mistakes are told; of more, the number is.
  static let mostTold = 99

  init(_ source: SourceText, as format: Format, in context: RunContext) {
    self.source = source
    isCSV = format == .csv
    self.context = context
    id = context.sources.add(source)
  }

  func span(_ range: Range<Int>) -> SourceSpan {
    SourceSpan(source: id, lower: range.lowerBound, upper: range.upperBound)
  }

  mutating func report(_ problem: RuntimeProblem, at range: Range<Int>) {
    report(RuntimeFault(problem, at: span(range)))
  }

  private mutating func report(_ fault: RuntimeFault) {
    faultCount += 1
    if faults.count < Self.mostTold { faults.append(fault) }
  }

  /// All mistakes as one fault; nil where there are none.
  var fault: RuntimeFault? {
    guard var first = faults.first else { return nil }
    first.others = faults.dropFirst().map(\.diagnostic)
    if faultCount > faults.count {
      first.others.append(
        Diagnostic(.note, code: "E0513", "`\(source.name)` has \(faultCount - faults.count) more mistakes"))
    }
    return first
  }

  /// Where `length` bytes from `offset` on of a cell's text stand; the whole cell where that cannot be told.
  private func place(_ offset: Int, _ length: Int, of cell: RuleCell) -> Range<Int> {
    switch cell.form {
    case .opaque: return cell.range
    case .verbatim(let start):
      let lower = min(start + offset, cell.range.upperBound)
      return lower..<min(lower + length, max(cell.range.upperBound, lower))
    case .quoted:
      var place = cell.range.lowerBound + 1
      let end = cell.range.upperBound - 1
      func advance(_ count: Int) {
        for _ in 0..<count where place < end { place += source.bytes[place] == UInt8(ascii: "\"") ? 2 : 1 }
      }
      advance(offset)
      let lower = min(place, end)
      advance(length)
      return lower..<max(lower, min(place, end))
    }
  }

  // MARK: Rows

  /// Adds the rule of a row, or says what is wrong with it.
  mutating func add(_ row: RuleRow) {
    let known = faultCount
    let pattern = pattern(row[.pattern], row.range)
    let effect = effect(row)
    let tags = tags(row[.tags])
    let priority = priority(row[.priority])
    let condition = condition(row[.when])
    guard faultCount == known, let pattern, let effect else { return }
    rules.append(
      Rule(
        patterns: [pattern], effect: effect, tags: tags, condition: condition, priority: priority,
        origin: "\(source.name):\(row.line)"))
    places.append(span(row.range))
  }

  private mutating func pattern(_ cell: RuleCell?, _ row: Range<Int>) -> Pattern? {
    guard let cell, !cell.isNull else {
      report(.noRule("a rule needs a `pattern`", help: "`**` matches every path"), at: cell?.range ?? row)
      return nil
    }
    guard case .text(let text) = cell.content else {
      report(.noRule("`pattern` must be a text", help: nil), at: cell.range)
      return nil
    }
    // As in `a/, 1h` and `1h, a/`: the rule would match nothing, and nobody would hear of it.
    if case .verbatim = cell.form, isCSV, text.utf8.first == 0x20 || text.utf8.last == 0x20 {
      report(
        .noRule(
          "this pattern begins or ends with a space",
          help: "take it away, or put the pattern in quotes if it is meant"),
        at: cell.range)
      return nil
    }
    do throws(PatternError) { return try Pattern(text) } catch {
      report(EngineProblem.badPattern(error), at: place(error.offset, max(1, error.length), of: cell))
      return nil
    }
  }

  private mutating func effect(_ row: RuleRow) -> Effect? {
    let lifetime = row[.maxAge].flatMap { $0.isNull ? nil : $0 }
    let reason = row[.reason].flatMap { $0.isNull ? nil : $0 }
    guard let isDeny = isDeny(row[.deny]) else { return nil }
    if let reason, !isDeny {
      report(.noRule("a `reason` belongs to a `deny`", help: "write `true` under `deny`"), at: reason.range)
      return nil
    }
    switch (lifetime, isDeny) {
    case (let lifetime?, false): return allowing(lifetime)
    case (let lifetime?, true):
      report(
        .noRule("a rule says `max_age` or `deny`, not both", help: "leave one of them empty"),
        at: lifetime.range)
      return nil
    case (nil, false):
      report(
        .noRule(
          "this row says neither `max_age` nor `deny`", help: "give it a lifetime, or `true` under `deny`"),
        at: row.range)
      return nil
    case (nil, true):
      guard let reason else { return .deny(reason: nil) }
      if case .text(let text) = reason.content { return .deny(reason: text) }
      report(.noRule("`reason` must be a text", help: nil), at: reason.range)
      return nil
    }
  }

  /// Nil where what stands there means neither.
  private mutating func isDeny(_ cell: RuleCell?) -> Bool? {
    guard let cell else { return false }
    switch cell.content {
    case .null: return false
    case .bool(let value): return value
    // As spreadsheets write it.
    case .text(let text) where text.lowercased() == "true": return true
    case .text(let text) where text.lowercased() == "false": return false
    default:
      report(
        .noRule("`deny` is `true`, `false` or empty", help: "the reason stands under `reason`"),
        at: cell.range)
      return nil
    }
  }

  private mutating func allowing(_ cell: RuleCell) -> Effect? {
    let shown: Value
    switch cell.content {
    case .whole(let seconds) where seconds > 0: return .allow(maxAge: seconds)
    case .whole(let number): shown = .int(number)
    case .text(let text):
      if let seconds = Int64(text), seconds > 0 { return .allow(maxAge: seconds) }
      if let milliseconds = DurationText.parse(text), milliseconds > 0, milliseconds % 1_000 == 0 {
        return .allow(maxAge: milliseconds / 1_000)
      }
      shown = .string(text)
    case .other(let text): shown = .string(text)
    case .null, .bool, .texts: shown = .string(source.text(cell.range))
    }
    report(EngineProblem.badLifetime(shown), at: cell.range)
    return nil
  }

  private mutating func tags(_ cell: RuleCell?) -> [String] {
    switch cell?.content {
    case nil, .null: return []
    case .text(let text): return Self.split(text)
    case .texts(let texts): return texts
    default:
      report(.noRule("`tags` must be texts", help: nil), at: cell?.range ?? 0..<0)
      return []
    }
  }

  /// The texts between `;`; a `\` takes the next character as it is, as lists in csv files are written.
  private static func split(_ text: String) -> [String] {
    var tags: [String] = []
    var tag = String.UnicodeScalarView()
    var isQuoted = false
    for scalar in text.unicodeScalars {
      if scalar == "\\", !isQuoted {
        isQuoted = true
      } else if scalar == ";", !isQuoted {
        tags.append(String(tag))
        tag = String.UnicodeScalarView()
      } else {
        tag.append(scalar)
        isQuoted = false
      }
    }
    return (tags + [String(tag)]).filter { !$0.isEmpty }
  }

  private mutating func priority(_ cell: RuleCell?) -> Int {
    switch cell?.content {
    case nil, .null: return 0
    case .whole(let number): return Int(number)
    case .text(let text):
      if let number = Int(text) { return number }
      fallthrough
    default:
      report(
        .noRule("`priority` must be a whole number", help: "empty is 0; it may be negative"),
        at: cell?.range ?? 0..<0)
      return 0
    }
  }

  // MARK: Conditions

  private mutating func condition(_ cell: RuleCell?) -> Condition? {
    guard let cell, !cell.isNull else { return nil }
    guard case .text(let text) = cell.content else {
      report(.noRule("`when` must be a text", help: nil), at: cell.range)
      return nil
    }
    let function: RowFunction?
    if let known = compiled[text] {
      function = known
      if known == nil {
        report(.noRule("this `when` has mistakes, which are told above", help: nil), at: cell.range)
      }
    } else {
      function = compile(text, cell)
      compiled[text] = .some(function)
    }
    guard let function else { return nil }
    let index = context.nextConditionIndex()
    conditions[index] = function
    return Condition(index: index, text: text)
  }

  /// By the language's own compiler. Of names a table has only those of the language, so that it means the same everywhere.
  private mutating func compile(_ text: String, _ cell: RuleCell) -> RowFunction? {
    let condition = SourceText(name: source.name, text)
    let (parsed, expression) = Parser.parseRowExpression(condition, id: id, vocabulary: context.vocabulary)
    var problems = parsed.problems
    if let expression {
      let resolution = Resolver.resolve(condition: expression, of: parsed, vocabulary: context.vocabulary)
      problems = resolution.problems
      if problems.isEmpty {
        do throws(CompilationFailure) {
          return try Compiler.compile(
            condition: expression, resolution, source: condition, natives: context.natives)
        } catch {
          problems = error.problems
        }
      }
    }
    for problem in problems {
      let diagnostic = problem.diagnostic
      let place = place(Int(problem.span.lower), problem.span.range.count, of: cell)
      report(.other(code: diagnostic.code, message: diagnostic.message, help: diagnostic.help), at: place)
    }
    return nil
  }
}

extension RuntimeProblem {
  /// A row of a table is no rule.
  fileprivate static func noRule(_ message: Wording, help: Wording?) -> RuntimeProblem {
    .other(code: "E0513", message: message, help: help)
  }
}
