// What stands in the rows of a state: accounts, environments, tokens and counts, as JSON and back.

import TCBInterface
import TCBText

/// The fields of a row, and the words for what is wrong with one.
struct StateFields {
  let value: JSONValue
  let kind: StateRow.Kind
  let key: String

  init(_ value: JSONValue, of row: StateRow) {
    (self.value, self.kind, self.key) = (value, row.kind, row.key)
  }

  func wrong(_ what: String) -> StateError {
    StateError("\(what) of `\(key)` in `\(kind.rawValue)` is missing or not what it should be")
  }

  func text(_ name: String) throws(StateError) -> String {
    guard let text = value[name]?.text, !text.isEmpty else { throw wrong("`\(name)`") }
    return text
  }

  func optionalText(_ name: String) throws(StateError) -> String? {
    guard let field = value[name], !field.isNull else { return nil }
    guard let text = field.text else { throw wrong("`\(name)`") }
    return text
  }

  func number(_ name: String) throws(StateError) -> Int64? {
    guard let field = value[name], !field.isNull else { return nil }
    guard let number = field.whole else { throw wrong("`\(name)`") }
    return number
  }

  func flag(_ name: String, or standard: Bool) throws(StateError) -> Bool {
    guard let field = value[name] else { return standard }
    guard let flag = field.bool else { throw wrong("`\(name)`") }
    return flag
  }

  func digest(_ name: String) throws(StateError) -> SecretDigest {
    guard let digest = SecretDigest(hexadecimal: try text(name)) else { throw wrong("`\(name)`") }
    return digest
  }

  /// As `NAME`, in plain text, from whoever writes a state by hand, or as `NAME_sha256`.
  func secret(_ name: String) throws(StateError) -> SecretDigest {
    if let text = try optionalText(name), !text.isEmpty { return SecretDigest(of: text) }
    guard value[name + "_sha256"] != nil else { throw wrong("`\(name)`") }
    return try digest(name + "_sha256")
  }

  /// Throws where there is a field that nothing is made of: whoever has written it meant something by it.
  func refuseUnknown() throws(StateError) {
    guard case .object(let fields) = value else { return }
    let known = kind.fields
    guard let unknown = fields.keys.filter({ !known.contains($0) }).min() else { return }
    throw StateError("`\(unknown)` of `\(key)` is nothing that one of the `\(kind.rawValue)` has")
  }
}

extension StateRow.Kind {
  fileprivate var fields: Set<String> {
    switch self {
    case .apps: ["secret", "secret_sha256", "has_cloud"]
    case .platforms:
      ["secret", "secret_sha256", "ticket", "ticket_sha256", "ticket_received_at", "has_cloud"]
    case .merchants:
      [
        "platform", "refresh", "refresh_sha256", "first_refresh_sha256", "refresh_serial", "permission_sets",
        "has_cloud",
      ]
    case .environments:
      [
        "bucket", "account", "owner", "read", "key", "backup_key", "max_age_limit", "validity", "link_origin",
        "objects",
      ]
    case .tokens: ["kind", "appid", "expires_at", "superseded_at", "serial"]
    case .use:
      [
        "links", "links_by_minute", "plain", "stable", "stable_by_minute", "forced", "cleared", "last_forced",
      ]
    case .refreshTokens: ["first", "latest", "refresh", "refresh_serial"]
    case .meta: ["calls_per_day", "calls_per_minute"]
    }
  }
}

extension JSONValue {
  fileprivate static func optional(_ number: Int64?) -> JSONValue { number.map { .whole($0) } ?? .null }
  fileprivate static func optional(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }
  fileprivate static func digest(_ digest: SecretDigest) -> JSONValue { .text(digest.hexadecimal) }
}

extension CallQuota {
  init(_ fields: StateFields) throws(StateError) {
    guard let day = fields.value["calls_per_day"]?.whole,
      let minute = fields.value["calls_per_minute"]?.whole, day >= 0, minute >= 0
    else { throw StateError("`calls_per_day` and `calls_per_minute` are whole numbers from 0 on") }
    self.init(perDay: Int(clamping: day), perMinute: Int(clamping: minute))
  }

  package var value: JSONValue {
    .object(["calls_per_day": .whole(Int64(perDay)), "calls_per_minute": .whole(Int64(perMinute))])
  }
}

extension AppConfiguration {
  init(_ fields: StateFields) throws(StateError) {
    self.init(
      appID: fields.key, digest: try fields.secret("secret"), hasCloud: try fields.flag("has_cloud", or: true)
    )
  }

  var value: JSONValue { .object(["secret_sha256": .digest(secret), "has_cloud": .bool(hasCloud)]) }
}

