// What the admin endpoints do with faults.

import TCBInterface
import TCBService

extension AdminRoute {
  /// `GET /admin/faults`; `PUT` a list in place of all there are; `POST` one or some, each in the place of the one of its name;
  /// `DELETE` all, or `/admin/faults/NAME`.
  package static func faults(of core: APICore) -> [AdminRoute] {
    let desk = core.faults
    return [
      AdminRoute("GET", "faults") { _ in
        var body = Array("{\"faults\":[".utf8)
        for (index, entry) in desk.entries.enumerated() {
          if index > 0 { body.append(UInt8(ascii: ",")) }
          entry.append(to: &body)
        }
        return AdminAnswer(body: body + Array("]}".utf8))
      },
      AdminRoute("PUT", "faults") { call in
        changing(call) { desk.replace(with: $0) }
      },
      AdminRoute("DELETE", "faults") { _ in
        desk.replace(with: [])
        return .done
      },
      AdminRoute("POST", "faults") { call in
        changing(call) { rules in for rule in rules { desk.add(rule) } }
      },
      AdminRoute("DELETE", "faults/*") { call in
        desk.remove(call.names[0]) ? .done : .refused(404, "no fault is called `\(call.names[0])`")
      },
    ]
  }

  private static func changing(_ call: AdminCall, _ body: ([FaultRule]) -> Void) -> AdminAnswer {
    do throws(FaultRuleError) {
      body(try FaultRule.list(decoding: call.body))
      return .done
    } catch {
      return .refused(400, error.message)
    }
  }
}
