// What a server of a core is told: values only, so that whoever reads them from a command line needs no network.

import TCBInterface

package struct ServerSettings: Sendable {
  package var host: String
  /// 0 takes one that is free.
  package var port: Int
  /// Nil serves without TLS.
  package var tls: TLS?
  /// Nil has no admin endpoints.
  package var adminKey: Secret?
  package var limits: Limits
  package var logLevel: LogLevel
  /// The path of a file that requests are added to, without what is secret in them; nil records none there.
  package var record: String?
  /// The folder the state is kept in; nil keeps it in memory only.
  package var state: String?
  /// A file with what a state begins with.
  package var seed: String?

  package init(
    host: String = "127.0.0.1", port: Int, tls: TLS? = nil, adminKey: Secret? = nil,
    limits: Limits = Limits(),
    logLevel: LogLevel = .notice
  ) {
    self.host = host
    self.port = port
    self.tls = tls
    self.adminKey = adminKey
    self.limits = limits
    self.logLevel = logLevel
  }

  /// What a server shows to those who connect. Paths of files in PEM.
  package enum TLS: Sendable, Equatable {
    case files(certificate: String, key: String)
    /// A certificate signed by itself, made in the folder where there is none, and again where it has run out.
    case selfSigned(folder: String)
  }

  /// From which level on something is logged; every request is one of `info`.
  package enum LogLevel: String, Sendable, CaseIterable {
    case debug, info, notice, warning, error
  }

  /// What one caller can take of a server. All of it is ours: the interface tells none of its own.
  package struct Limits: Sendable {
    /// Bytes of a request's target and headers together; more is answered with 431.
    package var head = 32 << 10
    /// Headers of a request; more is answered with 431.
    package var headers = 100
    /// Connections at once; one more is answered with 503 and closed.
    package var connections = 16_384
    /// From the first byte of a request, or from the start of its connection, to the end of its head.
    package var headTime = Duration.seconds(10)
    /// From the head of a request to the end of its body.
    package var bodyTime = Duration.seconds(30)
    /// How long a connection may be without a request.
    package var idleTime = Duration.seconds(60)
    /// How long a caller may take none of an answer.
    package var stallTime = Duration.seconds(30)
    /// How long calls under way may take once the server is to stop.
    package var stopTime = Duration.seconds(30)

    package init() {}
  }
}
