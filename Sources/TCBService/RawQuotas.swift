// The quota endpoints as bytes.

import TCBInterface

extension APICore {
  /// Checks in this order (ours): method, token, body, JSON, fields, then what is asked for. Nil for a path that is none of these.
  func answerQuota(_ call: RawCall, clockOffset: Int64) -> [UInt8]? {
    guard let endpoint = QuotaEndpoint(rawValue: call.path) else { return nil }
    guard call.method == "POST" else { return Self.refusal(.requiresPOST) }
    do throws(RefusedCall) {
      let holder = try holder(with: Credential(query: call.query), clockOffset: clockOffset)
      if call.body.isEmpty { return Self.refusal(.emptyBody) }
      let field = endpoint == .get ? "cgi_path" : "appid"
      let value: String
      do throws(WireError) {
        guard let text = try FlatObject(decoding: call.body).texts[field], !text.isEmpty else {
          throw .missing(field: field)
        }
        value = text
      } catch {
        return Self.refusal(error.code, message: "\(error.code.text): \(error.message)")
      }
      switch endpoint {
      case .get: return try quota(of: value, for: holder).encoded()
      case .clear:
        try clearQuota(of: value, by: holder)
        return Self.refusal(.ok)
      }
    } catch {
      return Self.refusal(error.code)
    }
  }

  private static func refusal(_ code: ErrorCode, message: String? = nil) -> [UInt8] {
    QuotaAnswer(errorCode: code.number, message: message ?? code.text).encoded()
  }
}
