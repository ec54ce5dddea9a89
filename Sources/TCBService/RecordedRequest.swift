// A request as it is kept to be looked at and sent again: what of it is no secret.

import TCBInterface
import TCBText

/// One line of a record: JSON with the time, the request and what became of it.
///
/// What is kept is what is known to be no secret, rather than all but what is known to be one: of a query the values of a few
/// names, of a body the fields of the interface that name no credential.
package struct RecordedRequest {
  /// Milliseconds since 1970.
  package var time: Int64
  package var id: String
  package var method: String
  package var path: String
  package var query: String
  package var body: [UInt8]
  package var status: Int
  package var errorCode: Int?
  package var bytes: Int64
  package var microseconds: Int64
  package var faults: [String]

  package init(
    time: Int64, id: String, method: String, path: String, query: String, body: [UInt8], status: Int,
    errorCode: Int?, bytes: Int64, microseconds: Int64, faults: [String]
  ) {
    self.time = time
    self.id = id
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.status = status
    self.errorCode = errorCode
    self.bytes = bytes
    self.microseconds = microseconds
    self.faults = faults
  }

  /// Without a line end. `number` tells tokens apart without telling them.
  package func line(numbering number: (String) -> Int?) -> [UInt8] {
    var line = Array("{\"time\":".utf8)
    line.append(decimal: time)
    line.add("rid", id)
    line.add("method", method)
    line.add("path", String(path.prefix(Self.longestPath)))
    let query = maskedQuery(number)
    if !query.isEmpty { line.add("query", query) }
    if let body = maskedBody() {
      line.append(",\"body\":")
      line += body
    } else if !body.isEmpty {
      line.append(",\"body_bytes\":")
      line.append(decimal: Int64(body.count))
    }
    line.append(",\"status\":")
    line.append(decimal: Int64(status))
    if let errorCode {
      line.append(",\"errcode\":")
      line.append(decimal: Int64(errorCode))
    }
    line.append(",\"bytes\":")
    line.append(decimal: bytes)
    line.append(",\"microseconds\":")
    line.append(decimal: microseconds)
    if !faults.isEmpty {
      line.append(",\"faults\":[")
      for (index, name) in faults.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        line.append(quoted: name)
      }
      line.append("]")
    }
    line.append("}")
    return line
  }

  private static let longestPath = 2_048
  /// Names whose values are no secret.
  private static let openNames: Set<String> = ["grant_type", "appid", "t"]
  private static let tokenNames: Set<String> = [
    "access_token", "cloudbase_access_token", "component_access_token",
  ]

  private func maskedQuery(_ number: (String) -> Int?) -> String {
    query.split(separator: "&").prefix(32).map { field in
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0].prefix(64))
      guard parts.count == 2, !parts[1].isEmpty else { return name }
      if Self.openNames.contains(name) { return "\(name)=\(parts[1].prefix(128))" }
      if Self.tokenNames.contains(name), let number = number(String(parts[1])) {
        return "\(name)=‹token \(number)›"
      }
      return "\(name)=‹secret›"
    }.joined(separator: "&")
  }

  /// Nil where there is none, or none that the interface knows.
  private func maskedBody() -> [UInt8]? {
    guard !body.isEmpty else { return nil }
    if CallPath.allCases.contains(where: { $0.text == path }) {
      return (try? LinkRequest(decoding: body))?.encoded()
    }
    guard FaultEndpoint(path: path) != nil, let fields = try? FlatObject(decoding: body) else { return nil }
    var object: [UInt8] = []
    for name in Self.bodyNames {
      guard let text = fields.texts[name] else { continue }
      object.append(object.isEmpty ? "{" : ",")
      object.append(quoted: name)
      object.append(":")
      object.append(quoted: text)
    }
    for name in Self.secretNames where fields.texts[name] != nil {
      object.append(object.isEmpty ? "{" : ",")
      object.append(quoted: name)
      object.append(":")
      object.append(quoted: "‹secret›")
    }
    if let forced = fields.flags["force_refresh"] {
      object.append(object.isEmpty ? "{" : ",")
      object.append(forced ? "\"force_refresh\":true" : "\"force_refresh\":false")
    }
    return object.isEmpty ? nil : object + [UInt8(ascii: "}")]
  }

  private static let bodyNames = ["grant_type", "appid", "component_appid", "authorizer_appid", "cgi_path"]
  private static let secretNames = [
    "secret", "component_appsecret", "component_verify_ticket", "authorizer_refresh_token",
  ]
}

extension [UInt8] {
  fileprivate mutating func add(_ name: String, _ text: String) {
    append(UInt8(ascii: ","))
    append(quoted: name)
    append(UInt8(ascii: ":"))
    append(quoted: text)
  }
}
