// Collecting the fields of records into columns.
import TCBHost
import TCBText

struct CSVRows {
  private enum Kind { case text, integer, time }

  private let names: [String]
  private let kinds: [Kind]
  private let hasNumbers: Bool
  // One of each for every column, of which the kind tells the one in use.
  private var texts: [TextColumn]
  private var numbers: [ValueColumn<Int64>]
  private var parsed: [Int64?]
  private var lines: [Int] = []
  private(set) var bytes = 0

  init(names: [String]) {
    self.names = names
    kinds = names.map { $0 == "size" ? .integer : $0 == "modified" ? .time : .text }
    hasNumbers = kinds.contains { $0 != .text }
    texts = names.map { _ in TextColumn() }
    numbers = names.map { _ in ValueColumn() }
    parsed = names.map { _ in nil }
  }

  var count: Int { lines.count }

  /// Adds a row, or says why it is none and adds nothing.
  mutating func add(
    _ fields: CSVFields, of record: UnsafeRawBufferPointer, line: Int
  ) -> UnreadableLine.Reason? {
    let ranges = fields.ranges
    guard ranges.count == names.count else {
      return .wrongFieldCount(found: ranges.count, expected: names.count)
    }
    guard fields.isRewritten else { return add(ranges, of: record, line: line) }
    return fields.text.withUnsafeBytes { add(ranges, of: $0, line: line) }
  }

  private mutating func add(
    _ ranges: [Range<Int>], of text: UnsafeRawBufferPointer, line: Int
  ) -> UnreadableLine.Reason? {
    if hasNumbers, let reason = parseNumbers(ranges, of: text) { return reason }
    for column in kinds.indices {
      if kinds[column] != .text {
        numbers[column].append(parsed[column])
        continue
      }
      let range = ranges[column]
      if range.isEmpty {
        texts[column].appendNull()
      } else {
        texts[column].append(bytes: UnsafeRawBufferPointer(rebasing: text[range]))
      }
    }
    lines.append(line)
    bytes += text.count
    return nil
  }

  private mutating func parseNumbers(
    _ ranges: [Range<Int>], of text: UnsafeRawBufferPointer
  ) -> UnreadableLine.Reason? {
    for column in kinds.indices where kinds[column] != .text {
      let field = UnsafeRawBufferPointer(rebasing: text[ranges[column]])
      if field.isEmpty {
        parsed[column] = nil
      } else if kinds[column] == .integer {
        guard let value = CSVRows.integer(field) else {
          return .notAnInteger(column: names[column], text: String(decoding: field, as: UTF8.self))
        }
        parsed[column] = value
      } else {
        guard let value = TimeText.parse(field) else {
          return .notATime(column: names[column], text: String(decoding: field, as: UTF8.self))
        }
        parsed[column] = value
      }
    }
    return nil
  }

  /// What `Int64(_:)` reads, without a `String`.
  private static func integer(_ field: UnsafeRawBufferPointer) -> Int64? {
    let isNegative = field.first == UInt8(ascii: "-")
    let digits = isNegative || field.first == UInt8(ascii: "+") ? field.dropFirst() : field[...]
    guard !digits.isEmpty else { return nil }
    var value: Int64 = 0
    for byte in digits {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      let digit = Int64(byte - UInt8(ascii: "0"))
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, exceeds) = product.addingReportingOverflow(isNegative ? -digit : digit)
      if overflows || exceeds { return nil }
      value = sum
    }
    return value
  }

  /// The rows so far; begins anew with room for as much again.
  mutating func takeBatch() -> RowBatch {
    let columns = kinds.indices.map { column -> (name: String, column: Column) in
      switch kinds[column] {
      case .text: (names[column], .text(texts[column]))
      case .integer: (names[column], .integer(numbers[column]))
      case .time: (names[column], .time(numbers[column]))
      }
    }
    let batch = RowBatch(columns, count: count, lines: lines)
    for column in kinds.indices {
      let room = texts[column].bytes.count
      texts[column] = TextColumn()
      numbers[column] = ValueColumn()
      if kinds[column] == .text {
        texts[column].reserve(rows: batch.count, bytes: room + room / 8)
      } else {
        numbers[column].reserve(rows: batch.count)
      }
    }
    lines.removeAll(keepingCapacity: true)
    bytes = 0
    return batch
  }
}
