import Foundation
import TCBEngine
import TCBHost
import TCBSyntax
import TCBTestSupport
import Testing

/// Runs stopped in the middle of one long operation. Each repeats it for so long that whoever did not look would not end within
/// the time a test has.
@Suite(.serialized, .timeLimit(.minutes(2))) struct CancellationTests {
  /// Values that take long to do anything with.
  private static let stage = """
    let big = range(1, 20000)
    let same = big + []
    let other = range(1, 20000)
    let texts = map(range(1, 1000), fn (n) { "\\(n)" })
    let long = join(texts, ",")
    let wide = replace(long, ",", "中")
    let blanks = pad("", 50000)
    let rows = map(range(1, 400), fn (n) { {a: n, b: "x\\(n)"} })
    let data = to_json(rows)
    let table = to_csv(rows)
    let nested = map(range(1, 100), fn (n) { range(1, 100) })

    """

  static let operations = [
    "big == other", "nested == map(nested, fn (x) { x })", "0 in big", #""zzz" in long"#,
    "contains(long, \"zzz\")",
    "big + big", "long + long", "sort(big)", "sort(texts)", "sort(big, fn (n) { 0 - n })", "unique(texts)",
    "reverse(big)", "flatten([big, big])", "zip(big, big)", "range(1, 20000)", "sum(big)", "max(big)",
    "map(big, abs)", "filter(big, fn (n) { n > 5 })", "reduce(big, 0, fn (a, b) { b })",
    "any(big, fn (n) { false })",
    "join(texts, \",\")", "split(long, \",\")", "replace(long, \"1\", \"22\")", "upper(wide)", "lower(wide)",
    "trim(blanks)", "length(wide)", "slice(wide, 1, -1)", "slice(long, 1)", "pad(wide, 5)",
    "starts_with(long, long)",
    "json(data)", "to_json(nested)", "csv(table)", "to_csv(rows)", "hash(long + long)", "\"\\(nested)\"",
    "long =~ '(1|2|3)*x$'", "wide matches \"**/x*y*z\"", "name(wide)", "[1] + nested",
    "(rows | sort by it.a descending | count)", "(rows | distinct | count)",
    "(rows | where it.a > 5 | count)",
    "(rows | summarize by it.b)", "(rows | sample 5)", "format(2 / 3, 2)",
  ]

  /// Cancels a task once the run has said that it is there, from a thread of its own: runs that never wait leave none of the
  /// pool's threads to others.
  private func stop(_ task: Task<RunReport, Never>, of host: FakeHost) {
    Thread.detachNewThread {
      while !host.output.contains("go"), host.diagnostics.isEmpty { usleep(2_000) }
      usleep(20_000)
      task.cancel()
    }
  }

  @Test(arguments: operations)
  func `a run ends in the middle of it`(operation: String) async {
    let host = FakeHost()
    // Whoever watches sees each line when it is written.
    host.setTerminal(TerminalSize(columns: 80, rows: 24))
    let text = CancellationTests.stage + "print \"go\"\nwhile true { let x = \(operation) }"
    let session = Session(host: host)
    let task = Task { await session.run(SourceText(name: "long", text), mode: .interactive) }
    stop(task, of: host)
    #expect(await task.value.exitStatus == 130)
    #expect(host.diagnostics.isEmpty)
  }

  @Test(arguments: ["print nested", "show rows", "rows | show as json", "print \"\\(big)\""])
  func `what was stopped in the middle of being shown is not shown`(command: String) async {
    let host = FakeHost()
    // Whoever watches sees each line when it is written.
    host.setTerminal(TerminalSize(columns: 80, rows: 24))
    let text = CancellationTests.stage + "print \"go\"\nwhile true { \(command) }"
    let session = Session(host: host)
    let task = Task { await session.run(SourceText(name: "long", text), mode: .interactive) }
    stop(task, of: host)
    #expect(await task.value.exitStatus == 130)
    #expect(host.diagnostics.isEmpty)
  }

  @Test(arguments: [
    "let x = [\((0..<200_000).map { "\($0)" }.joined(separator: ", "))]",
    String(repeating: "let x = 1 + 2\n", count: 50_000), String(repeating: "fn f() { 1 }\n", count: 50_000),
  ])
  func `a text that is being read is given up, and nothing of it runs`(text: String) async {
    let host = FakeHost()
    let session = Session(host: host)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await session.run(SourceText(name: "long", "print 1\n" + text), mode: .script)
    }
    #expect(await task.value.exitStatus == 130)
    #expect(host.output.isEmpty && host.diagnostics.isEmpty)
  }
}
