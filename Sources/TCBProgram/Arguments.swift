// The command line, as data for the argument parser.

import ArgumentParser
import TCBEngine
import TCBHost
import TCBText

let programVersion = "0.1.0"

/// Arguments that every way of running a script takes.
struct RunOptions: ParsableArguments {
  @Option(
    name: .customLong("deny"),
    help: ArgumentHelp("Take capabilities away: read, write, env, command, net.", valueName: "list"),
    transform: capabilities)
  var denied: Set<Capability> = []

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Another value for a top-level `let` of the script.", valueName: "name=value"),
    transform: setting)
  var settings: [Setting] = []

  @OptionGroup var diagnostics: DiagnosticOptions
}

/// How mistakes are told.
struct DiagnosticOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument {
    case text, json, ndjson
  }

  @Option(
    help: ArgumentHelp(
      "How errors are told: text, or json (or ndjson), an object a line.", valueName: "format"))
  var format: Format = .text

  @OptionGroup var wording: LanguageOption

  /// Whether a program reads it.
  var isData: Bool { format != .text }
}

/// The language of errors and explanations.
struct LanguageOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("en or zh; what LC_ALL or LANG say where it is left out.", valueName: "language"),
    transform: languageNamed)
  var lang: TextLanguage?

  var language: TextLanguage { lang ?? .ofLocale }
}

@Sendable
private func setting(_ text: String) throws -> Setting {
  guard let setting = Setting(text) else { throw ValidationError("'\(text)' is not of the form name=value") }
  return setting
}

@Sendable
private func capabilities(_ text: String) throws -> Set<Capability> {
  var result: Set<Capability> = []
  for word in text.split(separator: ",") {
    guard let capability = Capability(rawValue: String(word)) else {
      throw ValidationError("'\(word)' is none of read, write, env, command, net")
    }
    result.insert(capability)
  }
  return result
}

struct Root: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tcbsh", abstract: "Turns lists of CloudBase files into download links, under rules.",
    usage: """
      tcbsh
      tcbsh -c 'COMMANDS'
      tcbsh run FILE [ARG ...]
      tcbsh check [--fail-level <level>] FILE ...
      tcbsh fmt [--check] FILE ...
      tcbsh test [--filter <text>] [--watch] [--coverage] FILE ...
      tcbsh policy diff OLD NEW
      tcbsh policy covers --files <name> --policy <name> FILE
      tcbsh token doctor [--in <env>] NAME FILE
      tcbsh serve [--port <port>] [--state <folder>] [FILE]
      tcbsh replay RECORD --to <address> --token <name> SCRIPT
      tcbsh explain CODE ...
      tcbsh help [NAME]
      """,
    discussion:
      "Without arguments it is a prompt; with standard input from elsewhere it runs what it reads there.",
    version: "tcbsh \(programVersion)",
    subcommands: [
      Run.self, Check.self, Format.self, Test.self, Policies.self, Tokens.self, Serve.self, Replay.self,
      Explain.self,
      Help.self,
    ])

  @Option(
    name: .customShort("c"), parsing: .unconditional,
    help: ArgumentHelp("Run these commands; - reads them from standard input.", valueName: "commands"))
  var commands: String?

  @OptionGroup var options: RunOptions
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a script; - reads it from standard input.",
    usage:
      "tcbsh run [--deny <list>] [--set <name=value>] [--format <format>] [--lang <language>] FILE [ARG ...]",
    discussion: "What stands behind FILE is the script's own: it finds it in `args`.")

  @OptionGroup var options: RunOptions
  @Argument(help: "The script.") var file: String
}

