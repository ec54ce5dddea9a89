// Access tokens that all runs of a user on this machine share, in the state folder.

import TCBHost
import TCBInterface
import TCBLinks
import TCBService
import TCBText

/// A token is kept for its user alone until shortly before its end. Whoever needs a new one fetches it with a lock held, and whoever
/// waited for that finds it kept: so two processes never end each other's.
struct KeptTokens: Sendable {
  let host: any Host
  let secrets: SecretRegistry

  /// A token is good for two hours (documented); what says that it is good for longer than this was written by a clock that was
  /// wrong.
  private static let longestLife: Int64 = 3 * 3_600_000
  /// How long to wait for whoever has the lock: all the time that fetching a token with its repeats may take.
  private static let patience: Int64 = 180_000

  /// Another secret, another interface or another account has tokens of its own.
  func name(_ address: String, _ kind: String, _ id: String, _ secret: Secret) -> String {
    "token-" + HexDigest.sha256.text(of: "\(address)\n\(kind)\n\(id)\n\(secret.reveal())").prefix(40)
  }

  /// The kept token, unless it is the refused one or near its end; else what `fetch` gives, which is kept. `isEssential` says that
  /// nothing may be fetched where it cannot be locked.
  func token(
    _ name: String, insteadOf refused: Secret?, isEssential: Bool = false,
    fetch: () async throws(TokenTrouble) -> HeldToken
  ) async throws(TokenTrouble) -> HeldToken {
    if let kept = kept(name, insteadOf: refused) { return kept }
    let lock = try await lock(name, isEssential)
    defer { withExtendedLifetime(lock) {} }
    // Somebody else may have fetched it while this waited.
    if lock != nil, let kept = kept(name, insteadOf: refused) { return kept }
    let token = try await fetch()
    keep(token, name)
    return token
  }

  /// Whether one is kept that would be used.
  func has(_ name: String) -> Bool { kept(name, insteadOf: nil) != nil }

  private func kept(_ name: String, insteadOf refused: Secret?) -> HeldToken? {
    guard let bytes = try? host.keptSecretIfAny(named: name) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.count == 2, let end = Int64(lines[0]), !lines[1].isEmpty else { return nil }
    let token = Secret(String(lines[1]))
    let left = end.subtractingReportingOverflow(host.now())
    guard token != refused, !left.overflow, left.partialValue > TokenKeeper.margin,
      left.partialValue <= Self.longestLife
    else { return nil }
    secrets.add(token.reveal())
    return HeldToken(.accessToken(token), expiresAt: end)
  }

  /// A token that cannot be kept serves this run alone.
  private func keep(_ token: HeldToken, _ name: String) {
    guard case .accessToken(let text) = token.credential, let end = token.expiresAt else { return }
    try? host.replaceKeptSecret(named: name, with: Array("\(end)\n\(text.reveal())\n".utf8))
  }

  private func lock(_ name: String, _ isEssential: Bool) async throws(TokenTrouble) -> KeptLock? {
    do throws(HostError) {
      return try await host.lockKeptSecret(named: name, within: Self.patience)
    } catch {
      if case .cancelled = error.reason { throw TokenTrouble(code: "E0904", message: "the run was stopped") }
      if isEssential { throw Self.cannotKeep("refresh tokens cannot be kept: \(error.wording)") }
      return nil
    }
  }

  static func cannotKeep(_ message: Wording) -> TokenTrouble {
    TokenTrouble(code: "E0724", message: message, help: "set TCB_STATE to a folder that can be written")
  }
}
