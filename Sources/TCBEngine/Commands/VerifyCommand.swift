// `verify`: whether a link holds. Needs no network: the keys of the session's environments decide.

import TCBHost
import TCBInterface
import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

struct VerifyCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "verify", "Says whether a link's signature holds, what it is for and until when, or why it is refused.",
    [
      .subject(
        "URL", required: true, takesPipe: true, takes: .init("the link", "a string", .string), "the link")
    ], gives: .value(.record),
    examples: [
      CommandExample(
        #"verify "https://7465-test2-4a89da-1258717764.tcb.qcloud.la/A.png?sign=0&t=1""#,
        "why this one is refused")
    ],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let text = try arguments.text(nil, "the link")
    let link: LinkURL
    do throws(LinkURLError) { link = try LinkURL(parsing: text) } catch {
      return try refused("no download link: \(error.message)", text, code: nil, context)
    }
    guard let verdict = context.core.verdict(on: link) else {
      throw .other(
        code: "E0713", message: "no environment here has links at `\(link.host)`",
        help: "define the `env` that signed it, with its `account` and `key`")
    }
    switch verdict {
    case .valid(let path, let expiresAt, let key):
      let (milliseconds, overflow) = expiresAt.multipliedReportingOverflow(by: 1_000)
      let until = overflow ? Int64.max : milliseconds
      let left = DurationText.format(
        until.subtractingReportingOverflow(context.host.now()).partialValue / 1_000 * 1_000)
      let which: String = key == .backup ? ", signed with the backup key" : ""
      let line: String = "valid: \(path), until \(TimeText.format(until)) (\(left) left)\(which)\n"
      try context.print(line)
      return result(true, path, .time(until), .null)
    case .public(let path):
      try context.print("valid: \(path), public, for ever\n")
      return result(true, path, .null, .null)
    case .refused(let refusal):
      return try refused(Self.sentence(refusal), link.path, code: refusal.code, context)
    }
  }

  private static func sentence(_ refusal: LinkRefusal) -> String {
    guard case .expired(let second) = refusal else { return refusal.message }
    let (milliseconds, overflow) = second.multipliedReportingOverflow(by: 1_000)
    return overflow ? refusal.message : "the link expired at \(TimeText.format(milliseconds))"
  }

  private func refused(_ why: String, _ path: String, code: String?, _ context: RunContext)
    throws(RuntimeProblem) -> Value
  {
    context.refusedLinks += 1
    let name: String = code.map { " (\($0))" } ?? ""
    try context.print("refused: \(why)\(name)\n")
    return result(false, path, .null, code.map(Value.string) ?? .null)
  }

  private func result(_ valid: Bool, _ path: String, _ until: Value, _ code: Value) -> Value {
    .record([("valid", .bool(valid)), ("path", .string(path)), ("expires_at", until), ("code", code)])
  }
}
