// A download link taken apart.

/// Why a text is no download link.
public enum LinkURLError: Error, Sendable, Equatable {
  case schemeMissing
  case schemeWrong
  case hostEmpty
  case pathEmpty
  case path(PercentEncodingError)
  case pathNotWellFormed(FileIDError.Reason)
  /// `sign` or `t` stands twice.
  case repeatedParameter(String)

  /// One plain sentence.
  public var message: String {
    switch self {
    case .schemeMissing: "a link begins with `https://`"
    case .schemeWrong: "a link begins with `https://` or `http://`, not with another scheme"
    case .hostEmpty: "the link has no host"
    case .pathEmpty: "the link has no path"
    case .path(let error): error.message
    case .pathNotWellFormed(let reason): FileIDError(reason, at: 0).message
    case .repeatedParameter(let name): "`\(name)` stands twice in the link"
    }
  }
}

/// The parts of a download link, public or signed.
public struct LinkURL: Sendable, Equatable {
  /// `https` or `http`, in lower case.
  public let scheme: String
  /// With the port where there is one.
  public let host: String
  /// As it stands in the link, beginning with `/`.
  public let encodedPath: String
  /// As it is named in the storage, without the leading `/`.
  public let path: String
  /// The text of `sign`; nil where there is none.
  public let signature: String?
  /// The text of `t`; nil where there is none.
  public let timestamp: String?

  /// Other parameters than `sign` and `t`, and a fragment, are left out.
  public init(parsing text: String) throws(LinkURLError) {
    let utf8 = text.utf8
    guard let colon = LinkURL.authorityMark(in: utf8) else { throw .schemeMissing }
    let scheme = String(Substring(utf8[..<colon])).lowercased()
    guard scheme == "https" || scheme == "http" else { throw .schemeWrong }
    let rest = utf8[utf8.index(colon, offsetBy: 3)...]
    let end = rest.firstIndex(of: UInt8(ascii: "#")) ?? rest.endIndex
    let pathEnd = rest[..<end].firstIndex(of: UInt8(ascii: "?")) ?? end
    let pathStart = rest[..<pathEnd].firstIndex(of: Byte.slash) ?? pathEnd
    guard rest.startIndex < pathStart else { throw .hostEmpty }
    let query = pathEnd < end ? rest[utf8.index(after: pathEnd)..<end] : rest[end..<end]
    try self.init(
      scheme: scheme, host: String(Substring(rest[..<pathStart])),
      encodedPath: String(Substring(rest[pathStart..<pathEnd])), query: String(Substring(query)))
  }

  /// The parts as a server is given them; `query` is without the `?`.
  public init(
    scheme: String, host: String, encodedPath: String, query: String
  ) throws(LinkURLError) {
    guard encodedPath.utf8.first == Byte.slash, encodedPath.utf8.count > 1 else { throw .pathEmpty }
    let path: String
    do {
      path = try PercentEncoding.decode(path: String(encodedPath.dropFirst()))
    } catch {
      throw .path(error)
    }
    do {
      try FileID.check(path: path.utf8Span.span)
    } catch {
      throw .pathNotWellFormed(error.reason)
    }
    self.scheme = scheme
    self.host = host
    self.encodedPath = encodedPath
    self.path = path
    self.signature = try LinkURL.parameter("sign", in: query)
    self.timestamp = try LinkURL.parameter("t", in: query)
  }

  private static func authorityMark(in utf8: String.UTF8View) -> String.Index? {
    guard let colon = utf8.firstIndex(of: Byte.colon) else { return nil }
    return utf8[colon...].starts(with: "://".utf8) ? colon : nil
  }

  private static func parameter(_ name: String, in query: String) throws(LinkURLError) -> String? {
    var found: String?
    for field in query.utf8.split(separator: UInt8(ascii: "&")) {
      let equals = field.firstIndex(of: UInt8(ascii: "=")) ?? field.endIndex
      guard field[..<equals].elementsEqual(name.utf8) else { continue }
      if found != nil { throw .repeatedParameter(name) }
      found = String(Substring(field[equals...].dropFirst()))
    }
    return found
  }
}
