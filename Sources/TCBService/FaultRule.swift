// A fault on purpose, as a value: which calls meet it, how often, and what becomes of them.

import TCBInterface

/// Where a call arrives, as far as faults tell calls apart.
package enum FaultEndpoint: Sendable, Hashable, CaseIterable {
  case links, plainToken, stableToken, componentToken, authorizerToken, authorizerList, quota, download

  /// Nil for a path at which no fault is met.
  package init?(path: String) {
    switch path {
    case CallPath.app.text, CallPath.component.text: self = .links
    case TokenRequest.Endpoint.plain.rawValue: self = .plainToken
    case TokenRequest.Endpoint.stable.rawValue: self = .stableToken
    case TokenRequest.Endpoint.component.rawValue: self = .componentToken
    case TokenRequest.Endpoint.authorizer.rawValue: self = .authorizerToken
    case AuthorizerListRequest.path: self = .authorizerList
    case QuotaEndpoint.get.rawValue, QuotaEndpoint.clear.rawValue: self = .quota
    default: return nil
    }
  }

  var isToken: Bool {
    switch self {
    case .plainToken, .stableToken, .componentToken, .authorizerToken: true
    case .links, .authorizerList, .quota, .download: false
    }
  }
}

/// The endpoints a rule is for, by the words that scripts and JSON have for them.
package enum FaultScope: String, Sendable, CaseIterable {
  case links, tokens, quota, downloads, token
  case stableToken = "stable_token"
  case componentToken = "component_token"
  case authorizerToken = "authorizer_token"
  case authorizerList = "authorizer_list"

  func includes(_ endpoint: FaultEndpoint) -> Bool {
    switch self {
    case .links: endpoint == .links
    case .tokens: endpoint.isToken
    case .quota: endpoint == .quota
    case .downloads: endpoint == .download
    case .token: endpoint == .plainToken
    case .stableToken: endpoint == .stableToken
    case .componentToken: endpoint == .componentToken
    case .authorizerToken: endpoint == .authorizerToken
    case .authorizerList: endpoint == .authorizerList
    }
  }
}

/// Which of the calls that a rule is for meet its fault.
package enum FaultOccasion: Sendable, Equatable {
  case always
  /// From 0 to 1, by the rule's own generator, so that the same seed picks the same calls again.
  case chance(Double)
  /// Every nth call, the nth first.
  case every(Int)
  case first(Int)
  /// The nth call alone.
  case nth(Int)

  /// `call` counts from 1.
  func includes(_ call: Int, _ generator: inout FaultGenerator) -> Bool {
    switch self {
    case .always: true
    case .chance(let chance): generator.unit() < chance
    case .every(let count): count > 0 && call % count == 0
    case .first(let count): call <= count
    case .nth(let number): call == number
    }
  }
}

/// What becomes of a call.
package enum FaultEffect: Sendable, Equatable {
  package enum Reset: String, Sendable, CaseIterable {
    /// The connection is reset before the call is looked at.
    case before
    /// The call is answered, and the connection reset in the middle of the answer's body.
    case body
  }

  package enum Body: String, Sendable, CaseIterable {
    /// The JSON ends early, in a message of HTTP that is whole.
    case truncated
    /// No JSON, or JSON that breaks its own grammar.
    case malformed
    /// Keys that nobody knows, in the answer and in each of its rows.
    case extended
  }

  package enum Rows: String, Sendable, CaseIterable {
    /// One row is missing.
    case dropped
    /// One row stands twice.
    case doubled
    /// The rows come in another order.
    case shuffled
    /// There is a row for a file that was not asked for.
    case unasked
    /// About half of the rows, and one at least, are failures.
    case mixed
  }

  /// Answered with this code in place of every check; the text is the code's own where there is none.
  case errorCode(Int, message: String?)
  /// Answered with this status of HTTP and no body; `retryAfter` in seconds.
  case status(Int, retryAfter: Int64?)
  /// Answered late by so many milliseconds, and up to `spread` more.
  case delay(Int64, spread: Int64)
  case reset(Reset)
  case body(Body)
  case rows(Rows)
  /// Somebody else has fetched a newer token: the one of the call, if it was fetched here, is no longer the latest.
  case tokenSuperseded
  /// The server's clock is ahead by so many milliseconds, or behind where they are negative.
  case clock(Int64)

  /// Whether nothing else can happen to the call.
  var endsCall: Bool {
    switch self {
    case .errorCode, .status, .reset(.before): true
    case .delay, .reset(.body), .body, .rows, .tokenSuperseded, .clock: false
    }
  }

  func fits(_ endpoint: FaultEndpoint) -> Bool {
    switch self {
    case .status, .delay, .reset, .clock: true
    case .errorCode, .body: endpoint != .download
    case .rows, .tokenSuperseded: endpoint == .links
    }
  }
}

