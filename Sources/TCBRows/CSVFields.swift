// Taking a record apart into its fields.

/// The fields of one record at a time; its storage is used again for the next one.
struct CSVFields {
  /// Where each field is: in the record itself, or in `text` when the record had to be rewritten.
  private(set) var ranges: [Range<Int>] = []
  private(set) var text: [UInt8] = []
  private(set) var isRewritten = false

  /// Splits a record without quotes or escapes; its fields stay where they are.
  mutating func split(_ record: UnsafeRawBufferPointer, at separator: UInt8) {
    isRewritten = false
    ranges.removeAll(keepingCapacity: true)
    var start = 0
    for position in 0..<record.count where record[position] == separator {
      ranges.append(start..<position)
      start = position + 1
    }
    ranges.append(start..<record.count)
  }

  /// Splits a record with quotes. False when text follows a closing quote.
  mutating func unquote(_ record: UnsafeRawBufferPointer, separator: UInt8) -> Bool {
    begin()
    let quote = UInt8(ascii: "\"")
    var position = 0
    while true {
      let start = text.count
      if position < record.count, record[position] == quote {
        position = copyQuoted(record, from: position + 1)
        guard position == record.count || record[position] == separator else { return false }
      } else {
        // A quote inside a field that did not begin with one is a character like any other.
        let end = record.first(separator, from: position) ?? record.count
        text.append(contentsOf: UnsafeRawBufferPointer(rebasing: record[position..<end]))
        position = end
      }
      ranges.append(start..<text.count)
      guard position < record.count else { return true }
      position += 1
    }
  }

  /// Copies up to the closing quote and gives the position behind it.
  private mutating func copyQuoted(_ record: UnsafeRawBufferPointer, from start: Int) -> Int {
    let quote = UInt8(ascii: "\"")
    var position = start
    while let closing = record.first(quote, from: position) {
      text.append(contentsOf: UnsafeRawBufferPointer(rebasing: record[position..<closing]))
      position = closing + 1
      guard position < record.count, record[position] == quote else { return position }
      text.append(quote)
      position += 1
    }
    return record.count
  }

  /// Splits a record with backslash escapes; a backslash before anything else stands for itself.
  mutating func unescape(_ record: UnsafeRawBufferPointer, separator: UInt8) {
    begin()
    var start = 0
    var position = 0
    while position < record.count {
      let byte = record[position]
      position += 1
      if byte == separator {
        ranges.append(start..<text.count)
        start = text.count
      } else if byte == UInt8(ascii: "\\"), position < record.count,
        let meant = CSVFields.escapes(record[position])
      {
        text.append(meant)
        position += 1
      } else {
        text.append(byte)
      }
    }
    ranges.append(start..<text.count)
  }

  private static func escapes(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "t"): UInt8(ascii: "\t")
    case UInt8(ascii: "n"): UInt8(ascii: "\n")
    case UInt8(ascii: "r"): UInt8(ascii: "\r")
    case UInt8(ascii: "\\"): UInt8(ascii: "\\")
    default: nil
    }
  }

  private mutating func begin() {
    isRewritten = true
    ranges.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
  }
}
