// An environment as the link engine sees it: an id, and a way to ask for links.

import TCBInterface
import TCBService

/// An environment that files may be in.
package struct LinkEnvironment: Sendable {
  /// What the script calls it.
  package var name: String
  package var id: String
  package var bucket: String
  package var service: any LinkService
  /// Gives the token that calls are made with.
  package var tokens: TokenKeeper
  /// Files in a call, 1 to 50 (documented bound).
  package var batch: Int
  /// Calls under way at once.
  package var concurrency: Int
  /// How often a call with a transient answer is made again.
  package var retries: Int

  package static let largestBatch = 50

  package init(
    name: String, id: String, bucket: String, service: any LinkService, tokens: TokenKeeper,
    batch: Int = LinkEnvironment.largestBatch, concurrency: Int = 8, retries: Int = 4
  ) {
    self.name = name
    self.id = id
    self.bucket = bucket
    self.service = service
    self.tokens = tokens
    self.batch = min(max(batch, 1), LinkEnvironment.largestBatch)
    self.concurrency = min(max(concurrency, 1), 256)
    self.retries = min(max(retries, 0), 100)
  }
}

/// The environments a run knows, and the one that bare paths are in.
package struct EnvironmentDirectory: Sendable {
  package private(set) var byID: [String: LinkEnvironment] = [:]
  package var current: LinkEnvironment?

  package init(_ environments: [LinkEnvironment], current: LinkEnvironment?) {
    for environment in environments { byID[environment.id] = environment }
    if let current { byID[current.id] = current }
    self.current = current
  }
}
