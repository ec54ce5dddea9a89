// A core's state as rows: written down as it changes, put back when a process begins, and as one document.

import Synchronization
import TCBInterface

extension APICore {
  // MARK: Keeping

  /// Puts back what is kept and keeps from now on what changes. What the core was set up with before stays where both define
  /// something; a merchant that was set up with the same refresh token as before keeps the latest one.
  package func attach(_ store: any StateStore) throws(StateError) {
    let key = try store.tokenKey(TokenTexts.keyLength)
    let rows = try store.rows()
    try self.store.withLock { place throws(StateError) in
      try state.withLock { state throws(StateError) in
        try state.restore(rows)
        state.texts = TokenTexts(key: key)
        state.kept.isOn = true
        state.desk.ledger.notesChanges = true
      }
      place = store
    }
  }

  /// Writes down what has changed. A state that cannot be written does not keep the core from answering; `stateTrouble` tells.
  func keep() {
    store.withLock { store in
      guard let store else { return }
      let changes = state.withLock { $0.takeChanges() }
      guard !changes.rows.isEmpty else { return }
      do throws(StateError) {
        try store.write(changes.rows, durably: changes.rows.contains { $0.isPrecious })
        note(trouble: nil)
      } catch {
        state.withLock { $0.putBack(changes) }
        note(trouble: error.message)
      }
    }
  }

  private func note(trouble: String?) {
    let isNews = storeTrouble.withLock { present in
      defer { present = trouble }
      return (present == nil) != (trouble == nil)
    }
    if isNews { stateWatcher.withLock { $0 }?(trouble) }
  }

  /// What keeps the state from being written; nil where nothing does.
  package var stateTrouble: String? { storeTrouble.withLock { $0 } }

  /// Writes down the exact counts, for an end in good order.
  package func settle() {
    state.withLock { state in
      guard state.kept.isOn else { return }
      for appID in state.desk.use.keys {
        state.desk.use[appID]?.keepExactly()
        state.desk.changedUse.insert(appID)
      }
    }
    keep()
  }

  // MARK: As one document

  /// Everything there is, whoever defined it: `{"version": 1, KIND: {KEY: VALUE}}`. Tokens and secrets are in it as digests; the
  /// signing keys of environments, which links are checked with, are in it as they are.
  package func exported() -> [UInt8] {
    let rows = state.withLock { $0.allRows() }
    var document: [String: JSONValue] = ["version": .whole(1)]
    for (kind, rows) in Dictionary(grouping: rows, by: \.kind) {
      document[kind.rawValue] = .object(
        Dictionary(rows.compactMap { row in row.value.map { (row.key, $0) } }) { $1 })
    }
    return JSONValue.object(document).encoded
  }

  /// Adds what a document has, in place of what has the same name. All or nothing.
  package func add(document bytes: [UInt8]) throws(StateError) {
    let document: JSONValue
    do throws(WireError) { document = try JSONValue(decoding: bytes) } catch {
      throw StateError("the state is not the JSON it should be: \(error.message)")
    }
    guard document["version"]?.whole == 1, case .object(let kinds) = document else {
      throw StateError("the state has no `\"version\": 1`")
    }
    var rows: [StateRow] = []
    for (name, values) in kinds.sorted(by: { $0.key < $1.key }) where name != "version" {
      guard let kind = StateRow.Kind(rawValue: name), case .object(let values) = values else {
        throw StateError("`\(name)` is nothing that a state has")
      }
      for (key, value) in values.sorted(by: { $0.key < $1.key }) { rows.append(StateRow(kind, key, value)) }
    }
    try add(rows)
  }

  /// Adds or replaces definitions.
  package func add(_ rows: [StateRow]) throws(StateError) {
    let random = randomness(SigningKey.randomLength)
    try state.withLock { state throws(StateError) in
      var next = state
      for row in rows.inOrder { try next.put(row, random) }
      state = next
    }
    keep()
  }

  /// False where there is none of that name.
  package func remove(_ kind: StateRow.Kind, _ key: String) -> Bool {
    let isThere = state.withLock { $0.remove(kind, key) }
    keep()
    return isThere
  }

  /// Below this the links of environments that the state has lead to a server, each under its id.
  package func leadLinks(below base: String?) { state.withLock { $0.linkBase = base } }
}

extension [StateRow] {
  /// Tokens in the order they were issued in, and all that they need before them.
  fileprivate var inOrder: [StateRow] {
    func rank(_ row: StateRow) -> (Int, Int64) {
      (StateRow.Kind.allCases.firstIndex(of: row.kind) ?? 0, row.value?["serial"]?.whole ?? 0)
    }
    return sorted { rank($0) < rank($1) }
  }
}

// MARK: Rows of a state

extension APICore.State {
  struct Changes {
    var rows: [StateRow] = []
    var digests: Set<SecretDigest> = []
    var use: Set<String> = []
    var refresh: Set<String> = []
  }

  fileprivate mutating func takeChanges() -> Changes {
    var changes = Changes()
    changes.digests = desk.ledger.takeChanged()
    (changes.use, desk.changedUse) = (desk.changedUse, [])
    (changes.refresh, desk.changedRefresh) = (desk.changedRefresh, [])
    changes.rows = kept.takeChanged().map { row($0.kind, $0.key) }
    changes.rows += changes.digests.map { StateRow(.tokens, $0.hexadecimal, desk.ledger.records[$0]?.value) }
    changes.rows += changes.use.map { row(.use, $0) } + changes.refresh.map { row(.refreshTokens, $0) }
    if !changes.digests.isEmpty || !changes.refresh.isEmpty { changes.rows.append(serialRow) }
    return changes
  }

