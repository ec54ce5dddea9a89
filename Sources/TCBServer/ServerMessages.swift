// A request and an answer, apart from the connection they travel on.

import NIOCore
import NIOHTTP1

/// A request, read to its end.
package struct ServerRequest: Sendable {
  package let method: HTTPMethod
  /// Of the target, as it stands there: up to the query, and what follows the `?`.
  package let path: String
  package let query: String
  /// Of the target, where it has one.
  private let authority: String?
  package let headers: HTTPHeaders
  package var body: ByteBuffer
  /// Tells this request from all others, in the log and in its answer.
  package let id: String

  package init(_ head: HTTPRequestHead, body: ByteBuffer, id: String) {
    let target = Target(head.uri)
    method = head.method
    (path, query) = (target.path, target.query)
    headers = head.headers
    authority = target.authority
    self.body = body
    self.id = id
  }

  /// In lower case and without a port; empty where none is told. The target's counts before the header's (RFC 9112, 3.2.2).
  package var host: String {
    let host = authority ?? headers.first(name: "host") ?? ""
    var name = host.split(separator: ":").first ?? ""
    // The dot that ends an absolute name.
    if name.hasSuffix(".") { name.removeLast() }
    return name.lowercased()
  }

  package func header(_ name: String) -> String? { headers.first(name: name) }

  /// All that were sent under the name, as one list; nil where there is none.
  package func headerList(_ name: String) -> String? {
    let values = headers[name]
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}

/// The parts of a request's target, in the origin form `/path?query` or in the absolute form a proxy is sent.
private struct Target {
  var authority: String?
  let path: String
  let query: String

  init(_ uri: String) {
    var rest = Substring(uri)
    if rest.utf8.first != UInt8(ascii: "/"), let scheme = rest.firstRange(of: "://") {
      rest = rest[scheme.upperBound...]
      let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
      authority = String(rest[..<end])
      rest = rest[end...]
    }
    let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
    path = String(rest[..<(mark ?? rest.endIndex)])
    query = mark.map { String(rest[rest.utf8.index(after: $0)...]) } ?? ""
  }
}

/// What a request is answered with.
package struct ServerAnswer: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    case file(OpenFile, Range<Int64>)
  }

  package var status: Int
  /// But for those that every answer has. Names and values hold no line break.
  package var headers: [(name: String, value: String)] = []
  package var body: Body
  package var delivery = Delivery()
  /// For the log and the counts: who answered, and the code of an answer of the interface.
  package var endpoint = Endpoint.other
  package var errorCode: Int?
  /// The names of the faults on purpose that it met.
  package var faults: [String] = []

  package init(status: Int, type: String? = nil, _ body: [UInt8] = []) {
    self.status = status
    self.body = .bytes(body)
    if let type { headers.append(("Content-Type", type)) }
  }

  /// As the answer of an endpoint of the interface.
  package func counted(as endpoint: Endpoint) -> ServerAnswer {
    var answer = self
    answer.endpoint = endpoint
    if case .bytes(let bytes) = body, status == 200 { answer.errorCode = Self.errorCode(in: bytes) }
    return answer
  }

  /// The number at the start of `{"errcode":N`; 0 where there is none, as an answer without one went well.
  private static func errorCode(in body: [UInt8]) -> Int {
    let start = Array("{\"errcode\":".utf8)
    guard body.starts(with: start) else { return 0 }
    let digits = body[start.count...].prefix { $0 == UInt8(ascii: "-") || ($0 >= 0x30 && $0 <= 0x39) }
    return Int(String(decoding: digits, as: UTF8.self)) ?? 0
  }

  package static func json(_ body: [UInt8], status: Int = 200) -> ServerAnswer {
    ServerAnswer(status: status, type: body.isEmpty ? nil : "application/json; charset=UTF-8", body)
  }

  package static func text(_ words: String, status: Int = 200) -> ServerAnswer {
    ServerAnswer(status: status, type: "text/plain; charset=UTF-8", Array((words + "\n").utf8))
  }

  /// How an answer is sent where it is not simply sent: for faults on purpose.
  package struct Delivery: Sendable {
    /// Waits this long first.
    package var delay: Duration?
    /// Sends this many bytes of the body, and resets the connection; less than nothing resets it before the head.
    package var bytesBeforeReset: Int?
    /// Seconds that its `Date` is ahead.
    package var clockOffset: Int64 = 0

    package init() {}
  }
}
