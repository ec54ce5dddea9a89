// Requests over sockets.

import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Synchronization
import TCBService

/// Carries requests over HTTP/1.1 and HTTP/2, with TLS verified against the system's authorities and connections kept open for the
/// next request.
package struct SocketTransport: HTTPTransport {
  /// Of one call, from its first byte to the last of its answer.
  package static let patience: TimeAmount = .seconds(30)
  /// Of an answer. That of 50 files with the longest links there are takes 200 KiB.
  package static let largestAnswer = 8 << 20

  // Made when the first request is sent, which most runs never do, and never taken down.
  private static let clients = Mutex<[Route: HTTPClient]>([:])

  private struct Route: Hashable {
    var proxy: Proxies.Proxy?
    var trust: TLSTrust
  }

  private let proxies: Proxies

  /// Through the proxies that the environment names.
  package init() { self.init(proxies: Proxies { name in getenv(name).map { String(cString: $0) } }) }

  package init(proxies: Proxies) { self.proxies = proxies }

  // One thread carries everything: what is done for a call is little, and a second one would mostly wake the first (measured).
  private static let loop = LoopExecutor()

  package var executor: (any TaskExecutor)? { Self.loop }

  private static func client(on route: Route) throws -> HTTPClient {
    try clients.withLock { clients in
      if let client = clients[route] { return client }
      var configuration = HTTPClient.Configuration(
        redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10), read: .seconds(30)),
        proxy: route.proxy.map { .server(host: $0.host, port: $0.port) },
        decompression: .enabled(limit: .size(largestAnswer)))
      configuration.tlsConfiguration = try tls(route.trust)
      // Who calls knows how often and how late to try again.
      configuration.connectionPool.retryConnectionEstablishment = false
      configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
      let client = HTTPClient(eventLoopGroupProvider: .shared(loop.group), configuration: configuration)
      clients[route] = client
      return client
    }
  }

  private static func tls(_ trust: TLSTrust) throws -> TLSConfiguration? {
    var configuration = TLSConfiguration.makeClientConfiguration()
    switch trust {
    case .system: return nil
    case .authorities(let pem):
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(pem))
    case .anybody: configuration.certificateVerification = .none
    }
    return configuration
  }

  private func client(for call: HTTPCall) throws -> HTTPClient {
    var route = Route(proxy: nil, trust: call.trust)
    if let mark = call.url.firstRange(of: "://") {
      let host = call.url[mark.upperBound...].prefix { $0 != "/" && $0 != ":" && $0 != "?" }
      route.proxy = proxies.proxy(scheme: String(call.url[..<mark.lowerBound]), host: String(host))
    }
    return try Self.client(on: route)
  }

  package func send(_ call: HTTPCall) async throws(LinkServiceError) -> HTTPReply {
    do {
      let request = try Self.request(call)
      let patience = call.patience.map { min(Self.patience, .milliseconds(max(1, $0))) } ?? Self.patience
      // Not the client's asynchronous interface, which makes a task of its own for each call and wakes another thread with it.
      let task = try client(for: call).execute(
        request: request, delegate: ResponseAccumulator(request: request, maxBodySize: Self.largestAnswer),
        eventLoop: .delegate(on: Self.loop.loop), deadline: .now() + patience)
      let response = try await withTaskCancellationHandler {
        try await task.get()
      } onCancel: {
        task.cancel()
      }
      return HTTPReply(
        status: Int(response.status.code), body: response.body.map { Array($0.readableBytesView) } ?? [],
        retryAfter: response.headers.first(name: "retry-after"), date: response.headers.first(name: "date"))
    } catch {
      throw Self.translated(error)
    }
  }

  private static func request(_ call: HTTPCall) throws -> HTTPClient.Request {
    var headers: HTTPHeaders = ["accept": "application/json"]
    if !call.body.isEmpty { headers.add(name: "content-type", value: "application/json") }
    return try HTTPClient.Request(
      url: call.url, method: HTTPMethod(rawValue: call.method), headers: headers,
      body: call.body.isEmpty ? nil : .bytes(call.body))
  }

  private static func translated(_ error: any Error) -> LinkServiceError {
    if Task.isCancelled || error is CancellationError { return .cancelled }
    switch error {
    case let error as HTTPClientError:
      if error == .cancelled { return .cancelled }
      let late: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
        .getConnectionFromPoolTimeout,
      ]
      return late.contains(error) ? .timedOut : .unreachable(words(error.shortDescription))
    case let error as NIOConnectionError:
      guard let first = error.connectionErrors.first else {
        return .unreachable(words("\(error.host) has no address"))
      }
      return translated(first.error)
    case let error as IOError: return .unreachable(words(String(cString: strerror(error.errnoCode))))
    case is ResponseAccumulator.ResponseTooBigError:
      return .unreachable("the answer is longer than \(largestAnswer >> 20) MiB")
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: return .insecure(reason(of: error))
    default: return .unreachable(words("\(type(of: error))"))
    }
  }

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
