// The server's own side door (ours): what is asked below `/admin/` by whoever has the key. What it can do is a table of
// routes; who may ask and what a refusal looks like is the same for all.

import TCBInterface

/// A request below `/admin/`, let in.
package struct AdminCall: Sendable {
  package var method: String
  /// The segments of the path that stand where a route has a `*`, decoded.
  package var names: [String]
  /// Without the `?`.
  package var query: String
  package var body: [UInt8]

  package init(method: String, names: [String] = [], query: String = "", body: [UInt8] = []) {
    (self.method, self.names, self.query, self.body) = (method, names, query, body)
  }
}

package struct AdminAnswer: Sendable, Equatable {
  package var status: Int
  /// JSON; empty where there is nothing to say.
  package var body: [UInt8]

  package init(status: Int = 200, body: [UInt8]) { (self.status, self.body) = (status, body) }

  package static let done = AdminAnswer(status: 204, body: [])

  /// What is wrong with a call, as one plain sentence that holds no secret.
  package static func refused(_ status: Int, _ message: String) -> AdminAnswer {
    var body = Array("{\"error\":".utf8)
    body.append(quoted: message)
    body.append(UInt8(ascii: "}"))
    return AdminAnswer(status: status, body: body)
  }
}

/// One thing that can be asked.
package struct AdminRoute: Sendable {
  package let method: String
  /// The path below `/admin/`; a segment `*` takes any.
  let pattern: [Substring]
  package let answer: @Sendable (AdminCall) -> AdminAnswer

  package init(
    _ method: String, _ path: String, _ answer: @escaping @Sendable (AdminCall) -> AdminAnswer
  ) {
    self.method = method
    self.pattern = Substring(path).split(separator: "/")
    self.answer = answer
  }

  /// What stands for each `*`; nil where the path is another.
  fileprivate func names(in segments: [String]) -> [String]? {
    guard segments.count == pattern.count else { return nil }
    var names: [String] = []
    for (part, segment) in zip(pattern, segments) {
      if part == "*" { names.append(segment) } else if part != segment { return nil }
    }
    return names
  }
}

/// The routes, and the key that opens them.
package struct Admin: Sendable {
  package static let path = "/admin/"

  private let key: Secret
  private let routes: [AdminRoute]

  package init(key: Secret, routes: [AdminRoute]) {
    self.key = key
    self.routes = routes
  }

  /// `path` is the request's, `authorization` its header of that name: `Bearer KEY`.
  package func answer(
    method: String, path: String, query: String, authorization: String?, body: [UInt8]
  ) -> AdminAnswer {
    guard isOpened(by: authorization) else {
      return .refused(401, "the admin key is missing or wrong: send `Authorization: Bearer KEY`")
    }
    var segments: [String] = []
    for segment in path.dropFirst(Self.path.count).split(separator: "/") {
      guard let decoded = try? PercentEncoding.decode(path: String(segment)) else {
        return .refused(400, "the path is not UTF-8, percent-encoded")
      }
      segments.append(decoded)
    }
    var allowed: Set<String> = []
    for route in routes {
      guard let names = route.names(in: segments) else { continue }
      if route.method == method {
        return route.answer(AdminCall(method: method, names: names, query: query, body: body))
      }
      allowed.insert(route.method)
    }
    guard !allowed.isEmpty else { return .refused(404, "there is nothing at this path") }
    return .refused(405, "this path takes \(allowed.sorted().joined(separator: ", "))")
  }

  /// Whether a header `Authorization` has the key; how long it takes tells nothing of where they differ.
  func isOpened(by authorization: String?) -> Bool {
    guard let authorization, let given = Self.bearer(authorization) else { return false }
    return given == key
  }

  private static func bearer(_ header: String) -> Secret? {
    let scheme = "bearer "
    guard header.utf8.count > scheme.utf8.count, header.prefix(scheme.count).lowercased() == scheme else {
      return nil
    }
    return Secret(String(header.dropFirst(scheme.count)))
  }
}
