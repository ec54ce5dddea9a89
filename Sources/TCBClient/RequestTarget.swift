// Where a request goes, from its URL.

import Glibc

/// The parts of an absolute URL of HTTP that a request needs.
struct RequestTarget: Hashable {
  let isSecure: Bool
  /// A name or an address, an IPv6 one without its brackets.
  let host: String
  let port: Int
  /// The path and the query, as a request names them.
  let resource: String

  /// Nil for what is no such URL, or holds a byte that could end a line of a request.
  init?(_ url: String) {
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let mark = url.firstRange(of: "://") else {
      return nil
    }
    switch url[..<mark.lowerBound].lowercased() {
    case "https": isSecure = true
    case "http": isSecure = false
    default: return nil
    }
    let rest = url[mark.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let resource = rest[authority.endIndex...].prefix { $0 != "#" }
    self.resource = resource.hasPrefix("/") ? String(resource) : "/" + resource
    guard let (host, port) = Self.parts(of: authority), !host.isEmpty,
      !host.contains(where: { "@\\".contains($0) })
    else { return nil }
    self.host = String(host)
    guard let port else {
      self.port = isSecure ? 443 : 80
      return
    }
    guard let number = Int(port), (1...65_535).contains(number) else { return nil }
    self.port = number
  }

  /// The host, and what stands behind the colon.
  static func parts(of authority: Substring) -> (host: Substring, port: Substring?)? {
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      let host = authority[authority.index(after: authority.startIndex)..<end]
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.first == ":" else { return nil }
      return (host, rest.isEmpty ? nil : rest.dropFirst())
    }
    guard let colon = authority.firstIndex(of: ":") else { return (authority, nil) }
    return (authority[..<colon], authority[authority.index(after: colon)...])
  }

  /// Host and port, as `CONNECT` names them.
  var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  /// The value of the header `Host`.
  var hostHeader: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// Addresses are never told to a server as its name (RFC 6066, section 3).
  var serverName: String? {
    var address = in6_addr()
    let isAddress = inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    return isAddress ? nil : host
  }
}
