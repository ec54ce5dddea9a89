// Tables of rules as csv and as JSON.

import TCBHost
import TCBInterface
import TCBRows
import TCBRuntime
import TCBSyntax
import TCBText

extension RuleTable {
  enum Format: String {
    case csv, json
  }

  /// The rules of the file at `path`; `-` is standard input. Throws every mistake in it as one fault. `span` is where a file
  /// that cannot be read was named.
  static func read(
    _ path: String, as format: Format, in context: RunContext, at span: SourceSpan
  ) throws(RuntimeFault) -> RuleTable {
    let name = path == "-" ? "standard input" : path
    let bytes: [UInt8]
    do throws(HostError) {
      let file = try path == "-" ? context.host.standardInput() : context.host.openFile(path)
      defer { file.close() }
      bytes = try file.remainder(limit: largest, path: path)
    } catch {
      throw RuntimeFault(EngineProblem.unreadable(error, name, on: context.host), at: span)
    }
    var table = RuleTable(SourceText(name: name, bytes: bytes), as: format, in: context)
    switch format {
    case .csv: table.readCSV()
    case .json: table.readJSON()
    }
    if let fault = table.fault { throw fault }
    return table
  }
}

// MARK: csv

extension RuleTable {
  private mutating func readCSV() {
    var records = CSVRecords(source.bytes)
    guard records.next(), records.problem == nil else {
      if let problem = records.problem { return reportUnreadable(problem) }
      return report(
        .other(
          code: "E0602", message: "`\(source.name)` is empty: it has no header line",
          help: "begin it with `pattern,max_age,deny,reason,tags,priority,when`"), at: 0..<0)
    }
    guard let columns = columns(of: records) else { return }
    while records.next() {
      if Task.isCancelled { return report(.cancelled, at: 0..<0) }
      if let problem = records.problem {
        reportUnreadable(problem)
        continue
      }
      let range = records.fields[0].range.lowerBound..<(records.fields.last?.range.upperBound ?? 0)
      guard records.fields.count == columns.count else {
        let reason = UnreadableLine.Reason.wrongFieldCount(
          found: records.fields.count, expected: columns.count)
        reportUnreadable((reason, range.lowerBound), to: range.upperBound)
        continue
      }
      var row = RuleRow(range: range, line: records.line)
      for (column, field) in zip(columns, records.fields) {
        guard let column else { continue }
        let text = records.text(of: field)
        row[column] = RuleCell(
          content: text.isEmpty ? .null : .text(text), range: field.range,
          form: field.isQuoted ? .quoted : .verbatim(from: field.range.lowerBound))
      }
      add(row)
    }
  }

  private mutating func reportUnreadable(
    _ problem: (reason: UnreadableLine.Reason, offset: Int), to end: Int? = nil
  ) {
    let line = UnreadableLine(source: source.name, line: 0, reason: problem.reason)
    let problemOfRow = RuntimeProblem.other(
      code: "E0602", message: "this line cannot be read as a row: \(line.message)", help: nil)
    report(problemOfRow, at: problem.offset..<(end ?? min(problem.offset + 1, source.bytes.count)))
  }

  /// The meaning of each column, nil for one that says nothing of a rule; nil where the header has mistakes.
  private mutating func columns(of header: CSVRecords) -> [RuleColumn?]? {
    let known = faultCount
    var columns: [RuleColumn?] = []
    for field in header.fields { columns.append(column(header.text(of: field), columns, at: field.range)) }
    let all = header.fields[0].range.lowerBound..<(header.fields.last?.range.upperBound ?? 0)
    if !columns.contains(.pattern), faultCount == known {
      report(
        .other(
          code: "E0603", message: "`\(source.name)` has no column `pattern`",
          help: "the first line names the columns: `pattern,max_age,deny,reason,tags,priority,when`"), at: all
      )
    }
    return faultCount == known ? columns : nil
  }

