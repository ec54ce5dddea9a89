// Token requests and their answers as values (documented).

/// A request for a token, of each kind there is.
package enum TokenRequest: Sendable, Equatable {
  /// `GET /cgi-bin/token`: a newer token supersedes the older one.
  case plain(appID: String, secret: Secret)
  /// `POST /cgi-bin/stable_token`: the same token for all who ask, unless `forced`.
  case stable(appID: String, secret: Secret, forced: Bool)
  /// `POST /cgi-bin/component/api_component_token`.
  case component(appID: String, secret: Secret, ticket: Secret)
  /// `POST /cgi-bin/component/api_authorizer_token`: the answer's refresh token replaces the one sent.
  case authorizer(component: String, componentToken: Secret, appID: String, refresh: Secret)

  package enum Endpoint: String, Sendable, CaseIterable {
    case plain = "/cgi-bin/token"
    case stable = "/cgi-bin/stable_token"
    case component = "/cgi-bin/component/api_component_token"
    case authorizer = "/cgi-bin/component/api_authorizer_token"

    package var method: String { self == .plain ? "GET" : "POST" }

    /// The name of the token in the answer.
    fileprivate var tokenField: String {
      switch self {
      case .plain, .stable: "access_token"
      case .component: "component_access_token"
      case .authorizer: "authorizer_access_token"
      }
    }
  }

  package var endpoint: Endpoint {
    switch self {
    case .plain: .plain
    case .stable: .stable
    case .component: .component
    case .authorizer: .authorizer
    }
  }

  /// Without the `?`; empty where there is none.
  package var query: String {
    switch self {
    case .plain(let appID, let secret):
      Query.encode(["grant_type": "client_credential", "appid": appID, "secret": secret.reveal()])
    case .authorizer(_, let token, _, _): Query.encode(["component_access_token": token.reveal()])
    case .stable, .component: ""
    }
  }

  /// JSON; empty where there is none.
  package var body: [UInt8] {
    switch self {
    case .plain: []
    case .stable(let appID, let secret, let forced):
      TokenRequest.object(
        ["grant_type": "client_credential", "appid": appID, "secret": secret.reveal()],
        "\"force_refresh\":\(forced)")
    case .component(let appID, let secret, let ticket):
      TokenRequest.object([
        "component_appid": appID, "component_appsecret": secret.reveal(),
        "component_verify_ticket": ticket.reveal(),
      ])
    case .authorizer(let component, _, let appID, let refresh):
      TokenRequest.object([
        "component_appid": component, "authorizer_appid": appID,
        "authorizer_refresh_token": refresh.reveal(),
      ])
    }
  }

  private static func object(_ fields: KeyValuePairs<String, String>, _ more: String? = nil) -> [UInt8] {
    var bytes = Array("{".utf8)
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(Byte.comma) }
      bytes.append(quoted: field.key)
      bytes.append(Byte.colon)
      bytes.append(quoted: field.value)
    }
    if let more { bytes += Array(",\(more)".utf8) }
    bytes.append(Byte.closeBrace)
    return bytes
  }
}

/// What a token request is answered with.
package struct TokenAnswer: Sendable, Equatable {
  /// Only where `token` is nil.
  package var errorCode: Int
  package var message: String
  package var token: Secret?
  /// Seconds.
  package var expiresIn: Int64
  /// Of a merchant's token: what the next one is asked for with.
  package var refresh: Secret?

  package init(token: Secret, expiresIn: Int64, refresh: Secret? = nil) {
    (errorCode, message) = (0, "")
    (self.token, self.expiresIn, self.refresh) = (token, expiresIn, refresh)
  }

  package init(errorCode: Int, message: String) {
    (self.errorCode, self.message) = (errorCode, message)
    (token, expiresIn, refresh) = (nil, 0, nil)
  }

  package func encoded(for endpoint: TokenRequest.Endpoint) -> [UInt8] {
    var bytes = Array("{".utf8)
    if let token {
      bytes.append(quoted: endpoint.tokenField)
      bytes.append(Byte.colon)
      bytes.append(quoted: token.reveal())
      bytes += Array(",\"expires_in\":\(expiresIn)".utf8)
      if let refresh {
        bytes += Array(",\"authorizer_refresh_token\":".utf8)
        bytes.append(quoted: refresh.reveal())
      }
    } else {
      bytes += Array("\"errcode\":\(errorCode),\"errmsg\":".utf8)
      bytes.append(quoted: message)
    }
    bytes.append(Byte.closeBrace)
    return bytes
  }

  /// Reads an answer of any of the endpoints. One with neither a token nor an `errcode` is missing its token.
  package init(decoding bytes: [UInt8]) throws(WireError) {
    let fields = try FlatObject(decoding: bytes)
    let code = Int(truncatingIfNeeded: fields.numbers["errcode"] ?? 0)
    if code != 0 {
      self.init(errorCode: code, message: fields.texts["errmsg"] ?? "")
      return
    }
    let names = ["access_token", "component_access_token", "authorizer_access_token"]
    guard let token = names.lazy.compactMap({ fields.texts[$0] }).first, !token.isEmpty else {
      throw .missing(field: "access_token")
    }
    self.init(
      token: Secret(token), expiresIn: fields.numbers["expires_in"] ?? 7200,
      refresh: fields.texts["authorizer_refresh_token"].map { Secret($0) })
  }
}

/// The texts, whole numbers and truth values of a JSON object, by their names; what else it holds is passed over.
package struct FlatObject {
  package private(set) var texts: [String: String] = [:]
  package private(set) var numbers: [String: Int64] = [:]
  package private(set) var flags: [String: Bool] = [:]

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(WireError) in try FlatObject(buffer) }
  }

  private init(_ buffer: UnsafeBufferPointer<UInt8>) throws(WireError) {
    var scanner = JSONScanner(buffer)
    guard scanner.open(Byte.openBrace) else {
      try scanner.skipValue()
      try scanner.finish()
      throw .notAnObject
    }
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      let name = scanner.keyText
      switch scanner.current {
      case Byte.quote:
        if case .value(let text) = try scanner.textField() { texts[name] = text }
      case Byte.minus, 0x30...0x39:
        if case .value(let number) = try scanner.wholeNumberField() { numbers[name] = number }
      case UInt8(ascii: "t"), UInt8(ascii: "f"):
        let isTrue = scanner.current == UInt8(ascii: "t")
        try scanner.skipValue()
        flags[name] = isTrue
      default: try scanner.skipValue()
      }
    }
    try scanner.finish()
  }
}
