// The protocol through which anyone asks for links: the core in this process, or the interface over HTTP.

import TCBInterface

/// Whoever answers calls for download links.
package protocol LinkService: Sendable {
  /// A refusal by the interface is an answer; only what kept an answer from coming is thrown.
  func links(
    for request: LinkRequest, credential: Credential
  ) async throws(LinkServiceError) -> LinkAnswer
}

/// What a call is sent with.
package enum Credential: Sendable, Equatable {
  case none
  case accessToken(Secret)
  /// Sent under the query name `cloudbase_access_token` (documented).
  case cloudbaseAccessToken(Secret)
}

/// Why no answer came.
package enum LinkServiceError: Error, Sendable, Equatable {
  /// The text says what kept the other side from being reached; it holds no secret.
  case unreachable(String)
  case timedOut
  case httpStatus(Int)
  case malformedAnswer(WireError)
  case cancelled

  /// Whether the same call, sent again later, may be answered.
  package var isTransient: Bool {
    switch self {
    case .unreachable, .timedOut: true
    case .httpStatus(let status): status >= 500 || status == 429 || status == 408
    case .malformedAnswer, .cancelled: false
    }
  }

  /// One plain sentence.
  package var message: String {
    switch self {
    case .unreachable(let reason): "the service cannot be reached: \(reason)"
    case .timedOut: "the service did not answer in time"
    case .httpStatus(let status): "the service answered with HTTP status \(status)"
    case .malformedAnswer(let error): "the service's answer cannot be read: \(error.message)"
    case .cancelled: "the call was cancelled"
    }
  }
}
