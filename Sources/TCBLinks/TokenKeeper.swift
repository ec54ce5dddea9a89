// Keeps one access token for all who call with it: fetched when first needed, renewed once however many ask.

import Synchronization
import TCBInterface
import TCBService
import TCBText

/// Where a token comes from.
package protocol TokenSource: Sendable {
  /// A token to call with. `forced` says that the one it gave before was refused.
  func token(forced: Bool) async throws(TokenTrouble) -> HeldToken

  /// The requests to the interface that getting one would take now, by names that tell them apart: what two sources would both ask
  /// for, the token of a platform say, has one name.
  func requestsAhead() -> Set<String>

  /// Whether it gives a token without ever waiting for anybody: a fetch is not worth a task then.
  var isImmediate: Bool { get }
}

extension TokenSource {
  package func requestsAhead() -> Set<String> { [] }
  package var isImmediate: Bool { false }
}

package struct HeldToken: Sendable {
  package var credential: Credential
  /// Milliseconds since 1970; nil where the source does not say.
  package var expiresAt: Int64?

  package init(_ credential: Credential, expiresAt: Int64? = nil) {
    self.credential = credential
    self.expiresAt = expiresAt
  }
}

/// Why there is no token. The message holds no secret.
package struct TokenTrouble: Error, Sendable, Equatable {
  package var code: String
  package var message: Wording
  package var help: Wording?
  /// What the interface answered, where it did.
  package var answered: Int?

  package init(code: String, message: Wording, help: Wording? = nil, answered: Int? = nil) {
    self.code = code
    self.message = message
    self.help = help
    self.answered = answered
  }

  /// No token came in the time that there was.
  package static let tooLate = TokenTrouble(
    code: "too-late", message: "the run's time was over before there was a token")
}

package actor TokenKeeper {
  private struct Fetch {
    let number: Int
    let isForced: Bool
    let task: Task<Result<HeldToken, TokenTrouble>, Never>
    let end: FetchEnd

    func giveUp() {
      end.isTooLate.store(true, ordering: .relaxed)
      task.cancel()
    }
  }

  private let source: any TokenSource
  private let now: @Sendable () -> Int64
  private let executor: (any TaskExecutor)?
  private var held: HeldToken?
  private var fetching: Fetch?
  private var fetches = 0

  /// A token is renewed this long before its end, so that no call sets out with one that dies on the way.
  package static let margin: Int64 = 60_000

  /// Tokens are fetched on `executor`; nil is the usual one.
  package init(
    _ source: any TokenSource, now: @escaping @Sendable () -> Int64, executor: (any TaskExecutor)? = nil
  ) {
    self.source = source
    self.now = now
    self.executor = executor
  }

  /// A fetch is given up after `patience` milliseconds, for all who wait for it; nil waits as long as it takes.
  package func credential(within patience: Int64? = nil) async throws(TokenTrouble) -> Credential {
    if let held, !isEnding(held) { return held.credential }
    return try await fetched(forced: false, within: patience)
  }

  /// The requests to the interface that a call would take before it sets out, by their names.
  package func requestsAhead() -> Set<String> {
    if let held, !isEnding(held) { return [] }
    return source.requestsAhead()
  }

  /// A credential other than `refused`, which the interface did not accept. Fetched once for all who were refused it.
  package func credential(
    instead refused: Credential, within patience: Int64? = nil
  ) async throws(TokenTrouble) -> Credential {
    // A fetch that knows nothing of the refusal may bring the refused token once more.
    while let fetching, !fetching.isForced { _ = try await token(of: fetching, within: patience) }
    if let held, held.credential != refused, !isEnding(held) { return held.credential }
    return try await fetched(forced: true, within: patience)
  }

  /// Outside of the actor, since every call that goes well tells it.
  private nonisolated let accepted = Mutex<Credential?>(nil)

  /// A call with this credential went well.
  package nonisolated func noteAccepted(_ credential: Credential) {
    accepted.withLock { if $0 != credential { $0 = credential } }
  }

  /// Whether it is the one that a call went well with last.
  package nonisolated func wasAccepted(_ credential: Credential) -> Bool {
    accepted.withLock { $0 == credential }
  }

  private func isEnding(_ token: HeldToken) -> Bool {
    guard let end = token.expiresAt else { return false }
    let (renewal, overflow) = end.subtractingReportingOverflow(TokenKeeper.margin)
    return overflow || renewal <= now()
  }

  private func fetched(forced: Bool, within patience: Int64?) async throws(TokenTrouble) -> Credential {
    guard source.isImmediate else { return try await token(of: fetch(forced: forced), within: patience) }
    let token = try await source.token(forced: forced)
    held = token
    return token.credential
  }

  /// The fetch that is under way, or a new one.
  private func fetch(forced: Bool) -> Fetch {
    if let fetching { return fetching }
    let source = source
    // A task by itself does not inherit where those run that wait for it.
    let task = Task<Result<HeldToken, TokenTrouble>, Never>(executorPreference: executor) {
      do throws(TokenTrouble) { return .success(try await source.token(forced: forced)) } catch {
        return .failure(error)
      }
    }
    fetches += 1
    let fetch = Fetch(number: fetches, isForced: forced, task: task, end: FetchEnd())
    fetching = fetch
    return fetch
  }

  /// Waits for a fetch. Whoever waits belongs to the same run, so that one of them being cancelled ends it for all.
  private func token(of fetch: Fetch, within patience: Int64?) async throws(TokenTrouble) -> Credential {
    let timer = patience.map { patience in
      Task {
        do { try await Task.sleep(for: .milliseconds(max(0, patience))) } catch { return }
        fetch.giveUp()
      }
    }
    defer { timer?.cancel() }
    let result = await withTaskCancellationHandler {
      await fetch.task.value
    } onCancel: {
      fetch.task.cancel()
    }
    // The first to come back settles it; by the time of the others a newer token may be held.
    if fetching?.number == fetch.number {
      fetching = nil
      if case .success(let token) = result { held = token }
    }
    // What a fetch that was given up says of itself is that it was stopped.
    if case .failure = result, fetch.end.isTooLate.load(ordering: .relaxed) { throw .tooLate }
    return try result.get().credential
  }
}

/// Why a fetch has ended, for all who waited for it.
private final class FetchEnd: Sendable {
  let isTooLate = Atomic(false)
}
