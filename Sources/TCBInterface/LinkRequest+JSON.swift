// A request's JSON, both ways.

import TCBText

extension LinkRequest {
  /// Compact, keys in the documentation's order, UTF-8 as it is.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + files.count * 128)
    bytes.append("{\"env\":")
    bytes.append(quoted: environment)
    bytes.append(",\"file_list\":[")
    for (index, file) in files.enumerated() {
      if index > 0 { bytes.append(Byte.comma) }
      bytes.append("{\"fileid\":")
      bytes.append(quoted: file.fileID)
      bytes.append(",\"max_age\":")
      bytes.append(decimal: file.maxAge)
      bytes.append(Byte.closeBrace)
    }
    bytes.append("]}")
    return bytes
  }

  /// Reads a request. What is wrong is thrown in this order: not JSON or no object, a field missing anywhere,
  /// a field of the wrong type. Unknown fields are skipped, of duplicates the last counts, `files` stands in
  /// for `fileid`. An empty list of files is read as it is.
  public init(decoding bytes: [UInt8]) throws(WireError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
      try LinkRequest(decoding: buffer)
    }
  }

  /// The same over memory that the caller keeps; nothing of it is kept here.
  public init(decoding buffer: UnsafeBufferPointer<UInt8>) throws(WireError) {
    var reader = LinkRequestReader(JSONScanner(buffer))
    self = try reader.request()
  }
}

private struct LinkRequestReader {
  var scanner: JSONScanner

  /// The files of one `file_list`, with the first trouble of each kind that was met in it.
  struct FileList {
    var files: [RequestedFile] = []
    var missing: WireError?
    var wrong: WireError?
  }

  init(_ scanner: JSONScanner) {
    self.scanner = scanner
  }

  mutating func request() throws(WireError) -> LinkRequest {
    guard scanner.open(Byte.openBrace) else {
      try scanner.skipValue()
      try scanner.finish()
      throw .notAnObject
    }
    var environment = JSONField<String>.absent
    var list = JSONField<FileList>.absent
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      if scanner.key(is: "env") {
        environment = try scanner.textField()
      } else if scanner.key(is: "file_list") {
        list = try fileList()
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.finish()
    return try joined(environment, list)
  }

  private func joined(
    _ environment: JSONField<String>, _ list: JSONField<FileList>
  ) throws(WireError) -> LinkRequest {
    if case .absent = environment { throw .missing(field: "env") }
    if case .absent = list { throw .missing(field: "file_list") }
    if case .value(let list) = list, let missing = list.missing { throw missing }
    guard case .value(let environment) = environment else {
      throw .wrongType(field: "env", expected: .text)
    }
    guard case .value(let list) = list else { throw .wrongType(field: "file_list", expected: .list) }
    if let wrong = list.wrong { throw wrong }
    return LinkRequest(environment: environment, files: list.files)
  }

  private mutating func fileList() throws(WireError) -> JSONField<FileList> {
    guard scanner.open(Byte.openBracket) else {
      if try scanner.skipNull() { return .absent }
      try scanner.skipValue()
      return .wrong
    }
    var list = FileList()
    var isFirst = true
    var index = 0
    while try scanner.nextElement(isFirst: &isFirst) {
      try entry(index, of: &list)
      index += 1
    }
    return .value(list)
  }

  private mutating func entry(_ index: Int, of list: inout FileList) throws(WireError) {
    guard scanner.open(Byte.openBrace) else {
      try scanner.skipValue()
      list.wrong = list.wrong ?? .wrongType(field: "file_list[\(index)]", expected: .object)
      return
    }
    var fileID = JSONField<String>.absent
    var files = JSONField<String>.absent
    var maxAge = JSONField<Int64>.absent
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      if scanner.key(is: "fileid") {
        fileID = try scanner.textField()
      } else if scanner.key(is: "max_age") {
        maxAge = try scanner.wholeNumberField()
      } else if scanner.key(is: "files") {
        files = try scanner.textField()
      } else {
        try scanner.skipValue()
      }
    }
    if case .absent = fileID { fileID = files }
    list.add(fileID, maxAge, at: index)
  }
}

extension LinkRequestReader.FileList {
  mutating func add(_ fileID: JSONField<String>, _ maxAge: JSONField<Int64>, at index: Int) {
    switch (fileID, maxAge) {
    case (.value(let fileID), .value(let maxAge)):
      files.append(RequestedFile(fileID: fileID, maxAge: maxAge))
    case (.absent, _):
      missing = missing ?? .missing(field: "file_list[\(index)].fileid")
    case (_, .absent):
      missing = missing ?? .missing(field: "file_list[\(index)].max_age")
    case (.wrong, _):
      wrong = wrong ?? .wrongType(field: "file_list[\(index)].fileid", expected: .text)
    case (_, .wrong):
      wrong = wrong ?? .wrongType(field: "file_list[\(index)].max_age", expected: .wholeNumber)
    }
  }
}
