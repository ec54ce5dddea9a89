// What the admin endpoints tell of a core.

import TCBInterface
import TCBService

extension AdminRoute {
  /// `GET /admin/state`: which accounts and environments there are. No secret, key or token is in it.
  package static func state(of core: APICore) -> [AdminRoute] {
    [
      AdminRoute("GET", "state") { _ in
        let names = core.names
        var body = Array("{".utf8)
        for (index, part) in [
          ("apps", names.apps), ("platforms", names.platforms), ("merchants", names.merchants),
          ("environments", names.environments),
        ].enumerated() {
          if index > 0 { body.append(UInt8(ascii: ",")) }
          body.append(quoted: part.0)
          body.append(UInt8(ascii: ":"))
          body.append(list: part.1)
        }
        body.append(UInt8(ascii: "}"))
        return AdminAnswer(body: body)
      }
    ]
  }
}

extension [UInt8] {
  /// Appends a JSON list of texts.
  mutating func append(list texts: [String]) {
    append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(quoted: text)
    }
    append(UInt8(ascii: "]"))
  }
}