/// The command line up to the script of `run`, and what is the script's own. The argument parser has no way of taking
/// options before the script and everything behind it as it is.
func splitAtScript(_ arguments: [String]) -> (own: [String], script: [String]) {
  func firstWord(from start: Int) -> Int {
    var index = start
    while index < arguments.count, arguments[index] != "-", arguments[index].hasPrefix("-") {
      index += ["--deny", "-c", "--set", "--format", "--lang"].contains(arguments[index]) ? 2 : 1
    }
    return index
  }
  let run = firstWord(from: 0)
  guard run < arguments.count, arguments[run] == "run" else { return (arguments, []) }
  let script = firstWord(from: run + 1)
  guard script < arguments.count else { return (arguments, []) }
  return (Array(arguments[...script]), Array(arguments[(script + 1)...]))
}

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is wrong with scripts and what lint finds in their policies, without running them.",
    discussion: """
      Exits with 2 when a script cannot be run as it stands, with 1 when lint finds something of the level that fails, \
      with 0 otherwise. `# tcb: allow CODE reason` on the line above quiets a finding.
      """)

  enum FailLevel: String, ExpressibleByArgument, CaseIterable {
    case error, warning, note, never
  }

  @Option(
    help: ArgumentHelp(
      "From which level on a finding makes the check fail: error, warning, note or never.", valueName: "level"
    ))
  var failLevel: FailLevel = .warning
  @OptionGroup var diagnostics: DiagnosticOptions
  @Argument(help: "The scripts.") var files: [String]
}

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Give scripts the one layout; - goes from standard input to standard output.")

  @Flag(help: "Change nothing; name the files that would change, and exit 1 if there are any.") var check =
    false
  @Flag(help: "Change nothing; show what would change.") var diff = false
  @OptionGroup var wording: LanguageOption
  @Argument(help: "The scripts.") var files: [String]
}

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the tests in scripts.",
    discussion: """
      Each script runs by itself, and then its `test` blocks. With --format json (or ndjson) standard output has a JSON \
      object a line: one for each test, with --coverage one for each rule, and a summary; what scripts print goes to \
      standard error. Exit status: 0 all passed, 1 some failed, 2 a script was not understood.
      """)

  @Option(
    help: ArgumentHelp("Only tests in whose title or place (FILE:LINE) this stands.", valueName: "text"))
  var filter: String?
  @Flag(help: "Run again whenever a file changes that was read; Ctrl-C ends.") var watch = false
  @Flag(help: "Exit 1 where no test ran.") var failOnEmpty = false
  @Option(
    help: ArgumentHelp(
      "Scripts at once; as many as there are processors where it is left out.", valueName: "n"),
    transform: positive)
  var jobs: Int?
  @Option(help: ArgumentHelp("Write the results as JUnit XML.", valueName: "path")) var junit: String?
  @Flag(
    help:
      "Show the rules of the policies that scripts define, with how often tests reached each and what its `when` came to."
  )
  var coverage = false
  @Option(
    help: ArgumentHelp("Exit 1 where less of the rules is covered.", valueName: "percent"), transform: percent
  )
  var coverageThreshold: Double?
  @OptionGroup var options: RunOptions
  @Argument(help: "The scripts.") var files: [String]

  var countsCoverage: Bool { coverage || coverageThreshold != nil }
}

@Sendable
func positive(_ text: String) throws -> Int {
  guard let number = Int(text), number > 0 else {
    throw ValidationError("'\(text)' is not a whole number from 1 on")
  }
  return number
}

@Sendable
private func percent(_ text: String) throws -> Double {
  guard let number = Double(text), number >= 0, number <= 100 else {
    throw ValidationError("'\(text)' is not a number from 0 to 100")
  }
  return number
}

struct Policies: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Say what policies decide, without running the scripts they stand in.",
    subcommands: [DiffPolicies.self, CoversPolicy.self])
}

struct Tokens: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Look after the tokens that scripts define.",
    subcommands: [DoctorToken.self])
}

struct DoctorToken: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what is wrong with a token, by fetching and using it.",
    discussion: """
      What the script defines is run and nothing else of it. Exits with 0 when nothing is wrong, with 1 when something is, and \
      with 2 when the script or a name is not understood.
      """)

  @Option(name: .customLong("in"), help: ArgumentHelp("The environment to use it in.", valueName: "env"))
  var environment: String?
  @OptionGroup var options: RunOptions
  @Argument(help: "The token's name.") var name: String
  @Argument(help: "The script.") var file: String
}

