// Deciding whether a download link is good, as the content network does.

/// Why a link is refused, with HTTP status 403 where it can be read at all.
public enum LinkRefusal: Error, Sendable, Equatable {
  case missingSignature
  case invalidSignature
  /// Seconds since 1970; the link was good up to and including this second.
  case expired(at: Int64)
  case malformed(LinkURLError)

  /// The name the content network answers with (observed); nil for what is no link.
  public var code: String? {
    switch self {
    case .missingSignature: "CDN_SIGNATURE_MISSING"
    case .invalidSignature: "CDN_INVALID_SIGNATURE"
    case .expired: "CDN_SIGNATURE_EXPIRED"
    case .malformed: nil
    }
  }

  /// One plain sentence.
  public var message: String {
    switch self {
    case .missingSignature: "the link has no signature"
    case .invalidSignature: "the link's signature is not that of its path and time"
    case .expired(let second): "the link expired at second \(second)"
    case .malformed(let error): error.message
    }
  }
}

/// What a verifier says of a link.
public enum LinkVerdict: Sendable, Equatable {
  /// `expiresAt` in seconds since 1970, the last second the link is good in.
  case valid(path: String, expiresAt: Int64, key: KeyRole)
  /// The environment's files are public: any query is disregarded.
  case `public`(path: String)
  case refused(LinkRefusal)

  /// Which of an environment's keys a link was signed with.
  public enum KeyRole: Sendable, Equatable {
    case primary, backup
  }
}

/// Verifies type D links (documented): refused when the signature differs or when now is past `t + V`.
public struct LinkVerifier: Sendable {
  private let primary: LinkSigner?
  private let backup: LinkSigner?

  /// Either key verifies (documented). `validity` is V, in seconds.
  public init(
    primary: SigningKey, backup: SigningKey? = nil, validity: Int64 = 0, form: SignatureForm = .encoded
  ) {
    self.primary = LinkSigner(key: primary, validity: validity, form: form)
    self.backup = backup.map { LinkSigner(key: $0, validity: validity, form: form) }
  }

  private init() {
    primary = nil
    backup = nil
  }

  /// For an environment that everyone may read.
  public static let publicFiles = LinkVerifier()

  /// `now` in seconds since 1970.
  public func verdict(on link: String, now: Int64) -> LinkVerdict {
    do {
      return verdict(on: try LinkURL(parsing: link), now: now)
    } catch {
      return .refused(.malformed(error))
    }
  }

  /// The same for a link whose parts are known.
  public func verdict(on link: LinkURL, now: Int64) -> LinkVerdict {
    guard let primary else { return .public(path: link.path) }
    guard let signature = link.signature, let timestamp = link.timestamp else {
      return .refused(.missingSignature)
    }
    let role: LinkVerdict.KeyRole
    if primary.accepts(signature, of: link, timestamp: timestamp) {
      role = .primary
    } else if let backup, backup.accepts(signature, of: link, timestamp: timestamp) {
      role = .backup
    } else {
      return .refused(.invalidSignature)
    }
    // A signed text that is no time can only be another system's.
    guard let stamp = Int64(timestamp), stamp >= 0 else { return .refused(.invalidSignature) }
    let sum = stamp.addingReportingOverflow(primary.validity)
    let expiry = sum.overflow ? Int64.max : sum.partialValue
    return now > expiry
      ? .refused(.expired(at: expiry)) : .valid(path: link.path, expiresAt: expiry, key: role)
  }
}

extension LinkSigner {
  fileprivate func accepts(_ signature: String, of link: LinkURL, timestamp: String) -> Bool {
    let uri = form == .encoded ? link.encodedPath : "/\(link.path)"
    let right = self.signature(uri: uri.utf8Span.span, timestampText: timestamp.utf8Span.span)
    return equalInConstantTime(right.utf8Span.span, signature.utf8Span.span)
  }
}
