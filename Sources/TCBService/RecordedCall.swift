// A recorded request, read back: what can be sent again.

import TCBInterface

/// A call for links as ``RecordedRequest`` writes it. Other requests have left what it takes to send them again out of the record:
/// the secrets of requests for tokens, and the signatures of downloads.
package struct RecordedCall: Sendable {
  package var id: String
  package var path: CallPath
  package var request: LinkRequest
  /// Nil where the call had no answer of the interface.
  package var errorCode: Int?

  /// What a line of a record is.
  package enum Line: Sendable {
    case call(RecordedCall)
    /// A request that cannot be sent again.
    case other
    /// No line of a record.
    case unreadable
  }

  package static func line(_ bytes: [UInt8]) -> Line {
    do throws(WireError) {
      return try bytes.withUnsafeBufferPointer { buffer throws(WireError) in try line(buffer) }
    } catch {
      return .unreadable
    }
  }

  private static func line(_ buffer: UnsafeBufferPointer<UInt8>) throws(WireError) -> Line {
    var scanner = JSONScanner(buffer)
    guard scanner.open(Byte.openBrace) else { throw .notAnObject }
    var (id, path) = ("", "")
    var (errorCode, body): (Int?, Range<Int>?) = (nil, nil)
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      if scanner.key(is: "rid") {
        id = try scanner.textField().value(or: "", named: "rid", .text)
      } else if scanner.key(is: "path") {
        path = try scanner.textField().value(or: "", named: "path", .text)
      } else if scanner.key(is: "errcode") {
        let number = try scanner.wholeNumberField().value(or: 0, named: "errcode", .wholeNumber)
        errorCode = Int(clamping: number)
      } else if scanner.key(is: "body") {
        let start = scanner.position
        try scanner.skipValue()
        body = start..<scanner.position
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.finish()
    guard !path.isEmpty else { return .unreadable }
    guard let door = CallPath.allCases.first(where: { $0.text == path }), let body,
      let request = try? LinkRequest(decoding: Array(buffer[body]))
    else { return .other }
    return .call(RecordedCall(id: id, path: door, request: request, errorCode: errorCode))
  }
}
