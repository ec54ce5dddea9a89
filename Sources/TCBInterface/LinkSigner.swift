// Making download links: their host, their path, and the type D signature of a private one.

import Crypto
import TCBText

/// Which form of the path a signature is over. Documentation does not say.
public enum SignatureForm: Sendable, Equatable, CaseIterable {
  /// The path as it stands in the link, percent-encoded (ours).
  case encoded
  /// The path as it is named in the storage.
  case raw
}

/// The host that serves an environment's files.
public enum LinkHost {
  /// The domain below which every bucket is a host (documented by the interface's example).
  public static let domain = "tcb.qcloud.la"

  /// `BUCKET-ACCOUNT.tcb.qcloud.la`, or the bucket alone where it already ends with `-ACCOUNT` or where no
  /// account is known.
  public static func host(bucket: String, account: String?) -> String {
    guard let account, !account.isEmpty, !bucket.hasSuffix("-\(account)") else {
      return "\(bucket).\(domain)"
    }
    return "\(bucket)-\(account).\(domain)"
  }
}

/// Makes the content network's type D signatures (documented): `md5(key + uri + t)` in lower-case hex.
public struct LinkSigner: Sendable {
  /// What it signs with.
  public let key: SigningKey
  /// V, in seconds: the verifier takes a link until `t + V`.
  public let validity: Int64
  /// Which form of the path it signs.
  public let form: SignatureForm

  /// A signer; `validity` is V, in seconds, 0 where links carry their own end.
  public init(key: SigningKey, validity: Int64 = 0, form: SignatureForm = .encoded) {
    self.key = key
    self.validity = validity
    self.form = form
  }

  /// The `t` of a link that is good for exactly `maxAge` seconds from `issuedAt`: their sum less V (ours).
  /// Held within what a link can carry: never negative, never past 64 bits.
  public func timestamp(issuedAt: Int64, maxAge: Int64) -> Int64 {
    let expiry = issuedAt.addingReportingOverflow(maxAge)
    let stamp = (expiry.overflow ? Int64.max : expiry.partialValue).subtractingReportingOverflow(validity)
    return stamp.overflow ? 0 : max(0, stamp.partialValue)
  }

  /// The signature of `uri`, which begins with `/` and is signed byte for byte as given.
  public func signature(uri: String, timestamp: Int64) -> String {
    signature(uri: uri.utf8Span.span, timestampText: String(timestamp).utf8Span.span)
  }

  /// The same for a `t` as it stands in a link.
  func signature(uri: Span<UInt8>, timestampText: Span<UInt8>) -> String {
    var message = key.bytes
    message.append(uri)
    message.append(timestampText)
    var hex: [UInt8] = []
    for byte in Insecure.MD5.hash(data: message) { hex.append(hexadecimal: byte) }
    return String(decoding: hex, as: UTF8.self)
  }
}

/// Makes the links of one environment.
public struct LinkMaker: Sendable {
  /// What a link begins with, up to the path: `https://HOST`.
  public let origin: String
  /// Nil makes public links, without a query.
  public let signer: LinkSigner?
  private let originBytes: [UInt8]

  /// Links over HTTPS at a host, such as ``LinkHost/host(bucket:account:)`` gives.
  public init(host: String, signer: LinkSigner?) {
    self.init(origin: "https://\(host)", signer: signer)
  }

  /// For links that another server than the content network's serves; `origin` ends without a slash. What is
  /// signed begins after it.
  public init(origin: String, signer: LinkSigner?) {
    self.origin = origin
    self.signer = signer
    originBytes = Array(origin.utf8)
  }

