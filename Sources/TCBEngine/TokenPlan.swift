// What a token's definition comes to, whoever issues it: with the token it refers to, and with the texts it names.

import TCBHost
import TCBInterface
import TCBLinks
import TCBText

enum TokenPlan: Sendable {
  case undefined
  case app(id: String, secret: Secret)
  case component(Component)
  case authorizer(Component, id: String, refresh: Secret)
  case fixed(origin: String, cloudbase: Bool)
  case file(path: String)
  case nothing
  case broken(TokenTrouble)

  struct Component: Sendable {
    var id: String
    var secret: Secret
    var ticket: Secret
  }

  /// `named` finds the token of a name.
  init(_ token: TokenValue?, named: (String) throws -> TokenValue) {
    switch token?.source {
    case nil: self = .undefined
    case .app(let id, let secret): self = .app(id: id, secret: secret)
    case .component(let id, let secret, let ticket):
      self = .component(Component(id: id, secret: secret, ticket: ticket))
    case .fixed(let origin, let cloudbase): self = .fixed(origin: origin, cloudbase: cloudbase)
    case .file(let path): self = .file(path: path)
    case .nothing: self = .nothing
    case .authorizer(let name, let id, let refresh):
      guard let platform = try? named(name),
        case .component(let platformID, let secret, let ticket) = platform.source
      else {
        let trouble = TokenTrouble(
          code: "E0721", message: "`component \(name)` names no token `from component`",
          help: "define it: `token \(name) from component { … }`")
        self = .broken(trouble)
        return
      }
      self = .authorizer(
        Component(id: platformID, secret: secret, ticket: ticket), id: id, refresh: refresh)
    }
  }
}

/// The texts of tokens that a script names the place of.
struct TokenTexts: Sendable {
  let host: any Host
  let secrets: SecretRegistry

  func variable(_ name: String) throws(TokenTrouble) -> Secret {
    let text: String?
    do throws(HostError) { text = try host.environmentVariable(name) } catch {
      throw TokenTrouble(code: "E0722", message: "`\(name)` cannot be read: \(error.wording)")
    }
    guard let text else {
      throw TokenTrouble(
        code: "E0722", message: "the environment variable `\(name)` is not set",
        help: "it is where this token comes from")
    }
    return try token(in: text, of: "the environment variable `\(name)`")
  }

  func contents(of path: String) throws(TokenTrouble) -> Secret {
    let text: String
    do throws(HostError) {
      text = String(decoding: try host.contents(of: path, limit: 64 * 1_024), as: UTF8.self)
    } catch {
      throw TokenTrouble(code: "E0722", message: "`\(path)` cannot be read: \(error.wording)")
    }
    return try token(in: text, of: "`\(path)`")
  }

  private func token(in text: String, of origin: Wording) throws(TokenTrouble) -> Secret {
    let trimmed = text.trimmed
    guard !trimmed.isEmpty else { throw TokenTrouble(code: "E0722", message: "\(origin) holds no token") }
    guard trimmed.utf8.count <= 512 else {
      throw TokenTrouble(code: "E0722", message: "\(origin) holds more than a token's 512 characters")
    }
    secrets.add(trimmed)
    return Secret(trimmed)
  }
}

extension String {
  /// Without ASCII space and line ends around it.
  var trimmed: String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { !isSpace($0) }),
      let last = bytes.lastIndex(where: { !isSpace($0) })
    else {
      return ""
    }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