  /// A name that is nearly that of a column is a mistake: what it says would otherwise go unheard.
  private mutating func column(_ name: String, _ before: [RuleColumn?], at range: Range<Int>) -> RuleColumn? {
    guard let column = RuleColumn(name: name) else {
      if let nearest = NearestName.of(name, among: RuleColumn.allCases.map(\.name)) {
        report(
          .other(
            code: "E0514", message: "no column of rules is called `\(name)`", help: .suggestion(nearest)),
          at: range)
      }
      return nil
    }
    if before.contains(column) {
      report(
        .other(
          code: "E0514", message: "the column `\(column.name)` is there twice", help: "leave one of them out"),
        at: range)
    }
    return column
  }
}

// MARK: JSON

extension RuleTable {
  private mutating func readJSON() {
    source.bytes.withUnsafeBufferPointer { bytes in
      var scanner = JSONScanner(bytes)
      do throws(WireError) {
        try readArray(&scanner)
        try scanner.finish()
      } catch {
        let place = if case .malformed(let offset, _) = error { offset } else { scanner.position }
        report(
          .other(code: "E0602", message: "`\(source.name)` is no JSON: \(error.wording)", help: nil),
          at: place..<min(place + 1, bytes.count))
      }
    }
  }

  private mutating func readArray(_ scanner: inout JSONScanner) throws(WireError) {
    var lines = LineCount(source.bytes)
    guard scanner.open(UInt8(ascii: "[")) else {
      let place = scanner.position
      return report(
        .other(
          code: "E0602", message: "a table of rules is a list of objects",
          help: #"begin it with `[{"pattern": …}`"#), at: place..<min(place + 1, source.bytes.count))
    }
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      if Task.isCancelled { return report(.cancelled, at: 0..<0) }
      let start = scanner.position
      guard scanner.open(UInt8(ascii: "{")) else {
        try scanner.skipValue()
        report(
          .other(code: "E0513", message: "a rule is an object", help: nil), at: start..<scanner.position)
        continue
      }
      let known = faultCount
      var row = RuleRow(range: start..<start, line: lines.line(at: start))
      try readObject(&scanner, into: &row)
      row.range = start..<scanner.position
      if faultCount == known { add(row) }
    }
  }

  private mutating func readObject(_ scanner: inout JSONScanner, into row: inout RuleRow) throws(WireError) {
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      let key = scanner.keyText
      let start = scanner.position
      let content = try readValue(&scanner)
      let range = start..<scanner.position
      guard let column = column(key, row.columns, at: range) else { continue }
      var cell = RuleCell(content: content, range: range)
      if case .text(let text) = content, text.utf8.count + 2 == range.count {
        cell.form = .verbatim(from: start + 1)
      }
      row[column] = cell
    }
  }

  private func readValue(_ scanner: inout JSONScanner) throws(WireError) -> RuleCell.Content {
    let start = scanner.position
    if let scalar = try scanner.scalar() {
      switch scalar {
      case .null: return .null
      case .bool(let value): return .bool(value)
      case .whole(let value): return .whole(value)
      case .text(let text): return .text(text)
      case .float: return .other(source.text(start..<scanner.position))
      }
    }
    guard scanner.open(UInt8(ascii: "[")) else {
      try scanner.skipValue()
      return .other("{…}")
    }
    var texts: [String] = []
    var isTexts = true
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      scanner.skipWhitespace()
      if scanner.current == UInt8(ascii: "\"") {
        texts.append(try scanner.string())
      } else {
        try scanner.skipValue()
        isTexts = false
      }
    }
    return isTexts ? .texts(texts) : .other("[…]")
  }
}

/// Lines of places that come in order.
private struct LineCount {
  private let bytes: [UInt8]
  private var line = 1
  private var counted = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func line(at offset: Int) -> Int {
    while counted < offset {
      if bytes[counted] == UInt8(ascii: "\n") { line += 1 }
      counted += 1
    }
    return line
  }
}
