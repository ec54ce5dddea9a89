// The token endpoints as bytes.

import TCBInterface

extension APICore {
  /// Checks in this order (ours): method, body, JSON, fields, the kind of grant, then the account.
  func answer(
    _ call: RawCall, on endpoint: TokenRequest.Endpoint, _ faults: CallFaults
  ) -> TokenAnswer {
    if endpoint.method == "POST", call.method != "POST" { return TokenAnswer(.requiresPOST) }
    do throws(TokenRefusal) {
      return try answer(Fields(call, of: endpoint), call, on: endpoint, faults.clockOffset)
    } catch {
      return error.answer
    }
  }

  private func answer(
    _ fields: Fields, _ call: RawCall, on endpoint: TokenRequest.Endpoint, _ clockOffset: Int64
  ) throws(TokenRefusal) -> TokenAnswer {
    switch endpoint {
    case .plain:
      try fields.checkGrant()
      let (appID, secret) = (try fields.text("appid"), Secret(try fields.text("secret")))
      return try TokenRefusal.translating { () throws(TokenError) in
        TokenAnswer(try token(appID: appID, secret: secret, clockOffset: clockOffset))
      }
    case .stable:
      try fields.checkGrant()
      let (appID, secret) = (try fields.text("appid"), Secret(try fields.text("secret")))
      let forced = fields.flags["force_refresh"] ?? false
      return try TokenRefusal.translating { () throws(TokenError) in
        TokenAnswer(
          try stableToken(
            appID: appID, secret: secret, forceRefresh: forced, clockOffset: clockOffset))
      }
    case .component:
      let appID = try fields.text("component_appid")
      let secret = Secret(try fields.text("component_appsecret"))
      let ticket = Secret(try fields.text("component_verify_ticket"))
      return try TokenRefusal.translating { () throws(TokenError) in
        TokenAnswer(
          try componentToken(appID: appID, secret: secret, ticket: ticket, clockOffset: clockOffset))
      }
    case .authorizer:
      let platform = try fields.text("component_appid")
      let merchant = try fields.text("authorizer_appid")
      let refresh = Secret(try fields.text("authorizer_refresh_token"))
      let token = Secret(Query.componentToken(in: call.query))
      return try TokenRefusal.translating { () throws(TokenError) in
        let issued = try authorizerToken(
          componentToken: token, platform: platform, merchant: merchant, refreshToken: refresh,
          clockOffset: clockOffset)
        return TokenAnswer(
          token: issued.token, expiresIn: issued.expiresIn, refresh: issued.refreshToken)
      }
    }
  }
}

/// What a token request says, from its query or its body.
private struct Fields {
  let texts: [String: String]
  let flags: [String: Bool]

  init(_ call: RawCall, of endpoint: TokenRequest.Endpoint) throws(TokenRefusal) {
    guard endpoint.method == "POST" else {
      var texts: [String: String] = [:]
      for name in ["grant_type", "appid", "secret"] { texts[name] = Query.value(name, in: call.query) }
      (self.texts, flags) = (texts, [:])
      return
    }
    if call.body.isEmpty { throw TokenRefusal(TokenAnswer(.emptyBody)) }
    do throws(WireError) {
      let object = try FlatObject(decoding: call.body)
      (texts, flags) = (object.texts, object.flags)
    } catch {
      throw TokenRefusal(TokenAnswer(error.code))
    }
  }

  func text(_ name: String) throws(TokenRefusal) -> String {
    guard let text = texts[name], !text.isEmpty else {
      let words = "\(ErrorCode.missingParameter.text): \(name)"
      throw TokenRefusal(TokenAnswer(errorCode: ErrorCode.missingParameter.number, message: words))
    }
    return text
  }

  /// Documented in the platform's list of return codes.
  func checkGrant() throws(TokenRefusal) {
    guard try text("grant_type") == "client_credential" else {
      throw TokenRefusal(TokenAnswer(errorCode: 40002, message: "invalid grant_type"))
    }
  }
}

private struct TokenRefusal: Error {
  let answer: TokenAnswer

  init(_ answer: TokenAnswer) { self.answer = answer }

  static func translating<Result>(
    _ body: () throws(TokenError) -> Result
  ) throws(TokenRefusal) -> Result {
    do throws(TokenError) { return try body() } catch {
      throw TokenRefusal(TokenAnswer(errorCode: error.code, message: error.message))
    }
  }
}

extension TokenAnswer {
  fileprivate init(_ code: ErrorCode) { self.init(errorCode: code.number, message: code.text) }
  fileprivate init(_ issued: IssuedToken) { self.init(token: issued.token, expiresIn: issued.expiresIn) }
}
