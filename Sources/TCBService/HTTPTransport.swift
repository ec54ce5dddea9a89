// The interface over HTTP: calls become requests, answers become values. Who carries the bytes is somebody else.

import TCBInterface

/// A request of HTTP.
package struct HTTPCall: Sendable {
  package var method: String
  package var url: String
  /// JSON; empty where there is none.
  package var body: [UInt8]
  /// Milliseconds that the whole of it may take; nil leaves it to who carries it.
  package var patience: Int64?
  package var trust = TLSTrust.system

  package init(method: String, url: String, body: [UInt8] = []) {
    self.method = method
    self.url = url
    self.body = body
  }
}

/// Whose word is taken for a server being who it says it is.
package enum TLSTrust: Sendable, Hashable {
  /// The authorities that this machine knows.
  case system
  /// Those whose certificates are in this PEM, and no others.
  case authorities(pem: [UInt8])
  /// Anybody's.
  case anybody
}

package struct HTTPReply: Sendable {
  package var status: Int
  package var body: [UInt8]
  /// The headers `Retry-After` and `Date` as they came.
  package var retryAfter: String?
  package var date: String?

  package init(status: Int, body: [UInt8], retryAfter: String? = nil, date: String? = nil) {
    self.status = status
    self.body = body
    (self.retryAfter, self.date) = (retryAfter, date)
  }

  /// Milliseconds to stay away, where the answer asks for that. A date counts from the answer's own `Date`, since clocks
  /// differ; without one it says nothing (RFC 9110 wants one of every server that has a clock).
  package var pause: Int64? {
    guard let retryAfter else { return nil }
    if let seconds = Int64(retryAfter), (0...HTTPReply.longestPause).contains(seconds) {
      return seconds * 1_000
    }
    guard let end = HTTPDate.parse(retryAfter), let date, let now = HTTPDate.parse(date) else { return nil }
    return min(max(0, end - now), HTTPReply.longestPause) * 1_000
  }

  /// A year of seconds: what is longer is no number of seconds that anybody means.
  private static let longestPause: Int64 = 366 * 86_400
}

/// Carries requests. It follows no redirection, bounds the time of a call and the size of an answer, and says of what kept an
/// answer from coming nothing that holds a part of the URL's query.
package protocol HTTPTransport: Sendable {
  func send(_ call: HTTPCall) async throws(LinkServiceError) -> HTTPReply

  /// Where its calls are best made; nil where it does not matter.
  var executor: (any TaskExecutor)? { get }
}

extension HTTPTransport {
  package var executor: (any TaskExecutor)? { nil }
}

/// Somebody who speaks the interface at an address.
package struct HTTPInterface: Sendable {
  /// Without a slash at its end.
  package let address: String
  fileprivate let transport: any HTTPTransport
  /// Milliseconds for each call; nil leaves it to who carries it.
  private let patience: Int64?
  private let trust: TLSTrust

  package init(
    address: String, transport: any HTTPTransport, patience: Int64? = nil, trust: TLSTrust = .system
  ) {
    self.address = address
    self.transport = transport
    self.patience = patience
    self.trust = trust
  }

  /// A refusal is an answer.
  package func token(_ request: TokenRequest) async throws(LinkServiceError) -> TokenAnswer {
    let bytes = try await send(
      request.endpoint.method, request.endpoint.rawValue, request.query, request.body)
    do throws(WireError) { return try TokenAnswer(decoding: bytes) } catch { throw .malformedAnswer(error) }
  }

  /// The platform's merchants with their refresh tokens, a page of them. A refusal is an answer.
  package func authorizers(
    _ request: AuthorizerListRequest
  ) async throws(LinkServiceError) -> AuthorizerListAnswer {
    let bytes = try await send("POST", AuthorizerListRequest.path, request.query, request.body)
    do throws(WireError) { return try AuthorizerListAnswer(decoding: bytes) } catch {
      throw .malformedAnswer(error)
    }
  }

  /// What is left of the quota of a path, and seconds since 1970 by the other side's clock where it says so.
  package func quota(
    of path: String, credential: Credential
  ) async throws(LinkServiceError) -> (answer: QuotaAnswer, date: Int64?) {
    let endpoint = QuotaEndpoint.get
    let reply = try await reply("POST", endpoint.rawValue, credential.query, endpoint.body(path))
    do throws(WireError) {
      return (try QuotaAnswer(decoding: reply.body), reply.date.flatMap(HTTPDate.parse))
    } catch {
      throw .malformedAnswer(error)
    }
  }

  fileprivate func links(
    _ request: PackedRequest, _ credential: Credential, _ path: CallPath, _ patience: Int64?
  ) async throws(LinkServiceError) -> PackedAnswer {
    let bytes = try await send("POST", path.text, credential.query, request.encoded(), patience)
    do throws(WireError) { return try PackedAnswer(decoding: bytes) } catch { throw .malformedAnswer(error) }
  }

  private func send(
    _ method: String, _ path: String, _ query: String, _ body: [UInt8], _ patience: Int64? = nil
  ) async throws(LinkServiceError) -> [UInt8] {
    try await reply(method, path, query, body, patience).body
  }

  private func reply(
    _ method: String, _ path: String, _ query: String, _ body: [UInt8], _ patience: Int64? = nil
  ) async throws(LinkServiceError) -> HTTPReply {
    let url = address + path + (query.isEmpty ? "" : "?" + query)
    var call = HTTPCall(method: method, url: url, body: body)
    call.patience = [self.patience, patience].compactMap(\.self).min()
    call.trust = trust
    let reply = try await transport.send(call)
    // The interface tells every outcome with status 200 (documented by its examples).
    guard reply.status == 200 else {
      if let pause = reply.pause { throw .retryAfter(pause, httpStatus: reply.status) }
      throw .httpStatus(reply.status)
    }
    return reply
  }
}

/// Links over HTTP, through one of the interface's two doors.
package struct HTTPLinkService: LinkService {
  private let interface: HTTPInterface
  package let path: CallPath

  package init(_ interface: HTTPInterface, path: CallPath = .app) {
    self.interface = interface
    self.path = path
  }

  /// Where its calls are best made; nil where it does not matter.
  package var executor: (any TaskExecutor)? { interface.transport.executor }

  package func links(
    for request: LinkRequest, credential: Credential
  ) async throws(LinkServiceError) -> LinkAnswer {
    try await links(for: PackedRequest(request), credential: credential, patience: nil).answer
  }

  package func links(
    for request: PackedRequest, credential: Credential, patience: Int64?
  ) async throws(LinkServiceError) -> PackedAnswer {
    if Task.isCancelled { throw .cancelled }
    return try await interface.links(request, credential, path, patience)
  }
}
