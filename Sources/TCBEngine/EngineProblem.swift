// What commands and definitions can meet, with stable codes and wording. What goes wrong inside expressions is in
// TCBRuntime, what is wrong with the text in TCBSyntax.

import TCBExport
import TCBHost
import TCBInterface
import TCBLinks
import TCBRows
import TCBRules
import TCBRuntime
import TCBText

enum EngineProblem {
  /// A file or folder that could not be read. Where nothing is there, what is called like it on `host` is told.
  static func unreadable(_ error: HostError, _ what: String, on host: (any Host)? = nil) -> RuntimeProblem {
    if case .denied(let capability) = error.reason { return denied(capability) }
    if case .cancelled = error.reason { return .cancelled }
    let nearest = error.reason == .notFound ? host?.nearestPath(to: what) : nil
    return .other(
      code: "E0601", message: "cannot read `\(what)`: \(error.wording)", help: .suggestion(nearest))
  }

  static func denied(_ capability: Capability) -> RuntimeProblem {
    .other(
      code: "E0905", message: "this run may not use `\(capability.rawValue)`",
      help: "it was started without that capability")
  }

  static func source(_ error: RowError) -> RuntimeProblem {
    switch error.reason {
    case .host(let host): return unreadable(host, error.source)
    case .cancelled: return .cancelled
    case .noRoom(let host): return noRoom(host)
    case .other(let inner):
      if let problem = inner as? RuntimeProblem { return problem }
      if let fault = inner as? RuntimeFault { return fault.problem }
      if let trouble = inner as? LinkTrouble { return link(trouble) }
      if let export = inner as? SinkFailure { return output(export.error, export.path) }
      return .other(code: "E0602", message: error.message, help: nil)
    case .missingColumn(_, let nearest, _):
      return .other(code: "E0603", message: error.message, help: .suggestion(nearest))
    default: return .other(code: "E0602", message: error.message, help: nil)
    }
  }

  /// Rows that are too many to be held in memory, and nowhere to put them.
  static func noRoom(_ error: HostError) -> RuntimeProblem {
    switch error.reason {
    case .cancelled: .cancelled
    case .denied:
      .other(
        code: "E0910", message: "these rows are more than are held in memory, and this run may not write",
        help: "let it write, or take fewer rows")
    default:
      .other(
        code: "E0910",
        message:
          "these rows are more than are held in memory, and cannot be kept elsewhere: \(error.wording)",
        help: "`TMPDIR` names the folder they go to")
    }
  }

  static func link(_ trouble: LinkTrouble) -> RuntimeProblem {
    switch trouble {
    case .cancelled: .cancelled
    case .token(let token): .other(code: token.code, message: token.message, help: token.help)
    case .noEnvironment: noEnvironment
    case .source(let error): source(error)
    }
  }

  static let noEnvironment = RuntimeProblem.other(
    code: "E0701", message: "a bare path needs an environment to be in, and none is in use",
    help: "say `use env NAME` before, or `in NAME` here")

  static func output(_ error: ExportError, _ path: String) -> RuntimeProblem {
    switch error.reason {
    case .host(let host):
      if case .denied(let capability) = host.reason { return denied(capability) }
      if case .closed = host.reason { return outputClosed }
      if case .cancelled = host.reason { return .cancelled }
      let why: Wording = host.reason == .notFound ? "its folder does not exist" : host.wording
      return .other(code: "E0801", message: "cannot write `\(path)`: \(why)", help: nil)
    case .unknownColumn, .noURLColumn:
      return .other(code: "E0802", message: error.message, help: error.note)
    default: return .other(code: "E0803", message: error.message, help: nil)
    }
  }

  /// Standard output was closed by whoever read it. Not an error worth a word: the run ends.
  static let outputClosed = RuntimeProblem.other(
    code: RuntimeProblem.outputClosedCode, message: "standard output was closed", help: nil)

  static func badLifetime(_ found: Value) -> RuntimeProblem {
    .other(
      code: "E0511",
      message: "`max_age` is a positive whole number of seconds, and this is `\(found.displayText)`",
      help: "write it as `2h`, `90s` or `7200`")
  }

  static func badPattern(_ error: PatternError) -> RuntimeProblem {
    .other(code: "E0510", message: error.wording, help: error.helpWording)
  }

  static func badPolicy(_ error: PolicyError) -> RuntimeProblem {
    .other(code: "E0512", message: error.wording, help: nil)
  }

  static func badClause(_ word: String, _ message: Wording, help: Wording? = nil) -> RuntimeProblem {
    .other(code: "E0710", message: "`\(word)`: \(message)", help: help)
  }

  static func unknown(_ kind: Wording, _ name: String, nearest: String?) -> RuntimeProblem {
    .other(
      code: "E0711", message: "no \(kind) is called `\(name)`", help: .suggestion(nearest))
  }
}

/// An export's error on its way through a reader of rows.
struct SinkFailure: Error {
  var error: ExportError
  var path: String
}
