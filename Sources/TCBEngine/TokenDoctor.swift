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
    findings += await use(credential)
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

  /// A path that hardly any file has. That it is not there is as good an answer as a link (ours).
  static let path = "tcbsh/token-doctor"

  /// A call that asks for one file: of one that asks for none the interface need not look at the environment.
  private func use(_ credential: Credential) async -> [Finding] {
    let file = RequestedFile(
      fileID: "cloud://\(environment.id).\(environment.bucket)/\(Self.path)", maxAge: 60)
    let request = LinkRequest(environment: environment.id, files: [file])
    do throws(LinkServiceError) {
      let answer = try await environment.service.links(for: request, credential: credential)
      if let code = ErrorCode(number: answer.errorCode), Self.concernsToken(code) {
        let finding = Finding(
          verdict: .wrong, message: "the interface refuses it: \(code.meaningWording) (\(code.number))",
          help: code.adviceWording)
        return [finding]
      }
      if answer.isOfUnknownEnvironment {
        let finding = Finding(
          verdict: .wrong,
          message: "the interface knows no environment `\(environment.id)` of this token's account",
          help: "check the environment's id, and whose token this is")
        return [finding]
      }
      let good = Finding(verdict: .good, message: "the interface takes it for `\(environment.id)`")
      return [good, note(answer)].compactMap(\.self)
    } catch {
      return [Finding(verdict: .wrong, message: error.wording)]
    }
  }

  /// What else it says of the call than that there is no such file.
  private func note(_ answer: LinkAnswer) -> Finding? {
    guard answer.errorCode == 0 else {
      return Finding(
        verdict: .notable, message: "it answers a call with \(String(answer.errorCode)): \(answer.message)")
    }
    let missing = [ErrorCode.storageFileMissing.number, 1]
    guard let row = answer.files.first, row.status != 0, !missing.contains(row.status) else { return nil }
    return Finding(
      verdict: .notable, message: "it says of a file there: \(String(row.status)) \(row.message)")
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

extension LinkAnswer {
  /// The code alone says anything; its text has the name of what is wrong (observed).
  fileprivate var isOfUnknownEnvironment: Bool {
    errorCode == ErrorCode.badEnvironment.number || message.contains("[INVALID_ENV]")
  }
}
