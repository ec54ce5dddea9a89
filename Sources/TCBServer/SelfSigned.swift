// A certificate that a server makes for itself, so that TLS can be had where no authority gives one. Clients are told to trust the
// file it lies in. Foundation is here because swift-certificates tells times by its `Date`.

import Crypto
import FoundationEssentials
import Glibc
import SwiftASN1
import X509

enum SelfSigned {
  private static let day = 86_400.0
  /// Days; browsers take no longer ones.
  private static let lifetime = 397.0

  /// The paths of the certificate and of its key, both in PEM; what is there and good is used again. Only the user may read
  /// the key.
  static func files(in folder: String, host: String) throws(ServerError) -> (certificate: String, key: String)
  {
    let (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
    if isGood(certificate, host: host), access(key, R_OK) == 0 { return (certificate, key) }
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw ServerError(errno: errno, folder) }
    let made: (certificate: String, key: String)
    do { made = try make(for: host) } catch { throw ServerError("no certificate can be made: \(error)") }
    try put(made.key, at: key, mode: 0o600)
    try put(made.certificate, at: certificate, mode: 0o644)
    return (certificate, key)
  }

  private static func make(for host: String) throws -> (certificate: String, key: String) {
    let key = P256.Signing.PrivateKey()
    let name = try DistinguishedName { CommonName("tcbsh") }
    let now = Date()
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
      notValidBefore: now - day, notValidAfter: now + lifetime * day, issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        // Who trusts the file takes it for an authority, which it has to be for what it has signed: itself.
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey))
        SubjectAlternativeNames(names(for: host))
      }, issuerPrivateKey: .init(key))
    return (try certificate.serializeAsPEM().pemString + "\n", key.pemRepresentation + "\n")
  }

  private static func names(for host: String) -> [GeneralName] {
    var names: [GeneralName] = [.dnsName("localhost"), address("127.0.0.1"), address("::1")].compactMap { $0 }
    let own = address(host) ?? .dnsName(host)
    if !names.contains(own) { names.append(own) }
    return names
  }

  /// Nil for what is no address.
  private static func address(_ text: String) -> GeneralName? {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if inet_pton(family, text, &bytes) == 1 {
        return .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
      }
    }
    return nil
  }

  /// Whether a certificate is there that is for this host and holds for another day at least.
  private static func isGood(_ path: String, host: String) -> Bool {
    guard let file = OpenFile(path), let bytes = file.read(Int(min(file.size, 1 << 16)), at: 0),
      let certificate = try? Certificate(pemEncoded: String(decoding: bytes, as: UTF8.self)),
      let present = try? certificate.extensions.subjectAlternativeNames
    else { return false }
    return names(for: host).allSatisfy(present.contains) && certificate.notValidAfter > Date() + day
  }

  /// Beside its place first, so that nobody ever sees half of it.
  private static func put(_ text: String, at path: String, mode: mode_t) throws(ServerError) {
    let draft = path + ".new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw ServerError(errno: errno, draft) }
    let bytes = Array(text.utf8)
    let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    let number = errno
    close(descriptor)
    guard isWritten else { throw ServerError(errno: number, draft) }
    guard rename(draft, path) == 0 else { throw ServerError(errno: errno, path) }
  }
}

extension ServerError {
  fileprivate init(errno number: Int32, _ path: String) {
    self.init("`\(path)`: \(String(cString: strerror(number)))")
  }
}
