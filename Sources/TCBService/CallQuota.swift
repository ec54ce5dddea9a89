// How often an account may call: its bounds, its counts, and what it is told of them.

import TCBInterface

/// Bounds on the calls for links of one account. The interface has such bounds (documented by 45009 and 45011) and tells them by
/// its quota call; how high they are is ours.
package struct CallQuota: Sendable, Equatable {
  package var perDay: Int
  package var perMinute: Int

  package init(perDay: Int = 100_000_000, perMinute: Int = 10_000_000) {
    self.perDay = perDay
    self.perMinute = perMinute
  }
}

/// What one account has used of everything that is counted.
struct AccountUse: Sendable, Equatable {
  /// Counts of links are kept ahead of what was used, so that not every call has to be written down: after a kill they may be this
  /// much too high, a hundredth of what there is at most, and are never too low (ours).
  static func ahead(of limit: Int) -> Int { min(256, limit / 100) }

  var links = CallWindow(.day)
  var linksByMinute = CallWindow(.minute)
  /// What is written down of the counts of links.
  var keptLinks = CallWindow(.day)
  var keptLinksByMinute = CallWindow(.minute)
  var plain = CallWindow(.day)
  var stable = CallWindow(.day)
  var stableByMinute = CallWindow(.minute)
  var forced = CallWindow(.day)
  /// Milliseconds since 1970.
  var lastForced: Int64?
  /// How often the counts were set to nothing on request.
  var cleared = CallWindow(.month)
}

extension TokenDesk {
  /// Counts a call for links. Throws 45011 and 45009; a call that is refused is not counted (ours).
  mutating func count(callBy appID: String, now: Int64) throws(RefusedCall) {
    let counted = use[appID, default: AccountUse()].countLinks(callQuota, now)
    if counted.isBeyondKept { changedUse.insert(appID) }
    if let refusal = counted.refusal { throw RefusedCall(code: refusal) }
  }

  /// Of one path, for an account; 76021 for a path that is not counted, 76022 for one that its tokens cannot call.
  func quota(of path: String, for holder: TokenHolder, now: Int64) throws(RefusedCall) -> QuotaAnswer {
    let use = use[holder.appID] ?? AccountUse()
    let isComponent = holder.kind == .component
    switch path {
    case CallPath.app.text where !isComponent, CallPath.component.text where isComponent:
      return QuotaAnswer(
        dailyLimit: callQuota.perDay, used: use.links.used(at: now),
        rate: .init(calls: callQuota.perMinute, seconds: 60))
    case TokenRequest.Endpoint.plain.rawValue where !isComponent:
      return QuotaAnswer(dailyLimit: TokenTerms.plainPerDay, used: use.plain.used(at: now))
    case TokenRequest.Endpoint.stable.rawValue where !isComponent:
      return QuotaAnswer(
        dailyLimit: TokenTerms.stablePerDay, used: use.stable.used(at: now),
        rate: .init(calls: TokenTerms.stablePerMinute, seconds: 60))
    case CallPath.app.text, CallPath.component.text, TokenRequest.Endpoint.plain.rawValue,
      TokenRequest.Endpoint.stable.rawValue:
      throw RefusedCall(code: .pathNotPermitted)
    default: throw RefusedCall(code: .pathUnknown)
    }
  }

  /// Sets the account's counts of the day to nothing. Throws 40013 where the appid is not the token's own, and 48006 after ten
  /// times in a month (both documented). Forced refreshes stay as they are (ours): their bound protects those who share a token.
  mutating func clearQuota(of appID: String, by holder: TokenHolder, now: Int64) throws(RefusedCall) {
    guard appID == holder.appID else { throw RefusedCall(code: .invalidAppID) }
    var used = use[appID] ?? AccountUse()
    guard used.cleared.admits(at: now, limit: TokenTerms.clearingsPerMonth) else {
      throw RefusedCall(code: .clearingUsedUp)
    }
    used.links.clear()
    used.linksByMinute.clear()
    used.keepExactly()
    used.plain.clear()
    used.stable.clear()
    used.stableByMinute.clear()
    use[appID] = used
    changedUse.insert(appID)
  }
}

extension AccountUse {
  fileprivate mutating func countLinks(
    _ quota: CallQuota, _ now: Int64
  ) -> (refusal: ErrorCode?, isBeyondKept: Bool) {
    guard linksByMinute.admits(at: now, limit: quota.perMinute) else { return (.calledTooOften, false) }
    guard links.admits(at: now, limit: quota.perDay) else { return (.dailyQuota, false) }
    let isBeyond = links.isBeyond(keptLinks) || linksByMinute.isBeyond(keptLinksByMinute)
    if isBeyond {
      keptLinks = links.adding(Self.ahead(of: quota.perDay))
      keptLinksByMinute = linksByMinute.adding(Self.ahead(of: quota.perMinute))
    }
    return (nil, isBeyond)
  }

  /// From now on the counts are kept as they are, for who is about to end.
  mutating func keepExactly() { (keptLinks, keptLinksByMinute) = (links, linksByMinute) }
}