package struct FaultRule: Sendable, Equatable {
  package var name: String
  /// Nil is every endpoint that the effect can be met at.
  package var scope: FaultScope?
  /// The id of an environment, there or not; nil is every one.
  package var environment: String?
  /// Only requests for tokens by or for this app.
  package var appID: String?
  package var occasion: FaultOccasion
  package var seed: UInt64
  package var effect: FaultEffect

  package init(
    _ name: String, on scope: FaultScope? = nil, environment: String? = nil, appID: String? = nil,
    when occasion: FaultOccasion = .always, seed: UInt64? = nil, gives effect: FaultEffect
  ) {
    self.name = name
    self.scope = scope
    self.environment = environment
    self.appID = appID
    self.occasion = occasion
    self.seed = seed ?? FaultGenerator.seed(of: name)
    self.effect = effect
  }

  package static let counts: ClosedRange<Int64> = 1...1_000_000_000
  /// What the interface's numbers fit into (ours).
  package static let errorCodes: ClosedRange<Int64> = -9_999_999...9_999_999
  package static let statuses: ClosedRange<Int64> = 400...599
  /// Seconds: a day.
  package static let longestPause: Int64 = 86_400
  /// Milliseconds: ten minutes.
  package static let longestDelay: Int64 = 600_000
  /// Milliseconds: a year.
  package static let largestClockOffset: Int64 = 365 * 86_400_000

  /// Whether there is an endpoint at which its calls can meet its effect.
  package var canBeMet: Bool { FaultEndpoint.allCases.contains(where: isMet) }

  private func isMet(at endpoint: FaultEndpoint) -> Bool {
    effect.fits(endpoint) && scope?.includes(endpoint) ?? true && (appID == nil || endpoint.isToken)
      && (environment == nil || endpoint == .links || endpoint == .download)
  }

  func matches(_ call: FaultedCall) -> Bool {
    guard isMet(at: call.endpoint) else { return false }
    if let environment, call.environment != environment { return false }
    return appID.map(call.appIDs.contains) ?? true
  }
}

/// A call, as far as rules look at it.
package struct FaultedCall: Sendable {
  package var endpoint: FaultEndpoint
  package var environment: String?
  /// Of a request for a token: the apps that it names.
  package var appIDs: [String]

  package init(_ endpoint: FaultEndpoint, environment: String? = nil, appIDs: [String] = []) {
    self.endpoint = endpoint
    self.environment = environment
    self.appIDs = appIDs
  }
}

/// Numbers that a seed and a call's number determine (SplitMix64), whatever other calls come between.
package struct FaultGenerator: RandomNumberGenerator, Sendable, Equatable {
  private var state: UInt64

  init(seed: UInt64, call: Int) {
    state = seed &+ UInt64(truncatingIfNeeded: call) &* 0xD1B5_4A32_D192_ED03
    _ = next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// From 0 to below 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// The seed of a rule that names none: its name, so that two rules do not pick the same calls (FNV-1a).
  static func seed(of name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
