// Reads the JSON of an answer.

/// Reads an answer where it lies.
struct LinkAnswerReader {
  var scanner: JSONScanner
  /// Texts that had escapes, without them; their ranges go on where the scanned bytes end.
  private(set) var unescaped: [UInt8] = []

  struct Parts {
    var code: Int
    var message: String
    var files: [PackedAnswer.File]
  }

  init(scanner: JSONScanner) { self.scanner = scanner }

  mutating func answer() throws(WireError) -> Parts {
    guard scanner.open(Byte.openBrace) else {
      try scanner.skipValue()
      try scanner.finish()
      throw .notAnObject
    }
    var code = JSONField<Int64>.absent
    var message = JSONField<String>.absent
    var rows = JSONField<[PackedAnswer.File]>.absent
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      if scanner.key(is: "errcode") {
        code = try scanner.wholeNumberField()
      } else if scanner.key(is: "errmsg") {
        message = try scanner.textField()
      } else if scanner.key(is: "file_list") {
        rows = try fileList()
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.finish()
    return Parts(
      code: Int(try code.value(or: 0, named: "errcode", .wholeNumber)),
      message: try message.value(or: "", named: "errmsg", .text),
      files: try rows.value(or: [], named: "file_list", .list))
  }

  private mutating func fileList() throws(WireError) -> JSONField<[PackedAnswer.File]> {
    guard scanner.open(Byte.openBracket) else {
      if try scanner.skipNull() { return .absent }
      try scanner.skipValue()
      return .wrong
    }
    var rows: [PackedAnswer.File] = []
    rows.reserveCapacity(50)
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      rows.append(try row(rows.count))
    }
    return .value(rows)
  }

  private mutating func row(_ index: Int) throws(WireError) -> PackedAnswer.File {
    guard scanner.open(Byte.openBrace) else {
      try scanner.skipValue()
      throw .wrongType(field: "file_list[\(index)]", expected: .object)
    }
    var fileID = JSONField<TextRange>.absent
    var files = JSONField<TextRange>.absent
    var url = JSONField<TextRange>.absent
    var status = JSONField<Int64>.absent
    var message = JSONField<TextRange>.absent
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      if scanner.key(is: "fileid") {
        fileID = try text()
      } else if scanner.key(is: "download_url") {
        url = try text()
      } else if scanner.key(is: "status") {
        status = try scanner.wholeNumberField()
      } else if scanner.key(is: "errmsg") {
        message = try text()
      } else if scanner.key(is: "files") {
        files = try text()
      } else {
        try scanner.skipValue()
      }
    }
    if case .absent = fileID { fileID = files }
    return PackedAnswer.File(
      id: try fileID.value(or: TextRange(), named: "file_list[\(index)].fileid", .text),
      url: try url.value(or: TextRange(), named: "file_list[\(index)].download_url", .text),
      message: try message.value(or: TextRange(), named: "file_list[\(index)].errmsg", .text),
      status: Int(try status.value(or: 0, named: "file_list[\(index)].status", .wholeNumber)))
  }

  /// As ``JSONScanner/textField()``, without making a text.
  private mutating func text() throws(WireError) -> JSONField<TextRange> {
    guard scanner.current == Byte.quote else {
      if try scanner.skipNull() { return .absent }
      try scanner.skipValue()
      return .wrong
    }
    let start = scanner.position &+ 1
    let hasEscapes = try scanner.passString()
    let range = start..<(scanner.position &- 1)
    guard hasEscapes else { return .value(TextRange(range)) }
    let first = scanner.bytes.count + unescaped.count
    unescaped += try scanner.unescaped(range)
    return .value(TextRange(first..<(scanner.bytes.count + unescaped.count)))
  }
}
