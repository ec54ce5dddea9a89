// How the tests of this module run a text: compiled and given to a machine that has no world.

import TCBRuntime
import TCBSyntax

/// A world in which nothing is set, and which may ask the run to stop.
struct EmptyWorld: MachineWorld {
  var isCancelledNow: @Sendable () -> Bool = { false }

  func environmentVariable(_ name: String) throws(RuntimeProblem) -> Value { .null }
  func path(_ path: String, matches pattern: String) throws(RuntimeProblem) -> Bool { path == pattern }
  var isCancelled: Bool { isCancelledNow() }
}

/// Why a text did not run.
struct NotCompiled: Error {
  var codes: [String]
}

private let vocabulary = Vocabulary(commands: [], definitions: [], functions: [])

/// The value that the text gives `result`; throws the fault it met, or the problems that kept it from running.
@discardableResult
func run(
  _ text: String, world: EmptyWorld = EmptyWorld(), limits: RunLimits = RunLimits()
) throws -> Value {
  let source = SourceText(name: "t.tcb", text)
  let parsed = Parser.parse(source, id: SourceID(0), vocabulary: vocabulary)
  guard parsed.problems.isEmpty else { throw NotCompiled(codes: parsed.problems.map(\.kind.code)) }
  let resolution = Resolver.resolve(parsed, in: GlobalScope(), vocabulary: vocabulary)
  guard resolution.problems.isEmpty else { throw NotCompiled(codes: resolution.problems.map(\.kind.code)) }
  let compiled: CompiledSource
  do throws(CompilationFailure) {
    compiled = try Compiler.compile(parsed, resolution, source: source, natives: NativeTable { [] })
  } catch {
    throw NotCompiled(codes: error.problems.map(\.kind.code))
  }
  let globals = Globals()
  globals.grow(to: resolution.scope.names)
  for function in compiled.functions { globals[function.slot] = .function(function.value) }
  let machine = Machine(world: world, globals: globals, limits: limits)
  var step = try machine.start(compiled.main)
  while true {
    if case .finished = step { break }
    step = try machine.resume()
  }
  guard let slot = resolution.scope.entries["result"]?.slot else { return .null }
  return globals[slot] ?? .null
}

/// The code of what a text meets, or nil where it runs to its end.
func fault(_ text: String, world: EmptyWorld = EmptyWorld(), limits: RunLimits = RunLimits()) throws
  -> String?
{
  do {
    try run(text, world: world, limits: limits)
    return nil
  } catch let fault as RuntimeFault {
    return fault.problem.code
  }
}

/// The value of one expression, as the language writes it.
func value(_ expression: String) throws -> String {
  try run("let result = \(expression)").literalText
}
