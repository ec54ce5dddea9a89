// One batch to the service and back: with a token, renewed when refused, and again when the trouble may pass.

import TCBInterface
import TCBRows
import TCBService
import TCBText

/// How long to wait before trying again.
package struct Backoff: Sendable {
  /// Milliseconds.
  package var first: Int64 = 200
  package var longest: Int64 = 10_000
  /// A number below its argument, which is at least 1.
  package var random: @Sendable (Int64) -> Int64 = { Int64.random(in: 0..<$0) }

  package init() {}

  /// Full jitter: anything up to a bound that doubles with each attempt.
  package func delay(attempt: Int) -> Int64 {
    let doubled = first << Int64(min(max(attempt - 1, 0), 20))
    return random(max(1, min(doubled, longest)) + 1)
  }
}

/// What became of a batch.
package struct BatchOutcome: Sendable {
  package enum Result: Sendable {
    case answered(LinkAnswer)
    /// No file of the batch has an answer of its own; this is what holds for all.
    case failed(code: String, message: String)
  }

  package var result: Result
  /// Calls made, renewals and repeats included.
  package var attempts: Int
  /// Milliseconds since 1970 at which the call that was answered set out.
  package var askedAt: Int64
}

package struct BatchCaller: Sendable {
  package var now: @Sendable () -> Int64
  package var backoff: Backoff

  package init(now: @escaping @Sendable () -> Int64, backoff: Backoff = Backoff()) {
    self.now = now
    self.backoff = backoff
  }

  /// Calls until there is an answer that will not get better. Throws only when there is no token or the run is cancelled.
  package func send(
    _ request: LinkRequest, to environment: LinkEnvironment
  ) async throws(LinkTrouble) -> BatchOutcome {
    var attempts = 0
    var retries = 0
    var renewed = false
    var credential = try await LinkTrouble.translating { () throws(TokenTrouble) in
      try await environment.tokens.credential()
    }
    while true {
      if Task.isCancelled { throw .cancelled }
      attempts += 1
      let askedAt = now()
      let answer = await Self.call(request, environment, credential)
      switch answer {
      case .answered(let answer) where answer.errorCode == 0:
        environment.tokens.noteAccepted(credential)
        return BatchOutcome(result: .answered(answer), attempts: attempts, askedAt: askedAt)
      case .answered(let answer)
      where answer.meansTokenIsBad && (!renewed || isTakenAway(credential, retries, environment)):
        if renewed { retries += 1 }
        renewed = true
        do throws(TokenTrouble) {
          credential = try await environment.tokens.credential(instead: credential)
        } catch {
          if Task.isCancelled { throw .cancelled }
          // The run has started: what has no token fails of the refusal, and the files before it stay as they are.
          let message = "\(Self.text(of: answer)); \(error.message.english)"
          return BatchOutcome(
            result: .failed(code: String(answer.errorCode), message: message), attempts: attempts,
            askedAt: askedAt)
        }
        continue
      case .failed(.cancelled): throw .cancelled
      default: break
      }
      guard answer.mayPass, retries < environment.retries else {
        return BatchOutcome(result: answer.failure, attempts: attempts, askedAt: askedAt)
      }
      retries += 1
      // A cancelled sleep ends early; the loop's head then ends the run.
      try? await Task.sleep(for: .milliseconds(backoff.delay(attempt: retries)))
    }
  }

  /// Whether a token that was refused has worked before, so that another one may work again; one that never did is not fetched
  /// anew without end.
  private func isTakenAway(_ credential: Credential, _ retries: Int, _ environment: LinkEnvironment) -> Bool {
    retries < environment.retries && environment.tokens.wasAccepted(credential)
  }

  private enum Reply {
    case answered(LinkAnswer)
    case failed(LinkServiceError)

    var mayPass: Bool {
      switch self {
      case .answered(let answer): answer.isTransient
      case .failed(let error): error.isTransient
      }
    }

    var failure: BatchOutcome.Result {
      switch self {
      case .answered(let answer):
        .failed(code: String(answer.errorCode), message: BatchCaller.text(of: answer))
      case .failed(let error): .failed(code: "unreachable", message: error.message)
      }
    }
  }

  private static func call(
    _ request: LinkRequest, _ environment: LinkEnvironment, _ credential: Credential
  ) async -> Reply {
    do throws(LinkServiceError) {
      return .answered(try await environment.service.links(for: request, credential: credential))
    } catch {
      return .failed(error)
    }
  }

  /// The answer's text, or what is known of its code where it has none.
  static func text(of answer: LinkAnswer) -> String {
    guard answer.message.isEmpty else { return answer.message }
    return ErrorCode(number: answer.errorCode)?.meaning ?? "the interface answered \(answer.errorCode)"
  }
}

/// What keeps a run of links from starting or going on.
package enum LinkTrouble: Error, Sendable {
  case cancelled
  case token(TokenTrouble)
  case noEnvironment
  case source(RowError)

  static func translating<Result>(
    _ body: () async throws(TokenTrouble) -> Result
  ) async throws(LinkTrouble) -> Result {
    do throws(TokenTrouble) { return try await body() } catch {
      // A fetch that was stopped fails in some way of its own.
      throw Task.isCancelled ? .cancelled : .token(error)
    }
  }
}
