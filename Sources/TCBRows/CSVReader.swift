// Rows from csv and tsv.
//
// RFC 4180 with the usual lenience: LF as well as CRLF, a byte-order mark, a quote inside an unquoted
// field. The first line names the columns. An empty field, quoted or not, is null; an empty line is no
// row. Columns `size` and `modified` are integers and times.
import TCBHost
import TCBText

package final class CSVReader: RowReader {
  /// A batch is closed early at this many bytes of text, so that long fields do not pile up.
  private static let batchBytes = 4 << 20

  private let source: String
  private let dialect: CSVDialect
  private let required: String?
  private let options: SourceOptions
  private let longestRecord: Int
  private var input: InputBuffer?
  private var scanner: CSVScanner
  private var fields = CSVFields()
  private var rows: CSVRows?
  private var line = 1
  private var isSkipping = false
  private var hasHeader = false

  /// `required` is a column that must be there; a record is at most `longestRecord` bytes, so that a
  /// quote nobody closed cannot fill the memory.
  package init(
    _ file: any FileReader, source: String, dialect: CSVDialect = .csv, required: String? = nil,
    options: SourceOptions = SourceOptions(), longestRecord: Int = 16 << 20
  ) {
    self.source = source
    self.dialect = dialect
    self.required = required
    self.options = options
    self.longestRecord = min(max(1, longestRecord), 1 << 40)
    input = InputBuffer(file)
    scanner = CSVScanner(dialect)
  }

  package func next() async throws(RowError) -> RowBatch? {
    guard let input else { return nil }
    do throws(RowError) {
      let batch = try batch(from: input)
      if batch == nil { self.input = nil }
      return batch
    } catch {
      self.input = nil
      throw error
    }
  }

  private func batch(from input: InputBuffer) throws(RowError) -> RowBatch? {
    try stopWhenCancelled(source)
    var rows: CSVRows
    if let begun = self.rows { rows = begun } else { rows = CSVRows(names: try header(of: input)) }
    self.rows = nil
    while rows.count < RowBatch.usualCount, rows.bytes < CSVReader.batchBytes {
      guard let length = try recordLength(in: input) else { break }
      let record = UnsafeRawBufferPointer(rebasing: input.bytes[..<length])
      if let reason = read(record, into: &rows) { try leaveOut(line, reason) }
      line += scanner.sawQuote ? newlines(in: record) + 1 : 1
      finishRecord(length + 1, in: input)
    }
    let batch = rows.count > 0 ? rows.takeBatch() : nil
    self.rows = rows
    return batch
  }

  /// Adds the record to `rows`, or says why it cannot be.
  private func read(
    _ whole: UnsafeRawBufferPointer, into rows: inout CSVRows
  ) -> UnreadableLine.Reason? {
    let record = whole.withoutReturn
    if record.isEmpty { return nil }
    if let reason = split(record) { return reason }
    return rows.add(fields, of: record, line: line)
  }

  private func split(_ record: UnsafeRawBufferPointer) -> UnreadableLine.Reason? {
    guard record.isUTF8 else { return .notUTF8 }
    if scanner.sawQuote {
      return fields.unquote(record, separator: dialect.separator) ? nil : .textAfterQuote
    }
    if dialect.hasEscapes, record.first(UInt8(ascii: "\\")) != nil {
      fields.unescape(record, separator: dialect.separator)
    } else {
      fields.split(record, at: dialect.separator)
    }
    return nil
  }

  private func header(of input: InputBuffer) throws(RowError) -> [String] {
    try skipByteOrderMark(in: input)
    while let length = try recordLength(in: input) {
      let whole = UnsafeRawBufferPointer(rebasing: input.bytes[..<length])
      let record = whole.withoutReturn
      if !record.isEmpty {
        if let reason = split(record) { throw unreadable(line, reason) }
        let text = fields.isRewritten ? fields.text : Array(record)
        let names = CSVHeader.names(fields.ranges.map { String(decoding: text[$0], as: UTF8.self) })
        line += newlines(in: whole) + 1
        finishRecord(length + 1, in: input)
        hasHeader = true
        try require(required, among: names)
        return names
      }
      line += 1
      finishRecord(length + 1, in: input)
    }
    throw RowError(.noHeader, source: source)
  }

  private func require(_ column: String?, among names: [String]) throws(RowError) {
    guard let column, !names.contains(column) else { return }
    let nearest = NearestName.of(column, among: names)
    throw RowError(.missingColumn(column, nearest: nearest, available: names), source: source)
  }

  /// The length of the next record, which is then whole in the window; nil at the end. Records that are
  /// too long, or whose quote is never closed, are left out on the way.
  private func recordLength(in input: InputBuffer) throws(RowError) -> Int? {
    while true {
      if isSkipping { try skipLine(in: input) }
      let bytes = input.bytes
      // Looking no further than the bound, the outcome does not depend on how much was read at once.
      let bounded = UnsafeRawBufferPointer(rebasing: bytes.prefix(longestRecord + 1))
      if let end = scanner.end(in: bounded) { return end }
      if bytes.count > longestRecord || (input.isAtEnd && scanner.isInsideQuotes) {
        try giveUp(on: bytes, in: input)
      } else if input.isAtEnd {
        return bytes.isEmpty ? nil : bytes.count
      } else {
        try fill(input)
      }
    }
  }

  /// Reports the record and goes on at the line after the one where its quote was opened.
  private func giveUp(on bytes: UnsafeRawBufferPointer, in input: InputBuffer) throws(RowError) {
    let isQuoted = scanner.isInsideQuotes
    let open = isQuoted ? scanner.openQuote : 0
    line += newlines(in: UnsafeRawBufferPointer(rebasing: bytes[..<open]))
    let reason = isQuoted ? UnreadableLine.Reason.unterminatedQuote : .tooLong(limit: longestRecord)
    // Without a header no row can be understood.
    if !hasHeader { throw unreadable(line, reason) }
    try leaveOut(line, reason)
    isSkipping = true
    finishRecord(open, in: input)
  }

  private func skipLine(in input: InputBuffer) throws(RowError) {
    while isSkipping {
      if let newline = input.bytes.first(UInt8(ascii: "\n")) {
        input.consume(newline + 1)
        line += 1
        isSkipping = false
      } else {
        input.consume(input.bytes.count)
        if input.isAtEnd { isSkipping = false }
        try fill(input)
      }
    }
  }

  private func skipByteOrderMark(in input: InputBuffer) throws(RowError) {
    while input.bytes.count < 3, !input.isAtEnd { try fill(input) }
    if input.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { input.consume(3) }
  }

  private func finishRecord(_ length: Int, in input: InputBuffer) {
    input.consume(length)
    scanner.reset()
  }

  private func fill(_ input: InputBuffer) throws(RowError) {
    do throws(HostError) { try input.fill() } catch { throw RowError(.host(error), source: source) }
  }

  private func newlines(in bytes: UnsafeRawBufferPointer) -> Int {
    var count = 0
    var position = 0
    while let newline = bytes.first(UInt8(ascii: "\n"), from: position) {
      count += 1
      position = newline + 1
    }
    return count
  }

  private func unreadable(_ line: Int, _ reason: UnreadableLine.Reason) -> RowError {
    RowError(.unreadable(UnreadableLine(source: source, line: line, reason: reason)), source: source)
  }

  private func leaveOut(_ line: Int, _ reason: UnreadableLine.Reason) throws(RowError) {
    try options.leaveOut(UnreadableLine(source: source, line: line, reason: reason))
  }
}
