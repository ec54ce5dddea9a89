// What is left of an account's quota, asked and answered (documented).

package enum QuotaEndpoint: String, Sendable, CaseIterable {
  /// `POST {"cgi_path"}`: the quota of one path.
  case get = "/cgi-bin/openapi/quota/get"
  /// `POST {"appid"}`: sets the day's counts to nothing, ten times a month.
  case clear = "/cgi-bin/clear_quota"

  /// JSON; `value` is the path or the appid.
  package func body(_ value: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(self == .get ? "{\"cgi_path\":" : "{\"appid\":")
    bytes.append(quoted: value)
    bytes.append(Byte.closeBrace)
    return bytes
  }
}

/// What either of them is answered with.
package struct QuotaAnswer: Sendable, Equatable {
  package struct Rate: Sendable, Equatable {
    package var calls: Int
    package var seconds: Int

    package init(calls: Int, seconds: Int) { (self.calls, self.seconds) = (calls, seconds) }
  }

  package var errorCode: Int
  package var message: String
  /// Calls a day; nil where none is told, as in every refusal.
  package var dailyLimit: Int?
  package var used: Int
  package var remain: Int
  /// Nil where the path has none.
  package var rate: Rate?

  package init(dailyLimit: Int, used: Int, rate: Rate? = nil) {
    (errorCode, message) = (0, ErrorCode.ok.text)
    (self.dailyLimit, self.used, self.rate) = (dailyLimit, used, rate)
    remain = max(0, dailyLimit - used)
  }

  package init(errorCode: Int, message: String) {
    (self.errorCode, self.message) = (errorCode, message)
    (dailyLimit, used, remain, rate) = (nil, 0, 0, nil)
  }

  package func encoded() -> [UInt8] {
    var bytes = Array("{\"errcode\":\(errorCode),\"errmsg\":".utf8)
    bytes.append(quoted: message)
    if let dailyLimit {
      bytes += Array(",\"quota\":{\"daily_limit\":\(dailyLimit),\"used\":\(used),\"remain\":\(remain)}".utf8)
    }
    if let rate {
      bytes += Array(
        ",\"rate_limit\":{\"call_count\":\(rate.calls),\"refresh_second\":\(rate.seconds)}".utf8)
    }
    bytes.append(Byte.closeBrace)
    return bytes
  }

  /// Unknown fields are skipped; a number that is left out is 0.
  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
      var scanner = JSONScanner(buffer)
      var fields: [String: Int64] = [:]
      var message = ""
      guard scanner.open(Byte.openBrace) else { throw .notAnObject }
      var isFirst = true
      while try scanner.nextField(isFirst: &isFirst) {
        let name = scanner.keyText
        switch name {
        case "errcode": if case .value(let number) = try scanner.wholeNumberField() { fields[name] = number }
        case "errmsg": if case .value(let text) = try scanner.textField() { message = text }
        case "quota", "rate_limit": try scanner.readNumbers(into: &fields)
        default: try scanner.skipValue()
        }
      }
      try scanner.finish()
      return QuotaAnswer(fields, message)
    }
  }

  private init(_ fields: [String: Int64], _ message: String) {
    func number(_ name: String) -> Int { Int(clamping: fields[name] ?? 0) }
    errorCode = number("errcode")
    self.message = message
    dailyLimit = fields["daily_limit"].map { Int(clamping: $0) }
    (used, remain) = (number("used"), number("remain"))
    rate =
      fields["refresh_second"] == nil
      ? nil : Rate(calls: number("call_count"), seconds: number("refresh_second"))
  }
}

extension JSONScanner {
  /// The whole numbers of the object ahead, by their names; what else there is is skipped.
  fileprivate mutating func readNumbers(into fields: inout [String: Int64]) throws(WireError) {
    guard open(Byte.openBrace) else { return try skipValue() }
    var isFirst = true
    while try nextField(isFirst: &isFirst) {
      let name = keyText
      if case .value(let number) = try wholeNumberField() { fields[name] = number }
    }
  }
}
