// Which merchants a platform acts for, as messages (documented): the way back to a refresh token whose answer got lost.

import TCBText

/// `POST /cgi-bin/component/api_get_authorizer_list`.
package struct AuthorizerListRequest: Sendable, Equatable {
  package static let path = "/cgi-bin/component/api_get_authorizer_list"
  /// Merchants in an answer at most (documented).
  package static let largestCount = 500

  package var component: String
  package var componentToken: Secret
  package var offset: Int
  package var count: Int

  package init(component: String, componentToken: Secret, offset: Int, count: Int = largestCount) {
    self.component = component
    self.componentToken = componentToken
    self.offset = offset
    self.count = count
  }

  /// Without the `?`.
  package var query: String { Query.encode(["component_access_token": componentToken.reveal()]) }

  package var body: [UInt8] {
    var bytes = Array("{\"component_appid\":".utf8)
    bytes.append(quoted: component)
    bytes.append(",\"offset\":")
    bytes.append(decimal: Int64(offset))
    bytes.append(",\"count\":")
    bytes.append(decimal: Int64(count))
    bytes.append(Byte.closeBrace)
    return bytes
  }
}

package struct AuthorizerListAnswer: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package var appID: String
    package var refresh: Secret
    /// Seconds since 1970.
    package var authorizedAt: Int64

    package init(appID: String, refresh: Secret, authorizedAt: Int64) {
      self.appID = appID
      self.refresh = refresh
      self.authorizedAt = authorizedAt
    }
  }

  package var errorCode: Int
  package var message: String
  /// Of all merchants, whatever part of them is in this answer.
  package var total: Int
  package var entries: [Entry]

  package init(total: Int, entries: [Entry]) {
    (errorCode, message) = (0, "ok")
    self.total = total
    self.entries = entries
  }

  package init(_ code: ErrorCode, message: String? = nil) {
    errorCode = code.number
    self.message = message ?? code.text
    (total, entries) = (0, [])
  }

  package func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    guard errorCode == 0 else {
      bytes.append("{\"errcode\":")
      bytes.append(decimal: Int64(errorCode))
      bytes.append(",\"errmsg\":")
      bytes.append(quoted: message)
      bytes.append(Byte.closeBrace)
      return bytes
    }
    bytes.append("{\"total_count\":")
    bytes.append(decimal: Int64(total))
    bytes.append(",\"list\":[")
    for (index, entry) in entries.enumerated() {
      if index > 0 { bytes.append(Byte.comma) }
      bytes.append("{\"authorizer_appid\":")
      bytes.append(quoted: entry.appID)
      bytes.append(",\"refresh_token\":")
      bytes.append(quoted: entry.refresh.reveal())
      bytes.append(",\"auth_time\":")
      bytes.append(decimal: entry.authorizedAt)
      bytes.append(Byte.closeBrace)
    }
    bytes.append("]}")
    return bytes
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
      try AuthorizerListAnswer(buffer)
    }
  }

  private init(_ buffer: UnsafeBufferPointer<UInt8>) throws(WireError) {
    var scanner = JSONScanner(buffer)
    guard scanner.open(Byte.openBrace) else { throw .notAnObject }
    self.init(total: 0, entries: [])
    var isFirst = true
    while try scanner.nextField(isFirst: &isFirst) {
      if scanner.key(is: "list") {
        entries = try Self.entries(&scanner)
      } else if scanner.key(is: "total_count") {
        total = Int(clamping: try scanner.wholeNumberField().value(or: 0, named: "total_count", .wholeNumber))
      } else if scanner.key(is: "errcode") {
        errorCode = Int(clamping: try scanner.wholeNumberField().value(or: 0, named: "errcode", .wholeNumber))
      } else if scanner.key(is: "errmsg") {
        message = try scanner.textField().value(or: "", named: "errmsg", .text)
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.finish()
  }

  private static func entries(_ scanner: inout JSONScanner) throws(WireError) -> [Entry] {
    guard scanner.open(Byte.openBracket) else { throw .wrongType(field: "list", expected: .list) }
    var entries: [Entry] = []
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      guard scanner.open(Byte.openBrace) else { throw .wrongType(field: "list", expected: .object) }
      var entry = Entry(appID: "", refresh: Secret(""), authorizedAt: 0)
      var isFirstField = true
      while try scanner.nextField(isFirst: &isFirstField) {
        if scanner.key(is: "authorizer_appid") {
          entry.appID = try scanner.textField().value(or: "", named: "authorizer_appid", .text)
        } else if scanner.key(is: "refresh_token") {
          entry.refresh = Secret(try scanner.textField().value(or: "", named: "refresh_token", .text))
        } else if scanner.key(is: "auth_time") {
          entry.authorizedAt = try scanner.wholeNumberField().value(or: 0, named: "auth_time", .wholeNumber)
        } else {
          try scanner.skipValue()
        }
      }
      entries.append(entry)
    }
    return entries
  }
}
