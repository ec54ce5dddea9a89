// `token NAME from …`: where a credential comes from.

import TCBHost
import TCBInterface
import TCBRuntime
import TCBSyntax
import TCBText

enum TokenDefinition {
  private static let source = ValueDemand("this", "a string", .string)
  private static let words = ValueDemand("this", "a string or a list of strings", [.string, .list])
  private static let appid = ClauseSignature(
    "appid", "APPID", required: true, takes: .text("appid"), "the app's id")
  private static let secret = ClauseSignature(
    "secret", "SECRET", required: true, takes: .secret("secret"), "its secret")

  static let signature = DefinitionSignature(
    "token", "An access token: who issues it, or where its text is found. The text itself is never shown.",
    head: [
      ClauseSignature(
        "from",
        [
          [.literal("app"), .block([appid, secret])],
          [
            .literal("authorizer"),
            .block([
              ClauseSignature("component", [[.name("TOKEN")]], required: true, "the platform's token"), appid,
              ClauseSignature(
                "refresh", "TEXT", required: true, takes: .secret("refresh"), "the merchant's refresh token"),
            ]),
          ],
          [
            .literal("component"),
            .block([
              appid, secret,
              ClauseSignature(
                "ticket",
                [
                  [.expression("TEXT", takes: .secret("ticket"))],
                  [.literal("file"), .expression("PATH", takes: source)],
                ], required: true, "the verify ticket, or a file that it is read from each time"),
            ]),
          ],
          [.literal("variable"), .expression("NAME", takes: source)],
          [.literal("file"), .expression("PATH", takes: source)],
          [.literal("command"), .expression("WORDS", takes: words)],
          [.literal("cloudbase"), .literal("variable"), .expression("NAME", takes: source)],
          [.literal("cloudbase"), .literal("file"), .expression("PATH", takes: source)],
          [.literal("nothing")],
        ],
        required: true, "the source")
    ],
    body: .none,
    examples: [
      CommandExample(
        #"token main from app { appid "wx0123456789abcdef"  secret $WX_SECRET }"#, "an app's own token"),
      CommandExample(#"token fixed from variable "WX_TOKEN""#, "a token that is in an environment variable"),
      CommandExample(
        #"token vault from command "vault kv get -field=token wx/prod""#,
        "a token that a program writes to its standard output"),
    ])

  static func value(_ request: DefinitionRequest, in context: RunContext) throws(RuntimeFault) -> TokenValue {
    let definition = request.site.definition
    let clauses = ClauseValues(definition, request.values)
    guard let from = clauses.entry("from") else {
      throw RuntimeFault(EngineProblem.badClause("from", "it is missing"), at: definition.name.span)
    }
    let source = try source(from, context)
    return TokenValue(name: definition.name.text, source: source)
  }

  private static func source(_ from: ClauseValues.Entry, _ context: RunContext) throws(RuntimeFault)
    -> TokenValue.Source
  {
    switch from.literals {
    case ["app"]: return .app(id: try appID(from), secret: try secret("secret", from, context))
    case ["component"]:
      return .component(
        id: try appID(from), secret: try secret("secret", from, context),
        ticket: try ticket(from, context))
    case ["authorizer"]:
      let component = from.block?.entry("component")?.names.first?.text ?? ""
      return .authorizer(
        component: component, id: try appID(from), refresh: try secret("refresh", from, context))
    case ["variable"]: return .fixed(origin: .variable(try text(from)), cloudbase: false)
    case ["cloudbase", "variable"]: return .fixed(origin: .variable(try text(from)), cloudbase: true)
    case ["file"]: return .fixed(origin: .file(try text(from)), cloudbase: false)
    case ["cloudbase", "file"]: return .fixed(origin: .file(try text(from)), cloudbase: true)
    case ["command"]: return .fixed(origin: .command(try command(from)), cloudbase: false)
    default: return .nothing
    }
  }

  private static func appID(_ from: ClauseValues.Entry) throws(RuntimeFault) -> String {
    guard let text = try from.block?.text("appid"), !text.isEmpty else {
      throw RuntimeFault(EngineProblem.badClause("appid", "it is missing"), at: from.span)
    }
    return text
  }

  private static func ticket(_ from: ClauseValues.Entry, _ context: RunContext) throws(RuntimeFault)
    -> TicketSource
  {
    if let entry = from.block?.entry("ticket"), entry.literals == ["file"] { return .file(try text(entry)) }
    return .text(try secret("ticket", from, context))
  }

  /// The program and its arguments: the words of a text, or the texts of a list as they are.
  private static func command(_ from: ClauseValues.Entry) throws(RuntimeFault) -> [String] {
    var words: [String]?
    switch from.values.first?.value {
    case .text(let text)?: words = CommandWords.split(text.string)
    case .list(let list)?:
      words = list.elements.reduce(into: []) { words, element in
        if case .text(let text) = element { words?.append(text.string) } else { words = nil }
      }
    default: break
    }
    guard let words, let name = words.first, !name.isEmpty else {
      throw RuntimeFault(
        EngineProblem.badClause(
          "command", "it names no program",
          help:
            "write a program and its arguments, as in `\"vault read x\"` or `[\"vault\", \"read\", \"x\"]`"),
        at: from.values.first?.span ?? from.span)
    }
    return words
  }

  private static func secret(_ word: String, _ from: ClauseValues.Entry, _ context: RunContext)
    throws(RuntimeFault) -> Secret
  {
    guard let secret = try from.block?.secret(word), !secret.isEmpty else {
      throw RuntimeFault(EngineProblem.badClause(word, "it is missing"), at: from.span)
    }
    context.secrets.add(secret.reveal())
    return secret
  }

  private static func text(_ from: ClauseValues.Entry) throws(RuntimeFault) -> String {
    guard let (value, span) = from.values.first, case .text(let text) = value else {
      let found = from.values.first?.value.typeName ?? "null"
      throw RuntimeFault(
        .wrongType("this", wanted: "a string", found: found), at: from.values.first?.span ?? from.span)
    }
    _ = span
    return text.string
  }
}