  /// The link of a well-formed path, which begins without a slash and is not encoded.
  public func link(path: String, issuedAt: Int64, maxAge: Int64) -> String {
    let path = path.utf8Span.span
    var bytes: [UInt8] = []
    let parts = appendUnsigned(path, to: &bytes)
    if let signer {
      bytes.append(decimal: signer.timestamp(issuedAt: issuedAt, maxAge: maxAge))
      let digest = signer.digest(path, bytes.span, parts)
      bytes.replaceHex(at: parts.signature, with: digest)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The hot path: the signature is filled in with those of others, by ``SignatureBatch/fill(_:)``. The buffer is `batch`'s alone.
  package func append(
    path: Span<UInt8>, issuedAt: Int64, maxAge: Int64, to bytes: inout [UInt8],
    signing batch: inout SignatureBatch
  ) {
    let parts = appendUnsigned(path, to: &bytes)
    guard let signer else { return }
    batch.append(stamp: signer.timestamp(issuedAt: issuedAt, maxAge: maxAge), to: &bytes)
    if signer.add(path, bytes.span, parts, to: &batch) {
      if batch.isFull { batch.fill(&bytes) }
    } else {
      let digest = signer.digest(path, bytes.span, parts)
      bytes.replaceHex(at: parts.signature, with: digest)
    }
  }

  /// With zeros for its signature, where it has one, and up to the `t` behind it.
  private func appendUnsigned(_ path: Span<UInt8>, to bytes: inout [UInt8]) -> LinkParts {
    bytes.append(originBytes.span)
    let start = bytes.count
    bytes.append(Byte.slash)
    PercentEncoding.append(path: path, to: &bytes)
    let end = bytes.count
    guard signer != nil else { return LinkParts(uri: start..<end) }
    bytes.append("?sign=00000000000000000000000000000000&t=")
    return LinkParts(uri: start..<end, signature: end + "?sign=".utf8.count, stamp: bytes.count)
  }

  /// The links of many paths, in their order, each as ``link(path:issuedAt:maxAge:)`` makes it and in less time.
  public func links(paths: [String], issuedAt: Int64, maxAge: Int64) -> [String] {
    // So many that the lanes are full for the most part, and so few that they stay near.
    let together = 16 * MD5Lanes.lanes
    var batch = SignatureBatch()
    var links: [String] = []
    links.reserveCapacity(paths.count)
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for start in stride(from: 0, to: paths.count, by: together) {
      bytes.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
      for path in paths[start..<min(start + together, paths.count)] {
        append(path: path.utf8Span.span, issuedAt: issuedAt, maxAge: maxAge, to: &bytes, signing: &batch)
        ends.append(bytes.count)
      }
      batch.fill(&bytes)
      var first = 0
      for end in ends {
        links.append(String(decoding: bytes[first..<end], as: UTF8.self))
        first = end
      }
    }
    return links
  }
}

/// Where the parts of a link lie.
private struct LinkParts {
  var uri: Range<Int>
  var signature = 0
  var stamp = 0
}

extension LinkSigner {
  fileprivate func digest(_ path: Span<UInt8>, _ link: Span<UInt8>, _ parts: LinkParts) -> Insecure.MD5Digest
  {
    var hash = Insecure.MD5()
    hash.update(key.bytes.span)
    switch form {
    case .encoded: hash.update(link.extracting(parts.uri))
    case .raw:
      hash.update(link.extracting(parts.uri.prefix(1)))
      hash.update(path)
    }
    hash.update(link.extracting(parts.stamp..<link.count))
    return hash.finalize()
  }

  /// The same as one message of many; false where it cannot be that.
  fileprivate func add(
    _ path: Span<UInt8>, _ link: Span<UInt8>, _ parts: LinkParts, to batch: inout SignatureBatch
  ) -> Bool {
    let stamp = link.extracting(parts.stamp..<link.count)
    return switch form {
    case .encoded:
      batch.add(
        (key.bytes.span, link.extracting(parts.uri), stamp, link.extracting(0..<0)), place: parts.signature)
    case .raw:
      batch.add(
        (key.bytes.span, link.extracting(parts.uri.prefix(1)), path, stamp), place: parts.signature)
    }
  }
}

extension Insecure.MD5 {
  fileprivate mutating func update(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBytes { update(bufferPointer: $0) }
  }
}

extension [UInt8] {
  /// Overwrites two bytes with lower-case hex for each of the digest's.
  fileprivate mutating func replaceHex(at start: Int, with digest: Insecure.MD5Digest) {
    var index = start
    for byte in digest {
      self[index] = hexadecimalDigit(byte >> 4)
      self[index + 1] = hexadecimalDigit(byte & 15)
      index += 2
    }
  }
}
