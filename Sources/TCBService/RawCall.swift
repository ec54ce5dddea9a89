// The interface as bytes: what an HTTP server hands in and sends out.

import TCBInterface

/// A call as it came over a wire.
package struct RawCall: Sendable {
  /// Larger bodies are refused with HTTP status 413 (ours).
  package static let maximumBody = 1 << 20

  package var method: String
  /// Without the query.
  package var path: String
  /// Without the `?`.
  package var query: String
  package var body: [UInt8]
  /// What a server tells this call by; it stands as `rid` in answers that have one.
  package var requestID: String?

  package init(
    method: String = "POST", path: String, query: String, body: [UInt8], requestID: String? = nil
  ) {
    self.requestID = requestID
    self.method = method
    self.path = path
    self.query = query
    self.body = body
  }
}

/// An answer as it goes over a wire. The status is 200 for every outcome that the body's `errcode` tells.
package struct RawAnswer: Sendable, Equatable {
  package var status: Int
  /// JSON, or empty where the status is not 200.
  package var body: [UInt8]
  package var delivery = Delivery()

  package init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}

/// How an answer is to reach the caller: at once and whole, unless a fault says otherwise.
package struct Delivery: Sendable, Equatable {
  /// Milliseconds to wait before the answer is sent.
  package var delay: Int64 = 0
  /// Seconds, for the header `Retry-After`.
  package var retryAfter: Int64?
  /// Where the connection is reset; `before` sends nothing at all.
  package var reset: FaultEffect.Reset?
  /// Milliseconds that the header `Date` is ahead.
  package var clockOffset: Int64 = 0
  /// The names of the faults that were met.
  package var faults: [String] = []

  package init() {}
}

extension APICore {
  /// Checks in this order (ours): method, token, body, JSON, fields, types, then as for a typed call.
  package func answer(_ call: RawCall) -> RawAnswer {
    guard call.body.count <= RawCall.maximumBody else { return RawAnswer(status: 413, body: []) }
    let met = faults(of: call)
    return met.isEmpty ? answer(call, met) : answer(call, meeting: met)
  }

  /// All but what ends a call.
  func answer(_ call: RawCall, _ faults: CallFaults) -> RawAnswer {
    if let endpoint = TokenRequest.Endpoint(rawValue: call.path) {
      return RawAnswer(status: 200, body: answer(call, on: endpoint, faults).encoded(for: endpoint))
    }
    let clockOffset = faults.clockOffset
    if let answer = answerQuota(call, clockOffset: clockOffset)
      ?? answerAuthorizerList(call, clockOffset: clockOffset)
    {
      return RawAnswer(status: 200, body: answer)
    }
    guard let path = CallPath.allCases.first(where: { $0.text == call.path }) else {
      return RawAnswer(status: 404, body: [])
    }
    do throws(RefusedCall) {
      guard call.method == "POST" else { throw RefusedCall(code: .requiresPOST) }
      let credential = Credential(query: call.query)
      let caller = try self.caller(with: credential, on: path, clockOffset: faults.clockOffset)
      if call.body.isEmpty { throw RefusedCall(code: .emptyBody) }
      if faults.isEmpty, let body = directAnswer(to: call.body, from: caller) {
        return RawAnswer(status: 200, body: body)
      }
      return encoded(answer(call, from: caller, faults), faults)
    } catch {
      return encoded(LinkAnswer(error.code), faults)
    }
  }

  private func encoded(_ answer: LinkAnswer, _ faults: CallFaults) -> RawAnswer {
    RawAnswer(status: 200, body: faults.spoiled(answer).encoded(compatible: answersCompatibly))
  }

  private func answer(_ call: RawCall, from caller: Caller, _ faults: CallFaults) -> LinkAnswer {
    do {
      return answer(
        try LinkRequest(decoding: call.body), from: caller, clockOffset: faults.clockOffset,
        requestID: call.requestID)
    } catch {
      // The documented words, then ours.
      return LinkAnswer(error.code, message: "\(error.code.text): \(error.message)")
    }
  }
}

extension Credential {
  /// The token of a query, `access_token` before `cloudbase_access_token`; an empty one is none.
  package init(query: String) {
    if let token = Query.value("access_token", in: query) {
      self = .accessToken(Secret(token))
    } else if let token = Query.value("cloudbase_access_token", in: query) {
      self = .cloudbaseAccessToken(Secret(token))
    } else {
      self = .none
    }
  }

  /// The query that a call is sent with; empty where it carries no token.
  package var query: String {
    switch self {
    case .none: ""
    case .accessToken(let token): Query.encode(["access_token": token.reveal()])
    case .cloudbaseAccessToken(let token): Query.encode(["cloudbase_access_token": token.reveal()])
    }
  }
}
