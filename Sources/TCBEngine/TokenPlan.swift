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
  case fixed(origin: TextOrigin, cloudbase: Bool)
  case nothing
  case broken(TokenTrouble)

  struct Component: Sendable {
    var id: String
    var secret: Secret
    var ticket: TicketSource
  }

  /// `named` finds the token of a name.
  init(_ token: TokenValue?, named: (String) throws -> TokenValue) {
    switch token?.source {
    case nil: self = .undefined
    case .app(let id, let secret): self = .app(id: id, secret: secret)
    case .component(let id, let secret, let ticket):
      self = .component(Component(id: id, secret: secret, ticket: ticket))
    case .fixed(let origin, let cloudbase): self = .fixed(origin: origin, cloudbase: cloudbase)
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

  /// What a program may take to say its token, in milliseconds (ours).
  static let patience: Int64 = 30_000
  /// Of a file or a program's output.
  private static let longest = 64 * 1_024

  func text(at origin: TextOrigin) throws(TokenTrouble) -> Secret {
    switch origin {
    case .variable(let name): try variable(name)
    case .file(let path): try contents(of: path)
    case .command(let words): try output(of: words)
    }
  }

  func ticket(at source: TicketSource) throws(TokenTrouble) -> Secret {
    switch source {
    case .text(let ticket): ticket
    case .file(let path): try contents(of: path)
    }
  }

  private func output(of words: [String]) throws(TokenTrouble) -> Secret {
    // Arguments may hold what nobody is to read.
    let name = words.first ?? ""
    let bytes: [UInt8]
    do throws(HostError) {
      bytes = try host.output(of: words, limit: Self.longest, within: Self.patience)
    } catch {
      if case .denied = error.reason {
        throw TokenTrouble(
          code: "E0905", message: "this run may not use `\(Capability.command.rawValue)`",
          help: "it was started without that capability")
      }
      throw TokenTrouble(
        code: "E0722", message: "`\(name)` gave no token: \(error.wording)",
        help: "run it by hand to see what it complains of")
    }
    return try token(in: String(decoding: bytes, as: UTF8.self), of: "the output of `\(name)`")
  }

  private func variable(_ name: String) throws(TokenTrouble) -> Secret {
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

  private func contents(of path: String) throws(TokenTrouble) -> Secret {
    let text: String
    do throws(HostError) {
      text = String(decoding: try host.contents(of: path, limit: Self.longest), as: UTF8.self)
    } catch {
      throw TokenTrouble(code: "E0722", message: "`\(path)` cannot be read: \(error.wording)")
    }
    return try token(in: text, of: "`\(path)`")
  }

  private func token(in text: String, of origin: Wording) throws(TokenTrouble) -> Secret {
    let trimmed = text.trimmed
    guard !trimmed.isEmpty else { throw TokenTrouble(code: "E0722", message: "\(origin) holds no token") }
    guard trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw TokenTrouble(
        code: "E0722", message: "\(origin) holds more than a token",
        help: "a token is one word, with nothing before or behind it")
    }
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
