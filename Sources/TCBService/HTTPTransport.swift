// The interface over HTTP: calls become requests, answers become values. Who carries the bytes is somebody else.

import TCBInterface

/// A request of HTTP.
package struct HTTPCall: Sendable {
  package var method: String
  package var url: String
  /// JSON; empty where there is none.
  package var body: [UInt8]

  package init(method: String, url: String, body: [UInt8] = []) {
    self.method = method
    self.url = url
    self.body = body
  }
}

package struct HTTPReply: Sendable {
  package var status: Int
  package var body: [UInt8]

  package init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}

/// Carries requests. It follows no redirection, bounds the time of a call and the size of an answer, and says of what kept an
/// answer from coming nothing that holds a part of the URL's query.
package protocol HTTPTransport: Sendable {
  func send(_ call: HTTPCall) async throws(LinkServiceError) -> HTTPReply
}

/// Somebody who speaks the interface at an address.
package struct HTTPInterface: Sendable {
  /// Without a slash at its end.
  package let address: String
  private let transport: any HTTPTransport

  package init(address: String, transport: any HTTPTransport) {
    self.address = address
    self.transport = transport
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

  fileprivate func links(
    _ request: LinkRequest, _ credential: Credential, _ path: CallPath
  ) async throws(LinkServiceError) -> LinkAnswer {
    let bytes = try await send("POST", path.text, credential.query, request.encoded())
    do throws(WireError) { return try LinkAnswer(decoding: bytes) } catch { throw .malformedAnswer(error) }
  }

  private func send(
    _ method: String, _ path: String, _ query: String, _ body: [UInt8]
  ) async throws(LinkServiceError) -> [UInt8] {
    let url = address + path + (query.isEmpty ? "" : "?" + query)
    let reply = try await transport.send(HTTPCall(method: method, url: url, body: body))
    // The interface tells every outcome with status 200 (documented by its examples).
    guard reply.status == 200 else { throw .httpStatus(reply.status) }
    return reply.body
  }
}

/// Links over HTTP, through one of the interface's two doors.
package struct HTTPLinkService: LinkService {
  private let interface: HTTPInterface
  private let path: CallPath

  package init(_ interface: HTTPInterface, path: CallPath = .app) {
    self.interface = interface
    self.path = path
  }

  package func links(
    for request: LinkRequest, credential: Credential
  ) async throws(LinkServiceError) -> LinkAnswer {
    if Task.isCancelled { throw .cancelled }
    return try await interface.links(request, credential, path)
  }
}
