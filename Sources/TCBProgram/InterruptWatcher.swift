// Signals as something the main thread reads: it waits for the work of a task, or for a key, and
// for signals at the same time. The handler itself only writes one byte into a pipe.

import Glibc
import Synchronization

struct InterruptWatcher: Sendable {
  struct Finished<Value: Sendable>: Sendable {
    var value: Value
    /// The signal that made the work end early, or would have.
    var stoppedBy: Int32?
  }

  /// After SIGTERM or SIGHUP the work may take so long to end. Milliseconds.
  static let grace: Int32 = 5_000
  private static let forEver: Int32 = -1

  /// From now on SIGINT, SIGTERM, SIGHUP and SIGQUIT are events and SIGPIPE is an error of `write`.
  /// One that was ignored when the program began (by `nohup`, say) stays ignored.
  static func install() -> InterruptWatcher {
    let watcher = InterruptWatcher()
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { watcher.watch(number) }
    return watcher
  }

  /// Readable when a signal came.
  var descriptor: Int32 { signalPipe.reader }

  func watch(_ number: Int32) {
    // The pipe is made here at the latest, never inside the handler.
    guard signalPipe.reader >= 0 else { return }
    var present = sigaction()
    guard sigaction(number, nil, &present) == 0 else { return }
    guard unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self) != ignored else { return }
    var action = sigaction()
    action.__sigaction_handler.sa_handler = noteSignal
    // Without SA_RESTART, so that a read of the terminal ends.
    action.sa_flags = 0
    sigaction(number, &action, nil)
  }

  /// Gives the signal back its usual effect.
  func unwatch(_ number: Int32) {
    guard signalPipe.reader >= 0 else { return }
    signal(number, SIG_DFL)
  }

  /// The oldest signal not yet read; does not wait.
  func nextSignal() -> Int32? {
    var byte: UInt8 = 0
    return read(signalPipe.reader, &byte, 1) == 1 ? Int32(byte) : nil
  }

  /// Runs `work` in a task of its own and waits for its end, which the first signal asks for by
  /// cancelling the task. Work that does not end: `onInterrupt` learns how often SIGINT came, the
  /// third one leaves the program, and so does SIGTERM after a few seconds. `onHangUp` says of a SIGHUP that comes while nothing has
  /// been stopped yet whether it was meant for something else.
  func finish<Value: Sendable>(
    grace: Int32 = Self.grace, _ work: @escaping @Sendable () async -> Value,
    onInterrupt: (_ count: Int) -> Void = { if $0 == 2 { hintAtLeaving() } },
    onHangUp: () -> Bool = { false }
  ) -> Finished<Value> {
    let result = Promised<Value>()
    let task = Task.detached(executorPreference: Workers.shared) { result.set(await work()) }
    var interrupts = 0
    var stoppedBy: Int32?
    while true {
      let isLeaving = stoppedBy.map { $0 != SIGINT } ?? false
      let waited = wait(for: result.descriptor, timeout: isLeaving ? grace : Self.forEver)
      if let value = result.value { return Finished(value: value, stoppedBy: stoppedBy) }
      if waited == 0, isLeaving { leave(by: stoppedBy ?? SIGTERM) }
      guard let number = nextSignal(), Self.stopsWork(number) else { continue }
      if number == SIGHUP, stoppedBy == nil, onHangUp() { continue }
      if number == SIGINT {
        interrupts += 1
        onInterrupt(interrupts)
        if interrupts == 3 { leave(by: SIGINT) }
      } else if isLeaving {
        leave(by: number)
      }
      if !isLeaving { stoppedBy = number }
      task.cancel()
    }
  }

  /// Like `finish` for an answer nobody waits long for: any signal gives it up and stays unread.
  func answer<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value? {
    let result = Promised<Value>()
    let task = Task.detached(executorPreference: Workers.shared) { result.set(await work()) }
    while wait(for: result.descriptor, timeout: Self.forEver) == 0, result.value == nil {}
    if result.value == nil { task.cancel() }
    return result.value
  }

  /// What a program ends with whose answer a signal gave up.
  var statusOfGivenUp: Int32 { 128 &+ (nextSignal() ?? SIGINT) }

  /// How many of the two are readable; 0 when time ran out.
  private func wait(for other: Int32, timeout: Int32) -> Int32 {
    var polled = [
      pollfd(fd: other, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signalPipe.reader, events: Int16(POLLIN), revents: 0),
    ]
    // With no descriptors left for a pipe, its end goes unnoticed and is looked for instead.
    return poll(&polled, nfds_t(polled.count), other < 0 && timeout < 0 ? 20 : timeout)
  }

  /// The terminal is in its usual mode while work runs: nothing is left to put right.
  private func leave(by number: Int32) -> Never {
    _exit(128 &+ number)
  }

  private static func stopsWork(_ number: Int32) -> Bool {
    number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT
  }
}

func hintAtLeaving() {
  writeText("still stopping; press Ctrl-C once more to leave at once\n", to: STDERR_FILENO)
}

/// What a task will have said, and a descriptor that is readable from then on.
private final class Promised<Value: Sendable>: Sendable {
  private let slot = Mutex<Value?>(nil)
  private let pipe = Pipe()

  deinit { pipe.close() }

  var descriptor: Int32 { pipe.reader }
  var value: Value? { slot.withLock { $0 } }

  func set(_ value: Value) {
    slot.withLock { $0 = value }
    pipe.wake(with: 0)
  }
}

/// A pipe whose ends never block.
private struct Pipe: Sendable {
  let reader: Int32
  let writer: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) != 0 { ends = [-1, -1] }
    reader = ends[0]
    writer = ends[1]
    for end in ends where end >= 0 {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  func wake(with byte: UInt8) {
    var byte = byte
    _ = write(writer, &byte, 1)
  }

  func close() {
    Glibc.close(reader)
    Glibc.close(writer)
  }
}

private let signalPipe = Pipe()

/// SIG_IGN as a number: function pointers cannot be compared.
private let ignored = 1

/// Runs inside whatever the signal interrupted, hence only calls what POSIX allows there.
/// INVARIANT: `signalPipe` was made before this was installed, so that reading it makes nothing.
private func noteSignal(_ number: Int32) {
  let kept = errno
  signalPipe.wake(with: UInt8(truncatingIfNeeded: number))
  errno = kept
}
