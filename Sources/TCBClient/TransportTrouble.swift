// What kept an answer from coming, in words that hold nothing of the request.

import Glibc
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import TCBService

enum TransportTrouble: Error {
  case noURL
  case closed
  case timedOut
  case tooLong
  /// With the variable that should name one.
  case noProxy(String)
  /// With the status that it answered, where it is one.
  case proxyRefused(Int?)

  fileprivate var outcome: LinkServiceError {
    switch self {
    case .noURL: .unreachable("its address is none")
    case .closed: .unreachable("the connection was closed before the answer had come")
    case .timedOut: .timedOut
    case .tooLong: .unreachable("the answer is longer than \(SocketTransport.largestAnswer >> 20) MiB")
    case .noProxy(let variable):
      .unreachable("`\(variable)` names no proxy that can be used: it is to be `http://HOST:PORT`")
    case .proxyRefused(407):
      .unreachable("the proxy wants another user name and password (407): `http://USER:PASSWORD@HOST:PORT`")
    case .proxyRefused(let status?): .unreachable("the proxy answered \(status)")
    case .proxyRefused(nil): .unreachable("the proxy's answer cannot be read")
    }
  }
}

extension LinkServiceError {
  init(_ error: any Error) {
    if Task.isCancelled || error is CancellationError {
      self = .cancelled
      return
    }
    switch error {
    case let error as TransportTrouble: self = error.outcome
    case is NIOHTTPDecompression.DecompressionError
    where error as? NIOHTTPDecompression.DecompressionError == .limit:
      self = TransportTrouble.tooLong.outcome
    case ChannelError.connectTimeout: self = .timedOut
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first {
        self.init(first.error)
      } else {
        self = .unreachable(Self.words("\(error.host) has no address"))
      }
    case let error as IOError: self = .unreachable(Self.words(String(cString: strerror(error.errnoCode))))
    case HTTPParserError.invalidEOFState, NIOSSLError.uncleanShutdown: self = TransportTrouble.closed.outcome
    case is HTTPParserError: self = .unreachable("what came is not HTTP")
    case let error as NIOSSLExtraError
    where [.failedToValidateHostname, .serverHostnameImpossibleToMatch].contains(error):
      self = .insecure(Self.otherNames)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .insecure(Self.reason(of: error))
    default: self = .unreachable(Self.words("\(type(of: error))"))
    }
  }

  /// What the library says of it names the host in words of its own.
  private static let otherNames = "the certificate is for other names than the address has"

  /// The library's own text names files of the machine it was built on; of it, the word for what went wrong.
  private static func reason(of error: any Error) -> String {
    let text = "\(error)"
    guard let mark = text.firstRange(of: "OPENSSL_internal:") else { return words("\(type(of: error))") }
    let word = text[mark.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return word.lowercased().replacing("_", with: " ")
  }

  /// One line, of a length that a sentence can bear.
  private static func words(_ text: String) -> String {
    let line = text.prefix { !$0.isNewline }
    return line.count > 200 ? line.prefix(200) + "…" : String(line)
  }
}
