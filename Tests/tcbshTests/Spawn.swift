// Starts a program with posix_spawn, on a terminal or on pipes.

import Glibc

typealias ProcessIdentifier = pid_t

enum Clock {
  /// Seconds, never going back.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

struct Spawn {
  var program: String
  var arguments: [String]
  var environment: [String: String]

  /// The same in another folder, by way of `sh`: the call that changes it is hidden from Swift.
  func inside(_ directory: String) -> Spawn {
    let script = "cd \"$1\" && shift && exec \"$@\""
    return Spawn(
      program: "/bin/sh", arguments: ["-c", script, "sh", directory, program] + arguments,
      environment: environment)
  }

  /// The terminal becomes the controlling one of a session of its own.
  func onTerminal(_ path: String) throws -> ProcessIdentifier {
    try start(flags: Self.newSession) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
  }

  func onPipes(_ exchange: PipeExchange) throws -> ProcessIdentifier {
    try start(flags: 0) { actions in
      for (index, end) in exchange.programEnds.enumerated() {
        posix_spawn_file_actions_adddup2(&actions, end, Int32(index))
      }
    }
  }

  static func exitStatus(from status: Int32) -> Int32 {
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  /// POSIX_SPAWN_SETSID of glibc's spawn.h, which hides it without _GNU_SOURCE.
  private static let newSession: Int32 = 0x80

  /// Waits for the end; gives the exit status.
  @discardableResult
  func finish() throws -> Int32 {
    let process = try start(flags: 0) { _ in }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return Self.exitStatus(from: status)
  }

  private func start(
    flags: Int32, _ prepare: (inout posix_spawn_file_actions_t) -> Void
  ) throws -> ProcessIdentifier {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    prepare(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals as a shell would leave them, whatever the tests' own process ignores or blocks.
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    let signals = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
    posix_spawnattr_setflags(&attributes, Int16(flags | signals))
    var process: pid_t = 0
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    let failure = posix_spawn(&process, program, &actions, &attributes, words, variables)
    guard failure == 0 else { throw Program.Failure.notStarted(failure) }
    return process
  }
}
