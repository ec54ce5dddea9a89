// Runs the built program with pipes for standard input, output and error.

import Glibc

enum Program {
  struct Outcome {
    /// The exit status, or 128 and the signal that ended the program.
    var status: Int32
    var output: [UInt8]
    var errors: [UInt8]

    var outputText: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
  }

  enum Failure: Error {
    case notBuilt(searched: [String])
    case notStarted(Int32)
    case hung(output: String, errors: String)
  }

  /// `$TCBSH_PROGRAM` (a release build, say), else `tcbsh` beside the tests or in a folder above.
  static func path() throws -> String {
    if let chosen = getenv("TCBSH_PROGRAM") { return String(cString: chosen) }
    var searched: [String] = []
    for start in [resolved("/proc/self/exe")] + CommandLine.arguments.map(resolved) {
      var folder = start
      while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
        folder = String(folder[..<slash])
        let candidate = folder + "/tcbsh"
        searched.append(candidate)
        if isProgram(candidate) { return candidate }
      }
    }
    throw Failure.notBuilt(searched: searched)
  }

  /// The little a program needs, the same on every machine; `more` wins.
  static func environment(adding more: [String: String]) -> [String: String] {
    ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm", "HOME": "/nonexistent"]
      .merging(more) { _, new in new }
  }

  /// `program` stands in for tcbsh; `meanwhile` is called with the running process, before its output is read.
  static func run(
    _ arguments: [String], stdin: [UInt8] = [], environment: [String: String] = [:],
    directory: String? = nil, program: String? = nil, patience: Double = Terminal.patience,
    meanwhile: (ProcessIdentifier) -> Void = { _ in }
  ) throws -> Outcome {
    signal(SIGPIPE, SIG_IGN)
    var spawn = Spawn(
      program: try program ?? path(), arguments: arguments, environment: self.environment(adding: environment)
    )
    if let directory { spawn = spawn.inside(directory) }
    var exchange = PipeExchange(input: stdin)
    let process = try spawn.onPipes(exchange)
    exchange.closeOtherEnds()
    meanwhile(process)
    let isDone = exchange.run(patience: patience)
    if !isDone { kill(process, SIGKILL) }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    let outcome = Outcome(
      status: Spawn.exitStatus(from: status), output: exchange.output, errors: exchange.errors)
    guard isDone else { throw Failure.hung(output: outcome.outputText, errors: outcome.errorText) }
    return outcome
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }
}

/// The three pipes of a program, seen from outside.
struct PipeExchange {
  private(set) var output: [UInt8] = []
  private(set) var errors: [UInt8] = []
  private var input: ArraySlice<UInt8>
  private let pipes: [(reader: Int32, writer: Int32)]
  private var open: [Int32]

  init(input: [UInt8]) {
    self.input = input[...]
    pipes = (0..<3).map { _ in
      var ends: [Int32] = [-1, -1]
      pipe(&ends)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }
    open = [pipes[0].writer, pipes[1].reader, pipes[2].reader]
    _ = fcntl(open[0], F_SETFL, O_NONBLOCK)
  }

  /// What becomes 0, 1 and 2 of the program.
  var programEnds: [Int32] { [pipes[0].reader, pipes[1].writer, pipes[2].writer] }

  func closeOtherEnds() {
    for end in programEnds { close(end) }
  }

  /// Writes and reads until the program closed its output; false when patience (seconds) ended.
  mutating func run(patience: Double) -> Bool {
    let deadline = Clock.now + patience
    defer { for end in open where end >= 0 { close(end) } }
    while open[1] >= 0 || open[2] >= 0 {
      guard Clock.now < deadline else { return false }
      if input.isEmpty { shut(0) }
      var polled = open.enumerated().map { index, end in
        pollfd(fd: end, events: Int16(index == 0 ? POLLOUT : POLLIN), revents: 0)
      }
      guard poll(&polled, nfds_t(polled.count), 100) > 0 else { continue }
      if polled[0].revents != 0 { feed() }
      if polled[1].revents != 0 { drain(1, into: \.output) }
      if polled[2].revents != 0 { drain(2, into: \.errors) }
    }
    return true
  }

  private mutating func feed() {
    let count = input.withUnsafeBytes { write(open[0], $0.baseAddress, $0.count) }
    if count > 0 { input = input.dropFirst(count) } else if errno != EAGAIN { shut(0) }
  }

  private mutating func drain(_ index: Int, into bytes: WritableKeyPath<PipeExchange, [UInt8]>) {
    var chunk = [UInt8](repeating: 0, count: 64 * 1_024)
    let count = read(open[index], &chunk, chunk.count)
    if count > 0 { self[keyPath: bytes] += chunk.prefix(count) } else { shut(index) }
  }

  private mutating func shut(_ index: Int) {
    if open[index] >= 0 { close(open[index]) }
    open[index] = -1
  }
}
