// An environment as the link engine sees it: an id, and a way to ask for links.

import TCBInterface
import TCBService

/// An environment that files may be in.
package struct LinkEnvironment: Sendable {
  /// What the script calls it.
  package var name: String
  package var id: String
  package var bucket: String
  package var service: ReachedService
  /// Gives the token that calls are made with.
  package var tokens: TokenKeeper
  /// Files in a call, 1 to 50 (documented bound).
  package var batch: Int
  /// Calls under way at once.
  package var concurrency: Int
  /// How often a call with a transient answer is made again.
  package var retries: Int
  package var pace: EnvironmentPace

  package static let largestBatch = 50
  package static let greatestConcurrency = 256

  package init(
    name: String, id: String, bucket: String, service: ReachedService, tokens: TokenKeeper,
    batch: Int = LinkEnvironment.largestBatch, concurrency: Int = 8, retries: Int = 4,
    pace: EnvironmentPace? = nil
  ) {
    self.name = name
    self.id = id
    self.bucket = bucket
    self.service = service
    self.tokens = tokens
    self.batch = min(max(batch, 1), LinkEnvironment.largestBatch)
    self.concurrency = min(max(concurrency, 1), LinkEnvironment.greatestConcurrency)
    self.retries = min(max(retries, 0), 100)
    self.pace = pace ?? EnvironmentPace(host: HostPace(name: name))
  }
}

/// The environments a run knows, and the one that bare paths are in.
package struct EnvironmentDirectory: Sendable {
  /// One for each id; of two with one id the later, and the current one before any other.
  package private(set) var all: [LinkEnvironment] = []
  private var places: [String: Int] = [:]
  package let current: LinkEnvironment?

  package init(_ environments: [LinkEnvironment], current: LinkEnvironment?) {
    self.current = current
    for environment in environments { add(environment) }
    if let current { add(current) }
  }

  private mutating func add(_ environment: LinkEnvironment) {
    if let place = places[environment.id] {
      all[place] = environment
    } else {
      places[environment.id] = all.count
      all.append(environment)
    }
  }

  /// An index into `all`.
  package func place(of id: String) -> Int? { places[id] }

  package subscript(id: String) -> LinkEnvironment? { places[id].map { all[$0] } }
}
