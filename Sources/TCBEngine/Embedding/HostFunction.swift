// A function of the language that a program brings along.

import TCBRuntime
import TCBSyntax
import TCBText

/// A function that scripts call by name, like those of the language: `discount(price, 10)` or `price.discount(10)`.
///
/// It is declared once; the resolver, `help` and completion read the declaration. Functions are what expressions are made of, and
/// expressions never wait, so a function does not either: what waits is a ``HostCommand``. It runs on the session that calls it, for
/// every row where a row expression uses it, and several sessions may call it at once.
public struct HostFunction: Sendable {
  /// What a function does with the arguments of a call.
  public typealias Body = @Sendable (HostArguments) throws -> ScriptValue

  let signature: FunctionSignature
  let body: Body

  /// Declares a function.
  ///
  /// - Parameters:
  ///   - name: ASCII letters, digits and `_`, not beginning with a digit, and no word of the language.
  ///   - parameters: The names of the parameters, under which the body finds the arguments.
  ///   - required: How many of them must be given; all where it is nil. The rest is ``ScriptValue/null`` where left out.
  ///   - summary: One sentence for `help`.
  ///   - body: Gives the result. A ``HostFailure`` it throws is the script's error; of any other error the script learns only that
  ///     the function failed, and the program finds it in ``ScriptError/underlying``.
  public init(
    _ name: String, _ parameters: [String] = [], required: Int? = nil, summary: String, body: @escaping Body
  ) {
    let required = required.map { min(max(0, $0), parameters.count) }
    signature = FunctionSignature(name, parameters, required: required, summary)
    self.body = body
  }

  /// As a function of one session. What its arguments would give away of secrets is an error.
  func native(_ context: @escaping @Sendable () -> RunContext?) -> NativeFunction {
    let (signature, body) = (signature, body)
    return NativeFunction(signature) { arguments throws(RuntimeProblem) in
      var given: [HostArguments.Argument] = []
      for argument in arguments {
        if argument.holdsSecret { throw .secretUsed("`\(signature.name)`") }
        given.append(.one(ScriptValue(argument)))
      }
      let result: ScriptValue
      do { result = try body(HostArguments(signature.parameters, given)) } catch {
        guard let context = context() else { throw .cancelled }
        throw context.problem(for: error, thrownBy: signature.name)
      }
      return try result.exchanged()
    }
  }
}
