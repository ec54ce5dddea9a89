// Running another program for what it says.
import Glibc
import Synchronization

extension SystemHost {
  /// The program is looked for in `$PATH`. It has the environment of this process, and is ended with all that it started when its
  /// time is over or the task is cancelled. Needs ``Capability/command``.
  public func output(of words: [String], limit: Int, within milliseconds: Int64) throws(HostError) -> [UInt8]
  {
    try require(.command, path: words.first)
    guard let name = words.first, !name.isEmpty, !words.contains(where: { $0.utf8.contains(0) }) else {
      throw HostError(.invalidPath, path: words.first)
    }
    let child = try ChildProcess(words)
    do throws(HostError) {
      let deadline = ChildProcess.clock() + max(0, milliseconds)
      let output = try child.output(limit: limit, until: deadline)
      let status = try child.wait(until: deadline)
      guard status == 0 else { throw HostError(.endedWith(status), path: name) }
      return output
    } catch {
      child.kill()
      throw HostError(error.reason, path: name)
    }
  }
}

/// A program whose standard output is read, in a process group of its own.
private final class ChildProcess {
  private let pid: pid_t
  private let descriptor: Int32
  private var isOver = false

  init(_ words: [String]) throws(HostError) {
    // One at a time: another program that began between the two calls would keep this one's pipe open.
    let (failure, pid, end) = ChildProcess.beginning.withLock { _ -> (Int32, pid_t, Int32) in
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { return (errno, 0, -1) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      defer { close(ends[1]) }
      var pid: pid_t = 0
      let failure = ChildProcess.spawn(words, output: ends[1], &pid)
      if failure != 0 { close(ends[0]) }
      return (failure, pid, ends[0])
    }
    guard failure == 0 else { throw HostError(errno: failure, path: words.first) }
    (self.pid, descriptor) = (pid, end)
  }

  private static let beginning = Mutex(())

  deinit {
    close(descriptor)
    if !isOver { kill() }
  }

  private static func spawn(_ words: [String], output: Int32, _ pid: inout pid_t) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    // What it complains of may hold what it was given.
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of this program block signals and ignore some, which a program does not expect to be born with.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    return posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, environ)
  }

  /// Milliseconds of a clock that nobody sets.
  static func clock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  private func check(_ deadline: Int64) throws(HostError) {
    if Task.isCancelled { throw HostError(.cancelled) }
    if ChildProcess.clock() >= deadline { throw HostError(.tooLate) }
  }

  func output(limit: Int, until deadline: Int64) throws(HostError) -> [UInt8] {
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4_096)
    while true {
      var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      while poll(&polled, 1, 20) <= 0 { try check(deadline) }
      try check(deadline)
      let count = SystemCalls.repeating { read(descriptor, &piece, piece.count) }
      guard count >= 0 else { throw HostError(errno: errno) }
      if count == 0 { return output }
      output += piece[..<count]
      guard output.count <= limit else { throw HostError(.other(EFBIG)) }
    }
  }

  /// The status it ends with, or the negative number of the signal that ended it.
  func wait(until deadline: Int64) throws(HostError) -> Int32 {
    var status: Int32 = 0
    while SystemCalls.repeating({ waitpid(pid, &status, WNOHANG) }) == 0 {
      try check(deadline)
      usleep(2_000)
    }
    isOver = true
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : -signal
  }

  /// Ends it and all that it started.
  func kill() {
    guard !isOver else { return }
    isOver = true
    _ = Glibc.kill(-pid, SIGKILL)
    var status: Int32 = 0
    _ = SystemCalls.repeating { waitpid(pid, &status, 0) }
  }
}
