// Which proxy a request goes through, as the environment's variables say to other programs too.

/// `https_proxy`, `all_proxy` and `no_proxy`, each in lower or upper case; the lower one counts first. Only what goes over TLS has a
/// proxy: the client asks each for a tunnel, which proxies for plain HTTP mostly refuse.
package struct Proxies: Sendable, Equatable {
  package struct Proxy: Sendable, Hashable {
    package var host: String
    package var port: Int
  }

  private let proxy: Proxy?
  private let exempt: [String]

  package init(_ variable: (String) -> String?) {
    func value(_ names: String...) -> String? { names.lazy.compactMap(variable).first { !$0.isEmpty } }
    proxy = value("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY").flatMap(Proxies.proxy)
    exempt = (value("no_proxy", "NO_PROXY") ?? "").lowercased().split { $0 == "," || $0 == " " }.map {
      String($0.drop { $0 == "." })
    }
  }

  /// Nil where the request goes straight to its host.
  package func proxy(scheme: String, host: String) -> Proxy? {
    guard scheme == "https" else { return nil }
    let host = host.lowercased()
    let isExempt = exempt.contains { $0 == "*" || $0 == host || host.hasSuffix("." + $0) }
    return isExempt ? nil : proxy
  }

  /// From `http://HOST:PORT`, where all but the host may be left out; nil for anything else, a proxy that wants a password included.
  private static func proxy(_ text: String) -> Proxy? {
    var rest = Substring(text)
    if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
    while rest.last == "/" { rest = rest.dropLast() }
    guard !rest.contains(where: { "/@[]".contains($0) }) else { return nil }
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, !host.isEmpty, parts.count <= 2 else { return nil }
    guard parts.count == 2 else { return Proxy(host: String(host), port: 80) }
    guard let port = Int(parts[1]), (1...65_535).contains(port) else { return nil }
    return Proxy(host: String(host), port: port)
  }
}
