// Who answers a request: the server itself, the admin endpoints, the files behind links, or the interface.

import NIOCore
import NIOHTTP1
import TCBInterface
import TCBService

/// Turns requests into answers. It knows nothing of connections.
package struct Exchange: Sendable {
  /// Bytes of a body that only whoever has the admin key may send.
  static let largestAdminBody = 256 << 20

  package let core: APICore
  package let admin: Admin?
  package let observer: Observer
  package let readiness: Readiness

  package init(core: APICore, admin: Admin? = nil, observer: Observer, readiness: Readiness) {
    self.core = core
    self.admin = admin
    self.observer = observer
    self.readiness = readiness
  }

  /// Whether an answer may wait for a disk, and so is not to be made where connections are looked after. Calls for links look
  /// at most at the names of files.
  package func mayWait(_ request: ServerRequest) -> Bool {
    !CallPath.allCases.contains { $0.text == request.path }
  }

  /// Bytes that a request's body may have.
  package func bodyLimit(of head: HTTPRequestHead) -> Int {
    guard head.uri.hasPrefix(Admin.path), let admin,
      admin.isOpened(by: head.headers.first(name: "authorization"))
    else { return RawCall.maximumBody }
    return Self.largestAdminBody
  }

  package func answer(to request: ServerRequest) -> ServerAnswer {
    if let endpoint = Endpoint(path: request.path) {
      return answer(of: core, to: request).counted(as: endpoint)
    }
    if let download = Download(request, core) {
      var answer = download.answer()
      answer.endpoint = .download
      return answer
    }
    return serversOwn(request) ?? answer(of: core, to: request)
  }

  /// What is of the server and not of the interface (ours); nil for any other path.
  private func serversOwn(_ request: ServerRequest) -> ServerAnswer? {
    switch request.path {
    case "/healthz": return .text("ok")
    case "/readyz":
      let trouble = readiness.trouble
      return .text(trouble ?? "ok", status: trouble == nil ? 200 : 503)
    case "/metrics":
      return ServerAnswer(
        status: 200, type: "text/plain; version=0.0.4; charset=utf-8", observer.metrics.text())
    default: break
    }
    guard let admin, request.path.hasPrefix(Admin.path) else { return nil }
    let told = admin.answer(
      method: request.method.rawValue, path: request.path, query: request.query,
      authorization: request.header("authorization"), body: Array(request.body.readableBytesView))
    var answer = ServerAnswer.json(told.body, status: told.status)
    answer.endpoint = .admin
    return answer
  }

  private func answer(of core: APICore, to request: ServerRequest) -> ServerAnswer {
    let answer = core.answer(
      RawCall(
        method: request.method.rawValue, path: request.path, query: request.query,
        body: Array(request.body.readableBytesView), requestID: request.id))
    let made: ServerAnswer =
      switch answer.status {
      case 200: .json(answer.body)
      case 404 where answer.delivery.faults.isEmpty:
        .text("there is nothing of the interface at this path", status: 404)
      default: ServerAnswer(status: answer.status)
      }
    return made.delivered(answer.delivery)
  }
}

extension Endpoint {
  /// Nil for a path that is none of the interface.
  fileprivate init?(path: String) {
    guard path.utf8.first == UInt8(ascii: "/") else { return nil }
    self.init(rawValue: path)
  }
}
