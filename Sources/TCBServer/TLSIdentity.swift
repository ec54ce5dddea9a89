// What a server shows to those who connect over TLS, and what becomes of it when it is renewed.

import Glibc
import Logging
import NIOSSL
import Synchronization
import TCBService
import TCBText

struct TLSIdentity: Sendable {
  let context: NIOSSLContext
  /// Seconds since 1970 at which the certificate ends.
  let end: Int64

  /// `host` is what a certificate of its own is made for, besides this machine's loopback names.
  init(_ settings: ServerSettings.TLS, host: String) throws(ServerError) {
    let (certificate, key): (String, String)
    switch settings {
    case .files(let certificateFile, let keyFile): (certificate, key) = (certificateFile, keyFile)
    case .selfSigned(let folder): (certificate, key) = try SelfSigned.files(in: folder, host: host)
    }
    let chain: [NIOSSLCertificate]
    let privateKey: NIOSSLPrivateKey
    do { chain = try NIOSSLCertificate.fromPEMFile(certificate) } catch {
      throw ServerError("there is no certificate in PEM in `\(certificate)`")
    }
    guard let own = chain.first else {
      throw ServerError("there is no certificate in PEM in `\(certificate)`")
    }
    do { privateKey = try NIOSSLPrivateKey(file: key, format: .pem) } catch {
      throw ServerError("there is no private key in PEM in `\(key)`")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      throw ServerError("the private key in `\(key)` is not that of the certificate in `\(certificate)`")
    }
    end = Int64(own.notValidAfter)
  }
}

/// The identity of a server that runs. Connections keep what they began with.
final class TLSIdentities: Sendable {
  private let settings: ServerSettings.TLS
  private let host: String
  private let logger: Logger
  private let present: Mutex<TLSIdentity>

  init(_ settings: ServerSettings.TLS, host: String, _ logger: Logger) throws(ServerError) {
    (self.settings, self.host, self.logger) = (settings, host, logger)
    let identity = try TLSIdentity(settings, host: host)
    present = Mutex(identity)
    warn(of: identity)
  }

  var context: NIOSSLContext { present.withLock { $0.context } }

  /// Takes what the files hold now, and what it had where that is of no use.
  func reload() {
    do throws(ServerError) {
      let identity = try TLSIdentity(settings, host: host)
      present.withLock { $0 = identity }
      logger.notice("the certificate was read again", metadata: ["ends": "\(Self.text(identity.end))"])
      warn(of: identity)
    } catch {
      logger.error(
        "the certificate could not be read again, and the one before stays in use",
        metadata: ["reason": "\(error.message)", "ends": "\(Self.text(present.withLock { $0.end }))"])
    }
  }

  private func warn(of identity: TLSIdentity) {
    guard identity.end <= Int64(Glibc.time(nil)) else { return }
    logger.warning("the certificate has ended", metadata: ["ends": "\(Self.text(identity.end))"])
  }

  private static func text(_ seconds: Int64) -> String {
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    return TimeText.format(overflow ? .max : milliseconds)
  }
}
