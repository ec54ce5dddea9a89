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

/// A service, with what is known of how it is called. Told by whoever sets it up: to ask a value for its protocols takes longer
/// than a small run.
package enum ReachedService: Sendable {
  /// The core in this process, which answers without waiting for anybody.
  case core(APICore)
  case http(HTTPLinkService)
  case other(any LinkService)

  /// Where its calls are best made; nil where it does not matter.
  package var executor: (any TaskExecutor)? {
    if case .http(let service) = self { service.executor } else { nil }
  }

  /// The door of the interface that its calls go through.
  package var path: CallPath {
    if case .http(let service) = self { service.path } else { .app }
  }

  package func links(
    for request: LinkRequest, credential: Credential
  ) async throws(LinkServiceError) -> LinkAnswer {
    switch self {
    case .core(let core): try await core.links(for: request, credential: credential)
    case .http(let service): try await service.links(for: request, credential: credential)
    case .other(let service): try await service.links(for: request, credential: credential)
    }
  }

  /// The same without a text for each file, where the service knows of that. `patience` bounds a call over HTTP in milliseconds, in
  /// place of the transport's own bound where that is longer; others take as long as they take.
  package func links(
    for request: PackedRequest, credential: Credential, patience: Int64?
  ) async throws(LinkServiceError) -> PackedAnswer {
    switch self {
    case .core(let core): try await core.links(for: request, credential: credential)
    case .http(let service):
      try await service.links(for: request, credential: credential, patience: patience)
    case .other(let service):
      PackedAnswer(try await service.links(for: request.request, credential: credential))
    }
  }
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
  /// The same where it says how long to stay away, in milliseconds: the `Retry-After` of HTTP.
  case retryAfter(Int64, httpStatus: Int)
  /// An answer that cannot be read.
  case malformedAnswer(WireError)
  /// The task that waited was cancelled.
  case cancelled

  /// Whether the same call, sent again later, may be answered.
  public var isTransient: Bool {
    switch self {
    case .unreachable, .timedOut, .retryAfter: true
    case .httpStatus(let status): status >= 500 || status == 429 || status == 408
    // Of the interface itself no answer is known that is no JSON; what stands between sends such pages, and goes away.
    case .malformedAnswer: true
    case .insecure, .cancelled: false
    }
  }

  /// Whether the other side said that it is asked too much.
  package var meansOverload: Bool {
    switch self {
    case .httpStatus(let status), .retryAfter(_, let status): status == 429 || status == 503
    default: false
    }
  }

  /// Whether nobody was there: no connection, or nothing that came over it in time.
  package var meansNobodyThere: Bool {
    switch self {
    case .unreachable, .timedOut, .insecure: true
    default: false
    }
  }

  /// One plain sentence.
  public var message: String { wording.english }

  /// ``message`` in every language.
  package var wording: Wording {
    switch self {
    case .unreachable(let reason): "the service cannot be reached: \(reason)"
    case .insecure("wrong version number"):
      "no secure connection to the service: it does not speak TLS (wrong version number); is its address one of `http://`?"
    case .insecure("certificate verify failed"):
      "no secure connection to the service: its certificate is by nobody this run trusts, or has ended (certificate verify failed); `tls ca \"FILE\"` in the environment names an authority of one's own"
    case .insecure("the certificate is for other names than the address has"):
      "no secure connection to the service: the certificate is for other names than the address has"
    case .insecure(let reason): "no secure connection to the service: \(reason)"
    case .timedOut: "the service did not answer in time"
    case .httpStatus(let status): "the service answered with HTTP status \(status)"
    case .retryAfter(let pause, let status):
      "the service answered with HTTP status \(status), and wants to be left alone for \(DurationText.format(pause))"
    case .malformedAnswer(let error): "the service's answer cannot be read: \(error.wording)"
    case .cancelled: "the call was cancelled"
    }
  }
}
