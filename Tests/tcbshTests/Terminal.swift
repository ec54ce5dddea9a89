// A program on a terminal of its own: keys go in, and what a person would see comes out.

import Glibc

final class Terminal {
  /// A safety net for a test that hangs, not a measure: nothing here asserts on time. Seconds.
  static let patience = 120.0

  // TIOCGPTN and TIOCSPTLCK of Linux's ioctl.h; Swift has neither these nor posix_openpt, which
  // glibc hides without _XOPEN_SOURCE.
  private static let numberRequest: UInt = 0x8004_5430
  private static let lockRequest: UInt = 0x4004_5431

  private var master: Int32
  private let process: ProcessIdentifier
  private var exitStatus: Int32?
  /// Everything printed, without escape sequences and carriage returns.
  private(set) var text = ""
  private var plain = PlainText()
  private var matched = 0
  private(set) var screen: Screen

  init(
    program: String? = nil, arguments: [String] = [], environment: [String: String] = [:],
    columns: Int = 80, rows: Int = 24
  ) throws {
    screen = Screen(columns: columns, rows: rows)
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var number: Int32 = 0
    var isLocked: Int32 = 0
    guard master >= 0, ioctl(master, Self.numberRequest, &number) == 0,
      ioctl(master, Self.lockRequest, &isLocked) == 0
    else { throw TerminalError.noTerminal(errno) }
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    process = try Spawn(
      program: program ?? Program.path(), arguments: arguments,
      environment: Program.environment(adding: environment)
    ).onTerminal("/dev/pts/\(number)")
  }

  deinit {
    if exitStatus == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    if master >= 0 { close(master) }
  }

  func send(_ keys: String) throws {
    try send(bytes: Array(keys.utf8))
  }

  func send(bytes: [UInt8]) throws {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(master, $0.baseAddress, min($0.count, 1_024)) }
      guard count > 0 else { throw TerminalError.gone(seen: text) }
      bytes = bytes.dropFirst(count)
      // The terminal's queue is small: whoever only writes comes to a halt.
      _ = readSome(waiting: 0)
    }
  }

  func signal(_ number: Int32) {
    kill(process, number)
  }

  /// Takes the terminal away, as closing its window does; nothing can be seen or sent afterwards. Gives the exit status.
  func hangUp() throws -> Int32 {
    close(master)
    master = -1
    let deadline = Clock.now + Self.patience
    while !hasEnded() {
      guard Clock.now < deadline else {
        throw TerminalError.missing("the end of the program after", text: text, screen: screen)
      }
      usleep(20_000)
    }
    return exitStatus ?? -1
  }

  func resize(columns: Int, rows: Int) {
    screen = screen.resized(columns: columns, rows: rows)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Waits for `wanted` to be printed after what was expected before.
  func expect(_ wanted: String) throws {
    try wait(orSay: "\(wanted.debugDescription) after") {
      let new = text.utf8.dropFirst(matched)
      guard let range = Array(new).firstRange(of: Array(wanted.utf8)) else { return false }
      matched += range.upperBound
      return true
    }
  }

  /// Waits for the screen to look so.
  func expectScreen(_ what: String, _ condition: (Screen) -> Bool) throws {
    try wait(orSay: "a screen with \(what) after") { condition(screen) }
  }

  /// Waits for the row the cursor is in.
  func expectCursorRow(_ row: String) throws {
    try expectScreen("the cursor in «\(row)»") { $0.cursorRow == row }
  }

  /// The exit status, or 128 and the signal that ended the program.
  func waitForExit() throws -> Int32 {
    try wait(orSay: "the end of the program after") { hasEnded() }
    while readSome(waiting: 0) {}
    return exitStatus ?? -1
  }

  /// Waits until every thread of the program has slept for a while, which is when it waits for something outside.
  func waitUntilIdle() throws {
    var calm = 0
    try wait(orSay: "the program to wait for something after") {
      calm = states().allSatisfy { $0 == "S" } ? calm + 1 : 0
      return calm >= 4
    }
  }

  /// The state of each thread, as Linux tells it.
  private func states() -> [Character] {
    let tasks = "/proc/\(process)/task"
    guard let folder = opendir(tasks) else { return [] }
    defer { closedir(folder) }
    var states: [Character] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != "..", let file = fopen("\(tasks)/\(name)/stat", "r") else { continue }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 512)
      guard fgets(&line, Int32(line.count), file) != nil else { continue }
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      // `PID (NAME) STATE …`, and a name may hold anything.
      if let state = text.reversed().firstIndex(of: ")").map({ text.index(after: $0.base) }) {
        states.append(text[state])
      }
    }
    return states
  }

  /// Whether lines are edited and echoed by the terminal itself, as programs find it.
  var isInUsualMode: Bool {
    var mode = termios()
    tcgetattr(master, &mode)
    return mode.c_lflag & tcflag_t(ICANON) != 0 && mode.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Whether the program asked the terminal to mark pasted text, and did not take it back.
  var pastesAreMarked: Bool { plain.modes.last { $0.hasPrefix("?2004") } == "?2004h" }

  /// Whether anything was painted.
  var hasColours: Bool { plain.modes.contains { $0.hasSuffix("m") } }

  private func wait(orSay what: String, until condition: () -> Bool) throws {
    let deadline = Clock.now + Self.patience
    while !condition() {
      let isOpen = readSome(waiting: 50)
      let isOver = !isOpen && hasEnded() || Clock.now > deadline
      if isOver, !condition() { throw TerminalError.missing(what, text: text, screen: screen) }
    }
  }

  /// False when there is nothing more and never will be.
  private func readSome(waiting milliseconds: Int32) -> Bool {
    var polled = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, milliseconds) > 0 else { return milliseconds > 0 }
    var chunk = [UInt8](repeating: 0, count: 4_096)
    let count = read(master, &chunk, chunk.count)
    guard count > 0 else {
      // The program let go of its terminal and may take a moment to end.
      usleep(useconds_t(milliseconds) * 100)
      return false
    }
    text += plain.adding(chunk.prefix(count))
    screen.show(chunk.prefix(count))
    return true
  }

  private func hasEnded() -> Bool {
    if exitStatus != nil { return true }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return false }
    exitStatus = Spawn.exitStatus(from: status)
    return true
  }
}

enum TerminalError: Error, CustomStringConvertible {
  case noTerminal(Int32)
  case gone(seen: String)
  case missing(String, text: String, screen: Screen)

  var description: String {
    switch self {
    case .noTerminal(let code): "no terminal: \(String(cString: strerror(code)))"
    case .gone(let seen): "the program left its terminal after \(seen.debugDescription)"
    case .missing(let what, let text, let screen):
      "waited in vain for \(what) \(text.debugDescription), on the screen:\n\(screen)"
    }
  }
}
