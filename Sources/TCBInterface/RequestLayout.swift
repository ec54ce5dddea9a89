// Where the parts of a request lie in its bytes, for who answers it without making texts of them.

/// The layout of a request as nearly every client writes it: each field once, no escapes, at least one file. It holds the offsets of
/// texts between their quotes, and says nothing of what they mean.
package struct RequestLayout {
  package struct File {
    package let id: Range<Int>
    package let maxAge: Int64
  }

  package private(set) var environment = 0..<0
  package private(set) var files: [File] = []

  /// Nil for anything else, right or wrong, which ``LinkRequest`` reads; never for what that refuses otherwise than here.
  package init?(of buffer: UnsafeBufferPointer<UInt8>) {
    files.reserveCapacity(50)
    var scanner = JSONScanner(buffer)
    do throws(WireError) {
      guard try read(&scanner) else { return nil }
      try scanner.finish()
    } catch {
      return nil
    }
    if files.isEmpty { return nil }
  }

  private mutating func read(_ scanner: inout JSONScanner) throws(WireError) -> Bool {
    guard scanner.open(Byte.openBrace) else { return false }
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      if scanner.key(is: "env") {
        guard environment.isEmpty, let range = try scanner.plainText() else { return false }
        environment = range
      } else if scanner.key(is: "file_list") {
        guard files.isEmpty, scanner.open(Byte.openBracket), try readFiles(&scanner) else { return false }
      } else {
        return false
      }
    }
    return !environment.isEmpty
  }

  private mutating func readFiles(_ scanner: inout JSONScanner) throws(WireError) -> Bool {
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      guard scanner.open(Byte.openBrace) else { return false }
      var id: Range<Int>?
      var maxAge: Int64?
      var isFirstField = true
      while try scanner.nextField(isFirst: &isFirstField) {
        if id == nil, scanner.key(is: "fileid") {
          guard let range = try scanner.plainText() else { return false }
          id = range
        } else if maxAge == nil, scanner.key(is: "max_age") {
          guard let number = scanner.plainNumber() else { return false }
          maxAge = number
        } else {
          return false
        }
      }
      guard let id, let maxAge else { return false }
      files.append(File(id: id, maxAge: maxAge))
    }
    return true
  }
}

extension JSONScanner {
  /// Where the text ahead lies; nil where none is, or one with escapes.
  fileprivate mutating func plainText() throws(WireError) -> Range<Int>? {
    guard current == Byte.quote else { return nil }
    let start = position &+ 1
    return try passString() ? nil : start..<(position &- 1)
  }

  /// The number ahead, of at most 18 digits and nothing else; nil for any other.
  fileprivate mutating func plainNumber() -> Int64? {
    let start = position
    var number: Int64 = 0
    while current.isASCIIDigit, position - start < 18 {
      number = number * 10 + Int64(current - Byte.zero)
      advance()
    }
    // What follows must end the number, and a zero ahead of other digits is none of JSON's.
    guard position > start, current == Byte.comma || current == Byte.closeBrace || current == 0x20 else {
      return nil
    }
    return byte(at: start) == Byte.zero && position - start > 1 ? nil : number
  }
}
