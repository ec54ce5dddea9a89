// Every token a core has issued: which work, which were superseded, which have expired. A state machine
// over the time it is given.

import TCBInterface

/// Whose token it is and of which kind.
struct TokenHolder: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
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

struct TokenLedger: Sendable {
  private struct Record: Sendable {
    let holder: TokenHolder
    /// Nil never expires.
    let expiresAt: Int64?
    /// Since when another token has taken its place, the overlap included; nil while it is the latest.
    var supersededAt: Int64?
  }

  private struct Current: Sendable {
    let text: String
    let expiresAt: Int64
    /// The stable token before it, which works on beside it until its own end.
    var previous: String?
  }

  private var records: [String: Record] = [:]
  private var current: [TokenHolder: Current] = [:]
  private var pruneAt = 1024

  /// The holder of a token that works now, or the code that says why it does not.
  func holder(of text: String, now: Int64) -> Result<TokenHolder, RefusedToken> {
    guard let record = records[text] else { return .failure(RefusedToken(code: .invalidAccessToken)) }
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
  mutating func issue(_ text: String, to holder: TokenHolder, overlap: Int64, now: Int64) -> IssuedToken {
    if let latest = current[holder] {
      records[latest.text]?.supersededAt = now.saturatingAdd(overlap)
      if let previous = latest.previous { records[previous]?.supersededAt = now.saturatingAdd(overlap) }
    }
    return add(text, to: holder, now: now)
  }

  /// The holder's latest token until shortly before its end, then a new one beside it (documented).
  mutating func stable(_ text: String, for holder: TokenHolder, now: Int64) -> IssuedToken {
    let latest = current[holder]
    if let latest, now < latest.expiresAt - TokenTerms.renewal {
      // A clock that was set back does not make a token good for longer than it ever is.
      let left = min(latest.expiresAt &- now, TokenTerms.lifetime)
      return IssuedToken(token: Secret(latest.text), expiresIn: left / 1000)
    }
    let issued = add(text, to: holder, now: now)
    current[holder]?.previous = latest?.text
    return issued
  }

  /// Ends a token that was issued, as the next one's overlap would; those that were given to the core stay, since nobody could
  /// fetch another.
  mutating func supersede(_ text: String, now: Int64) {
    guard let record = records[text], ![.registered, .cloudbase].contains(record.holder.kind) else { return }
    records[text]?.supersededAt = min(record.supersededAt ?? now, now)
    if current[record.holder]?.text == text { current[record.holder] = nil }
  }

  /// Takes a text for a token of the holder. Nil never expires.
  mutating func register(_ text: String, to holder: TokenHolder, expiresAt: Int64?) {
    records[text] = Record(holder: holder, expiresAt: expiresAt)
  }

  private mutating func add(_ text: String, to holder: TokenHolder, now: Int64) -> IssuedToken {
    prune(now: now)
    let end = now.saturatingAdd(TokenTerms.lifetime)
    records[text] = Record(holder: holder, expiresAt: end)
    current[holder] = Current(text: text, expiresAt: end)
    return IssuedToken(token: Secret(text), expiresIn: TokenTerms.lifetime / 1000)
  }

  /// Forgets what ended long ago, each time the table has doubled.
  private mutating func prune(now: Int64) {
    guard records.count >= pruneAt else { return }
    records = records.filter { _, record in
      guard let end = record.expiresAt else { return true }
      return now < end.saturatingAdd(TokenTerms.memory)
    }
    pruneAt = max(1024, records.count * 2)
  }
}

extension Int64 {
  func saturatingAdd(_ other: Int64) -> Int64 {
    let sum = addingReportingOverflow(other)
    return sum.overflow ? (other < 0 ? .min : .max) : sum.partialValue
  }
}
