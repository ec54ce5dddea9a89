// The protocol through which anyone asks for links: the core in this process, or the interface over HTTP.

import TCBInterface
import TCBText

/// Whoever answers calls for download links.
public protocol LinkService: Sendable {
  /// A refusal by the interface is an answer; only what kept an answer from coming is thrown.
  func links(
    for request: LinkRequest, credential: Credential
  ) async throws(LinkServiceError) -> LinkAnswer
}

/// What a call is sent with.
public enum Credential: Sendable, Equatable {
  /// No token is sent.
  case none
  /// Sent under the query name `access_token` (documented).
  case accessToken(Secret)
  /// Sent under the query name `cloudbase_access_token` (documented).
  case cloudbaseAccessToken(Secret)
}

/// Why no answer came.
public enum LinkServiceError: Error, Sendable, Equatable {
  /// The text says what kept the other side from being reached; it holds no secret.
  case unreachable(String)
  /// No secure connection could be made: the other side does not speak TLS, or its certificate is not one to trust.
  case insecure(String)
  /// No answer came in the time there is for one.
  case timedOut
  /// An answer that is none of the interface, with its status.
  case httpStatus(Int)
  /// An answer that cannot be read.
  case malformedAnswer(WireError)
  /// The task that waited was cancelled.
  case cancelled

  /// Whether the same call, sent again later, may be answered.
  public var isTransient: Bool {
    switch self {
    // What is no JSON comes from something in between, and goes away (ours).
    case .unreachable, .timedOut, .malformedAnswer: true
    case .httpStatus(let status): status >= 500 || status == 429 || status == 408
    case .insecure, .cancelled: false
    }
  }

  /// One plain sentence.
  public var message: String { wording.english }

  /// ``message`` in every language.
  package var wording: Wording {
    switch self {
    case .unreachable(let reason): "the service cannot be reached: \(reason)"
    case .insecure(let reason): "no secure connection to the service: \(reason)"
    case .timedOut: "the service did not answer in time"
    case .httpStatus(let status): "the service answered with HTTP status \(status)"
    case .malformedAnswer(let error): "the service's answer cannot be read: \(error.wording)"
    case .cancelled: "the call was cancelled"
    }
  }
}
