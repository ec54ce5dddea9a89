// Every token a core has issued: which work, which were superseded, which have expired. A state machine
// over the time it is given. It knows tokens by their digests, and none by its text.

import TCBInterface

/// Whose token it is and of which kind.
struct TokenHolder: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable {
    /// From the plain token request.
    case app
    /// From the stable token request; isolated from the plain one (documented).
    case stable
    case component
    case authorizer
    /// Given by the core's owner rather than fetched (ours).
    case registered
    /// Given likewise, and sent as `cloudbase_access_token`.
    case cloudbase
  }

  let kind: Kind
  let appID: String
}

/// A token that is being issued: its text, and the number it was made of.
struct NewToken: Sendable {
  let serial: UInt64
  let text: String
}

/// Makes the tokens of one request.
struct TokenMint: Sendable {
  private let texts: TokenTexts
  let serial: UInt64

  /// No two mints of the same `texts` have the same `serial`.
  init(_ texts: TokenTexts, serial: UInt64) {
    self.texts = texts
    self.serial = serial
  }

  func token() -> NewToken { NewToken(serial: serial, text: text(of: serial)) }
  func refreshToken() -> Secret { texts.refreshToken(serial) }
  /// Of a token issued before.
  func text(of serial: UInt64) -> String { texts.text("token", serial) }
}

struct TokenLedger: Sendable {
  struct Record: Sendable, Equatable {
    let holder: TokenHolder
    /// Nil never expires.
    let expiresAt: Int64?
    /// Since when another token has taken its place, the overlap included; nil while it is the latest.
    var supersededAt: Int64?
    /// What its text is made of; nil for one that was given.
    let serial: UInt64?
  }

  private struct Current: Sendable {
    let digest: SecretDigest
    let serial: UInt64
    let expiresAt: Int64
    /// The stable token before it, which works on beside it until its own end.
    var previous: SecretDigest?
  }

  private(set) var records: [SecretDigest: Record] = [:]
  private var current: [TokenHolder: Current] = [:]
  private var pruneAt = 1024
  /// Whether anybody will ask what has changed.
  var notesChanges = false
  /// Tokens whose record has changed or gone since somebody asked.
  private var changed: Set<SecretDigest> = []

  /// The holder of a token that works now, or the code that says why it does not.
  func holder(of text: String, now: Int64) -> Result<TokenHolder, RefusedToken> {
    guard let record = records[SecretDigest(of: text)] else {
      return .failure(RefusedToken(code: .invalidAccessToken))
    }
    if let end = record.supersededAt, now >= end {
      return .failure(RefusedToken(code: .invalidCredential))
    }
    if let end = record.expiresAt, now >= end { return .failure(RefusedToken(code: .accessTokenExpired)) }
    return .success(record.holder)
  }

  struct RefusedToken: Error {
    let code: ErrorCode
  }

  /// Issues a token in place of the holder's latest, which works on for `overlap`.
  mutating func issue(_ token: NewToken, to holder: TokenHolder, overlap: Int64, now: Int64) -> IssuedToken {
    if let latest = current[holder] {
      for digest in [latest.digest, latest.previous].compactMap({ $0 }) {
        records[digest]?.supersededAt = now.saturatingAdd(overlap)
        note(digest)
      }
    }
    return add(token, to: holder, now: now)
  }

  /// The serial of the holder's latest token and what is left of it in milliseconds, until shortly before its end; then nil, and a
  /// new one is to be added beside it (documented).
  func latest(of holder: TokenHolder, now: Int64) -> (serial: UInt64, left: Int64)? {
    guard let latest = current[holder], now < latest.expiresAt - TokenTerms.renewal else { return nil }
    // A clock that was set back does not make a token good for longer than it ever is.
    return (latest.serial, min(latest.expiresAt &- now, TokenTerms.lifetime))
  }

  mutating func addBeside(_ token: NewToken, to holder: TokenHolder, now: Int64) -> IssuedToken {
    let previous = current[holder]?.digest
    let issued = add(token, to: holder, now: now)
    current[holder]?.previous = previous
    return issued
  }

  /// Ends a token that was issued, as the next one's overlap would; those that were given to the core stay, since nobody could
  /// fetch another.
  mutating func supersede(_ text: String, now: Int64) {
    let digest = SecretDigest(of: text)
    guard let record = records[digest], ![.registered, .cloudbase].contains(record.holder.kind) else {
      return
    }
    records[digest]?.supersededAt = min(record.supersededAt ?? now, now)
    note(digest)
    if current[record.holder]?.digest == digest { current[record.holder] = nil }
  }

  /// Takes a text for a token of the holder. Nil never expires.
  mutating func register(_ text: String, to holder: TokenHolder, expiresAt: Int64?) {
    let digest = SecretDigest(of: text)
    records[digest] = Record(holder: holder, expiresAt: expiresAt, serial: nil)
    note(digest)
  }

  private mutating func add(_ token: NewToken, to holder: TokenHolder, now: Int64) -> IssuedToken {
    prune(now: now)
    let end = now.saturatingAdd(TokenTerms.lifetime)
    let digest = SecretDigest(of: token.text)
    records[digest] = Record(holder: holder, expiresAt: end, serial: token.serial)
    current[holder] = Current(digest: digest, serial: token.serial, expiresAt: end)
    note(digest)
    return IssuedToken(token: Secret(token.text), expiresIn: TokenTerms.lifetime / 1000)
  }

  /// Forgets what ended long ago, each time the table has doubled.
  private mutating func prune(now: Int64) {
    guard records.count >= pruneAt else { return }
    for (digest, record) in records {
      guard let end = record.expiresAt, now >= end.saturatingAdd(TokenTerms.memory) else { continue }
      records[digest] = nil
      note(digest)
    }
    pruneAt = max(1024, records.count * 2)
  }

  // MARK: Keeping

  private mutating func note(_ digest: SecretDigest) {
    if notesChanges { changed.insert(digest) }
  }

  /// Asks again what was taken, since it could not be written down.
  mutating func putBack(_ digests: Set<SecretDigest>) { changed.formUnion(digests) }

  mutating func takeChanged() -> Set<SecretDigest> {
    defer { changed = [] }
    return changed
  }

  /// Puts a token back that was kept. A holder's tokens come in the order they were issued in.
  mutating func restore(_ digest: SecretDigest, _ record: Record) {
    records[digest] = record
    pruneAt = max(pruneAt, records.count * 2)
    guard let serial = record.serial, let end = record.expiresAt, record.supersededAt == nil else { return }
    let previous = record.holder.kind == .stable ? current[record.holder]?.digest : nil
    current[record.holder] = Current(digest: digest, serial: serial, expiresAt: end, previous: previous)
  }

  /// A token that was put back is not yet written down here.
  mutating func noteRestored(_ digest: SecretDigest) { note(digest) }
}

extension Int64 {
  func saturatingAdd(_ other: Int64) -> Int64 {
    let sum = addingReportingOverflow(other)
    return sum.overflow ? (other < 0 ? .min : .max) : sum.partialValue
  }
}
