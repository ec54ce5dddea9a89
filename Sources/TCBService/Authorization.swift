// Who is calling: from a credential to an account, in the fixed order of checks.

import TCBInterface

/// The two doors of the interface.
package enum CallPath: Sendable, Equatable, CaseIterable {
  /// An app's own environments, and a merchant's by its platform.
  case app
  /// A platform's own environments.
  case component

  package var text: String {
    switch self {
    case .app: "/tcb/batchdownloadfile"
    case .component: "/componenttcb/batchdownloadfile"
    }
  }
}

/// An account that has been let in.
struct Caller: Sendable, Equatable {
  let appID: String
  let hasCloud: Bool
}

struct RefusedCall: Error {
  let code: ErrorCode
}

extension TokenDesk {
  /// Token present, known and latest, not expired, of the right kind and permission set: in this order
  /// (ours).
  func caller(
    with credential: Credential, on path: CallPath, now: Int64
  ) throws(RefusedCall) -> Caller {
    try caller(holder(with: credential, now: now), on: path)
  }

  /// Whose token it is, whatever it may call.
  func holder(with credential: Credential, now: Int64) throws(RefusedCall) -> TokenHolder {
    let holder: TokenHolder
    switch credential {
    case .none: throw RefusedCall(code: .accessTokenMissing)
    case .accessToken(let token):
      holder = try self.holder(of: token, now: now)
      // A token is known only under the name it is sent by (ours).
      if holder.kind == .cloudbase { throw RefusedCall(code: .invalidAccessToken) }
    case .cloudbaseAccessToken(let token):
      holder = try self.holder(of: token, now: now)
      if holder.kind != .cloudbase { throw RefusedCall(code: .invalidAccessToken) }
    }
    return holder
  }

  private func holder(of token: Secret, now: Int64) throws(RefusedCall) -> TokenHolder {
    if token.isEmpty { throw RefusedCall(code: .accessTokenMissing) }
    switch ledger.holder(of: token.reveal(), now: now) {
    case .success(let holder): return holder
    case .failure(let refused): throw RefusedCall(code: refused.code)
    }
  }

  private func caller(_ holder: TokenHolder, on path: CallPath) throws(RefusedCall) -> Caller {
    guard (holder.kind == .component) == (path == .component) else {
      throw RefusedCall(code: .notAuthorized)
    }
    switch holder.kind {
    case .component:
      return Caller(appID: holder.appID, hasCloud: platforms[holder.appID]?.hasCloud ?? false)
    case .authorizer:
      guard let merchant = merchants[holder.appID],
        !merchant.permissionSets.isDisjoint(with: MerchantConfiguration.permissionSetsOfTheCall)
      else { throw RefusedCall(code: .permissionSetMissing) }
      return Caller(appID: holder.appID, hasCloud: merchant.hasCloud)
    case .app, .stable, .registered, .cloudbase:
      let hasCloud = apps[holder.appID]?.hasCloud ?? merchants[holder.appID]?.hasCloud ?? false
      return Caller(appID: holder.appID, hasCloud: hasCloud)
    }
  }
}
