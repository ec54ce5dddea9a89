// The list of a platform's merchants as bytes.

import TCBInterface

extension APICore {
  /// Checks in this order (ours): method, body, JSON, fields, token, platform. Nil for another path.
  func answerAuthorizerList(_ call: RawCall, clockOffset: Int64) -> [UInt8]? {
    guard call.path == AuthorizerListRequest.path else { return nil }
    guard call.method == "POST" else { return AuthorizerListAnswer(.requiresPOST).encoded() }
    if call.body.isEmpty { return AuthorizerListAnswer(.emptyBody).encoded() }
    let fields: FlatObject
    do throws(WireError) { fields = try FlatObject(decoding: call.body) } catch {
      return AuthorizerListAnswer(error.code).encoded()
    }
    guard let platform = fields.texts["component_appid"] else { return missing("component_appid") }
    guard let offset = fields.numbers["offset"] else { return missing("offset") }
    guard let count = fields.numbers["count"] else { return missing("count") }
    guard offset >= 0, (1...Int64(AuthorizerListRequest.largestCount)).contains(count) else {
      return AuthorizerListAnswer(.invalidArguments).encoded()
    }
    do throws(TokenError) {
      let token = Secret(Query.componentToken(in: call.query))
      let all = try merchants(of: platform, componentToken: token, clockOffset: clockOffset)
      let page = all.dropFirst(Int(min(offset, Int64(all.count)))).prefix(Int(count))
      return AuthorizerListAnswer(
        total: all.count,
        entries: page.map {
          // When a merchant authorized is not known here.
          AuthorizerListAnswer.Entry(appID: $0.appID, refresh: $0.refresh, authorizedAt: 0)
        }
      ).encoded()
    } catch {
      return LinkAnswer(errorCode: error.code, message: error.message).encoded()
    }
  }
}

private func missing(_ field: String) -> [UInt8] {
  let code = ErrorCode.missingParameter
  return AuthorizerListAnswer(code, message: "\(code.text): \(field)").encoded()
}

extension Query {
  /// Newer pages of the documentation call it `access_token`.
  static func componentToken(in query: String) -> String {
    value("component_access_token", in: query) ?? value("access_token", in: query) ?? ""
  }
}
