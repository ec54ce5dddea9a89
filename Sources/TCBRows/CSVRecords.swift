// The records of a csv text that is in memory as a whole, each field with its place: for tables in which every mistake is
// told where it stands. Rows in any number are read by `CSVReader`; what counts as a record is the same.

import TCBText

package struct CSVRecords {
  /// A field of the record, between its separators, quotes included.
  package struct Field: Sendable {
    package var range: Range<Int>
    package var isQuoted: Bool
  }

  private let bytes: [UInt8]
  private var position: Int
  private var lineAhead = 1
  /// The line that the record read last begins on, from 1.
  package private(set) var line = 0
  /// Of the record read last.
  package private(set) var fields: [Field] = []
  /// Why the record read last is none, and the byte that is to blame; it has no fields then.
  package private(set) var problem: (reason: UnreadableLine.Reason, offset: Int)?

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let newline = UInt8(ascii: "\n")

  /// Reads the next record; empty lines are none. False at the end.
  package mutating func next() -> Bool {
    bytes.withUnsafeBytes { bytes in
      while position < bytes.count {
        line = lineAhead
        problem = nil
        fields.removeAll(keepingCapacity: true)
        let start = position
        read(bytes)
        lineAhead += 1
        if problem == nil, let only = fields.first, fields.count == 1, only.range.isEmpty { continue }
        if problem == nil, !UnsafeRawBufferPointer(rebasing: bytes[start..<min(position, bytes.count)]).isUTF8
        {
          problem = (.notUTF8, start)
        }
        if problem != nil { fields.removeAll() }
        return true
      }
      return false
    }
  }

  /// Reads one record and steps behind its line end.
  private mutating func read(_ bytes: UnsafeRawBufferPointer) {
    while true {
      let start = position
      if start < bytes.count, bytes[start] == Self.quote {
        guard passQuoted(bytes, from: start) else { return }
        fields.append(Field(range: start..<position, isQuoted: true))
        passTail(bytes)
      } else {
        while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.newline {
          position += 1
        }
        let endsLine = position == bytes.count || bytes[position] == Self.newline
        let hasReturn = endsLine && position > start && bytes[position - 1] == UInt8(ascii: "\r")
        fields.append(Field(range: start..<(hasReturn ? position - 1 : position), isQuoted: false))
      }
      guard position < bytes.count else { return }
      position += 1
      if bytes[position - 1] == Self.newline { return }
    }
  }

  /// Steps from behind a closing quote to the separator or the line end; text on the way is a mistake.
  private mutating func passTail(_ bytes: UnsafeRawBufferPointer) {
    let start = position
    while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.newline {
      position += 1
    }
    guard position > start else { return }
    let endsLine = position == bytes.count || bytes[position] == Self.newline
    if position == start + 1, endsLine, bytes[start] == UInt8(ascii: "\r") { return }
    if problem == nil { problem = (.textAfterQuote, start) }
  }

  /// Steps behind the closing quote of the field that begins at `start`. False, and behind the line that the quote was
  /// opened on, where there is none.
  private mutating func passQuoted(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
    var search = start + 1
    while let closing = bytes.first(Self.quote, from: search) {
      search = closing + 1
      if search < bytes.count, bytes[search] == Self.quote {
        search += 1
        continue
      }
      var lines = start
      while let newline = bytes.first(Self.newline, from: lines), newline < search {
        lineAhead += 1
        lines = newline + 1
      }
      position = search
      return true
    }
    problem = (.unterminatedQuote, start)
    // The record may have begun on an earlier line.
    line = lineAhead
    skipLine(bytes)
    return false
  }

  private mutating func skipLine(_ bytes: UnsafeRawBufferPointer) {
    position = bytes.first(Self.newline, from: position).map { $0 + 1 } ?? bytes.count
  }

  /// What a field says; empty where it is left out.
  package func text(of field: Field) -> String {
    guard field.isQuoted else { return String(decoding: bytes[field.range], as: UTF8.self) }
    var text: [UInt8] = []
    var inner = bytes[field.range].dropFirst().dropLast()
    while let quote = inner.firstIndex(of: Self.quote) {
      text.append(contentsOf: inner[...quote])
      inner = inner[(quote + 2)...]
    }
    text.append(contentsOf: inner)
    return String(decoding: text, as: UTF8.self)
  }
}
