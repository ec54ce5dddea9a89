// `plan`: what getting links would take, before anything is spent.

import TCBExport
import TCBInterface
import TCBLinks
import TCBRows
import TCBRules
import TCBRuntime
import TCBService
import TCBSyntax

struct PlanCommand: BuiltInCommand {
  static let signature = CommandSignature(
    "plan", "Says what `links` with the same words would ask for and deny, without asking for a link.",
    linkParameters + [
      .labelled(
        "quota", "", kind: .flag,
        "ask the interface what is left of today's quota, which takes a token and none of the quota")
    ],
    examples: [
      CommandExample(#"plan ["A.png", "tmp/x"] using site"#, "what would be asked and denied, by rule"),
      CommandExample(#"plan ["A.png"] quota"#, "the same, and whether today's quota is enough for it"),
    ],
    showsItsResult: true)

  func run(_ arguments: Arguments, in context: RunContext) async throws(RuntimeProblem) -> Value {
    let setup = try await LinkSetup(arguments, in: context)
    let plan: LinkPlan
    do throws(LinkTrouble) {
      plan = try await LinkPlan.make(setup.files, decider: setup.decider)
    } catch {
      throw EngineProblem.link(error)
    }
    let batch = table(plan)
    try context.show(CollectedRows(plan.groups.isEmpty ? [] : [batch]), as: .table)
    try context.print(await summary(plan, setup.directory))
    if arguments.has("quota") { try context.print(await quotas(plan, setup.directory, context)) }
    return .object(TableValue(CollectedRows(plan.groups.isEmpty ? [] : [batch]), typeName: "plan"))
  }

  private func table(_ plan: LinkPlan) -> RowBatch {
    let groups = plan.groups
    return RowBatch([
      ("outcome", .texts(groups.map(\.group.outcome))),
      ("env", .texts(groups.map(\.group.environment))),
      ("rule", .texts(groups.map(\.group.rule))),
      ("max_age", Column(cells: groups.map { $0.group.maxAge.map(Cell.seconds) ?? .null })),
      ("files", .integers(groups.map { Int64($0.rows) })),
      ("reason", .texts(groups.map(\.group.reason))),
    ])
  }

  private func summary(_ plan: LinkPlan, _ directory: EnvironmentDirectory) async -> String {
    var lines: [String] = []
    var seen: Set<ObjectIdentifier> = []
    var fetches: Set<String> = []
    for (id, files) in plan.files.sorted(by: { $0.key < $1.key }) {
      guard let environment = directory[id] else { continue }
      let calls = plan.calls[id] ?? 0
      lines.append(
        "\(id): \(counted(files, "file")) in \(counted(calls, "call")) of at most \(environment.batch)\n")
      if seen.insert(ObjectIdentifier(environment.tokens)).inserted {
        fetches.formUnion(await environment.tokens.requestsAhead())
      }
    }
    if !fetches.isEmpty { lines.append("\(counted(fetches.count, "request")) for tokens before that\n") }
    if plan.repeated > 0 {
      lines.append(
        "\(plan.repeated) \(plan.repeated == 1 ? "row repeats a file" : "rows repeat files") asked for once\n"
      )
    }
    if lines.isEmpty { lines = ["no calls\n"] }
    return lines.joined()
  }

  private func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }

  /// What shares a quota: the environments that are called with one token.
  private struct Account {
    var environments: [String]
    var calls: Int
    let interface: HTTPInterface
    let credential: Credential
    let path: CallPath
  }

  /// What is left of each account's quota today, and whether it is enough for all environments of that account.
  private func quotas(
    _ plan: LinkPlan, _ directory: EnvironmentDirectory, _ context: RunContext
  ) async throws(RuntimeProblem) -> String {
    var lines = ""
    var accounts: [Account] = []
    for (id, calls) in plan.calls.sorted(by: { $0.key < $1.key }) {
      guard let environment = directory[id],
        let value = context.definedEnvironments().first(where: { $0.name == environment.name })
      else { continue }
      guard let interface = try context.interface(of: value) else {
        lines += "\(id): no quota is kept by the core in this process\n"
        continue
      }
      let credential: Credential
      do throws(TokenTrouble) { credential = try await environment.tokens.credential() } catch {
        throw EngineProblem.link(Task.isCancelled ? .cancelled : .token(error))
      }
      let path = environment.service.path
      let same = accounts.firstIndex {
        $0.interface.address == interface.address && $0.credential == credential && $0.path == path
      }
      if let same {
        accounts[same].environments.append(id)
        accounts[same].calls += calls
      } else {
        accounts.append(
          Account(environments: [id], calls: calls, interface: interface, credential: credential, path: path))
      }
    }
    for account in accounts {
      lines += "\(account.environments.joined(separator: ", ")): \(await left(account))\n"
    }
    return lines
  }

  private func left(_ account: Account) async -> String {
    let calls = account.calls
    do throws(LinkServiceError) {
      let answer = try await account.interface.quota(
        of: account.path.text, credential: account.credential
      ).answer
      guard let limit = answer.dailyLimit else {
        return "its quota is not told: \(answer.errorCode) \(answer.message)"
      }
      let left = "\(answer.remain) of \(limit) calls are left today"
      return calls <= answer.remain ? left : "\(left), \(calls - answer.remain) too few"
    } catch {
      return "its quota is not told: \(error.message)"
    }
  }
}
