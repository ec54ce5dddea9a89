// The API core as a server: its calls, its tokens, and the files behind its links.

import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import TCBInterface
import TCBService

/// Serves what an API core has, over HTTP/1.1.
package struct InterfaceServer: Sendable {
  package struct Settings: Sendable {
    package var host: String
    /// 0 takes one that is free.
    package var port: Int
    /// Nil has no admin endpoints.
    package var adminKey: Secret?

    package init(host: String = "127.0.0.1", port: Int, adminKey: Secret? = nil) {
      self.host = host
      self.port = port
      self.adminKey = adminKey
    }
  }

  private let core: APICore
  private let settings: Settings

  package init(_ core: APICore, _ settings: Settings) {
    self.core = core
    self.settings = settings
  }

  /// Serves until the task is cancelled, then finishes the calls under way. `ready` is told the port.
  ///
  /// Throws what keeps it from listening, as one sentence.
  package func run(ready: @escaping @Sendable (Int) -> Void) async throws(ServerError) {
    var logger = Logger(label: "tcbsh")
    logger.logLevel = .critical
    let core = core
    let admin = settings.adminKey.map { Admin(key: $0, routes: AdminRoute.state(of: core)) }
    let application = Application(
      responder: CallbackResponder { (request: Request, context: BasicRequestContext) in
        await Exchange(core: core, admin: admin, request: request).response(in: context)
      },
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: .init(address: .hostname(settings.host, port: settings.port)),
      onServerRunning: { channel in ready(channel.localAddress?.port ?? 0) }, logger: logger)
    let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
    // A task of its own: what ends it is the group, once the calls under way are done.
    let running = Task { try await group.run() }
    let result = await withTaskCancellationHandler {
      await running.result
    } onCancel: {
      Task { await group.triggerGracefulShutdown() }
    }
    if case .failure(let error) = result { throw ServerError(error) }
  }
}

package struct ServerError: Error {
  package let message: String

  init(_ error: any Error) {
    message = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
  }
}

/// One request and its answer.
private struct Exchange {
  let core: APICore
  let admin: Admin?
  let request: Request

  func response(in context: BasicRequestContext) async -> Response {
    let path = request.uri.path
    if path == "/healthz" || path == "/readyz" { return Response(status: .ok, body: Self.text("ok\n")) }
    if let admin, path.hasPrefix(Admin.path) { return await answer(from: admin, path) }
    if let download = Download(request, core) { return await download.response(in: context) }
    let call = RawCall(
      method: request.method.rawValue, path: path, query: request.uri.query ?? "", body: [])
    return await answer(to: call)
  }

  private func answer(to call: RawCall) async -> Response {
    var call = call
    do {
      call.body = Array(try await request.body.collect(upTo: RawCall.maximumBody).readableBytesView)
    } catch {
      return Response(status: .contentTooLarge)
    }
    let answer = core.answer(call)
    guard answer.status == 200 else { return Response(status: .init(code: answer.status)) }
    return Response(
      status: .ok, headers: [.contentType: "application/json; charset=UTF-8"],
      body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
  }

  private func answer(from admin: Admin, _ path: String) async -> Response {
    guard let body = try? await request.body.collect(upTo: RawCall.maximumBody) else {
      return Response(status: .contentTooLarge)
    }
    let answer = admin.answer(
      method: request.method.rawValue, path: path, query: request.uri.query ?? "",
      authorization: request.headers[.authorization], body: Array(body.readableBytesView))
    return Response(
      status: .init(code: answer.status), headers: [.contentType: "application/json; charset=UTF-8"],
      body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
  }

  static func text(_ words: String) -> ResponseBody { .init(byteBuffer: ByteBuffer(string: words)) }
}
