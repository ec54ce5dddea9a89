// What functions and commands of a program throw, and what their scripts see of it.

import TCBRuntime
import TCBText

/// An error that a function or a command of the program raises in the script that uses it. The script may catch it, as any error;
/// where it does not, it ends the run with a ``ScriptError`` of the same code, words and help, at the place of the call.
public struct HostFailure: Error, Sendable, Hashable {
  /// A stable word or code of the program's own, such as `shop-empty`. Scripts compare it; `E0430` where none is given.
  public var code: String
  /// One sentence, lower case, without a full stop.
  public var message: String {
    get { wording.english }
    set { wording = Wording(verbatim: newValue) }
  }
  /// What to do about it.
  public var help: String? {
    get { helpWording?.english }
    set { helpWording = newValue.map(Wording.init(verbatim:)) }
  }
  /// What the engine itself says stays in every language.
  private var wording: Wording
  private var helpWording: Wording?

  /// A failure that tells scripts `message` and `help`, which must not hold what they may not see.
  public init(_ message: String, code: String? = nil, help: String? = nil) {
    self.code = code ?? FailCommand.code
    wording = Wording(verbatim: message)
    helpWording = help.map(Wording.init(verbatim:))
  }

  init(_ problem: RuntimeProblem) {
    code = problem.code
    wording = problem.message
    helpWording = problem.help
  }

  var raised: RaisedError { RaisedError(code: code, message: wording, note: helpWording) }
}

/// What the program threw that scripts are not told, kept for the end of the run.
struct UntoldError {
  var raised: RaisedError
  var error: any Error
}

extension RunContext {
  /// The problem that a script meets for what a function or a command of the program threw.
  func problem(for error: any Error, thrownBy name: String) -> RuntimeProblem {
    switch error {
    case let failure as HostFailure:
      return .raised(failure.raised)
    case let error as ScriptError:
      // Of another session it is no business of this script.
      guard let fault = error.fault, error.belongs(to: secrets) else { break }
      // What its rows met keeps its place.
      if fault.span != nil { faultInRow = fault }
      return fault.problem
    case let problem as RuntimeProblem: return problem
    case is CancellationError where Task.isCancelled: return .cancelled
    default: break
    }
    let raised = RaisedError(code: "E0432", message: "`\(name)` failed in the program that runs this script")
    untold = UntoldError(raised: raised, error: error)
    return .raised(raised)
  }

  /// What the program threw, where it is what a run ended with.
  func untoldError(behind problem: RuntimeProblem) -> (any Error)? {
    guard case .raised(let raised) = problem, let untold, untold.raised === raised else { return nil }
    return untold.error
  }
}
