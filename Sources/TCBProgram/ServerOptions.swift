// The options of a server, and what becomes of them.

import ArgumentParser
import Glibc
import TCBInterface
import TCBService
import TCBText

struct ServerOptions: ParsableArguments {
  enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug, info, notice, warning, error
  }

  @Option(
    help: ArgumentHelp(
      "Where to listen: this machine alone unless told otherwise.", valueName: "address"))
  var host = "127.0.0.1"
  @Option(help: ArgumentHelp("0 takes one that is free.", valueName: "port")) var port: UInt16 = 8787
  @Option(
    name: .customLong("base-url"),
    help: ArgumentHelp("What links begin with, so that they lead to this server.", valueName: "url"))
  var baseURL: String?
  @Option(
    help: ArgumentHelp(
      "Keep tokens, quotas and what admins add in this folder, through restarts.", valueName: "folder"))
  var state: String?
  @Option(
    help: ArgumentHelp("What the state begins with where there is none yet.", valueName: "path"))
  var seed: String?
  @Option(help: ArgumentHelp("Serve over TLS with this certificate, in PEM.", valueName: "path"))
  var tlsCert: String?
  @Option(help: ArgumentHelp("Its private key, in PEM.", valueName: "path")) var tlsKey: String?
  @Option(
    help: ArgumentHelp(
      "Serve over TLS with a certificate of the server's own, made and kept in this folder.",
      valueName: "folder"))
  var tlsSelfSigned: String?
  @Option(
    help: ArgumentHelp("Open the admin endpoints to the key in this file.", valueName: "path"))
  var adminKeyFile: String?
  @Option(
    help: ArgumentHelp("The same, with the key in this environment variable.", valueName: "name"))
  var adminKeyVariable: String?
  @Option(
    help: ArgumentHelp(
      "Add every request to this file, a JSON object a line, without tokens, secrets and signatures; past 64 MiB it becomes FILE.1.",
      valueName: "path"))
  var record: String?
  @Option(
    help: ArgumentHelp("Calls for links a day and account.", valueName: "n"), transform: positive)
  var callsPerDay: Int?
  @Option(
    help: ArgumentHelp("Calls for links a minute and account.", valueName: "n"), transform: positive)
  var callsPerMinute: Int?
  @Option(help: ArgumentHelp("Connections at once.", valueName: "n"), transform: positive)
  var maxConnections: Int?
  @Option(
    help: ArgumentHelp(
      "What is logged to standard error, an object a line: debug, info (every request), notice, warning or error.",
      valueName: "level"))
  var logLevel: LogLevel = .notice
}

/// Why a server cannot be set up as its options say.
struct ServerOptionError: Error {
  let message: Wording
}

extension ServerOptions {
  func settings() throws(ServerOptionError) -> ServerSettings {
    if let baseURL, !Self.isOrigin(baseURL) {
      throw ServerOptionError(
        message: "`--base-url` is `\(baseURL)`, and what links begin with is such as `http://127.0.0.1:8787`")
    }
    var settings = ServerSettings(host: host, port: Int(port), tls: try tls, adminKey: try adminKey)
    if let maxConnections { settings.limits.connections = maxConnections }
    (settings.state, settings.seed) = (state, seed)
    settings.logLevel = ServerSettings.LogLevel(rawValue: logLevel.rawValue) ?? .notice
    settings.record = record
    return settings
  }

  /// Whether paths and queries can follow it in a link.
  private static func isOrigin(_ text: String) -> Bool {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains(where: { "?#@\\".contains($0) })
    else {
      return false
    }
    let host = ["http://", "https://"].first { text.hasPrefix($0) }.map {
      text.dropFirst($0.count).prefix { $0 != "/" }
    }
    return host.map { !$0.isEmpty && $0.first != ":" } ?? false
  }

  /// The bounds on calls for links, `standard` where only one is said; nil where nothing is.
  func quota(_ standard: CallQuota) -> CallQuota? {
    guard callsPerDay != nil || callsPerMinute != nil else { return nil }
    return CallQuota(perDay: callsPerDay ?? standard.perDay, perMinute: callsPerMinute ?? standard.perMinute)
  }

  /// As clients write it.
  func address(port: Int) -> String {
    let scheme = tlsCert == nil && tlsSelfSigned == nil ? "http" : "https"
    return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  private var tls: ServerSettings.TLS? {
    get throws(ServerOptionError) {
      switch (tlsCert, tlsKey, tlsSelfSigned) {
      case (nil, nil, nil): return nil
      case (let certificate?, let key?, nil): return .files(certificate: certificate, key: key)
      case (nil, nil, let folder?): return .selfSigned(folder: folder)
      case (_, _, nil):
        throw ServerOptionError(message: "`--tls-cert` and `--tls-key` go together")
      default:
        throw ServerOptionError(message: "`--tls-self-signed` makes its own certificate and takes no other")
      }
    }
  }

  /// Never an argument: those show in the list of processes.
  private var adminKey: Secret? {
    get throws(ServerOptionError) {
      let text: String
      switch (adminKeyFile, adminKeyVariable) {
      case (nil, nil): return nil
      case (let path?, nil):
        guard let read = contents(of: path) else {
          throw ServerOptionError(message: "the file of the admin key, `\(path)`, cannot be read")
        }
        text = read
      case (nil, let name?):
        guard let value = processEnvironment(name) else {
          throw ServerOptionError(message: "the variable of the admin key, `\(name)`, is not set")
        }
        text = value
      default:
        throw ServerOptionError(message: "the admin key comes from a file or from a variable, not from both")
      }
      let key = text.trimmingBlanks
      guard key.utf8.count >= Self.shortestKey else {
        throw ServerOptionError(message: "an admin key has at least \(Self.shortestKey) bytes")
      }
      return Secret(key)
    }
  }

  /// Bytes; a shorter key could be guessed.
  private static let shortestKey = 16

  private func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(validating: bytes[..<count], as: UTF8.self)
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
