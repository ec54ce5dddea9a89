// `links`: from files to download links. What it says of the files it shares with `plan`.

import TCBExport
import TCBHost
import TCBLinks
import TCBRows
import TCBRules
import TCBRuntime
import TCBSyntax
import TCBText

/// The parts that `links` and `plan` share.
let linkParameters: [Parameter] = [
  .subject(
    "FILES", required: true, takesPipe: true,
    takes: .filesOfAnyKind,
    "the files: a file set, a path, or a list of paths or rows"),
  .labelled(
    "using", "POLICY", takes: .policy("`using`"), "the rules; without them every file is allowed for 2 hours"),
  JudgeArguments.environmentParameter,
  .labelled(
    "with", "TOKEN", takes: .init("`with`", "a token", .token),
    "the token to call with, in place of the environment's own"),
]

/// What a call of `links` or `plan` says, ready to be used.
struct LinkSetup {
  let decider: LinkDecider
  let files: any RowReader
  let directory: EnvironmentDirectory
  let policy: PolicyValue?

  init(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) {
    policy = try arguments.object("using", as: PolicyValue.self, "a policy")
    let environment = try arguments.object("in", as: EnvironmentValue.self, "an environment")
    let token = try arguments.object("with", as: TokenValue.self, "a token")
    directory = try await context.directory(current: environment, token: token)
    guard let subject = arguments.value() else { throw .wrongType("FILES", wanted: "files", found: "null") }
    files = try await context.fileRows(of: subject, in: directory.current)
    let conditions = policy.map { PolicyConditions($0, in: context) }
    var noted: ((Int?) -> Void)?
    if let policy, let coverage = context.coverage { noted = { coverage.note(policy, $0) } }
    decider = LinkDecider(
      policy: policy?.policy, conditions: conditions, environments: directory, noted: noted)
  }
}

extension RunContext {
  func environmentsByID() -> [String: Value] {
    Dictionary(definedEnvironments().map { ($0.id, Value.object($0)) }, uniquingKeysWith: { _, last in last })
  }
}

struct LinksCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "links", "Gets a download link for each file that the policy allows; one row a file, in the same order.",
    linkParameters + [
      .labelled(
        "concurrency", "N", takes: .wholeNumber("`concurrency`"),
        "calls under way at once, in place of the environment's own"),
      .labelled(
        "within", "DURATION", takes: .init("`within`", "a duration", .duration),
        "what the whole of it may take; files that were not asked for by then fail with `too-late`"),
    ], gives: .value(.links),
    examples: [
      CommandExample(#"links "A.png""#, "a link for one file, good for 2 hours"),
      CommandExample(#"links ["A.png", "docs/说明.pdf"] using site"#, "links for two files under a policy"),
    ])

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let setup = try await LinkSetup(arguments, in: context)
    let concurrency = arguments.value("concurrency") == nil ? nil : try arguments.count("concurrency")
    if concurrency == 0 { throw .wrongType("`concurrency`", wanted: "1 or more", found: "0") }
    let host = context.host
    let bounds = RunBounds(deadline: try deadline(arguments, host)) {
      [warnings = context.unreadable] notice in
      warnings.warn(notice.code, notice.wording)
    }
    let reader = LinkReader(
      setup.files, decider: setup.decider, caller: BatchCaller(now: { host.now() }, bounds: bounds),
      concurrency: concurrency, executor: context.executor
    ) { [weak context] tally in
      context?.failedRows += tally.byStatus[.failed] ?? 0
    }
    return .object(StreamValue(reader, typeName: "links"))
  }
}

extension LinksCommand {
  private func deadline(_ arguments: Arguments, _ host: any Host) throws(RuntimeProblem) -> Int64? {
    guard let value = arguments.value("within") else { return nil }
    guard case .duration(let milliseconds) = value, milliseconds > 0 else {
      throw .wrongType("`within`", wanted: "a duration that is longer than nothing", found: value.displayText)
    }
    let (end, overflow) = host.now().addingReportingOverflow(milliseconds)
    return overflow ? nil : end
  }
}

extension LinkNotice {
  fileprivate var code: String {
    switch self {
    case .hostDown: "E0726"
    case .quotaUsedUp: "E0727"
    case .retriesUsedUp: "E0728"
    }
  }

  fileprivate var wording: Wording {
    switch self {
    case .hostDown(let host, let why, let pause):
      "`\(host)` does not answer (\(why)); it is tried again in \(DurationText.format(pause)), then more rarely"
    case .quotaUsedUp(let environment):
      "today's quota of `\(environment)` is used up; it is not asked any more"
    case .retriesUsedUp: "too many calls had to be made again; from here on none is"
    }
  }
}

extension Cell {
  /// A lifetime of so many seconds.
  static func seconds(_ seconds: Int64) -> Cell {
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    return .duration(overflow ? Int64.max : milliseconds)
  }
}
