// `tcbsh test`.

import Glibc
import Synchronization
import TCBEngine
import TCBHost
import TCBRows
import TCBSyntax
import TCBText

struct TestTool {
  private let command: Test
  private let isData: Bool
  private let language: TextLanguage

  /// 0 all passed · 1 some failed, none ran with `--fail-on-empty`, or coverage is below its threshold · 2 a file was not
  /// understood.
  static func run(_ command: Test) -> Int32 {
    let tool = TestTool(command)
    if command.watch, command.files.contains("-") {
      tool.say("standard input cannot be watched")
      return 2
    }
    // Of several nobody has to know which needs it: what has run once must not run again.
    if command.files.count > 1 || command.watch { Program.enterNetwork(for: nil) }
    return command.watch ? tool.watch() : tool.once().status
  }

  private init(_ command: Test) {
    self.command = command
    isData = command.options.diagnostics.isData
    language = command.options.diagnostics.wording.language
  }

  /// What one run of all files came to.
  private struct Outcome {
    var status: Int32 = 0
    var suites: [JUnitReport.Suite] = []
    var coverage = CoverageReport()
    /// Everything that was read.
    var paths: Set<String> = []
    var isOver = false
  }

  /// What one file came to.
  private struct FileOutcome: Sendable {
    var report: TestReport
    var results: [TestResult]
    var host: TestHost
  }

  // MARK: Once

  private func once() -> Outcome {
    var outcome = Outcome()
    var sources: [(file: String, source: SourceText?)] = []
    for file in command.files {
      outcome.paths.insert(file)
      sources.append((file, Program.read(file, command.options.diagnostics)))
    }
    if command.files.count == 1, let only = sources[0].source {
      Program.enterNetwork(for: only, isFromInput: command.files[0] == "-")
    }
    let work = sources.compactMap(\.source)
    let jobs = max(1, min(command.jobs ?? Self.processors, work.count))
    let options = TestOptions(filter: command.filter, countsCoverage: command.countsCoverage)
    let done = InterruptWatcher.install().finish { await self.run(work, jobs: jobs, options) }
    TemporaryFiles.removeAll()
    if let signal = done.stoppedBy {
      outcome.status = 128 &+ signal
      outcome.isOver = true
      return outcome
    }
    var results = done.value[...]
    for (file, source) in sources {
      guard source != nil, let result = results.popFirst() else {
        outcome.status = max(outcome.status, 2)
        outcome.suites.append(.init(file: file, error: "the file cannot be read"))
        continue
      }
      outcome.status = max(outcome.status, result.report.exitStatus)
      outcome.paths.formUnion(result.host.paths)
      outcome.suites.append(
        .init(file: file, results: result.results, error: Self.trouble(result.report.ending)))
      if let coverage = result.report.coverage { outcome.coverage.merge(coverage) }
    }
    outcome.isOver = outcome.status == Self.statusOfClosedOutput
    if !outcome.isOver { finish(&outcome) }
    return outcome
  }

  /// Of a run whose output nobody reads any more.
  private static let statusOfClosedOutput: Int32 = 141

  private static func trouble(_ ending: RunReport.Ending) -> String? {
    switch ending {
    case .done, .cancelled, .outputClosed: nil
    case .failed: "the script failed before its tests"
    case .notUnderstood: "the script was not understood"
    }
  }

  private static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Runs the tests of files, so many at once, and writes what they say in the order of the files.
  private func run(_ sources: [SourceText], jobs: Int, _ options: TestOptions) async -> [FileOutcome] {
    let isKept = jobs > 1
    return await withTaskGroup(of: (index: Int, outcome: FileOutcome).self) { group in
      var outcomes = [FileOutcome?](repeating: nil, count: sources.count)
      var started = 0
      var written = 0
      func start() {
        guard started < sources.count, !Task.isCancelled else { return }
        let (index, source) = (started, sources[started])
        started += 1
        group.addTask { (index, await self.run(source, isKept: isKept, options)) }
      }
      for _ in 0..<jobs { start() }
      while let done = await group.next() {
        outcomes[done.index] = done.outcome
        while written < outcomes.count, var outcome = outcomes[written] {
          if !outcome.host.release() { outcome.report.ending = .outputClosed }
          outcomes[written] = outcome
          written += 1
          if case .outputClosed = outcome.report.ending { group.cancelAll() }
        }
        start()
      }
      return outcomes.compactMap(\.self)
    }
  }

  private func run(_ source: SourceText, isKept: Bool, _ options: TestOptions) async -> FileOutcome {
    let host = TestHost(
      SystemHost(denied: command.options.denied), isKept: isKept, isData: isData)
    let session = Session(options: command.options, host: host)
    let collected = Collected()
    let report = await session.test(source, options) { result in
      collected.add(result)
      return self.tell(result, on: host)
    }
    return FileOutcome(report: report, results: collected.results, host: host)
  }

  private func tell(_ result: TestResult, on host: TestHost) -> Bool {
    if isData { return host.tell(Self.object(result) + "\n") }
    let files = result.files.map { " (\($0) \($0 == 1 ? "file" : "files"))" } ?? ""
    let isTold = host.tell(
      "\(result.passed ? "ok  " : "FAIL")  \(result.source):\(result.line)  \(result.title)\(files)\n")
    if !result.passed { host.tellAside(result.failureText) }
    return isTold
  }

