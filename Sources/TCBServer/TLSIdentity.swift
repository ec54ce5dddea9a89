// What a server shows to those who connect over TLS.

import NIOSSL
import TCBService

struct TLSIdentity: Sendable {
  let context: NIOSSLContext

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
  }
}
