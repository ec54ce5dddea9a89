// One call to the service until each of its files has an answer that will not get better: with a token, renewed when refused,
// again when the trouble may pass, and in parts where one file spoils it for the others.

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

package struct BatchCaller: Sendable {
  package var now: @Sendable () -> Int64
  package var backoff: Backoff
  package var bounds: RunBounds
  /// Waits for so many milliseconds, or until the task is cancelled.
  package var sleep: @Sendable (Int64) async -> Void

  package init(
    now: @escaping @Sendable () -> Int64, backoff: Backoff = Backoff(), bounds: RunBounds = RunBounds(),
    sleep: @escaping @Sendable (Int64) async -> Void = { try? await Task.sleep(for: .milliseconds($0)) }
  ) {
    self.now = now
    self.backoff = backoff
    self.bounds = bounds
    self.sleep = sleep
  }

  /// Calls that may be spent on dividing one call: two bad files of fifty are found by that many.
  static let mostDivisions = 24

  /// Throws only when there is no token or the run is cancelled.
  ///
  /// A call that is refused for what may be the fault of one file is sent again in halves, until that file stands alone; files
  /// that an answer leaves out, or says something passing of, are asked for again by themselves.
  package func outcome(
    of request: PackedRequest, in environment: LinkEnvironment
  ) async throws(LinkTrouble) -> CallOutcome {
    var outcome = CallOutcome(files: request.count)
    var waiting: [(places: [Int], repeats: Int)] = [(Array(0..<request.count), 0)]
    var divisions = 0
    bounds.noteCall()
    while let (places, repeats) = waiting.popLast() {
      let part = places.count == request.count ? request : request.selecting(places)
      let sent = try await send(part, to: environment)
      outcome.note(calls: sent.calls, for: places)
      switch sent.result {
      case .failed(let failure):
        guard failure.mayBeOneFile, places.count > 1, divisions + 2 <= Self.mostDivisions else {
          outcome.fail(places, failure)
          continue
        }
        divisions += 2
        bounds.noteCall()
        bounds.noteCall()
        let middle = places.count / 2
        waiting.append((Array(places[middle...]), repeats))
        waiting.append((Array(places[..<middle]), repeats))
      case .answered(let answer):
        let again = outcome.take(answer, to: part, places, askedAt: sent.askedAt)
        guard !again.isEmpty, repeats < environment.retries else { continue }
        let delay = backoff.delay(attempt: repeats + 1)
        guard isInTime(after: delay), bounds.takeRetry() else { continue }
        await sleep(delay)
        waiting.append((again, repeats + 1))
      }
    }
    return outcome
  }

  private func credential(of environment: LinkEnvironment) async throws(LinkTrouble) -> Credential {
    let patience = bounds.rest(at: now())
    do throws(TokenTrouble) { return try await environment.tokens.credential(within: patience) } catch {
      // A fetch that was stopped fails in some way of its own.
      throw Task.isCancelled ? .cancelled : .token(error)
    }
  }
}

// MARK: One call

/// What came of one part, with its repeats.
private struct Sent {
  enum Result {
    case answered(PackedAnswer)
    /// No file has an answer of its own; this is what holds for all.
    case failed(CallOutcome.Failure)
  }

  var result: Result
  var calls: Int
  /// Milliseconds since 1970 at which the call that was answered set out.
  var askedAt: Int64
}

extension BatchCaller {
  private func send(
    _ request: PackedRequest, to environment: LinkEnvironment
  ) async throws(LinkTrouble) -> Sent {
    var (calls, retries, renewed) = (0, 0, false)
    if let failure = refusal(environment) { return Sent(result: .failed(failure), calls: 0, askedAt: now()) }
    var credential: Credential
    do throws(LinkTrouble) { credential = try await self.credential(of: environment) } catch {
      // What there was no token for in the run's time fails of that, as what there was no answer for does.
      guard case .token(.tooLate) = error else { throw error }
      let failure = CallOutcome.Failure(
        code: TokenTrouble.tooLate.code, message: TokenTrouble.tooLate.message.english)
      return Sent(result: .failed(failure), calls: 0, askedAt: now())
    }
    while true {
      let start: Start
      switch await setOut(environment, mayWait: retries < environment.retries) {
      case .started(let started): start = started
      case .failed(let failure): return Sent(result: .failed(failure), calls: calls, askedAt: now())
      }
      calls += 1
      let askedAt = now()
      let reply = await reply(to: request, environment, credential)
      note(reply, of: start, environment)
      if Task.isCancelled { throw .cancelled }
      switch reply {
      case .answered(let answer) where answer.errorCode == 0:
        environment.tokens.noteAccepted(credential)
        return Sent(result: .answered(answer), calls: calls, askedAt: askedAt)
      case .answered
      where reply.meansTokenIsBad && mayRenew(credential, again: renewed, retries, environment):
        if renewed { retries += 1 }
        renewed = true
        do throws(TokenTrouble) {
          credential = try await environment.tokens.credential(
            instead: credential, within: bounds.rest(at: now()))
        } catch {
          if Task.isCancelled { throw .cancelled }
          // The run has started: what has no token fails of the refusal, and the files before it stay as they are.
          var failure = reply.failure
          failure.message = "\(failure.message ?? ""); \(error.message.english)"
          return Sent(result: .failed(failure), calls: calls, askedAt: askedAt)
        }
        continue
      case .failed(.cancelled): throw .cancelled
      default: break
      }
      let pause = reply.pause ?? 0
      let delay = max(pause, backoff.delay(attempt: retries + 1))
      guard reply.mayPass, retries < environment.retries, pause <= EnvironmentPace.longestPause,
        isInTime(after: delay), bounds.takeRetry()
      else { return Sent(result: .failed(reply.failure), calls: calls, askedAt: askedAt) }
      retries += 1
      // A cancelled sleep ends early; the loop's head then ends the run.
      await sleep(delay)
    }
  }

