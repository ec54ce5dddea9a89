// Tasks on the thread that carries their requests.

import NIOCore
import NIOPosix

/// A task that sends and reads on its connection's own thread wakes no other one for each step.
final class LoopExecutor: TaskExecutor {
  let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  let loop: any EventLoop

  init() { loop = group.next() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
