// What expressions may ask of the world.

import Synchronization
import TCBHost
import TCBRules
import TCBRuntime
import TCBSyntax

struct SessionWorld: MachineWorld {
  let host: any Host
  let secrets: SecretRegistry
  let lines: SourceLines
  let patterns = PatternCache()

  func environmentVariable(_ name: String) throws(RuntimeProblem) -> Value {
    do throws(HostError) {
      guard let text = try host.environmentVariable(name) else { return .null }
      return .text(TextValue(text, isSecret: secrets.contains(text.trimmed)))
    } catch {
      throw EngineProblem.unreadable(error, "$\(name)")
    }
  }

  func path(_ path: String, matches pattern: String) throws(RuntimeProblem) -> Bool {
    try patterns.pattern(pattern).matches(path)
  }

  var isCancelled: Bool { Task.isCancelled }
  func now() -> Int64 { host.now() }
  func line(of span: SourceSpan) -> (source: String, line: Int)? { lines.line(of: span) }
}

/// The sources of a session as far as its scripts may ask where an error was.
final class SourceLines: Sendable {
  private let sources = Mutex(SourceMap())

  func set(_ map: SourceMap) { sources.withLock { $0 = map } }

  func line(of span: SourceSpan) -> (source: String, line: Int)? {
    guard let source = sources.withLock({ $0[span.source] }) else { return nil }
    return (source.name, LineIndex(source).line(at: Int(span.lower)) + 1)
  }
}

/// Patterns already compiled, since an expression asks with the same one for row after row.
final class PatternCache: Sendable {
  private let patterns = Mutex<[String: Pattern]>([:])

  func pattern(_ text: String) throws(RuntimeProblem) -> Pattern {
    if let known = patterns.withLock({ $0[text] }) { return known }
    let pattern: Pattern
    do throws(PatternError) { pattern = try Pattern(text) } catch { throw .badPattern(error.wording) }
    patterns.withLock { patterns in
      // Patterns made from data could be without number.
      if patterns.count > 1_000 { patterns = [:] }
      patterns[text] = pattern
    }
    return pattern
  }
}