struct CoversPolicy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "covers", abstract: "Say which files of a set no rule of a policy decides.",
    discussion: """
      What the script defines is run and nothing else of it. Exits with 0 when rules decide every file, with 1 when the default \
      decides some or rows name no file, and with 2 when the script or a name is not understood.
      """)

  enum RowFormat: String, ExpressibleByArgument {
    case table, csv, json, ndjson
  }

  @Option(help: ArgumentHelp("The file set.", valueName: "name")) var files: String
  @Option(help: ArgumentHelp("The policy.", valueName: "name")) var policy: String
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "How the files are shown: table, csv, json or ndjson; what --format says where it is left out.",
      valueName: "format"))
  var rowFormat: RowFormat?
  @OptionGroup var diagnostics: DiagnosticOptions
  @Argument(help: "The script.") var file: String

  /// The name of the format of the rows.
  var shownAs: String {
    if let rowFormat { return rowFormat.rawValue }
    return diagnostics.isData ? diagnostics.format.rawValue : RowFormat.table.rawValue
  }
}

struct DiffPolicies: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say which paths two policies decide differently.",
    discussion: """
      Exits with 0 when there is no difference, which is then proved, with 1 when there is one, and with 2 when a file is not \
      understood. Without a name, the only policies of the files are compared, or each with the one of the same name.
      """)

  @Option(help: ArgumentHelp("The policy to compare, where the files have several.", valueName: "name"))
  var policy: String?
  @OptionGroup var diagnostics: DiagnosticOptions
  @Argument(help: "The file with the one policy, or file:policy.") var old: String
  @Argument(help: "The file with the other.") var new: String
}

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve what a script defines: its environments, its accounts and their tokens, over HTTP.",
    discussion: "The server speaks the interface itself, so that any client of it can be pointed here.")

  @OptionGroup var server: ServerOptions
  @OptionGroup var options: RunOptions
  @Argument(help: "The script; there need be none where a state or a seed says what to serve.") var file:
    String?

  /// Whether something other than the script can say what is served.
  var hasOtherDefinitions: Bool {
    server.state != nil || server.seed != nil || server.adminKeyFile != nil || server.adminKeyVariable != nil
  }

  func validate() throws {
    if file == nil, !hasOtherDefinitions { throw ValidationError("Missing expected argument '<file>'") }
  }
}

struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Send the calls for links of a record of `serve` again, and say which are answered differently.",
    discussion: """
      What the script defines is run and nothing else of it. A record has no tokens: the calls are sent with the one that the script defines under the name given. Requests for tokens and \
      downloads are left out, since their secrets and signatures are not in the record. Exits with 0 when every call is answered with \
      the errcode it had, with 1 when some are not, and with 2 when the script or the record is not understood.
      """)

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp("Where to send them, such as http://127.0.0.1:8787.", valueName: "address"),
    transform: interfaceAddress)
  var address: String
  @Option(help: ArgumentHelp("The token of the script to send them with.", valueName: "name"))
  var token: String
  @OptionGroup var options: RunOptions
  @Argument(help: "The record: a file that `serve --record` wrote.") var record: String
  @Argument(help: "The script that defines the token.") var script: String
}

@Sendable
private func interfaceAddress(_ text: String) throws -> String {
  guard ["http://", "https://"].contains(where: { text.hasPrefix($0) && text.count > $0.count }),
    text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains(where: { "?#@".contains($0) })
  else { throw ValidationError("'\(text)' is no address of the form http://HOST:PORT") }
  var address = text
  while address.hasSuffix("/") { address.removeLast() }
  return address
}

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what an error's code means, with an example of it and that example mended.")

  @OptionGroup var wording: LanguageOption
  @Argument(help: "The codes, such as E0301.") var codes: [String]
}

extension TextLanguage {
  /// What the environment says.
  static var ofLocale: TextLanguage {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(processEnvironment).first { !$0.isEmpty }
    return TextLanguage(locale: locale ?? "")
  }
}

@Sendable
private func languageNamed(_ text: String) throws -> TextLanguage {
  guard let language = TextLanguage(rawValue: text) else {
    throw ValidationError("'\(text)' is none of en, zh")
  }
  return language
}

struct Help: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Explain the language: its commands, definitions and functions.")

  @Flag(help: ArgumentHelp("Write the whole reference as Markdown.", visibility: .hidden)) var markdown =
    false
  @OptionGroup var wording: LanguageOption
  @Argument(help: "What to explain.") var names: [String] = []
}