extension PlatformConfiguration {
  init(_ fields: StateFields) throws(StateError) {
    let ticket = VerifyTicket(
      digest: try fields.secret("ticket"), receivedAt: try fields.number("ticket_received_at"))
    self.init(
      appID: fields.key, digest: try fields.secret("secret"), ticket: ticket,
      hasCloud: try fields.flag("has_cloud", or: true))
  }

  var value: JSONValue {
    .object([
      "secret_sha256": .digest(secret), "ticket_sha256": .digest(ticket.text),
      "ticket_received_at": .optional(ticket.receivedAt), "has_cloud": .bool(hasCloud),
    ])
  }
}

extension MerchantConfiguration {
  /// `isOwn` is false for a refresh token of another core, whose text cannot be made here.
  init(_ fields: StateFields, isOwn: Bool) throws(StateError) {
    let latest = try fields.secret("refresh")
    var sets = Self.permissionSetsOfTheCall
    if let list = fields.value["permission_sets"] {
      guard let numbers = list.list?.compactMap(\.whole), numbers.count == list.list?.count else {
        throw fields.wrong("`permission_sets`")
      }
      sets = Set(numbers.map { Int(clamping: $0) })
    }
    let first =
      fields.value["first_refresh_sha256"] == nil ? latest : try fields.digest("first_refresh_sha256")
    self.init(
      appID: fields.key, platform: try fields.text("platform"), first: first, latest: latest,
      text: try Self.refreshText(fields, isOwn: isOwn), permissionSets: sets,
      hasCloud: try fields.flag("has_cloud", or: true))
  }

  var value: JSONValue {
    .object([
      "platform": .text(platform), "refresh_sha256": .digest(refreshToken),
      "first_refresh_sha256": .digest(firstRefreshToken), "refresh_serial": .optional(serial),
      "permission_sets": .list(permissionSets.sorted().map { .whole(Int64($0)) }),
      "has_cloud": .bool(hasCloud),
    ])
  }

  static func refreshText(_ fields: StateFields, isOwn: Bool) throws(StateError) -> RefreshText {
    if let given = try fields.optionalText("refresh"), !given.isEmpty { return .given(Secret(given)) }
    guard isOwn, let serial = try fields.number("refresh_serial") else { return .unknown }
    return .made(serial: UInt64(clamping: serial))
  }

  private var serial: Int64? {
    if case .made(let serial) = refreshText { Int64(clamping: serial) } else { nil }
  }

  /// For a merchant that is set up anew by each process.
  var refreshValue: JSONValue {
    .object([
      "first": .digest(firstRefreshToken), "latest": .digest(refreshToken),
      "refresh_serial": .optional(serial),
    ])
  }
}

extension SigningKey {
  /// 128 bits for one environment, made of bytes that several share; nil without them.
  fileprivate static func made(of random: [UInt8], for environment: String) -> String? {
    guard !random.isEmpty else { return nil }
    var text: [UInt8] = []
    for byte in random { text.append(hexadecimal: byte) }
    let digest = SecretDigest(of: String(decoding: text, as: UTF8.self) + environment)
    return String(digest.hexadecimal.prefix(32))
  }
}

extension EnvironmentConfiguration {
  /// A private environment without a key is given one made of `random`.
  init(_ fields: StateFields, random: [UInt8]) throws(StateError) {
    func key(_ text: String) throws(StateError) -> SigningKey {
      do { return try SigningKey(text) } catch { throw fields.wrong("`key`") }
    }
    let read = try fields.optionalText("read") ?? "private"
    guard let access: ReadAccess = ["private": .private, "public": .public][read] else {
      throw fields.wrong("`read`")
    }
    guard let primary = try fields.optionalText("key") ?? SigningKey.made(of: random, for: fields.key) else {
      throw fields.wrong("`key`")
    }
    let backup = try fields.optionalText("backup_key")
    let longest = try fields.number("max_age_limit") ?? Self.defaultMaxAgeLimit
    let validity = try fields.number("validity") ?? 0
    guard longest > 0, validity >= 0 else { throw fields.wrong("`max_age_limit` or `validity`") }
    let (bucket, account) = (try fields.text("bucket"), try fields.optionalText("account"))
    try Self.check(fields, bucket: bucket, account: account)
    var backupKey: SigningKey?
    if let backup { backupKey = try key(backup) }
    self.init(
      id: fields.key, bucket: bucket, account: account,
      owner: try fields.text("owner"), read: access, primaryKey: try key(primary), backupKey: backupKey,
      maxAgeLimit: longest, validity: validity, linkOrigin: try fields.optionalText("link_origin"),
      objects: try Self.objects(fields))
  }

