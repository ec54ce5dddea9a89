import Foundation
import Synchronization
import TCBRuntime
import TCBSyntax
import Testing

@Suite struct LimitTests {
  @Test func `recursion without end is an error with the calls it came through`() throws {
    let error = #expect(throws: RuntimeFault.self) { try run("fn f(n) { f(n + 1) }\nlet result = f(0)") }
    #expect(error?.problem == .tooDeep(10_000))
    #expect(error?.problem.code == "E0901")
    // A call that repeats the one inside it is told once.
    #expect(error?.calls.map(\.function) == ["f"])
  }

  @Test func `the depth of calls is the limit's`() throws {
    var limits = RunLimits()
    limits.depth = 100
    let text = "fn f(n) { if n == 0 { 0 } else { 1 + f(n - 1) } }\nlet result = f("
    #expect(try fault(text + "98)", limits: limits) == nil)
    #expect(try fault(text + "99)", limits: limits) == "E0901")
  }

  @Test(arguments: [
    "while true {}", "while true { continue }", "for n in 1..9223372036854775807 {}",
    "fn f() {}\nwhile true { f() }", "while true { for x in [1] {} }", "while true { if true { continue } }",
    "fn f(n) { while true { return n } }\nwhile true { f(1) }",
    "for a in 1..1000000 { for b in 1..1000000 { } }",
  ])
  func `a loop without end takes more steps than it may`(text: String) throws {
    var limits = RunLimits()
    limits.steps = 100_000
    #expect(try fault(text, limits: limits) == "E0902")
  }

  @Test func `a loop that ends within its steps is none of the limit's business`() throws {
    var limits = RunLimits()
    limits.steps = 100_000
    #expect(try fault("for n in 1..50000 {}", limits: limits) == nil)
  }

  @Test(arguments: ["while true {}", "for n in 1..9223372036854775807 {}", "fn f() {}\nwhile true { f() }"])
  func `a run that is told to stop stops`(text: String) throws {
    let questions = Counter()
    #expect(try fault(text, world: EmptyWorld { questions.next() > 3 }) == "E0904")
    #expect(questions.count == 4)
  }

  @Test func `a task's cancellation stops a loop that never waits`() async throws {
    let started = Counter()
    let run = Task.detached {
      let world = EmptyWorld {
        _ = started.next()
        return Task.isCancelled
      }
      return try fault("while true {}", world: world)
    }
    // From a thread of its own: while two runs that never wait are under way, tasks have none.
    Thread.detachNewThread {
      while started.count == 0 { usleep(1_000) }
      run.cancel()
    }
    #expect(try await run.value == "E0904")
  }

  @Test(arguments: ["list = [list]", "list = {a: list}", "list = [{a: list}]"])
  func `values nest to a depth and no further`(assignment: String) throws {
    let text = "var list = []\nfor n in 1..%d { \(assignment) }"
    func times(_ count: Int) -> String { text.replacing("%d", with: String(count)) }
    #expect(try fault(times(99)) == nil)
    #expect(try fault(times(200)) == "E0903")
  }

  @Test func `a value is refused at the depth that is one too many`() throws {
    #expect(try fault("var list = []\nfor n in 1..199 { list = [list] }") == nil)
    #expect(try fault("var list = []\nfor n in 1..200 { list = [list] }") == "E0903")
    #expect(try fault("var r = {}\nfor n in 1..200 { r.a = r }") == "E0903")
    #expect(try fault("var l = [0]\nfor n in 1..200 { l[0] = l }") == "E0903")
    #expect(try fault("var l = []\nfor n in 1..300 { l = [l + []] }") == "E0903")
  }

  @Test func `a list literal of a million elements is made`() throws {
    let text = "let result = [" + String(repeating: "1,", count: 999_999) + "2]"
    guard case .list(let list) = try run(text) else {
      Issue.record("no list")
      return
    }
    #expect(list.elements.count == 1_000_000)
    #expect(list.elements.last?.literalText == "2")
  }

  @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 129, 4_095, 4_096, 4_097, 10_000])
  func `a list literal keeps its elements in order`(count: Int) throws {
    let elements = (0..<count).map(String.init).joined(separator: ", ")
    #expect(try value("[\(elements)]") == "[\(elements)]")
  }

  @Test func `a record of more fields than a machine has registers is refused`() {
    let fields = (0..<70_000).map { "a\($0): 1" }.joined(separator: ", ")
    let error = #expect(throws: NotCompiled.self) { try run("let result = {\(fields)}") }
    #expect(error?.codes == ["E0121"])
  }

  @Test func `a function of more names than a machine has registers is refused`() {
    let names = (0..<70_000).map { "let a\($0) = 1\n" }.joined()
    let error = #expect(throws: NotCompiled.self) { try run("fn f() {\n\(names)}") }
    #expect(error?.codes.contains("E0121") == true)
  }

  @Test(arguments: [
    ("1 + ", "1", ""), ("not ", "true", ""), ("- ", "1", ""), ("(", "1", ")"), ("[", "1", "]"),
    ("true and ", "true", ""),
    ("{a: ", "1", "}"), ("\"\\(", "1", ")\""), ("if true { ", "1", " }"), ("", "{}", ".f?"),
  ])
  func `what is not too deep to be read is not too deep to be run`(
    before: String, middle: String, after: String
  ) throws {
    let deepest = (1...400).reversed().first { depth in
      let text = String(repeating: before, count: depth) + middle + String(repeating: after, count: depth)
      do { return try fault("let result = \(text)") == nil } catch { return false }
    }
    #expect((deepest ?? 0) >= 30)
  }
}

/// Counts how often it is asked.
final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  var count: Int { value.load(ordering: .relaxed) }
  func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}