  /// Whether the run still has time for a call after so many milliseconds.
  private func isInTime(after delay: Int64) -> Bool { bounds.rest(at: now()).map { delay < $0 } ?? true }

  /// Whether a call whose token was refused is made again with another. The first time it is; after that, only if the token has worked
  /// before, since one that never did is not fetched anew without end.
  private func mayRenew(
    _ credential: Credential, again: Bool, _ retries: Int, _ environment: LinkEnvironment
  ) -> Bool {
    if again {
      guard retries < environment.retries, environment.tokens.wasAccepted(credential) else { return false }
    }
    return bounds.takeRetry()
  }

  /// Why an environment is not asked at all; nil where it is.
  private func refusal(_ environment: LinkEnvironment) -> CallOutcome.Failure? {
    if let rest = bounds.rest(at: now()), rest <= 0 { return .tooLate }
    return bounds.quotaAnswer(of: environment.id).map {
      CallOutcome.Failure(code: String(ErrorCode.dailyQuota.number), message: $0)
    }
  }

  private struct Start {
    var number: Int
    var isTrial: Bool
  }

  private enum Admission {
    case started(Start)
    case failed(CallOutcome.Failure)
  }

  /// Waits until a call may set out.
  private func setOut(_ environment: LinkEnvironment, mayWait: Bool) async -> Admission {
    let pace = environment.pace
    var wait = pace.wait(at: now())
    while true {
      if wait > 0 {
        guard isInTime(after: wait) else { return .failed(.tooLate) }
        await sleep(wait)
      }
      if let failure = refusal(environment) { return .failed(failure) }
      switch pace.host.admission(at: now(), mayWait: mayWait && !Task.isCancelled) {
      case .go(let isTrial): return .started(Start(number: pace.begin(), isTrial: isTrial))
      case .wait(let milliseconds): wait = milliseconds
      case .refused:
        let message = "`\(pace.host.name)` does not answer, and is left alone for a while"
        return .failed(CallOutcome.Failure(code: "host-down", message: message))
      }
    }
  }

  private func reply(
    to request: PackedRequest, _ environment: LinkEnvironment, _ credential: Credential
  ) async -> Reply {
    if Task.isCancelled { return .failed(.cancelled) }
    let patience = bounds.rest(at: now())
    do throws(LinkServiceError) {
      return .answered(
        try await environment.service.links(for: request, credential: credential, patience: patience))
    } catch {
      return .failed(error)
    }
  }

  /// Tells everybody whom it concerns how a call went.
  private func note(_ reply: Reply, of start: Start, _ environment: LinkEnvironment) {
    let pace = environment.pace
    pace.end(start.number, overloaded: reply.meansOverload)
    switch reply {
    case .failed(.cancelled): if start.isTrial { pace.host.abandoned(at: now()) }
    case .failed(let error) where error.meansNobodyThere:
      if let pause = pace.host.unanswered(isTrial: start.isTrial, at: now()) {
        bounds.noteDown(pace.host, error.wording, pause: pause)
      }
    default: pace.host.answered()
    }
    if let pause = reply.pause { pace.pause(min(pause, EnvironmentPace.longestPause), at: now()) }
    if case .answered(let answer) = reply, answer.errorCode == ErrorCode.dailyQuota.number {
      bounds.noteQuotaUsedUp(environment.id, answer.text)
    }
  }
}

/// What came back of a call.
private enum Reply {
  case answered(PackedAnswer)
  case failed(LinkServiceError)

  private var outcome: LinkAnswer? {
    guard case .answered(let answer) = self else { return nil }
    return LinkAnswer(errorCode: answer.errorCode, message: answer.message)
  }

  var mayPass: Bool {
    if case .failed(let error) = self { return error.isTransient }
    return outcome?.isTransient ?? false
  }

  var meansTokenIsBad: Bool { outcome?.meansTokenIsBad ?? false }

  var meansOverload: Bool {
    if case .failed(let error) = self { return error.meansOverload }
    return outcome.flatMap { ErrorCode(number: $0.errorCode) }?.meansOverload ?? false
  }

  /// Milliseconds that the other side asks to be left alone.
  var pause: Int64? {
    if case .failed(.retryAfter(let pause, _)) = self { return pause }
    return nil
  }

  var failure: CallOutcome.Failure {
    switch self {
    case .answered(let answer): .init(code: String(answer.errorCode), message: answer.text)
    case .failed(let error): .init(code: "unreachable", message: error.message)
    }
  }
}

extension PackedAnswer {
  /// The answer's text, or what is known of its code where it has none.
  fileprivate var text: String {
    guard message.isEmpty else { return message }
    return ErrorCode(number: errorCode)?.meaning ?? "the interface answered \(errorCode)"
  }
}

extension CallOutcome.Failure {
  fileprivate static let tooLate = Self(
    code: "too-late", message: "the run's time was over before this file was asked for")

  /// Whether the refusal speaks of a file or an argument (ours: the interface does not say which of the files it means).
  fileprivate var mayBeOneFile: Bool {
    guard let number = Int(code), let known = ErrorCode(number: number) else { return false }
    switch known {
    case .badParameter, .badObject, .invalidArguments, .storageNotPermitted, .storageFileMissing: return true
    default: return false
    }
  }
}

/// What keeps a run of links from starting or going on.
package enum LinkTrouble: Error, Sendable {
  case cancelled
  case token(TokenTrouble)
  case noEnvironment
  case source(RowError)
}