  fileprivate mutating func putBack(_ changes: Changes) {
    desk.ledger.putBack(changes.digests)
    desk.changedUse.formUnion(changes.use)
    desk.changedRefresh.formUnion(changes.refresh)
    kept.putBack(
      changes.rows.filter { row in
        [.apps, .platforms, .merchants, .environments].contains(row.kind) || row.isQuota
      })
  }

  private var serialRow: StateRow { StateRow(.meta, "serial", .whole(Int64(clamping: serial))) }

  fileprivate func allRows() -> [StateRow] {
    var rows = desk.apps.keys.map { row(.apps, $0) } + desk.platforms.keys.map { row(.platforms, $0) }
    rows += desk.merchants.keys.map { row(.merchants, $0) } + environments.keys.map { row(.environments, $0) }
    rows += desk.ledger.records.map { StateRow(.tokens, $0.key.hexadecimal, $0.value.value) }
    rows += desk.use.map { appID, use in
      // What is kept ahead of a kill is nothing that whoever takes the document over need count.
      var use = use
      use.keepExactly()
      return StateRow(.use, appID, use.value)
    }
    if kept.contains(.meta, StateRow.quotaKey) { rows.append(row(.meta, StateRow.quotaKey)) }
    return rows
  }

  private func row(_ kind: StateRow.Kind, _ key: String) -> StateRow {
    let value: JSONValue? =
      switch kind {
      case .apps: desk.apps[key]?.value
      case .platforms: desk.platforms[key]?.value
      case .merchants: desk.merchants[key]?.value
      case .environments: environments[key]?.configuration.value
      case .use: desk.use[key]?.value
      case .refreshTokens: desk.merchants[key]?.refreshValue
      case .meta where key == StateRow.quotaKey: desk.callQuota.value
      case .tokens, .meta: nil
      }
    return StateRow(kind, key, value)
  }

  fileprivate mutating func restore(_ rows: [StateRow]) throws(StateError) {
    for row in rows.inOrder {
      let isSetUp: Bool =
        switch row.kind {
        case .apps: desk.apps[row.key] != nil
        case .platforms: desk.platforms[row.key] != nil
        case .merchants: desk.merchants[row.key] != nil
        case .environments: environments[row.key] != nil
        case .meta: row.isQuota && quotaIsSetUp
        default: false
        }
      if !isSetUp { try put(row, []) }
    }
  }

  /// `random` is for keys that have to be made; without them a row that lacks one is wrong.
  fileprivate mutating func put(_ row: StateRow, _ random: [UInt8]) throws(StateError) {
    guard let value = row.value else { return }
    let fields = StateFields(value, of: row)
    if !random.isEmpty {
      // Which token comes next is a matter of each core.
      guard row.kind != .meta || row.isQuota else {
        throw StateError("`\(row.key)` is nothing that `meta` has")
      }
      try fields.refuseUnknown()
    }
    switch row.kind {
    case .apps: desk.apps[row.key] = try AppConfiguration(fields)
    case .platforms: desk.platforms[row.key] = try PlatformConfiguration(fields)
    case .merchants: desk.merchants[row.key] = try MerchantConfiguration(fields, isOwn: random.isEmpty)
    case .environments:
      var environment = try EnvironmentConfiguration(fields, random: random)
      if environment.linkOrigin == nil, let linkBase {
        environment.linkOrigin = "\(linkBase)\(APICore.downloadPath)\(environment.id)"
        environment.hasOriginOfServer = true
      }
      environments[row.key] = ServedEnvironment(environment)
    case .tokens:
      guard let digest = SecretDigest(hexadecimal: row.key) else { throw fields.wrong("its digest") }
      // Another core's texts cannot be told again here, so those tokens are good but never the latest.
      desk.ledger.restore(digest, try TokenLedger.Record(fields, isOwn: random.isEmpty))
      if !random.isEmpty { desk.ledger.noteRestored(digest) }
    case .use:
      desk.use[row.key] = try AccountUse(fields)
      if !random.isEmpty { desk.changedUse.insert(row.key) }
    case .refreshTokens:
      let (first, latest) = (try fields.digest("first"), try fields.digest("latest"))
      if desk.merchants[row.key]?.firstRefreshToken == first {
        desk.merchants[row.key]?.refreshToken = latest
        desk.merchants[row.key]?.refreshText = try MerchantConfiguration.refreshText(
          fields, isOwn: random.isEmpty)
      }
    case .meta where row.isQuota:
      desk.callQuota = try CallQuota(fields)
      kept.add(.meta, row.key)
    case .meta:
      if row.key == "serial", let number = value.whole { serial = max(serial, UInt64(clamping: number)) }
    }
    if [.apps, .platforms, .merchants, .environments].contains(row.kind) { kept.add(row.kind, row.key) }
  }

  fileprivate mutating func remove(_ kind: StateRow.Kind, _ key: String) -> Bool {
    let isThere: Bool
    switch kind {
    case .apps: isThere = desk.apps.removeValue(forKey: key) != nil
    case .platforms: isThere = desk.platforms.removeValue(forKey: key) != nil
    case .merchants: isThere = desk.merchants.removeValue(forKey: key) != nil
    case .environments: isThere = environments.removeValue(forKey: key) != nil
    case .tokens, .use, .refreshTokens, .meta: isThere = false
    }
    kept.remove(kind, key)
    return isThere
  }
}
