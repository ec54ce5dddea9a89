// Which proxy a request goes through, as the environment's variables say to other programs too.

import TCBInterface

/// `https_proxy`, `all_proxy` and `no_proxy`, each in lower or upper case; the lower one counts first. Only what goes over TLS has a
/// proxy: the client asks each for a tunnel, which proxies for plain HTTP mostly refuse.
package struct Proxies: Sendable, Equatable {
  package struct Proxy: Sendable, Hashable {
    /// A name or an address, an IPv6 one without its brackets.
    package var host: String
    package var port: Int
    /// The value of `Proxy-Authorization`: `Basic …`.
    package var authorization: Secret?

    package func hash(into hasher: inout Hasher) {
      hasher.combine(host)
      hasher.combine(port)
    }
  }

  package enum Way: Sendable, Equatable {
    case straight
    case through(Proxy)
    /// The variable of this name says that there is a proxy, and names none that can be asked for a tunnel. Going straight instead
    /// would be what nobody has said.
    case unusable(variable: String)
  }

  private let way: Way
  private let exempt: [String]

  package init(_ variable: (String) -> String?) {
    func value(_ names: String...) -> (name: String, text: String)? {
      for name in names {
        if let text = variable(name), !text.isEmpty { return (name, text) }
      }
      return nil
    }
    way =
      value("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY").map { name, text in
        Proxies.proxy(text).map { .through($0) } ?? .unusable(variable: name)
      } ?? .straight
    let list = value("no_proxy", "NO_PROXY")?.text ?? ""
    exempt = list.lowercased().split { $0 == "," || $0 == " " }.map { String($0.drop { $0 == "." }) }
  }

  package func way(scheme: String, host: String) -> Way {
    guard scheme == "https" else { return .straight }
    let host = host.lowercased()
    let isExempt = exempt.contains { $0 == "*" || $0 == host || host.hasSuffix("." + $0) }
    return isExempt ? .straight : way
  }

  /// From `http://USER:PASSWORD@HOST:PORT`, where all but the host may be left out; nil for anything else.
  private static func proxy(_ text: String) -> Proxy? {
    var rest = Substring(text)
    if let mark = rest.firstRange(of: "://") {
      guard rest[..<mark.lowerBound].lowercased() == "http" else { return nil }
      rest = rest[mark.upperBound...]
    }
    while rest.last == "/" { rest.removeLast() }
    var authorization: Secret?
    if let at = rest.lastIndex(of: "@") {
      guard let credentials = credentials(rest[..<at]) else { return nil }
      authorization = credentials
      rest = rest[rest.index(after: at)...]
    }
    guard let (host, port) = RequestTarget.parts(of: rest), !host.isEmpty,
      host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
    else { return nil }
    guard let port else { return Proxy(host: String(host), port: 80, authorization: authorization) }
    guard let number = Int(port), (1...65_535).contains(number) else { return nil }
    return Proxy(host: String(host), port: number, authorization: authorization)
  }

  /// `USER:PASSWORD`, each percent-encoded where it has to be, as RFC 7617 has them sent.
  private static func credentials(_ text: Substring) -> Secret? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = try? PercentEncoding.decode(path: String(parts[0])),
      let password = try? PercentEncoding.decode(path: parts.count > 1 ? String(parts[1]) : "")
    else { return nil }
    return Secret("Basic \(base64(Array("\(user):\(password)".utf8)))")
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let piece = bytes[start..<min(start + 3, bytes.count)]
      let word = piece.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - piece.count))
      for place in 0..<4 {
        let digit = alphabet[Int(word >> UInt32(18 - 6 * place) & 63)]
        text.append(place <= piece.count ? digit : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
