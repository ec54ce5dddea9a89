// An answer's JSON, both ways.

import TCBText

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
    self = try PackedAnswer(decoding: bytes).answer
  }

  /// The same over memory that the caller keeps; nothing of it is kept here.
  public init(decoding buffer: UnsafeBufferPointer<UInt8>) throws(WireError) {
    self = try PackedAnswer(decoding: Array(buffer)).answer
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
