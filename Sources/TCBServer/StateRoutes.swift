// What the admin endpoints do with the state of a core: tell it, add to it, take from it, and hand it over as one document.

import TCBInterface
import TCBService

extension AdminRoute {
  /// `GET /admin/state`: which accounts and environments there are, without any secret, key or token. `PUT` and `DELETE` of
  /// `/admin/KIND/NAME` for apps, platforms, merchants and environments; `PUT /admin/tickets/APPID`; `GET` and `PUT /admin/quota`;
  /// `GET /admin/export` and `POST /admin/import`.
  package static func state(of core: APICore) -> [AdminRoute] {
    let kinds: [StateRow.Kind] = [.apps, .platforms, .merchants, .environments]
    return [names(of: core), exporting(core), importing(core), ticket(core)] + quotas(core)
      + kinds.flatMap { definitions($0, core) }
  }

  private static func names(of core: APICore) -> AdminRoute {
    AdminRoute("GET", "state") { _ in
      let names = core.names
      func list(_ texts: [String]) -> JSONValue { .list(texts.map { .text($0) }) }
      return AdminAnswer(
        body: JSONValue.object([
          "apps": list(names.apps), "platforms": list(names.platforms), "merchants": list(names.merchants),
          "environments": list(names.environments),
        ]).encoded)
    }
  }

  private static func exporting(_ core: APICore) -> AdminRoute {
    AdminRoute("GET", "export") { _ in AdminAnswer(body: core.exported()) }
  }

  private static func importing(_ core: APICore) -> AdminRoute {
    AdminRoute("POST", "import") { call in
      done { () throws(StateError) in try core.add(document: call.body) }
    }
  }

  private static func definitions(_ kind: StateRow.Kind, _ core: APICore) -> [AdminRoute] {
    [
      AdminRoute("PUT", "\(kind.rawValue)/*") { call in
        done { () throws(StateError) in
          try core.add([StateRow(kind, call.names[0], try value(of: call))])
        }
      },
      AdminRoute("DELETE", "\(kind.rawValue)/*") { call in
        core.remove(kind, call.names[0])
          ? .done : .refused(404, "there is no `\(call.names[0])` in `\(kind.rawValue)`")
      },
    ]
  }

  private static func ticket(_ core: APICore) -> AdminRoute {
    AdminRoute("PUT", "tickets/*") { call in
      done { () throws(StateError) in
        guard let ticket = try value(of: call)["ticket"]?.text, !ticket.isEmpty else {
          throw StateError("`ticket` is missing")
        }
        do throws(TokenError) {
          try core.receive(ticket: Secret(ticket), platform: call.names[0])
        } catch {
          throw StateError("there is no platform `\(call.names[0])`")
        }
      }
    }
  }

  private static func quotas(_ core: APICore) -> [AdminRoute] {
    [
      AdminRoute("GET", "quota") { _ in AdminAnswer(body: core.callQuota.value.encoded) },
      AdminRoute("PUT", "quota") { call in
        done { () throws(StateError) in
          try core.add([StateRow(.meta, StateRow.quotaKey, try value(of: call))])
        }
      },
    ]
  }

  private static func value(of call: AdminCall) throws(StateError) -> JSONValue {
    do throws(WireError) { return try JSONValue(decoding: call.body) } catch {
      throw StateError("the body is not the JSON it should be: \(error.message)")
    }
  }

  private static func done(_ change: () throws(StateError) -> Void) -> AdminAnswer {
    do throws(StateError) {
      try change()
      return .done
    } catch {
      return .refused(400, error.message)
    }
  }
}
