// Finding where a record ends, without looking at any byte twice when more must be read.

struct CSVScanner {
  private enum State { case fieldStart, plain, quoted, afterQuote }

  private let dialect: CSVDialect
  private var state = State.fieldStart
  private var position = 0
  /// Whether the record has a quote anywhere.
  private(set) var sawQuote = false
  /// Where the quote that was opened last is.
  private(set) var openQuote = 0

  init(_ dialect: CSVDialect) { self.dialect = dialect }

  var isInsideQuotes: Bool { state == .quoted }

  mutating func reset() {
    state = .fieldStart
    position = 0
    sawQuote = false
    openQuote = 0
  }

  /// The offset of the newline that ends the record which `bytes` begins with; nil when it is not there
  /// yet. Called again with more bytes it goes on where it stopped.
  mutating func end(in bytes: UnsafeRawBufferPointer) -> Int? {
    if state == .fieldStart || state == .plain {
      let newline = bytes.first(UInt8(ascii: "\n"), from: position)
      let part = UnsafeRawBufferPointer(rebasing: bytes[..<(newline ?? bytes.count)])
      if !dialect.hasQuotes || part.first(UInt8(ascii: "\""), from: position) == nil {
        if newline == nil, position < bytes.count {
          state = bytes.last == dialect.separator ? .fieldStart : .plain
          position = bytes.count
        }
        return newline
      }
    }
    return endByBytes(in: bytes)
  }

  private mutating func endByBytes(in bytes: UnsafeRawBufferPointer) -> Int? {
    let quote = UInt8(ascii: "\"")
    sawQuote = true
    while position < bytes.count {
      if state == .quoted {
        guard let closing = bytes.first(quote, from: position) else { break }
        state = .afterQuote
        position = closing + 1
        continue
      }
      let byte = bytes[position]
      if byte == UInt8(ascii: "\n") { return position }
      if byte == dialect.separator {
        state = .fieldStart
      } else if byte == quote, state == .fieldStart {
        state = .quoted
        openQuote = position
      } else if byte == quote, state == .afterQuote {
        // Doubled: the field goes on.
        state = .quoted
      } else {
        state = .plain
      }
      position += 1
    }
    position = bytes.count
    return nil
  }
}
