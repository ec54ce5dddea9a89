// Environments and tokens as values of the language.

import TCBInterface
import TCBLinks
import TCBRuntime
import TCBService

/// How an environment is asked.
struct EnvironmentManners: Sendable {
  var batch: Int
  var concurrency: Int
  var retries: Int
  /// Calls a second.
  var rate: Int64?
  /// Milliseconds for one call.
  var timeout: Int64?
  var trust: TLSTrust
}

/// An environment over the API core in this process or over HTTP.
package final class EnvironmentValue: ForeignValue {
  let name: String
  /// Everything but its owner, who is known when it is asked: the app of its token.
  let configuration: EnvironmentConfiguration
  /// Where the interface is spoken over HTTP, without a slash at the end; nil for the core in this process.
  let address: String?
  /// Whether this process can say of a link whether its signature holds.
  let canVerify: Bool
  /// The name of its token, looked up when links are asked for, so that the token may be defined later.
  let tokenName: String?
  let manners: EnvironmentManners

  var id: String { configuration.id }
  var bucket: String { configuration.bucket }

  init(
    name: String, configuration: EnvironmentConfiguration, address: String?, canVerify: Bool,
    tokenName: String?, manners: EnvironmentManners
  ) {
    self.name = name
    self.configuration = configuration
    self.address = address
    self.canVerify = canVerify
    self.tokenName = tokenName
    self.manners = manners
  }

  package var typeName: String { "env" }
  package var displayText: String { "env \(name) (\(id))" }
  package var fieldNames: [String] { ["name", "id", "bucket", "read"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "name": .string(self.name)
    case "id": .string(id)
    case "bucket": .string(bucket)
    case "read": .string(configuration.read == .public ? "public" : "private")
    default: nil
    }
  }
}

/// Where a text lies that is read each time it is needed.
enum TextOrigin: Sendable, Equatable {
  case variable(String)
  case file(String)
  /// A program and its arguments.
  case command([String])
}

/// Where a platform's verify ticket is found.
enum TicketSource: Sendable {
  case text(Secret)
  /// Tickets change every ten minutes (documented), so that a file of them is read each time.
  case file(String)
}

/// A token: where its text comes from. Its text is never a value.
package final class TokenValue: ForeignValue {
  enum Source: Sendable {
    case app(id: String, secret: Secret)
    case authorizer(component: String, id: String, refresh: Secret)
    case component(id: String, secret: Secret, ticket: TicketSource)
    /// A text that the definition names; `cloudbase` where it is sent under that name.
    case fixed(origin: TextOrigin, cloudbase: Bool)
    case nothing
  }

  let name: String
  let source: Source

  init(name: String, source: Source) {
    self.name = name
    self.source = source
  }

  package var typeName: String { "token" }
  package var displayText: String { "token \(name) \(secretText)" }

  /// The app that calls made with it are made for, where the definition says so.
  var appID: String? {
    switch source {
    case .app(let id, _), .authorizer(_, let id, _), .component(let id, _, _): id
    default: nil
    }
  }
}
