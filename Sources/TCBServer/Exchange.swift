// Who answers a request: the server itself, the admin endpoints, the files behind links, or the interface.

import NIOCore
import NIOHTTP1
import TCBInterface
import TCBService

/// Turns requests into answers. It knows nothing of connections.
package struct Exchange: Sendable {
  package let core: APICore
  package let admin: Admin?

  package init(core: APICore, admin: Admin? = nil) {
    self.core = core
    self.admin = admin
  }

  /// Whether an answer may wait for a disk, and so is not to be made where connections are looked after. Calls for links look
  /// at most at the names of files.
  package func mayWait(_ request: ServerRequest) -> Bool {
    CallPath(text: request.path) == nil
  }

  /// Bytes that a request's body may have.
  package func bodyLimit(of head: HTTPRequestHead) -> Int { RawCall.maximumBody }

  package func answer(to request: ServerRequest) -> ServerAnswer {
    if let path = CallPath(text: request.path) { return answer(of: core, to: request, path) }
    switch request.path {
    case "/healthz", "/readyz": return .text("ok")
    default: break
    }
    if let admin, request.path.hasPrefix(Admin.path) {
      let answer = admin.answer(
        method: request.method.rawValue, path: request.path, query: request.query,
        authorization: request.header("authorization"), body: Array(request.body.readableBytesView))
      return .json(answer.body, status: answer.status)
    }
    if let download = Download(request, core) { return download.answer() }
    return answer(of: core, to: request, nil)
  }

  private func answer(of core: APICore, to request: ServerRequest, _ path: CallPath?) -> ServerAnswer {
    let answer = core.answer(
      RawCall(
        method: request.method.rawValue, path: request.path, query: request.query,
        body: Array(request.body.readableBytesView)))
    let made = answer.status == 200 ? ServerAnswer.json(answer.body) : ServerAnswer(status: answer.status)
    return made.delivered(answer.delivery)
  }
}

extension CallPath {
  fileprivate init?(text: String) {
    guard let path = Self.allCases.first(where: { $0.text == text }) else { return nil }
    self = path
  }
}