  /// No file id could name what these say of a file of theirs.
  private static func check(_ fields: StateFields, bucket: String, account: String?) throws(StateError) {
    let start = "cloud://".utf8.count + fields.key.utf8.count
    do throws(FileIDError) { _ = try FileID(environment: fields.key, bucket: bucket, path: "a") } catch {
      throw StateError(
        "the \(error.offset > start ? "`bucket` of `\(fields.key)`" : "environment's id `\(fields.key)`"): \(error.message)"
      )
    }
    guard let account, !account.isEmpty else { return }
    guard (try? FileID(environment: fields.key, bucket: "\(bucket)-\(account)", path: "a")) != nil else {
      throw fields.wrong("`account`")
    }
  }

  private static func objects(_ fields: StateFields) throws(StateError) -> any ObjectStore {
    switch fields.value["objects"] {
    case nil, .text("any")?: return EveryObject()
    case .list(let paths)?:
      let texts = paths.compactMap(\.text)
      guard texts.count == paths.count else { throw fields.wrong("`objects`") }
      return ListedObjects(texts)
    case let value?:
      guard let folder = value["folder"]?.text else { throw fields.wrong("`objects`") }
      do throws(FolderError) { return try FolderObjects(root: folder) } catch {
        throw StateError("the folder of `\(fields.key)`: \(error.message.english)")
      }
    }
  }

  var value: JSONValue {
    let objects: JSONValue =
      switch self.objects {
      case let folder as FolderObjects: .object(["folder": .text(folder.root)])
      case let list as ListedObjects: .list(list.all.sorted().map { .text($0) })
      default: .text("any")
      }
    return .object([
      "bucket": .text(bucket), "account": .optional(account), "owner": .text(owner),
      "read": .text(read == .public ? "public" : "private"), "key": .text(primaryKey.reveal()),
      "backup_key": .optional(backupKey?.reveal()), "max_age_limit": .whole(maxAgeLimit),
      "validity": .whole(validity), "link_origin": .optional(hasOriginOfServer ? nil : linkOrigin),
      "objects": objects,
    ])
  }
}

extension TokenLedger.Record {
  /// `isOwn` is false for a token of another core, whose text cannot be made here.
  init(_ fields: StateFields, isOwn: Bool) throws(StateError) {
    guard let kind = TokenHolder.Kind(rawValue: try fields.text("kind")) else { throw fields.wrong("`kind`") }
    let serial = try fields.number("serial")
    self.init(
      holder: TokenHolder(kind: kind, appID: try fields.text("appid")),
      expiresAt: try fields.number("expires_at"), supersededAt: try fields.number("superseded_at"),
      serial: isOwn ? serial.map { UInt64(clamping: $0) } : nil)
  }

  var value: JSONValue {
    .object([
      "kind": .text(holder.kind.rawValue), "appid": .text(holder.appID), "expires_at": .optional(expiresAt),
      "superseded_at": .optional(supersededAt), "serial": .optional(serial.map { Int64(clamping: $0) }),
    ])
  }
}

extension AccountUse {
  init(_ fields: StateFields) throws(StateError) {
    func window(
      _ name: String, _ period: CallWindow.Period, isOptional: Bool = false
    ) throws(StateError) -> CallWindow {
      if isOptional, fields.value[name] == nil { return CallWindow(period) }
      guard let pair = fields.value[name]?.list?.compactMap(\.whole), pair.count == 2, pair[1] >= 0 else {
        throw fields.wrong("`\(name)`")
      }
      return CallWindow(period, window: pair[0], count: Int(clamping: pair[1]))
    }
    links = try window("links", .day)
    // A state of before these were kept has none of them.
    linksByMinute = try window("links_by_minute", .minute, isOptional: true)
    stableByMinute = try window("stable_by_minute", .minute, isOptional: true)
    (keptLinks, keptLinksByMinute) = (links, linksByMinute)
    (plain, stable) = (try window("plain", .day), try window("stable", .day))
    (forced, cleared) = (try window("forced", .day), try window("cleared", .month))
    lastForced = try fields.number("last_forced")
  }

  /// Each count with the minute, day or month it is of.
  var value: JSONValue {
    func pair(_ window: CallWindow) -> JSONValue {
      .list([.whole(window.window), .whole(Int64(window.count))])
    }
    return .object([
      "links": pair(keptLinks), "links_by_minute": pair(keptLinksByMinute), "plain": pair(plain),
      "stable": pair(stable), "stable_by_minute": pair(stableByMinute), "forced": pair(forced),
      "cleared": pair(cleared), "last_forced": .optional(lastForced),
    ])
  }
}
