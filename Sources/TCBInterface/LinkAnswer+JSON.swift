// An answer's JSON, both ways.

extension LinkAnswer {
  /// Compact, keys in the documentation's order, UTF-8 as it is. A refused call has no `file_list` (ours).
  ///
  /// `compatible` writes each file's id under `files` as well as under `fileid`, for clients written after
  /// the translation of the documentation that shows that name.
  public func encoded(compatible: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(96 + message.utf8.count + files.count * 320)
    bytes.append("{\"errcode\":")
    bytes.append(decimal: Int64(errorCode))
    bytes.append(",\"errmsg\":")
    bytes.append(quoted: message)
    if errorCode == 0 || !files.isEmpty {
      bytes.append(",\"file_list\":[")
      for (index, file) in files.enumerated() {
        if index > 0 { bytes.append(Byte.comma) }
        file.append(to: &bytes, compatible: compatible)
      }
      bytes.append(Byte.closeBracket)
    }
    bytes.append(Byte.closeBrace)
    return bytes
  }

  /// Reads an answer, leniently where gateways differ: an absent `errcode` or `status` is 0 (observed for
  /// `errcode`), other absent fields are empty, null is absent, numbers may be written as strings, `files`
  /// stands in for `fileid`, unknown fields are skipped, of duplicates the last counts.
  public init(decoding bytes: [UInt8]) throws(WireError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
      try LinkAnswer(decoding: buffer)
    }
  }

  /// The same over memory that the caller keeps; nothing of it is kept here.
  public init(decoding buffer: UnsafeBufferPointer<UInt8>) throws(WireError) {
    var reader = LinkAnswerReader(scanner: JSONScanner(buffer))
    self = try reader.answer()
  }
}

extension AnsweredFile {
  fileprivate func append(to bytes: inout [UInt8], compatible: Bool) {
    bytes.append("{\"fileid\":")
    bytes.append(quoted: fileID)
    if compatible {
      bytes.append(",\"files\":")
      bytes.append(quoted: fileID)
    }
    bytes.append(",\"download_url\":")
    bytes.append(quoted: downloadURL)
    bytes.append(",\"status\":")
    bytes.append(decimal: Int64(status))
    bytes.append(",\"errmsg\":")
    bytes.append(quoted: message)
    bytes.append(Byte.closeBrace)
  }
}

private struct LinkAnswerReader {
  var scanner: JSONScanner

  mutating func answer() throws(WireError) -> LinkAnswer {
    guard scanner.open(Byte.openBrace) else {
      try scanner.skipValue()
      try scanner.finish()
      throw .notAnObject
    }
    var code = JSONField<Int64>.absent
    var message = JSONField<String>.absent
    var rows = JSONField<[AnsweredFile]>.absent
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
    return LinkAnswer(
      errorCode: Int(try code.value(or: 0, named: "errcode", .wholeNumber)),
      message: try message.value(or: "", named: "errmsg", .text),
      files: try rows.value(or: [], named: "file_list", .list))
  }

  private mutating func fileList() throws(WireError) -> JSONField<[AnsweredFile]> {
    guard scanner.open(Byte.openBracket) else {
      if try scanner.skipNull() { return .absent }
      try scanner.skipValue()
      return .wrong
    }
    var rows: [AnsweredFile] = []
    rows.reserveCapacity(50)
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      rows.append(try row(rows.count))
    }
    return .value(rows)
  }

  private mutating func row(_ index: Int) throws(WireError) -> AnsweredFile {
    guard scanner.open(Byte.openBrace) else {
      try scanner.skipValue()
      throw .wrongType(field: "file_list[\(index)]", expected: .object)
    }
    var fileID = JSONField<String>.absent
    var files = JSONField<String>.absent
    var url = JSONField<String>.absent
    var status = JSONField<Int64>.absent
    var message = JSONField<String>.absent
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      if scanner.key(is: "fileid") {
        fileID = try scanner.textField()
      } else if scanner.key(is: "download_url") {
        url = try scanner.textField()
      } else if scanner.key(is: "status") {
        status = try scanner.wholeNumberField()
      } else if scanner.key(is: "errmsg") {
        message = try scanner.textField()
      } else if scanner.key(is: "files") {
        files = try scanner.textField()
      } else {
        try scanner.skipValue()
      }
    }
    if case .absent = fileID { fileID = files }
    return AnsweredFile(
      fileID: try fileID.value(or: "", named: "file_list[\(index)].fileid", .text),
      downloadURL: try url.value(or: "", named: "file_list[\(index)].download_url", .text),
      status: Int(try status.value(or: 0, named: "file_list[\(index)].status", .wholeNumber)),
      message: try message.value(or: "", named: "file_list[\(index)].errmsg", .text))
  }
}
