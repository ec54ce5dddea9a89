// Calls that are made while rows are read.

import Synchronization

/// Tasks of their own, so that they go on between two pulls of a reader; whoever owns them cancels what is left.
final class CallsUnderWay: Sendable {
  /// What became of one of several calls. No tuple, since the optimizer of Swift 6.3.1 takes one apart wrongly that holds a result
  /// of a typed error.
  struct Finished: Sendable {
    let number: Int
    let result: Result<CallOutcome, LinkTrouble>
  }

  private struct State {
    var tasks: [Int: Task<Void, Never>] = [:]
    var finished: [Finished] = []
    var waiter: CheckedContinuation<Void, Never>?
    var next = 0
    var isCancelled = false

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
      defer { waiter = nil }
      return waiter
    }
  }

  private let state = Mutex(State())

  /// Gives the number under which the call is told to have finished.
  func start(
    on executor: (any TaskExecutor)?,
    _ work: @escaping @Sendable () async throws(LinkTrouble) -> CallOutcome
  ) -> Int {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    let task = Task(executorPreference: executor) {
      do throws(LinkTrouble) {
        self.finish(Finished(number: number, result: .success(try await work())))
      } catch {
        self.finish(Finished(number: number, result: .failure(error)))
      }
    }
    let isCancelled = state.withLock { state in
      // One that has finished already is not kept.
      if !state.finished.contains(where: { $0.number == number }) { state.tasks[number] = task }
      return state.isCancelled
    }
    if isCancelled { task.cancel() }
    return number
  }

  private func finish(_ finished: Finished) {
    let waiter = state.withLock { state in
      state.tasks[finished.number] = nil
      state.finished.append(finished)
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  /// Those that have finished since the last time, without waiting.
  func takeFinished() -> [Finished] {
    state.withLock { state in
      defer { state.finished.removeAll(keepingCapacity: true) }
      return state.finished
    }
  }

  /// Waits until one has finished, or the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          if state.isCancelled || !state.finished.isEmpty { return true }
          state.waiter = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      cancel()
    }
  }

  /// Stops what is under way; nothing that starts from here on gets far.
  func cancel() {
    let (tasks, waiter) = state.withLock { state in
      state.isCancelled = true
      return (Array(state.tasks.values), state.takeWaiter())
    }
    for task in tasks { task.cancel() }
    waiter?.resume()
  }
}
