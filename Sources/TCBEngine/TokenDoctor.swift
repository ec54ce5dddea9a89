// What is wrong with a token, in plain words: it is fetched, used and asked about, and what comes back is explained.

import TCBHost
import TCBInterface
import TCBLinks
import TCBService
import TCBText

struct TokenDoctor {
  enum Verdict: Sendable {
    case good, notable, wrong

    var word: Wording {
      switch self {
      case .good: "good"
      case .notable: "note"
      case .wrong: "wrong"
      }
    }
  }

  struct Finding {
    var verdict: Verdict
    var message: Wording
    var help: Wording?
  }

  let environment: LinkEnvironment
  /// Nil for the core in this process, whose clock is ours and which keeps no quota of calls.
  let interface: HTTPInterface?
  /// The interface's path that the token is to call.
  let path: CallPath
  let now: @Sendable () -> Int64

  /// Clocks that are farther apart than this make a token seem good that is not, or the other way round. Seconds (ours).
  private static let tolerance: Int64 = 60

  /// Throws only where the run is stopped.
  func findings() async throws(CancellationError) -> [Finding] {
    let credential: Credential
    do throws(TokenTrouble) { credential = try await environment.tokens.credential() } catch {
      if Task.isCancelled { throw CancellationError() }
      return [Self.noToken(error)]
    }
    var findings = [
      credential == .none
        ? Finding(verdict: .notable, message: "no token is sent, which only an open interface takes")
        : Finding(verdict: .good, message: "there is a token")
    ]
    findings.append(await use(credential))
    if let interface { findings += await quotaAndClock(interface, credential) }
    if Task.isCancelled { throw CancellationError() }
    return findings
  }

  private static func noToken(_ trouble: TokenTrouble) -> Finding {
    guard let number = trouble.answered, let code = ErrorCode(number: number) else {
      return Finding(verdict: .wrong, message: trouble.message, help: trouble.help)
    }
    return Finding(
      verdict: .wrong, message: "no token was given: \(code.meaningWording) (\(number))",
      help: code.adviceWording)
  }

  /// A call that asks for no file (ours): the interface looks at the token before it looks at what is asked.
  private func use(_ credential: Credential) async -> Finding {
    let request = LinkRequest(environment: environment.id, files: [])
    do throws(LinkServiceError) {
      let answer = try await environment.service.links(for: request, credential: credential)
      guard let code = ErrorCode(number: answer.errorCode), Self.concernsToken(code) else {
        return Finding(verdict: .good, message: "the interface takes it for `\(environment.id)`")
      }
      return Finding(
        verdict: .wrong, message: "the interface refuses it: \(code.meaningWording) (\(code.number))",
        help: code.adviceWording)
    } catch {
      return Finding(verdict: .wrong, message: error.wording)
    }
  }

  private static func concernsToken(_ code: ErrorCode) -> Bool {
    switch code {
    case .invalidCredential, .invalidAccessToken, .accessTokenExpired, .accessTokenMissing, .notAuthorized,
      .permissionSetMissing, .cloudNotEnabled, .badEnvironment, .dailyQuota, .calledTooOften,
      .addressNotListed,
      .componentAddressNotListed:
      true
    default: false
    }
  }

  private func quotaAndClock(_ interface: HTTPInterface, _ credential: Credential) async -> [Finding] {
    do throws(LinkServiceError) {
      let (answer, date) = try await interface.quota(of: path.text, credential: credential)
      return [quota(answer), date.map(clock)].compactMap(\.self)
    } catch {
      return [Finding(verdict: .notable, message: "nothing is known of its quota: \(error.wording)")]
    }
  }

  private func quota(_ answer: QuotaAnswer) -> Finding? {
    guard let limit = answer.dailyLimit else { return nil }
    let left: Wording = "\(answer.remain) of \(limit) calls are left today"
    if answer.remain == 0 {
      return Finding(
        verdict: .wrong, message: "today's quota of calls is used up",
        help: ErrorCode.dailyQuota.adviceWording)
    }
    // A tenth (ours).
    return Finding(verdict: answer.remain <= limit / 10 ? .notable : .good, message: left)
  }

  private func clock(_ theirs: Int64) -> Finding {
    let apart = now() / 1_000 - theirs
    guard abs(apart) > Self.tolerance else {
      return Finding(verdict: .good, message: "this machine's clock agrees with the interface's")
    }
    let length = DurationText.format(abs(apart) * 1_000)
    return Finding(
      verdict: .wrong,
      message: apart > 0
        ? "this machine's clock is \(length) ahead of the interface's"
        : "this machine's clock is \(length) behind the interface's",
      help: "set the clock: tokens and links seem to end at other times than they do")
  }
}