  private static func object(_ result: TestResult) -> String {
    var text = JSONLine.text([
      ("type", .text("test")), ("file", .text(result.source)), ("line", .integer(Int64(result.line))),
      ("name", .text(result.title)), ("passed", .bool(result.passed)),
      ("files", result.files.map { .integer(Int64($0)) } ?? .null),
      ("ms", .integer(Int64(max(0, min(result.seconds * 1_000, 1e15)).rounded()))),
    ])
    text.removeLast()
    return text + ",\"failures\":[\(result.failureObjects.joined(separator: ","))]}"
  }

  // MARK: The end

  private func finish(_ outcome: inout Outcome) {
    let results = outcome.suites.flatMap(\.results)
    let failed = results.count { !$0.passed }
    if command.countsCoverage {
      if command.coverage { write(coverageText(outcome.coverage)) }
      if let threshold = command.coverageThreshold, !outcome.coverage.reaches(percent: threshold) {
        outcome.status = max(outcome.status, 1)
        let sentence: Wording =
          "\(outcome.coverage.coveredParts) of \(outcome.coverage.parts) are covered (\(outcome.coverage.percent) %), and \(shown(threshold)) % are asked for"
        say(sentence)
      }
    }
    if isData {
      var fields = [
        ("type", Cell.text("summary")), ("tests", .integer(Int64(results.count))),
        ("failed", .integer(Int64(failed))),
      ]
      if command.countsCoverage {
        fields += [
          ("covered", .integer(Int64(outcome.coverage.coveredParts))),
          ("coverable", .integer(Int64(outcome.coverage.parts))),
          ("percent", .float(Double(outcome.coverage.permille) / 10)),
        ]
      }
      write(JSONLine.text(fields) + "\n")
    } else {
      write("\(results.count) \(results.count == 1 ? "test" : "tests"), \(failed) failed\n")
    }
    if command.failOnEmpty, results.isEmpty {
      outcome.status = max(outcome.status, 1)
      say("no test ran")
    }
    if let path = command.junit { writeJUnit(outcome, to: path, &outcome.status) }
  }

  private func coverageText(_ coverage: CoverageReport) -> String {
    if isData { return coverage.objects.map { $0 + "\n" }.joined() }
    return "\n" + coverage.text(width: SystemHost().outputTerminal?.columns) + "\n"
  }

  private func writeJUnit(_ outcome: Outcome, to path: String, _ status: inout Int32) {
    do throws(HostError) {
      let file = try SystemHost(denied: command.options.denied).createFile(path)
      let bytes = Array(JUnitReport(suites: outcome.suites).text.utf8)
      try bytes.withUnsafeBufferPointer { (bytes) throws(HostError) in
        try file.write(UnsafeRawBufferPointer(bytes))
      }
      try file.commit()
    } catch {
      status = max(status, 1)
      Program.tell(
        Diagnostic(code: "E0801", "cannot write `\(path)`: \(error.wording)"), language, asJSON: isData)
    }
  }

  private func shown(_ percent: Double) -> String {
    percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
  }

  private func say(_ sentence: Wording) {
    writeText("tcbsh: \(sentence[language])\n", to: STDERR_FILENO)
  }

  private func write(_ text: String) { writeText(text) }

  // MARK: Watching

  private func watch() -> Int32 {
    while true {
      if isatty(STDOUT_FILENO) == 1, !isData { writeText("\u{1B}[2J\u{1B}[H") }
      let outcome = once()
      if outcome.isOver { return outcome.status }
      let before = FileMarks(outcome.paths)
      let count = outcome.paths.count
      say(count == 1 ? "watching 1 file; Ctrl-C ends" : "watching \(count) files; Ctrl-C ends")
      let done = InterruptWatcher.install().finish { await before.waitForChange() }
      if let signal = done.stoppedBy { return 128 &+ signal }
    }
  }
}

/// Collects results on the session's executor and is read when that is done.
private final class Collected: Sendable {
  private let list = Mutex<[TestResult]>([])
  func add(_ result: TestResult) { list.withLock { $0.append(result) } }
  var results: [TestResult] { list.withLock { $0 } }
}

/// What files looked like at a time.
private struct FileMarks: Sendable {
  private struct Mark: Sendable, Equatable {
    var size: Int64
    var modified: Int64
    var seconds: Int
    var number: UInt
  }

  private let marks: [String: Mark?]

  init(_ paths: Set<String>) {
    marks = Dictionary(uniqueKeysWithValues: paths.filter { $0 != "-" }.map { ($0, Self.mark($0)) })
  }

  private static func mark(_ path: String) -> Mark? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Mark(
      size: Int64(status.st_size), modified: Int64(status.st_mtim.tv_nsec), seconds: status.st_mtim.tv_sec,
      number: UInt(status.st_ino))
  }

  /// Returns when one of them has changed and they have then been still for a moment, or when the task is cancelled.
  func waitForChange() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(150))
      guard marks.contains(where: { Self.mark($0.key) != $0.value }) else { continue }
      // An editor writes in several steps.
      var last = FileMarks(Set(marks.keys))
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(60))
        let now = FileMarks(Set(marks.keys))
        if now.marks == last.marks { return }
        last = now
      }
    }
  }
}
