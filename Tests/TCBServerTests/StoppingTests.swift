// What becomes of connections when a server is to stop.

import NIOCore
import NIOPosix
import Synchronization
import TCBServer
import TCBService
import Testing

/// Runs jobs on a thread of its own; those that come while it is held back wait.
private final class HeldExecutor: TaskExecutor {
  private let loop = MultiThreadedEventLoopGroup.singleton.next()
  private let waiting = Mutex<[UnownedJob]?>(nil)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isHeld = waiting.withLock { waiting in
      waiting?.append(job)
      return waiting != nil
    }
    if !isHeld { run(job) }
  }

  private func run(_ job: UnownedJob) {
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  func hold() { waiting.withLock { $0 = $0 ?? [] } }

  func release() {
    let jobs = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting ?? []
    }
    for job in jobs { run(job) }
  }
}

/// Lets every event loop do what it was told so far.
func settleLoops() async throws {
  for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() { try await loop.submit {}.get() }
}

@Suite struct StoppingTests {
  /// And with that, calls under way are answered before it ends.
  @Test func `connections hear of the end before the server's own task has had its turn`() async throws {
    let core = APICore(
      CoreConfiguration(), clock: { 1_700_000_000_000 }, randomness: { [UInt8](repeating: 7, count: $0) })
    let server = InterfaceServer(core, ServerSettings(port: 0, logLevel: .error), log: { _ in })
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let executor = HeldExecutor()
    let running = Task(executorPreference: executor) { try await server.run { port.yield($0) } }
    var iterator = ports.makeAsyncIterator()
    let address = "http://127.0.0.1:\(try #require(await iterator.next()))"
    let socket = try RawSocket(address)
    let head = "POST /tcb/batchdownloadfile HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
    // The first call says that the connection has been taken in.
    socket.send(head + "{}")
    #expect(try socket.receiveAnswer().contains("41001"))
    socket.send(head + "{")
    executor.hold()
    running.cancel()
    try await settleLoops()
    socket.send("}")
    let answer = try socket.receiveAnswer()
    executor.release()
    #expect(answer.contains("41001") && answer.contains("Connection: close\r\n"), "\(answer)")
    try await running.value
  }
}
