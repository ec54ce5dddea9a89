// Threads of our own for what runs beside the main thread. The usual ones come with a manager, timers and descriptors of their
// own, which takes longer to start than most scripts run; here the first job makes one thread, and another is made only
// when a job comes while all have one.

import Glibc
import Synchronization

final class Workers: TaskExecutor {
  static let shared = Workers(most: max(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  private struct State {
    var jobs: [UnownedJob] = []
    var next = 0
    var threads = 0
    /// Threads that wait, or are about to, and that nobody has woken.
    var waiting = 0

    mutating func take() -> UnownedJob? {
      guard next < jobs.count else { return nil }
      let job = jobs[next]
      next += 1
      if next == jobs.count {
        jobs.removeAll(keepingCapacity: true)
        next = 0
      }
      return job
    }
  }

  private let state = Mutex(State())
  private let most: Int
  /// Goes up for each thread that is to stop waiting.
  // Unsafe: a semaphore is made to be used by several threads, and the pointer never changes.
  nonisolated(unsafe) private let wake: UnsafeMutablePointer<sem_t> = .allocate(capacity: 1)

  private init(most: Int) {
    self.most = most
    sem_init(wake, 0, 0)
  }

  deinit {
    sem_destroy(wake)
    wake.deallocate()
  }

  private enum Need { case nothing, wakingOne, anotherThread }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let need = state.withLock { state -> Need in
      state.jobs.append(job)
      if state.waiting > 0 {
        state.waiting -= 1
        return .wakingOne
      }
      // Threads that are busy look for a job before they wait.
      guard state.threads < most else { return .nothing }
      state.threads += 1
      return .anotherThread
    }
    switch need {
    case .nothing: break
    case .wakingOne: sem_post(wake)
    case .anotherThread: startThread()
    }
  }

  private func startThread() {
    // Signals are the main thread's, so that no call of a worker is interrupted by one.
    var all = sigset_t()
    var old = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &old)
    var thread = pthread_t()
    let failure = pthread_create(&thread, nil, { _ in Workers.shared.work() }, nil)
    pthread_sigmask(SIG_SETMASK, &old, nil)
    if failure == 0 {
      pthread_detach(thread)
    } else if state.withLock({ state in
      state.threads -= 1
      return state.threads == 0
    }) {
      // Nobody else would ever take what waits.
      work(untilEmpty: true)
    }
  }

  @discardableResult
  private func work(untilEmpty: Bool = false) -> UnsafeMutableRawPointer? {
    while true {
      let job = state.withLock { state in
        let job = state.take()
        if job == nil, !untilEmpty { state.waiting += 1 }
        return job
      }
      if let job {
        job.runSynchronously(on: asUnownedTaskExecutor())
      } else if untilEmpty {
        return nil
      } else {
        while sem_wait(wake) != 0 {}
      }
    }
  }
}
