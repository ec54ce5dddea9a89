// Where a core's state outlives its process, as rows: whoever keeps them need not know what they mean.

import TCBInterface

/// One thing of a state.
package struct StateRow: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case apps, platforms, merchants, environments
    /// By the digest of the token.
    case tokens
    /// What accounts have used of their quotas, by appid.
    case use
    /// The latest refresh token of each merchant that has been given one, by appid, as a digest.
    case refreshTokens = "refresh_tokens"
    /// The core's own: which token comes next, and the bounds on calls where an admin has set them.
    case meta
  }

  /// Of the bounds on calls, in ``Kind/meta``.
  package static let quotaKey = "quota"

  var isQuota: Bool { kind == .meta && key == Self.quotaKey }

  package let kind: Kind
  package let key: String
  /// Nil takes the row away.
  package let value: JSONValue?

  package init(_ kind: Kind, _ key: String, _ value: JSONValue?) {
    (self.kind, self.key, self.value) = (kind, key, value)
  }

  /// Whether losing it would lose somebody more than a count.
  package var isPrecious: Bool { kind != .use }
}

/// Why a state cannot be read or written, as one plain sentence that holds no secret.
package struct StateError: Error, Sendable, Equatable {
  package let message: String

  package init(_ message: String) { self.message = message }
}

package protocol StateStore: Sendable {
  /// Unpredictable bytes that tokens are made of, the same each time; kept apart from the rows.
  func tokenKey(_ count: Int) throws(StateError) -> [UInt8]
  func rows() throws(StateError) -> [StateRow]
  /// All or none. When this returns, no end of the process loses them; with `durably` no end of the machine either.
  func write(_ rows: [StateRow], durably: Bool) throws(StateError)
}

/// Which definitions belong to the state rather than to whoever set the core up, and which of them have changed.
struct KeptDefinitions: Sendable {
  private struct Name: Hashable {
    let kind: StateRow.Kind
    let key: String
  }

  /// Whether the state is kept anywhere.
  var isOn = false
  private var names: Set<Name> = []
  private var changed: Set<Name> = []

  mutating func add(_ kind: StateRow.Kind, _ key: String) {
    names.insert(Name(kind: kind, key: key))
    note(kind, key)
  }

  mutating func remove(_ kind: StateRow.Kind, _ key: String) {
    note(kind, key)
    names.remove(Name(kind: kind, key: key))
  }

  /// Something about it has changed; of no concern unless it belongs to the state.
  mutating func note(_ kind: StateRow.Kind, _ key: String) {
    let name = Name(kind: kind, key: key)
    if isOn, names.contains(name) { changed.insert(name) }
  }

  func contains(_ kind: StateRow.Kind, _ key: String) -> Bool { names.contains(Name(kind: kind, key: key)) }

  mutating func takeChanged() -> [(kind: StateRow.Kind, key: String)] {
    defer { changed = [] }
    return changed.map { ($0.kind, $0.key) }
  }

  mutating func putBack(_ rows: [StateRow]) {
    changed.formUnion(rows.map { Name(kind: $0.kind, key: $0.key) })
  }
}
